using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Analysis;

/// <summary>A hundred thousand nested outcomes: linear work and memory, no matrix over pairs of rows.</summary>
public sealed class ScaleTests
{
    private const int RowCount = 100_000;

    [Fact]
    public void Diagnostics_OfAHundredThousandOutcomes_AreLinear()
    {
        var (study, id, x, y, v) = (new int[RowCount], new int[RowCount], new double[RowCount], new double[RowCount], new double[RowCount]);
        var random = new Random(1);
        var effect = 0.0;
        for (var i = 0; i < RowCount; i++)
        {
            effect = i % 10 == 0 ? random.NextDouble() - 0.5 : effect;
            (study[i], id[i], x[i]) = (i / 10, i, random.NextDouble());
            v[i] = 0.05 + (0.1 * random.NextDouble());
            y[i] = 0.2 + effect + random.NextDouble() - 0.5;
        }

        var data = new Dataset("large",
        [
            new IntegerColumn("study", [.. study]), new IntegerColumn("id", [.. id]), new NumberColumn("x", x), new NumberColumn("yi", y), new NumberColumn("vi", v),
        ]);
        var spec = new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Moderators = "~ x", Random = ["~ 1 | study/id"] };
        var analysis = MetaAnalysis.Analyse(spec, data);
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var predictions = analysis.Predict();
        var effects = analysis.RandomEffects();
        var rows = analysis.Residuals();
        var clusters = analysis.Residuals("study");
        var influence = analysis.Influence();
        var byStudy = analysis.Influence("study");
        var split = analysis.Heterogeneity(withNullModel: false);
        // Less than 40 kB a row in all; a matrix over pairs of rows would be 800 kB a row.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - memory < 40_000L * RowCount);
        Assert.Equal(RowCount, predictions.Labels.Count);
        Assert.Equal(RowCount / 10, effects[0].Values.Length);
        Assert.Equal(2, influence.Hat.Sum(), 6);
        Assert.Equal(2, byStudy.Hat.Sum(), 6);
        Assert.All(rows.Studentized, z => Assert.True(double.IsFinite(z)));
        Assert.Equal(RowCount / 10, clusters.Clusters!.External.Length);
        Assert.InRange(split.Total.ISquared, 1, 99);
        // Cholesky residuals have the sum of squares r'M⁻¹r.
        Assert.Equal(rows.Cholesky.Sum(e => e * e), analysis.Model.InverseResiduals.Zip(rows.Marginal, (a, r) => a * r).Sum(), 4);
    }
}
