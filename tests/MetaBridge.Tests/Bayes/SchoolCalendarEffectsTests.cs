using MetaBridge.Bayes;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>Predictions, random effects, deletion densities and model comparison against the same independent quadrature (printed digits).</summary>
public class SchoolCalendarEffectsTests
{
    private const double Printed = 6e-7;

    private static BayesPosterior Posterior => SchoolCalendar.Fit.Posterior!;

    [Fact]
    public void Predict_NewStudyAndCluster_Agree()
    {
        AssertRow([0.180603, 0.338005, -0.489159, 0.180721, 0.849676], Posterior.Predict(PredictionKind.NewStudy));
        AssertRow([0.180603, 0.279514, -0.379359, 0.180348, 0.741040], Posterior.Predict(PredictionKind.NewCluster));
        AssertRow([0.1806028, 0.0870436, 0.0075285, 0.1805152, 0.3538542], Posterior.Predict(PredictionKind.Average));
    }

    [Theory]
    [InlineData("11", 4, 0.000226, 0.163940, -0.330531, 0.003451, 0.313545, -0.180377, 0.170598)]
    [InlineData("18", 3, 0.318550, 0.124197, 0.075522, 0.318151, 0.563825, 0.137947, 0.140160)]
    [InlineData("58", 11, -0.048336, 0.065175, -0.176164, -0.048549, 0.080745, -0.228939, 0.104529)]
    [InlineData("71", 3, 0.697417, 0.131854, 0.427185, 0.701184, 0.946391, 0.516814, 0.147873)]
    [InlineData("86", 8, -0.012468, 0.066160, -0.141449, -0.013163, 0.120345, -0.193071, 0.105055)]
    [InlineData("644", 4, 0.171670, 0.139417, -0.102542, 0.171715, 0.445601, -0.008933, 0.151088)]
    public void ClusterEffects_District_Agree(
        string district, int schools, double mean, double sd, double lower, double median, double upper, double deviation, double deviationSd)
    {
        var effect = Effects.Value.Single(cluster => cluster.Cluster == district);
        Assert.Equal(schools, effect.StudyCount);
        AssertRow([mean, sd, lower, median, upper], effect.Effect);
        Assert.Equal(deviation, effect.Deviation.Mean.Value, Printed);
        Assert.Equal(deviationSd, effect.Deviation.Sd.Value, Printed);
    }

    [Fact]
    public void StudyEffects_FirstEight_Agree()
    {
        var rows = Posterior.StudyEffects().Take(8).ToArray();
        double[] means = [-0.041630, -0.050819, 0.045077, -0.059317, 0.121385, -0.153399, 0.162399, 0.229146];
        double[] sds = [0.207511, 0.207578, 0.214448, 0.213909, 0.103895, 0.106456, 0.106890, 0.127398];
        Assert.Equal(means, rows.Select(row => row.Mean.Value), (a, b) => Math.Abs(a - b) < Printed);
        Assert.Equal(sds, rows.Select(row => row.Sd.Value), (a, b) => Math.Abs(a - b) < Printed);
    }

    [Fact]
    public void LeaveOneOut_Studies_Agree()
    {
        var loo = Posterior.LeaveOneOut();
        Assert.Equal(-7.802970, loo.Elpd.Value, Printed);
        Assert.Equal(7.700222, loo.StandardError, Printed);
        Assert.Equal(15.605941, loo.Looic, 2 * Printed);
        Assert.Equal(
            [-0.204577, -0.267007, -0.318966, -0.433521, 0.450556],
            loo.LogDensities.Take(5).Select(x => x.Value),
            (a, b) => Math.Abs(a - b) < Printed);
        Assert.Equal(-3.856291, loo.LogDensities[48].Value, Printed);
    }

    [Fact]
    public void LeaveOneOut_OneStudyRefitted_IsTheRatioOfMarginalLikelihoods()
    {
        int[] rest = [.. Enumerable.Range(0, 56).Where(i => i != 48)];
        var without = BayesEngine.Fit(SchoolCalendar.Spec, SchoolCalendar.Data.Take(rest));
        var ratio = SchoolCalendar.Fit.LogMarginalLikelihood.Value - without.LogMarginalLikelihood.Value;
        Assert.Equal(ratio, Posterior.LeaveOneOut().LogDensities[48].Value, 1e-9);
    }

    [Fact]
    public void LeaveOneClusterOut_Districts_Agree()
    {
        var loo = Posterior.LeaveOneClusterOut();
        Assert.Equal(-13.738422, loo.Elpd.Value, Printed);
        Assert.Equal(11.847716, loo.StandardError, Printed);
    }

    [Fact]
    public void BayesFactor_RestrictedModels_Agree()
    {
        var noEffect = BayesEngine.Fit(SchoolCalendar.Spec with { PriorEffect = Prior.Point(0) }, SchoolCalendar.Data);
        var twoLevel = BayesEngine.Fit(SchoolCalendar.Spec with { PriorAllocation = Prior.Point(0) }, SchoolCalendar.Data);
        Assert.Equal(1.1688085, BayesComparison.BayesFactor(SchoolCalendar.Fit, noEffect).Value, 1e-7);
        Assert.Equal(3034.76, BayesComparison.BayesFactor(SchoolCalendar.Fit, twoLevel).Value, 5e-3);
    }

