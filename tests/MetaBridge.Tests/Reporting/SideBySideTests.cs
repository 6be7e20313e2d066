using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Tests.Bayes;
using Xunit;

namespace MetaBridge.Tests.Reporting;

/// <summary>The table of the multilevel vignette: <c>rma.mv</c> and its <c>confint</c> beside <c>brma</c>.</summary>
public sealed class SideBySideTests
{
    // metafor 3.8-1: rma.mv(yi, vi, random = ~ school | district) and confint() of it, as printed in RoBMA's vignette.
    [Theory]
    [InlineData("mu", 0.1847, 0.0190, 0.3504)]
    [InlineData("tau", 0.3127, 0.2298, 0.4897)]
    [InlineData("rho", 0.6653, 0.3282, 0.8855)]
    [InlineData("tau2", 0.0978, 0.0528, 0.2398)]
    public void Counterpart_OfTheVignette_HasMetaforsNumbers(string name, double estimate, double lower, double upper)
    {
        var row = Table.Rows.Single(r => r.Name == name);
        Assert.Equal(estimate, row.Estimate, 6e-5);
        Assert.Equal(lower, row.Lower, 6e-5);
        Assert.Equal(upper, row.Upper, 6e-5);
    }

    [Fact]
    public void Rows_AreThoseOfBothTables()
    {
        Assert.Equal(["mu", .. SchoolCalendar.Fit.Heterogeneity.Select(row => row.Name)], Table.Rows.Select(row => row.Name));
        Assert.Equal("rma.mv (REML)", Table.Method);
        Assert.Equal(SchoolCalendar.Fit.Heterogeneity, Table.Rows.Skip(1).Select(row => row.Posterior));
    }

    [Fact]
    public void Parts_AddUpToTheWhole()
    {
        double At(string name) => Table.Rows.Single(row => row.Name == name).Estimate;
        Assert.Equal(At("tau2"), At("tau2 [within]") + At("tau2 [between]"), 1e-12);
        Assert.Equal(At("I2"), At("I2 [within]") + At("I2 [between]"), 1e-10);
        Assert.Equal(At("tau"), Math.Sqrt(At("tau2")), 1e-12);
        Assert.Equal(At("H2"), 1 / (1 - (At("I2") / 100)), 1e-10);
    }

    [Fact]
    public void NestedTerms_GiveTheIntervalsOfTheParts()
    {
        var spec = new MultilevelSpec
        {
            Effect = SchoolCalendar.Spec.Effect,
            Random = ["~ 1 | district/school"],
            Also = [FurtherResult.HeterogeneityIntervals],
        };
        var numbered = SchoolCalendar.Data.With(new TextColumn("school", [.. Enumerable.Range(1, 56).Select(i => $"{i}")]));
        var fit = (MultilevelFit)MetaAnalysis.Fit((ModelSpec)spec, numbered);
        var rows = SideBySide.Of(SchoolCalendar.Fit, fit).Rows.ToDictionary(row => row.Name);
        Assert.Equal(fit.SigmaSquared[0].Value, rows["tau2 [between]"].Estimate, 1e-12);
        Assert.Equal(fit.Intervals![0].Upper, rows["tau2 [between]"].Upper, 1e-12);
        Assert.Equal(Math.Sqrt(fit.Intervals[1].Lower), rows["tau [within]"].Lower, 1e-12);
        Assert.True(double.IsNaN(rows["tau2"].Lower));
        Assert.Equal(Table.Rows.Single(row => row.Name == "rho").Estimate, rows["rho"].Estimate, 1e-6);
    }

    [Fact]
    public void WithoutClusters_I2AndH2HaveTheLimitsOfTau2()
    {
        var spec = SchoolCalendar.Spec with { ClusterColumn = null, Moderators = "~ year" };
        var table = SideBySide.Of(BayesEngine.Fit(spec, SchoolCalendar.Data), SideBySide.Counterpart(spec, SchoolCalendar.Data));
        Assert.Equal(["intercept", "year", "tau", "tau2", "I2", "H2"], table.Rows.Select(row => row.Name));
        Assert.All(table.Rows, row => Assert.InRange(row.Estimate, row.Lower, row.Upper));
        // metafor 3.8-1: confint(rma(yi, vi, mods = ~ year)).
        Assert.Equal(91.856, table.Rows[4].Lower, 5e-3);
    }

    [Fact]
    public void DifferentModels_AreNamed()
    {
        var data = SchoolCalendar.Data;
        var scale = SchoolCalendar.Spec with { ScaleModerators = "~ year" };
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => SideBySide.Counterpart(scale, data)).Code);
        var uni = MetaAnalysis.Fit(new UnivariateSpec { Effect = SchoolCalendar.Spec.Effect }, data);
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => SideBySide.Of(SchoolCalendar.Fit, uni)).Code);
        var fewer = MetaAnalysis.Fit(new UnivariateSpec { Effect = SchoolCalendar.Spec.Effect, Subset = "year > 1980" }, data);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => SideBySide.Of(SchoolCalendar.Fit, fewer)).Code);
        var one = MetaAnalysis.Fit((ModelSpec)new MultilevelSpec { Effect = SchoolCalendar.Spec.Effect, Random = ["~ 1 | district"] }, data);
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => SideBySide.Of(SchoolCalendar.Fit, one)).Code);
    }

    private static SideBySideTable Table { get; } =
        SideBySide.Of(SchoolCalendar.Fit, SideBySide.Counterpart(SchoolCalendar.Spec, SchoolCalendar.Data));
}
