using MetaBridge.Multilevel;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>The published analysis of Konstantopoulos (2011) as metafor prints it.</summary>
public class SeedTests
{
    [Fact]
    public void Konstantopoulos_SchoolsInDistricts()
    {
        var fixture = Fixture.Load("konstantopoulos-cs-reml");
        var fit = MetaAnalysis.Fit(
            new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Random = ["~ school | district"] }, fixture.Data(), MultilevelMatrices.None);
        Assert.Equal(0.0978, fit.TauSquared[0].Value, 4);
        Assert.Equal(0.6653, fit.Rho[0].Value, 4);
        Assert.Equal(0.1847, fit.Coefficients.Estimates[0], 4);
        Assert.Equal(0.0846, fit.Coefficients.StandardErrors[0], 4);
        Assert.Equal(2.1845, fit.Coefficients.Statistics[0], 4);
        Assert.Equal(0.0289, fit.Coefficients.PValues[0], 4);
        Assert.Equal(0.0190, fit.Coefficients.Lower[0], 4);
        Assert.Equal(0.3504, fit.Coefficients.Upper[0], 4);
        Assert.Equal(578.8640, fit.ResidualHeterogeneity.Statistic, 4);
        Assert.Equal(55, fit.ResidualHeterogeneity.NumeratorDf);
        Assert.Equal("nested", fit.Search.CovarianceShape);
    }

    [Fact]
    public void Konstantopoulos_AsText()
    {
        var data = Fixture.Load("konstantopoulos-cs-reml").Data();
        var spec = new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Random = ["~ school | district"] };
        var text = MetaAnalysis.Fit(spec, data, MultilevelMatrices.None).ToText();
        Assert.Contains("Multivariate Meta-Analysis Model (k = 56; method: REML)", text, StringComparison.Ordinal);
        Assert.Contains("Test for Heterogeneity:\nQ(df = 55) = 578.8640, p-val < .0001", text, StringComparison.Ordinal);
        Assert.Contains("outer factor: district (nlvls = 11)\ninner factor: school   (nlvls = 11)\n", text, StringComparison.Ordinal);
        Assert.Contains("\ntau^2      0.0978  0.3127     no\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrho        0.6653             no\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  0.1847  0.0846  2.1845  0.0289  0.0190  0.3504  *\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Konstantopoulos_NestedInterceptsAreTheSameModel()
    {
        var data = Fixture.Load("konstantopoulos-cs-reml").Data();
        var effect = new EffectSpec { Yi = "yi", Vi = "vi" };
        var correlated = MetaAnalysis.Fit(new MultilevelSpec { Effect = effect, Random = ["~ school | district"] }, data, MultilevelMatrices.None);
        var nested = MetaAnalysis.Fit(new MultilevelSpec { Effect = effect, Random = ["~ 1 | district/school"] }, data, MultilevelMatrices.None);
        Assert.Equal(correlated.RestrictedLikelihood.LogLikelihood, nested.RestrictedLikelihood.LogLikelihood, 1e-11);
        Assert.Equal(correlated.TauSquared[0].Value, nested.SigmaSquared.Sum(c => c.Value), 1e-9);
        Assert.Equal(correlated.Rho[0].Value, nested.SigmaSquared[0].Value / nested.SigmaSquared.Sum(c => c.Value), 1e-8);
    }

    // R 4.2.2, metafor 3.8-1: confint(rma.mv(yi, vi, random = ~ school | district, control = list(optimizer = "optim", optmethod = "BFGS",
    // reltol = 1e-14)), control = list(tol = 1e-12)). With its default tolerance metafor prints 0.8855 for the last limit.
    [Fact]
    public void Konstantopoulos_ProfileIntervals()
    {
        var data = Fixture.Load("konstantopoulos-cs-reml").Data();
        var spec = new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Random = ["~ school | district"] };
        var intervals = MetaAnalysis.ComponentIntervals(spec, data, MultilevelMatrices.None);
        Assert.Equal(0.0527976748723, intervals[0].Lower, 1e-7);
        Assert.Equal(0.2398447869083, intervals[0].Upper, 1e-7);
        Assert.Equal(0.328216576589, intervals[1].Lower, 1e-7);
        Assert.Equal(0.885442878946, intervals[1].Upper, 1e-7);
        Assert.All(intervals, interval => Assert.Null(interval.Problem));
    }
}
