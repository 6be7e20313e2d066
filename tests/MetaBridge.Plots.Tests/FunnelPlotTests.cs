using MetaBridge.Errors;

namespace MetaBridge.Plots.Tests;

/// <summary>Against the display list of metafor 3.8-1's <c>funnel()</c> (R 4.2.2) on dat.bcg.</summary>
public sealed class FunnelPlotTests
{
    private const double Rounding = 1e-10;

    // rstandard(rma(yi, vi, mods=~ablat, test="knha"))$se: standard errors of the residuals; resid().
    internal static readonly double[] ResidualErrors =
    [
        0.61824644134382756, 0.48009231106350514, 0.68879316526558121, 0.25063013137734463, 0.31445968172775485, 0.25209029272515493,
        0.52933339856527528, 0.22723621753696693, 0.34710436020846169, 0.3634458044353267, 0.26127386060998731, 0.77288882275082793,
        0.36912863180332439,
    ];

    [Fact]
    public void Of_RandomEffects_HasTheAxesOfMetafor()
    {
        var plot = FunnelPlot.Of(Fits.Bcg);

        Assert.Equal(-2.4308257196452296, plot.EffectAxis.Lower, Rounding);
        Assert.Equal(1.0017610353289501, plot.EffectAxis.Upper, Rounding);
        Assert.Equal(["0", "0.182", "0.365", "0.547", "0.73"], plot.ErrorAxis.Ticks.Select(t => t.Label));
        Assert.Equal(0.72972998102048181, plot.ErrorAxis.Upper, Rounding);
        Assert.Equal("Log Risk Ratio", plot.EffectAxis.Title);
        Assert.Equal(-0.71453234215813966, plot.Center);
    }

    [Fact]
    public void Of_RandomEffects_PlacesStudies()
    {
        var plot = FunnelPlot.Of(Fits.Bcg);

        Assert.Equal(Fits.Yi, plot.Points.Select(p => p.Effect));
        Assert.Equal(Math.Sqrt(Fits.Vi[3]), plot.Points[3].StandardError);
        Assert.Equal("Hart & Sutherland, 1977", plot.Points[3].Label);
    }

    [Fact]
    public void Of_Default_RegionIsATriangle()
    {
        var region = Assert.Single(FunnelPlot.Of(Fits.Bcg).Regions);

        Assert.Equal(95, region.Level);
        Assert.Equal(0, region.HalfWidths[0]);
        Assert.Equal(1.95996398454005361 * 0.72972998102048181, region.HalfWidths[^1], Rounding);
    }

    [Fact]
    public void Of_TauSquared_RegionStartsAtItsRoot()
    {
        var plot = FunnelPlot.Of(Fits.Bcg, new FunnelOptions { AddTauSquared = true, Levels = [90, 99, 95] });

        Assert.Equal([99.0, 95, 90], plot.Regions.Select(r => r.Level));
        Assert.Equal(1.64485362695147153 * Math.Sqrt(Fits.Tau2), plot.Regions[2].HalfWidths[0], Rounding);
    }

    [Fact]
    public void Of_Moderators_ShowsResiduals()
    {
        var plot = FunnelPlot.Of(Fits.BcgAblat);

        Assert.True(plot.IsResidual);
        Assert.Equal(0, plot.Center);
        Assert.Equal("Residual Value", plot.EffectAxis.Title);
        Assert.Equal(0.1396963565851268, plot.Points[0].Effect, Rounding);
        for (var i = 0; i < ResidualErrors.Length; i++)
        {
            Assert.Equal(ResidualErrors[i], plot.Points[i].StandardError, Rounding);
        }
    }

    [Fact]
    public void Of_ModeratorsWithoutPredictions_IsRefused() => Assert.Equal(
        ErrorCode.SpecificationInvalid,
        Assert.Throws<MetaBridgeException>(() => FunnelPlot.Of(Fits.BcgAblat with { Predictions = null })).Code);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(double.NaN)]
    public void Of_LevelOutsideItsRange_IsRefused(double level) => Assert.Equal(
        ErrorCode.InvalidOption,
        Assert.Throws<MetaBridgeException>(() => FunnelPlot.Of(Fits.Bcg, new FunnelOptions { Levels = [level] })).Code);
}