    [Fact]
    public void Average_EffectAndHeterogeneity_FollowsFromTheModels()
    {
        var average = BayesEngine.Average(SchoolCalendar.Spec, SchoolCalendar.Data);
        Assert.Equal(["Effect", "Heterogeneity"], average.Inclusion.Select(row => row.Component));
        Assert.Equal(4, average.Models.Count);
        Assert.Equal(1, average.Models.Sum(model => model.PosteriorProbability.Value), 1e-12);
        // Without heterogeneity the data are all but impossible, so the effect's evidence is that of the two models with it.
        Assert.Equal(1.1688085, average.Inclusion[0].BayesFactor.Value, 1e-6);
        var share = 1.1688085 / 2.1688085;
        Assert.Equal(share * 0.1806028, average.Estimates[0].Mean.Value, 1e-6);
        Assert.Equal(0.1806028, average.Conditional[0].Mean.Value, 1e-6);
        // The spike at 0 holds 46 percent of the probability, and 2.1 percent of the rest lies below it.
        Assert.Equal(0, average.Estimates[0].Lower.Value, 1e-12);
    }

    [Fact]
    public void Sensitivity_UnitFactors_IsTheFitItself()
    {
        var rows = PriorSensitivity.Table(SchoolCalendar.Spec, SchoolCalendar.Data, [0.5, 1], [1, 2]);
        Assert.Equal(4, rows.Count);
        var same = rows.Single(row => row is { EffectFactor: 1, HeterogeneityFactor: 1 });
        Assert.Equal(SchoolCalendar.Fit.LogMarginalLikelihood.Value, same.LogMarginalLikelihood.Value, 1e-12);
        Assert.Equal(1.1688085, same.EffectBayesFactor.Value, 1e-7);
        Assert.True(rows.Single(row => row is { EffectFactor: 0.5, HeterogeneityFactor: 1 }).EffectBayesFactor.Value > 1.1688085);
    }

    [Fact]
    public void Summary_SchoolCalendar_IsLaidOutAsTheVignette()
    {
        const string expected =
            "Bayesian Multilevel Random-Effects Model (k = 56, clusters = 11)\n\nEstimates\n"
            + "     Mean    SD 0.025   0.5 0.975\nmu  0.181 0.087 0.008 0.181 0.354\ntau 0.321 0.058 0.234 0.313 0.459\nrho 0.632 0.140 0.326 0.645 0.863\n";
        Assert.Equal(expected, BayesText.Summary(SchoolCalendar.Fit));
        var lines = BayesText.Heterogeneity(SchoolCalendar.Fit).Split('\n');
        Assert.Equal("                 Mean Median  0.025  0.975", lines[1]);
        Assert.Equal("I2 [within]    34.901 33.676 13.291 63.229", lines[10]);
    }

    /// <summary>The vignette's own numbers carry Monte Carlo error; the bands are those that its effective sample sizes imply.</summary>
    [Theory]
    [InlineData("mu", 0.183, 0.009, 0.182, 0.365, 0.005, 0.012)]
    [InlineData("tau", 0.323, 0.233, 0.314, 0.461, 0.005, 0.005)]
    [InlineData("rho", 0.634, 0.329, 0.647, 0.863, 0.005, 0.005)]
    [InlineData("tau [within]", 0.187, 0.132, 0.185, 0.255, 0.005, 0.005)]
    [InlineData("tau [between]", 0.258, 0.150, 0.248, 0.417, 0.005, 0.005)]
    [InlineData("tau2", 0.108, 0.054, 0.099, 0.213, 0.005, 0.005)]
    [InlineData("tau2 [within]", 0.036, 0.017, 0.034, 0.065, 0.005, 0.005)]
    [InlineData("tau2 [between]", 0.071, 0.022, 0.062, 0.174, 0.005, 0.005)]
    [InlineData("I2", 95.094, 91.673, 95.238, 97.727, 0.1, 0.1)]
    [InlineData("I2 [within]", 34.673, 13.262, 33.498, 62.913, 0.5, 0.5)]
    [InlineData("I2 [between]", 60.421, 30.803, 61.434, 83.757, 0.5, 0.5)]
    [InlineData("H2", 22.745, 12.010, 21.000, 43.998, 0.4, 0.4)]
    public void Row_VignetteDisplay_WithinMonteCarloBand(
        string name, double mean, double lower, double median, double upper, double centreBand, double tailBand)
    {
        var row = Posterior.Summarize(name);
        Assert.Equal(mean, row.Mean.Value, centreBand);
        Assert.Equal(median, row.Median.Value, centreBand);
        Assert.Equal(lower, row.Lower.Value, tailBand);
        Assert.Equal(upper, row.Upper.Value, tailBand);
    }

    private static Lazy<IReadOnlyList<ClusterEffect>> Effects { get; } = new(() => Posterior.ClusterEffects());

    private static void AssertRow(double[] expected, PosteriorRow row) => Assert.Equal(
        expected,
        [row.Mean.Value, row.Sd.Value, row.Lower.Value, row.Median.Value, row.Upper.Value],
        (a, b) => Math.Abs(a - b) < Printed);
}
