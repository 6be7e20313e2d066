using FsCheck;
using FsCheck.Fluent;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>What must hold for any data.</summary>
public class BayesPropertyTests
{
    private const double Rounding = 1e-7;

    private static readonly BayesSpec Spec = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.General,
        ClusterColumn = "cluster",
        PriorEffect = Prior.Normal(0, 1),
        PriorHeterogeneity = Prior.HalfNormal(0.5),
    };

    [Fact]
    public void Fit_ShiftedData_ShiftsTheEffectOnly() => ForSomeData((yi, vi, cluster) =>
    {
        var plain = Fit(Spec, yi, vi, cluster);
        var shifted = Fit(Spec with { PriorEffect = Prior.Normal(3, 1) }, [.. yi.Select(y => y + 3)], vi, cluster);
        AssertClose(plain.Estimates[0].Median.Value + 3, shifted.Estimates[0].Median.Value);
        AssertClose(plain.Estimates[1].Median.Value, shifted.Estimates[1].Median.Value);
        AssertClose(plain.LogMarginalLikelihood.Value, shifted.LogMarginalLikelihood.Value);
    });

    [Fact]
    public void Fit_RescaledDataAndPriors_RescalesEverything() => ForSomeData((yi, vi, cluster) =>
    {
        var plain = Fit(Spec, yi, vi, cluster);
        var scaled = Fit(Spec with { RescalePriors = 4 }, [.. yi.Select(y => 4 * y)], [.. vi.Select(v => 16 * v)], cluster);
        AssertClose(4 * plain.Estimates[0].Upper.Value, scaled.Estimates[0].Upper.Value);
        AssertClose(4 * plain.Estimates[1].Lower.Value, scaled.Estimates[1].Lower.Value);
        AssertClose(plain.Estimates[2].Mean.Value, scaled.Estimates[2].Mean.Value);
        AssertClose(plain.LogMarginalLikelihood.Value - (yi.Length * Math.Log(4)), scaled.LogMarginalLikelihood.Value);
    });

    [Fact]
    public void Fit_ReversedRows_IsTheSame() => ForSomeData((yi, vi, cluster) =>
    {
        var plain = Fit(Spec, yi, vi, cluster);
        var reversed = Fit(Spec, [.. yi.Reverse()], [.. vi.Reverse()], [.. cluster.Reverse()]);
        AssertClose(plain.LogMarginalLikelihood.Value, reversed.LogMarginalLikelihood.Value);
        AssertClose(plain.Estimates[2].Median.Value, reversed.Estimates[2].Median.Value);
    });

    [Fact]
    public void Quantile_AnyParameter_InvertsTheProbability() => ForSomeData((yi, vi, cluster) =>
    {
        var posterior = Fit(Spec, yi, vi, cluster).Posterior!;
        foreach (var name in new[] { "mu", "tau", "rho", "tau [between]", "H2" })
        {
            AssertClose(0.1, posterior.Probability(name, posterior.Quantile(name, 0.1).Value).Value);
            AssertClose(0.99, posterior.Probability(name, posterior.Quantile(name, 0.99).Value).Value);
        }
    });

    [Fact]
    public void BayesFactor_PointAtZero_IsTheSavageDickeyRatio() => ForSomeData((yi, vi, cluster) =>
    {
        var full = Fit(Spec, yi, vi, cluster);
        var nothing = Fit(Spec with { PriorEffect = Prior.Point(0) }, yi, vi, cluster);
        var ratio = full.Posterior!.PriorDensity("mu", 0) / full.Posterior.Density("mu", 0).Value;
        AssertClose(1, BayesComparison.BayesFactor(full, nothing).Value / ratio);
    });

    [Fact]
    public void Fit_WeightsOfTwo_IsTheDataTwiceWithoutClusters() => ForSomeData((yi, vi, _) =>
    {
        var once = new Dataset(
            "once", [new NumberColumn("yi", yi), new NumberColumn("vi", vi), new NumberColumn("w", [.. yi.Select(_ => 2.0)])]);
        var plain = Spec with { ClusterColumn = null };
        var weighted = BayesEngine.Fit(plain with { WeightColumn = "w" }, once);
        var twice = BayesEngine.Fit(plain, SchoolCalendar.Table([.. yi, .. yi], [.. vi, .. vi]));
        AssertClose(twice.LogMarginalLikelihood.Value, weighted.LogMarginalLikelihood.Value);
        AssertClose(twice.Estimates[1].Mean.Value, weighted.Estimates[1].Mean.Value);
    });

    [Fact]
    public void Fit_MeanDifferenceContrast_LevelsSumToZero() => ForSomeData((yi, vi, cluster) =>
    {
        var data = SchoolCalendar.Table(yi, vi, cluster).With(new TextColumn("group", [.. cluster.Select((_, i) => "abc"[i % 3].ToString())]));
        var fit = BayesEngine.Fit(
            Spec with { Moderators = "~ group", PriorModerators = Prior.Normal(0, 0.3), FactorContrast = FactorContrast.MeanDifference }, data);
        var levels = fit.Estimates.Where(row => row.Name.Contains("dif", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["group [dif: a]", "group [dif: b]", "group [dif: c]"], levels.Select(row => row.Name));
        Assert.Equal(0, levels.Sum(row => row.Mean.Value), 1e-10);
    });

    private static void ForSomeData(Action<double[], double[], int[]> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(6), Prop.ForAll(Gen.Choose(1, 100_000).ToArbitrary(), seed =>
        {
            var random = new CounterRandom(seed, 0);
            var cluster = Enumerable.Range(0, 9 + (seed % 8)).Select(i => i / 3).ToArray();
            var level = cluster.Select(_ => random.Normal()).ToArray();
            var vi = cluster.Select(_ => 0.01 + (0.2 * random.Uniform())).ToArray();
            var yi = cluster.Select((c, i) => 0.2 + (0.3 * level[c]) + (Math.Sqrt(vi[i] + 0.04) * random.Normal())).ToArray();
            property(yi, vi, cluster);
        }));

    private static BayesFit Fit(BayesSpec spec, double[] yi, double[] vi, int[] cluster) =>
        BayesEngine.Fit(spec, SchoolCalendar.Table(yi, vi, cluster));

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Rounding * Math.Max(1, Math.Abs(expected)), $"{expected:R} and {actual:R}");
}
