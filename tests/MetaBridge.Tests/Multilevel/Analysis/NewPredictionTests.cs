using MathNet.Numerics.LinearAlgebra;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using MetaBridge.Tests.Agreement;
using MetaBridge.Univariate;
using Xunit;
using static MetaBridge.Tests.Multilevel.Analysis.ElementTests;

namespace MetaBridge.Tests.Multilevel.Analysis;

/// <summary>Predictions at new values: against metafor 3.8-1 (R 4.2.2) at its components, and in known clusters against full matrices.</summary>
public sealed class NewPredictionTests
{
    public static TheoryData<string> Cases => [.. Analyses.SmallIds()];

    // rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = dat.berkey1998, test = "t"), V by
    // vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i)); predict(newmods = rbind(c(0, 1), c(1, 0), c(-1, 1)), tau2.levels = c("AL", "PD", "PD")).
    [Fact]
    public void Predict_AtInnerLevels_IsMetafors()
    {
        var table = Berkey().Predict([Target([0, 1], "AL"), Target([1, 0], "PD"), Target([-1, 1], "PD")]).Table;
        Same(table.Predicted, 0.35342835177705051, -0.33921522559029332, 0.69264357736734383);
        Same(table.StandardErrors, 0.058848844719709505, 0.087905268679070822, 0.074381798514914096);
        Same(table.Lower, 0.21772267250141253, -0.54192513867046388, 0.52111884240802886);
        Same(table.Upper, 0.48913403105268849, -0.13650531251012274, 0.86416831232665881);
        Same(table.PredictionLower, -0.084801207385104327, -0.66090470513754029, 0.38963607400600525);
        Same(table.PredictionUpper, 0.79165791093920534, -0.017525746043046297, 0.99565108072868247);
    }

    // The same with newvi = 0.01, and with transf = exp.
    [Fact]
    public void Predict_WithSamplingVarianceOrOnAnotherScale_IsMetafors()
    {
        var analysis = Berkey();
        var observed = analysis.Predict([Target([0, 1], "AL") with { SamplingVariance = 0.01 }]).Table;
        Same(observed.PredictionLower, -0.14177029244488565);
        Same(observed.PredictionUpper, 0.84862699599898672);
        var exponential = analysis.Predict([Target([0, 1], "AL")]).Transform(Math.Exp).Table;
        Same(exponential.Predicted, 1.4239409604570015);
        Same(exponential.PredictionLower, 0.91869489601060561);
        Same(exponential.PredictionUpper, 2.2070524911719991);
        Assert.True(double.IsNaN(analysis.Predict([Target([0, 1], null)]).Table.PredictionLower[0]));
    }

    // rma.mv(yi, vi, mods = ~ I(year - 2000), random = ~ 1 | district/school, data = dat.konstantopoulos2011, test = "t", dfs = "contain");
    // predict(newmods = c(-10, 0)): 9 degrees of freedom for the intercept, 54 for the year.
    [Fact]
    public void Predict_UnderContainment_TakesTheFewestDegreesOfFreedom()
    {
        var golden = Load("konstantopoulos-contain");
        var analysis = MetaAnalysis.Analyse((MultilevelSpec)golden.Case.Spec, golden.Data, options: new FitOptions
        {
            EvaluateAt = new Dictionary<string, double[]> { ["sigma2"] = [0.072265590720488451, 0.032650195900043484] },
        });
        var predictions = analysis.Predict([Target([-10], null), Target([0], null)]);
        Assert.Equal([9.0, 9.0], predictions.DegreesOfFreedom);
        Same(predictions.Table.Predicted, 0.18071849544988117, 0.23383667808283609);
        Same(predictions.Table.StandardErrors, 0.088686289285765066, 0.12398572658725832);
        Same(predictions.Table.Upper, 0.38134081999966829, 0.5143118775669423);
        Same(predictions.Table.PredictionLower, -0.57897923747600555, -0.55073815316694397);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_InTheClustersOfARow_IsTheTextbooksErrorVariance(string id)
    {
        var analysis = Analyses.Fit(id);
        var dense = new DenseModel(analysis.Model);
        var maps = dense.Model.Effects;
        foreach (var row in new[] { 0, dense.Model.RowCount / 2, dense.Model.RowCount - 1 }.Distinct())
        {
            var target = OfRow(dense.Model, row);
            var table = analysis.Predict([target]).Table;
            var c = Vector<double>.Build.Dense(dense.Model.RowCount, j => maps.Sum(map => Between(map, row, j)));
            var difference = dense.X.Row(row) - (dense.X.Transpose() * (dense.Inverse * c));
            var variance = maps.Sum(map => Between(map, row, row)) - (c * (dense.Inverse * c)) + (difference * (dense.Covariance * difference));
            var middle = (dense.X.Row(row) * dense.Beta) + (c * (dense.Inverse * dense.Residuals));
            var half = (table.PredictionUpper[0] - table.PredictionLower[0]) / 2;
            var critical = (table.Upper[0] - table.Lower[0]) / 2 / table.StandardErrors[0];
            var scale = Math.Sqrt(dense.M[row, row]);
            Near(middle, (table.PredictionUpper[0] + table.PredictionLower[0]) / 2, 1e-8 * (scale + Math.Abs(middle)), $"row {row}");
            Near(Math.Max(0, variance), half * half / (critical * critical), 1e-8 * scale * scale, $"variance, row {row}");
        }
    }

    private static PredictionTarget OfRow(FittedModel model, int row)
    {
        var p = model.CoefficientCount;
        var target = new PredictionTarget
        {
            Moderators = model.X[(row * p)..((row + 1) * p)],
            Cluster = model.Effects.DistinctBy(map => map.Bound.Name).ToDictionary(map => map.Bound.Name, map => map.Bound.Outer.Levels[map.Bound.Outer.Codes[row]]),
        };
        foreach (var map in model.Effects.Where(map => map.Bound.InnerName is not null))
        {
            var isTau = map.Bound.Role == TermRole.Tau;
            var level = map.IsSlopes ? null : map.Bound.EffectNames[map.LevelOf(map.EffectOfRow(row))];
            var slopes = map.IsSlopes ? map.LoadsOf(row) : null;
            target = isTau ? target with { TauLevel = level, TauSlopes = slopes } : target with { GammaLevel = level, GammaSlopes = slopes };
        }

        return target;
    }

    private static double Between(EffectMap map, int i, int j)
    {
        double[] loads = map.IsSlopes ? map.LoadsOf(i) : [1];
        return Enumerable.Range(0, loads.Length).Sum(a => loads[a] * map.WithOutcome(map.EffectOfRow(i) + a, j));
    }

    private static PredictionTarget Target(double[] moderators, string? level) => new() { Moderators = moderators, TauLevel = level };

    private static MultilevelAnalysis Berkey()
    {
        var golden = Load("berkey-un-reml");
        return MetaAnalysis.Analyse((MultilevelSpec)golden.Case.Spec with { Test = CoefficientTest.StudentT }, golden.Data, options: new FitOptions
        {
            EvaluateAt = new Dictionary<string, double[]> { ["tau2"] = [0.032651443690620376, 0.011733143942313855], ["rho"] = [0.608796250431759] },
        });
    }

    // Class exact, tail.
    private static void Same(double[] actual, params double[] expected) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-8 * Math.Max(0.1, Math.Abs(pair.First)), $"{pair}"));

    private static Golden Load(string id) => Goldens.Load(Goldens.Paths.Single(p => Path.GetFileName(p) == id + ".case.json"));
}
