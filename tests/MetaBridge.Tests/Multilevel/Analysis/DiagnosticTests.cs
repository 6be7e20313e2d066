using MathNet.Numerics.LinearAlgebra;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Analysis.ElementTests;

namespace MetaBridge.Tests.Multilevel.Analysis;

/// <summary>Every recorded model: random effects, residuals and influence against textbook formulas and fits without the rows.</summary>
public sealed class DiagnosticTests
{
    public static TheoryData<string> Cases => [.. Analyses.SmallIds()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void RandomEffects_AndTheirErrors_AreTheTextbooks(string id)
    {
        var analysis = Analyses.Fit(id);
        var dense = new DenseModel(analysis.Model);
        var tables = analysis.RandomEffects();
        for (var t = 0; t < tables.Count; t++)
        {
            var map = dense.Model.Effects[t];
            Assert.Equal(map.Count, tables[t].Values.Length);
            for (var e = 0; e < map.Count; e++)
            {
                var c = Vector<double>.Build.Dense(dense.Model.RowCount, i => map.WithOutcome(e, i));
                var cm = dense.Inverse * c;
                var slope = dense.X.Transpose() * cm;
                var variance = map.Prior(e, e) - (c * cm) + (slope * (dense.Covariance * slope));
                Near(cm * dense.Residuals, tables[t].Values[e], 1e-8 * (1e-8 + Math.Sqrt(map.Prior(e, e))), $"{map.NameOf(e)}");
                Near(variance, tables[t].StandardErrors[e] * tables[t].StandardErrors[e], 1e-8 * (1e-10 + map.Prior(e, e)), $"se {map.NameOf(e)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ConditionalResiduals_AreWhatTheRandomEffectsLeave(string id)
    {
        var analysis = Analyses.Fit(id);
        var dense = new DenseModel(analysis.Model);
        var left = dense.Residuals.ToArray();
        foreach (var (table, map) in analysis.RandomEffects().Zip(dense.Model.Effects))
        {
            for (var i = 0; i < left.Length; i++)
            {
                double[] loads = map.IsSlopes ? map.LoadsOf(i) : [1];
                left[i] -= Enumerable.Range(0, loads.Length).Sum(a => loads[a] * table.Values[map.EffectOfRow(i) + a]);
            }
        }

        Same(Vector<double>.Build.Dense(left), analysis.Residuals().Conditional, 1e-7);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Residuals_HaveTheErrorsOfTheFullMatrices(string id)
    {
        var analysis = Analyses.Fit(id);
        var dense = new DenseModel(analysis.Model);
        var annihilator = Matrix<double>.Build.DenseIdentity(dense.Model.RowCount) - dense.Hat;
        var covariance = annihilator * dense.M * annihilator.Transpose();
        var residuals = analysis.Residuals();
        Same(dense.Residuals, residuals.Marginal, 1e-8);
        Same(covariance.Diagonal(), [.. residuals.StandardErrors.Select(se => se * se)]);
        Assert.Equal(dense.Model.CoefficientCount, analysis.HatValues().Sum(), 8);
        Same(dense.Hat.Diagonal(), analysis.HatValues());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Deletion_ByRowAndByCluster_IsTheFitWithoutTheRows(string id)
    {
        var analysis = Analyses.Fit(id);
        var dense = new DenseModel(analysis.Model);
        var k = dense.Model.RowCount;
        var deletion = new Deletion(dense.Model);
        // Rows by themselves, independent sets of rows, and sets that M connects with others.
        var components = dense.Model.Components;
        foreach (var (rows, isIndependent) in Enumerable.Range(0, Math.Min(k, 12)).Select(i => (new[] { i * k / Math.Min(k, 12) }, false))
            .Concat(components.Distinct().Take(4).Select(c => (Enumerable.Range(0, k).Where(i => components[i] == c).ToArray(), true)))
            .Append((Enumerable.Range(0, k).Where(i => i % 4 == 1).ToArray(), false)))
        {
            Check(dense, deletion, rows, isIndependent);
            // An independent set may be treated as a connected one.
            Check(dense, deletion, rows, false);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ClusterStatistics_OfIndependentClusters_AreTheDenseOnes(string id)
    {
        var analysis = Analyses.Fit(id);
        var dense = new DenseModel(analysis.Model);
        var components = dense.Model.Components;
        var annihilator = Matrix<double>.Build.DenseIdentity(dense.Model.RowCount) - dense.Hat;
        var covariance = annihilator * dense.M * annihilator.Transpose();
        foreach (var c in components.Distinct().Take(4))
        {
            int[] rows = [.. Enumerable.Range(0, components.Length).Where(i => components[i] == c)];
            double[] r = [.. rows.Select(i => dense.Residuals[i])];
            var own = DenseModel.Block(covariance, rows);
            if (dense.Model.Weights is null && rows.Length < components.Length && own.ConditionNumber() < 1e8)
            {
                var expected = Vector<double>.Build.Dense(r) * own.Inverse() * Vector<double>.Build.Dense(r);
                var actual = ClusterStatistics.Of(dense.Model, rows, r, null, dense.Model.CoefficientCovariance, -1, true);
                Near(expected, actual, 1e-6 * (1 + expected), $"component {c}");
            }
        }
    }

    private static void Check(DenseModel dense, Deletion deletion, int[] rows, bool isIndependent)
    {
        int[] rest = [.. Enumerable.Range(0, dense.Model.RowCount).Except(rows)];
        var x = DenseModel.Rows(dense.X, rest);
        var deleted = deletion.Without(rows, isIndependent);
        if (rest.Length < dense.X.ColumnCount || x.Rank() < dense.X.ColumnCount)
        {
            Assert.Null(deleted);
            return;
        }

        var (beta, covariance) = dense.Estimate(rest);
        Assert.NotNull(deleted);
        for (var j = 0; j < beta.Count; j++)
        {
            Near(dense.Beta[j] - beta[j], deleted.Change[j], 1e-6 * Math.Sqrt(covariance[j, j]), $"β{j} without {rows.Length} rows");
            Near(covariance[j, j], deleted.Covariance[(j * beta.Count) + j], 1e-6 * covariance[j, j], $"Var(β{j}) without {rows.Length} rows");
        }
    }
}
