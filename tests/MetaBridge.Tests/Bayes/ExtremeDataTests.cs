using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

public class ExtremeDataTests
{
    private static readonly BayesSpec Plain = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.StandardizedMeanDifference,
    };

    private static readonly BayesSpec Clustered = Plain with { ClusterColumn = "cluster" };

    [Fact]
    public void Fit_IdenticalEffects_TauPiledAtZero()
    {
        var fit = BayesEngine.Fit(Plain, SchoolCalendar.Table([.. Enumerable.Repeat(0.3, 20)], [.. Enumerable.Repeat(0.04, 20)]));
        AssertSound(fit);
        // Against one-dimensional Simpson integration of the same density in tau: all studies alike, so V = v + tau² for each.
        var (mean, lower) = HomogeneousTau(20, 0.04, 0.3);
        var tau = fit.Posterior!.Summarize("tau");
        Assert.Equal(mean, tau.Mean.Value, 1e-8);
        Assert.Equal(0.025, lower(tau.Lower.Value), 1e-7);
    }

    [Fact]
    public void Fit_TwoStudies_IsSound() => AssertSound(BayesEngine.Fit(Plain, SchoolCalendar.Table([0.1, 0.5], [0.02, 0.03])));

    [Fact]
    public void Fit_OneStudy_LeavesOutWhatHasNoTypicalVariance()
    {
        var fit = BayesEngine.Fit(Plain, SchoolCalendar.Table([0.4], [0.02]));
        AssertSound(fit);
        Assert.Equal(["tau", "tau2"], fit.Heterogeneity.Select(row => row.Name));
    }

    [Fact]
    public void Fit_OneCluster_RhoIsNearItsPrior()
    {
        var fit = BayesEngine.Fit(Clustered, SchoolCalendar.Table([0.1, 0.2, 0.35, 0.15], [0.02, 0.03, 0.02, 0.05], [7, 7, 7, 7]));
        AssertSound(fit);
        Assert.InRange(fit.Posterior!.Summarize("rho").Mean.Value, 0.4, 0.7);
    }

    [Fact]
    public void Fit_ClustersOfSizeOne_RhoHasItsPriorAndTheRestIsTwoLevel()
    {
        var table = SchoolCalendar.Table([0.1, 0.5, -0.2, 0.9, 0.3], [0.02, 0.03, 0.01, 0.05, 0.04]);
        var clustered = BayesEngine.Fit(Clustered, table);
        var plain = BayesEngine.Fit(Plain, table);
        AssertSound(clustered);
        var rho = clustered.Posterior!.Summarize("rho");
        Assert.Equal([0.5, Math.Sqrt(1.0 / 12), 0.025, 0.5, 0.975], Values(rho), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(Values(plain.Estimates[0]), Values(clustered.Estimates[0]), (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.Equal(plain.LogMarginalLikelihood.Value, clustered.LogMarginalLikelihood.Value, 1e-8);
    }

    [Fact]
    public void Fit_RhoAtItsUpperBound_IsSound()
    {
        // Clusters far apart, studies within them alike to the last digit.
        int[] cluster = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5];
        double[] level = [-0.8, 0.1, 0.9, 0.4, -0.3];
        var fit = BayesEngine.Fit(Clustered, SchoolCalendar.Table([.. cluster.Select(c => level[c - 1])], [.. cluster.Select(_ => 1e-4)], cluster));
        AssertSound(fit);
        Assert.True(fit.Posterior!.Summarize("rho").Median.Value > 0.99);
    }

    [Fact]
    public void Fit_RhoAtItsLowerBound_IsSound()
    {
        // Cluster means all zero, studies within clusters far apart.
        int[] cluster = [.. Enumerable.Range(0, 40).Select(i => i / 4)];
        double[] pattern = [-0.6, -0.2, 0.2, 0.6];
        var fit = BayesEngine.Fit(Clustered, SchoolCalendar.Table([.. cluster.Select((_, i) => pattern[i % 4])], [.. cluster.Select(_ => 0.001)], cluster));
        AssertSound(fit);
        Assert.True(fit.Posterior!.Summarize("rho").Median.Value < 0.05);
    }

    [Fact]
    public void Fit_FiveThousandStudies_RecoversTheTruth()
    {
        var (yi, vi, cluster) = Simulate(5000, 500);
        var fit = BayesEngine.Fit(Clustered, SchoolCalendar.Table(yi, vi, cluster));
        AssertSound(fit);
        Assert.InRange(0.25, fit.Estimates[0].Mean.Value - (4 * fit.Estimates[0].Sd.Value), fit.Estimates[0].Mean.Value + (4 * fit.Estimates[0].Sd.Value));
        Assert.InRange(0.3, fit.Estimates[1].Mean.Value - (4 * fit.Estimates[1].Sd.Value), fit.Estimates[1].Mean.Value + (4 * fit.Estimates[1].Sd.Value));
        Assert.InRange(0.5, fit.Estimates[2].Mean.Value - (4 * fit.Estimates[2].Sd.Value), fit.Estimates[2].Mean.Value + (4 * fit.Estimates[2].Sd.Value));
    }

    /// <summary>Ten studies whose likelihood has one maximum at tau = 0 and a higher one near 0.45; see the univariate hard cases.</summary>
    [Fact]
    public void Fit_TwoModes_BothAreIntegrated()
    {
        double[] y = [-0.215, 0.277, 0.335, 1.052, 0.249, 0.181, -0.055, 0.012, 1.027, -0.301];
        double[] v = [0.122, 0.0866, 0.0993, 0.00152, 0.0771, 1.42, 7.21, 0.187, 7.01e-05, 22.8];
        var fit = BayesEngine.Fit(Plain, SchoolCalendar.Table(y, v));
        AssertSound(fit);
        // Simpson's rule on 200,000 intervals of ln tau, mu integrated by hand.
        Assert.Equal(LogMarginal(y, v, Math.Sqrt(2) / 2, Math.Sqrt(2) / 4), fit.LogMarginalLikelihood.Value, 1e-7);
    }

    [Fact]
    public void Fit_HugeOffset_LosesNoDigits()
    {
        double[] y = [0.1, 0.5, -0.2, 0.9, 0.3], v = [0.02, 0.03, 0.01, 0.05, 0.04];
        var near = BayesEngine.Fit(Plain with { PriorEffect = Prior.Normal(0, 1) }, SchoolCalendar.Table(y, v));
        var far = BayesEngine.Fit(Plain with { PriorEffect = Prior.Normal(1e6, 1) }, SchoolCalendar.Table([.. y.Select(x => x + 1e6)], v));
        Assert.Equal(near.LogMarginalLikelihood.Value, far.LogMarginalLikelihood.Value, 1e-8);
        Assert.Equal(near.Estimates[1].Mean.Value, far.Estimates[1].Mean.Value, 1e-8);
    }

    [Theory]
    [InlineData("GEN", ErrorCode.PriorScaleUnknown)]
    [InlineData("none", ErrorCode.PriorScaleUnknown)]
    [InlineData("negative", ErrorCode.PriorInvalid)]
    [InlineData("support", ErrorCode.PriorInvalid)]
    [InlineData("empty", ErrorCode.PriorInvalid)]
    [InlineData("improper", ErrorCode.PriorInvalid)]
    [InlineData("level", ErrorCode.InvalidOption)]
    [InlineData("zero", ErrorCode.NonPositiveVariance)]
    [InlineData("infinite", ErrorCode.NoData)]
    [InlineData("nodata", ErrorCode.NoData)]
    [InlineData("field", ErrorCode.UnknownName)]
    [InlineData("parameter", ErrorCode.UnknownName)]
    public void Fit_BadInput_IsNamed(string what, ErrorCode expected)
    {
        var table = SchoolCalendar.Table([0.1, 0.2], [0.01, 0.02]);
        var (spec, data) = what switch
        {
            "GEN" => (Plain with { Measure = BayesMeasure.General }, table),
            "none" => (Plain with { Measure = null }, table),
            "negative" => (Plain with { PriorEffect = Prior.Normal(0, -1) }, table),
            "support" => (Plain with { PriorHeterogeneity = Prior.Normal(0, 1) }, table),
            "empty" => (Plain with { PriorEffect = Prior.Normal(0, 1).Truncated(80, 90) }, table),
            "improper" => (Plain with { PriorEffect = Prior.Uniform(double.NegativeInfinity, 1) }, table),
            "level" => (Plain with { Level = 100 }, table),
            "zero" => (Plain, SchoolCalendar.Table([0.1, 0.2], [0.01, 0])),
            "infinite" => (Plain, SchoolCalendar.Table([double.NegativeInfinity, double.PositiveInfinity], [0.01, 0.02])),
            "nodata" => (Plain, SchoolCalendar.Table([double.NaN], [0.01])),
            "field" => (Plain with { InformedPriors = "astrology" }, table),
            _ => (Plain, table),
        };
        var error = Assert.Throws<MetaBridgeException>(() => BayesEngine.Fit(spec, data).Posterior!.Summarize("nonsense"));
        Assert.Equal(expected, error.Code);
    }

    internal static (double[] Yi, double[] Vi, int[] Cluster) Simulate(int studies, int clusters)
    {
        var random = new MetaBridge.Numerics.Sampling.CounterRandom(20, 0);
        var effects = Enumerable.Range(0, clusters).Select(_ => 0.25 + (0.3 * Math.Sqrt(0.5) * random.Normal())).ToArray();
        var cluster = Enumerable.Range(0, studies).Select(i => i % clusters).ToArray();
        var vi = cluster.Select(_ => 0.01 + (0.1 * random.Uniform())).ToArray();
        var yi = cluster.Select((c, i) => effects[c] + (Math.Sqrt((0.09 * 0.5) + vi[i]) * random.Normal())).ToArray();
        return (yi, vi, cluster);
    }

    /// <summary>Every question has a finite answer where the data say next to nothing, or everything, about a parameter; also with a prior that needs an axis.</summary>
    [Theory]
    [InlineData("tau at zero")]
    [InlineData("rho at one")]
    [InlineData("rho at zero")]
    [InlineData("two studies")]
    [InlineData("one cluster")]
    [InlineData("clusters of one")]
    public void Answers_ExtremeData_AreFinite(string what)
    {
        int[] five = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5];
        double[] level = [-0.8, 0.1, 0.9, 0.4, -0.3], pattern = [-0.6, 0, 0.6];
        var (yi, vi, cluster) = what switch
        {
            "tau at zero" => (Enumerable.Repeat(0.3, 15), 0.04, five),
            "rho at one" => (five.Select(c => level[c - 1]), 1e-4, five),
            "rho at zero" => (five.Select((_, i) => pattern[i % 3]), 0.001, five),
            "two studies" => ([0.1, 0.5], 0.02, [1, 2]),
            "one cluster" => ([0.1, 0.2, 0.35, 0.15], 0.03, [7, 7, 7, 7]),
            _ => ((IEnumerable<double>)[0.1, 0.5, -0.2, 0.9, 0.3], 0.03, new[] { 1, 2, 3, 4, 5 }),
        };
        var data = SchoolCalendar.Table([.. yi], [.. yi.Select(_ => vi)], cluster);
        foreach (var prior in new[] { Prior.Normal(0, 0.7), Prior.Gamma(2, 4) })
        {
            var fit = BayesEngine.Fit(Clustered with { PriorEffect = prior }, data);
            AssertAnswers(fit);
            var loo = fit.Posterior!.LeaveOneOut();
            var rest = BayesEngine.Fit(Clustered with { PriorEffect = prior }, data.Take([.. Enumerable.Range(1, data.RowCount - 1)]));
            Assert.Equal(fit.LogMarginalLikelihood.Value - rest.LogMarginalLikelihood.Value, loo.LogDensities[0].Value, 1e-5);
        }
    }

    [Fact]
    public void Answers_FiveThousandStudies_AreFinite()
    {
        var (yi, vi, cluster) = Simulate(5000, 500);
        AssertAnswers(BayesEngine.Fit(Clustered, SchoolCalendar.Table(yi, vi, cluster)));
    }

    private static void AssertAnswers(BayesFit fit)
    {
        var posterior = fit.Posterior!;
        var clusters = fit.ClusterNames.Count;
        LeaveOneOutResult[] left = clusters > 1 ? [posterior.LeaveOneOut(), posterior.LeaveOneClusterOut()] : [posterior.LeaveOneOut()];
        Assert.All(left, loo =>
        {
            Finite([.. loo.LogDensities, .. loo.LogFitted, loo.Elpd, loo.EffectiveParameters]);
            Assert.True(double.IsFinite(loo.StandardError + loo.EffectiveParametersStandardError));
        });
        Assert.All(posterior.StudyEffects(), Ordered);
        Assert.All(posterior.ClusterEffects(), effect =>
        {
            Ordered(effect.Effect);
            Ordered(effect.Deviation);
            Ordered(effect.NewStudy);
        });
        Ordered(posterior.Predict(PredictionKind.NewObservation, 0.02));
        var diagnostics = posterior.Diagnostics();
        Assert.All(diagnostics.Residuals, row => Finite(row.Marginal, row.Cluster!.Value, row.Estimate!.Value, row.Standardized, row.Studentized));
        Assert.All(diagnostics.Influence, row => Finite([row.Dffits, row.CooksDistance, row.CovarianceRatio, row.Tau, row.Rho!.Value, .. row.DfBetas]));

        static void Finite(params Estimate[] estimates) => Assert.All(estimates, x => Assert.True(double.IsFinite(x.Value) && double.IsFinite(x.Error), x.ToString()));

        static void Ordered(PosteriorRow row)
        {
            Finite(row.Mean, row.Sd, row.Lower, row.Median, row.Upper);
            Assert.True(row.Lower.Value < row.Median.Value && row.Median.Value < row.Upper.Value, row.ToString());
        }
    }

    private static void AssertSound(BayesFit fit)
    {
        Assert.True(fit.Converged);
        Assert.All(fit.Estimates.Concat(fit.Heterogeneity), row =>
        {
            Assert.All(new[] { row.Mean, row.Sd, row.Lower, row.Median, row.Upper }, x =>
            {
                Assert.True(double.IsFinite(x.Value), row.Name);
                // Quantiles of the parts of I² have a corner in the plane of tau and rho; with a handful of studies it lies in the bulk.
                var bound = row.Name.StartsWith("I2 [", StringComparison.Ordinal) ? 1e-3 : 1e-4;
                Assert.True(x.Error <= bound * Math.Max(Math.Abs(x.Value), row.Sd.Value), $"{row.Name}: {x}");
            });
            Assert.True(row.Lower.Value < row.Median.Value && row.Median.Value < row.Upper.Value, row.Name);
        });
    }

    private static double[] Values(PosteriorRow row) => [row.Mean.Value, row.Sd.Value, row.Lower.Value, row.Median.Value, row.Upper.Value];

    private static (double Mean, Func<double, double> Cumulative) HomogeneousTau(int k, double v, double y)
    {
        double Density(double tau)
        {
            var a = v + (tau * tau);
            var total = (a / k) + 0.5;
            return Math.Exp((-0.5 * (k - 1) * Math.Log(a / v)) - (0.5 * Math.Log(total)) - (0.5 * y * y / total) - (tau * tau / (2 * 0.125)));
        }

        var mass = Simpson(Density, 0, 3, 200_000);
        return (Simpson(t => t * Density(t), 0, 3, 200_000) / mass, x => Simpson(Density, 0, x, 20_000) / mass);
    }

    private static double LogMarginal(double[] y, double[] v, double muSd, double tauSd)
    {
        double Log(double logTau)
        {
            var tau = Math.Exp(logTau);
            double a = 1 / (muSd * muSd), b = 0, c = 0, logs = Math.Log(muSd * muSd);
            for (var i = 0; i < y.Length; i++)
            {
                var s = v[i] + (tau * tau);
                a += 1 / s;
                b += y[i] / s;
                c += y[i] * y[i] / s;
                logs += Math.Log(2 * Math.PI * s);
            }

            var prior = Math.Log(2) - (0.5 * Math.Log(2 * Math.PI)) - Math.Log(tauSd) - (0.5 * tau * tau / (tauSd * tauSd));
            return (-0.5 * (logs + c - (b * b / a) + Math.Log(a))) + prior + logTau;
        }

        return -10 + Math.Log(Simpson(x => Math.Exp(Log(x) + 10), -25, 3, 200_000));
    }

    private static double Simpson(Func<double, double> f, double a, double b, int n)
    {
        var h = (b - a) / n;
        var sum = f(a) + f(b);
        for (var i = 1; i < n; i++)
        {
            sum += f(a + (i * h)) * (i % 2 == 0 ? 2 : 4);
        }

        return sum * h / 3;
    }
}
