using MetaBridge.Bayes;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>With few studies tau is hardly known, so that quantiles of the parts of I² meet the corner where I² itself cannot reach them.</summary>
public class FewStudiesTests
{
    private const double Bound = 5e-5;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void HeterogeneityTable_HasSmallErrors(int studies)
    {
        double[] yi = [0.1, 0.5, 0.3, -0.2, 0.7, 0.15, 0.4, 0.05], vi = [0.02, 0.03, 0.01, 0.05, 0.04, 0.02, 0.015, 0.03];
        int[] cluster = [1, 1, 2, 2, 3, 3, 3, 4];
        var spec = SchoolCalendar.Spec with { ClusterColumn = "cluster" };
        var fit = BayesEngine.Fit(spec, SchoolCalendar.Table(yi[..studies], vi[..studies], cluster[..studies]));
        Assert.True(fit.Converged);
        Assert.Equal(11, fit.Heterogeneity.Count);
        foreach (var row in fit.Heterogeneity)
        {
            foreach (var number in new[] { row.Mean, row.Sd, row.Lower, row.Median, row.Upper })
            {
                Assert.True(number.Error <= Bound * Math.Max(Math.Abs(number.Value), row.Sd.Value), $"{row.Name}: {number}");
            }
        }

        Assert.Equal(
            fit.Heterogeneity.Single(row => row.Name == "I2").Mean.Value,
            fit.Heterogeneity.Where(row => row.Name is "I2 [within]" or "I2 [between]").Sum(row => row.Mean.Value),
            1e-6);
    }

    /// <summary>The distribution function by the lattice's corner correction is the inverse of the quantile, and rises.</summary>
    [Fact]
    public void Distribution_OfAPart_RisesAndInverts()
    {
        var spec = SchoolCalendar.Spec with { ClusterColumn = "cluster" };
        var posterior = BayesEngine.Fit(spec, SchoolCalendar.Table([0.1, 0.5, 0.3, -0.2], [0.02, 0.03, 0.01, 0.05], [1, 1, 2, 2])).Posterior!;
        var previous = 0.0;
        for (var x = 1; x < 100; x += 3)
        {
            var p = posterior.Probability("I2 [within]", x).Value;
            Assert.InRange(p, previous, 1);
            Assert.Equal(x, posterior.Quantile("I2 [within]", p).Value, 1e-3);
            previous = p;
        }
    }
}
