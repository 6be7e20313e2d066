using MetaBridge.Bayes;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>
/// The school-calendar data against an independent quadrature: mu integrated analytically, tensor grid in log tau × logit rho with 800 × 12001 points
/// (numpy 1.24), two grid sizes agreeing to six significant digits or more; printed to seven digits.
/// </summary>
public class SchoolCalendarPosteriorTests
{
    /// <summary>Half a unit of the last printed digit of the reference, rounded up.</summary>
    private const double Printed = 2e-7;

    [Theory]
    [InlineData("mu", 0.1806028, 0.0870436, 0.0075285, 0.1805152, 0.3538542)]
    [InlineData("tau", 0.3214332, 0.0578920, 0.2335748, 0.3128518, 0.4591697)]
    [InlineData("rho", 0.6316359, 0.1399138, 0.3260989, 0.6452350, 0.8629977)]
    [InlineData("tau [within]", 0.1874180, 0.0315214, 0.1316150, 0.1853208, 0.2552005)]
    [InlineData("tau [between]", 0.2566123, 0.0685695, 0.1485464, 0.2476330, 0.4163503)]
    [InlineData("tau2", 0.1066708, 0.0412335, 0.0545572, 0.0978762, 0.2108369)]
    [InlineData("tau2 [within]", 0.0361191, 0.0123199, 0.0173225, 0.0343438, 0.0651273)]
    [InlineData("tau2 [between]", 0.0705517, 0.0402223, 0.0220660, 0.0613221, 0.1733475)]
    public void Row_SchoolCalendar_AgreesWithIndependentQuadrature(string name, double mean, double sd, double lower, double median, double upper)
    {
        var row = SchoolCalendar.Fit.Posterior!.Summarize(name);
        Assert.All(
            new[] { (mean, row.Mean), (sd, row.Sd), (lower, row.Lower), (median, row.Median), (upper, row.Upper) },
            pair =>
            {
                Assert.Equal(pair.Item1, pair.Item2.Value, Printed);
                Assert.InRange(pair.Item2.Error, 0, 1e-5);
            });
    }

    [Theory]
    [InlineData("I2", 95.0648389, 1.5448396, 91.6898304, 95.1909534, 97.7084666)]
    [InlineData("I2 [within]", 34.9005394, 12.9941427, 13.291380, 33.676247, 63.228956)]
    [InlineData("I2 [between]", 60.1642995, 13.8519164, 30.555511, 61.252306, 83.812975)]
    [InlineData("H2", 22.5727182, 8.3389190, 12.0334488, 20.7941425, 43.6389019)]
    public void PercentRow_SchoolCalendar_AgreesWithIndependentQuadrature(
        string name, double mean, double sd, double lower, double median, double upper)
    {
        var row = SchoolCalendar.Fit.Posterior!.Summarize(name);
        Assert.Equal([mean, sd, lower, median, upper], [row.Mean.Value, row.Sd.Value, row.Lower.Value, row.Median.Value, row.Upper.Value], Close(2e-6));
    }

    [Fact]
    public void LogMarginalLikelihood_SchoolCalendar_AgreesToAllPrintedDigits()
    {
        Assert.Equal(-13.4466199, SchoolCalendar.Fit.LogMarginalLikelihood.Value, 1e-7);
        Assert.InRange(SchoolCalendar.Fit.LogMarginalLikelihood.Error, 0, 1e-7);
    }

    [Fact]
    public void Probability_MuBelowZero_Agrees() =>
        Assert.Equal(0.0210542, SchoolCalendar.Fit.Posterior!.Probability("mu", 0).Value, 1e-7);

    [Fact]
    public void Density_AtZero_AgreesWithSavageDickey()
    {
        var posterior = SchoolCalendar.Fit.Posterior!;
        Assert.Equal(0.5641896, posterior.PriorDensity("mu", 0), 1e-7);
        Assert.Equal(0.4827049, posterior.Density("mu", 0).Value, 1e-7);
    }

    [Theory]
    [InlineData("mu", -13.6026048)]
    [InlineData("rho0", -21.4645068)]
    [InlineData("rho1", -36.1484045)]
    public void LogMarginalLikelihood_RestrictedModel_Agrees(string which, double expected)
    {
        var spec = which switch
        {
            "mu" => SchoolCalendar.Spec with { PriorEffect = Prior.Point(0) },
            "rho0" => SchoolCalendar.Spec with { PriorAllocation = Prior.Point(0) },
            _ => SchoolCalendar.Spec with { PriorAllocation = Prior.Point(1) },
        };
        Assert.Equal(expected, BayesEngine.Fit(spec, SchoolCalendar.Data).LogMarginalLikelihood.Value, 1e-7);
    }

    [Fact]
    public void Fit_WithoutClusters_AgreesWithTwoLevelReference()
    {
        var fit = BayesEngine.Fit(SchoolCalendar.Spec with { ClusterColumn = null }, SchoolCalendar.Data);
        Assert.Equal(["mu", "tau"], fit.Estimates.Select(row => row.Name));
        Assert.Equal(["tau", "tau2", "I2", "H2"], fit.Heterogeneity.Select(row => row.Name));
        var mu = fit.Estimates[0];
        var tau = fit.Estimates[1];
        Assert.Equal(
            [0.1273379, 0.0446033, 0.0393650, 0.1274168, 0.2148616],
            [mu.Mean.Value, mu.Sd.Value, mu.Lower.Value, mu.Median.Value, mu.Upper.Value],
            Close(2e-7));
        Assert.Equal(
            [0.3020813, 0.0344830, 0.2417050, 0.2995887, 0.3766843],
            [tau.Mean.Value, tau.Sd.Value, tau.Lower.Value, tau.Median.Value, tau.Upper.Value],
            Close(2e-7));
        Assert.Equal([94.6838004, 19.6951800], [fit.Heterogeneity[2].Mean.Value, fit.Heterogeneity[3].Mean.Value], Close(2e-7));
    }

    private static Func<double, double, bool> Close(double tolerance) => (a, b) => Math.Abs(a - b) <= tolerance;
}
