using System.Xml.Linq;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Plots.Tests;

public sealed class PosteriorPlotTests
{
    private static readonly BayesFit Fit = Of(new BayesSpec
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.RiskRatio,
        ClusterColumn = "cluster",
    });

    [Fact]
    public void Of_MainTable_HasOnePanelPerParameter()
    {
        var plot = PosteriorPlot.Of(Fit);
        Assert.Equal(["mu", "tau", "rho"], plot.Panels.Select(panel => panel.Parameter));
        Assert.All(plot.Panels, panel => Assert.NotNull(panel.Prior));
        Assert.All(plot.Panels, panel => Assert.Equal(0, panel.DensityAxis.Lower));
    }

    /// <summary>The trapezoidal sum over the shown range is the probability of that range.</summary>
    [Fact]
    public void Curves_IntegrateToTheProbabilityShown()
    {
        foreach (var panel in PosteriorPlot.Of(Fit).Panels)
        {
            var points = panel.Posterior;
            var sum = 0.0;
            for (var i = 1; i < points.Count; i++)
            {
                sum += (points[i].Value - points[i - 1].Value) * (points[i].Density + points[i - 1].Density) / 2;
            }

            var posterior = Fit.Posterior!;
            var shown = posterior.Probability(panel.Parameter, points[^1].Value).Value - posterior.Probability(panel.Parameter, points[0].Value).Value;
            Assert.Equal(shown, sum, 1e-3);
            Assert.InRange(shown, 0.998, 1.0);
        }
    }

    [Fact]
    public void Prior_OfTau_IsTheHalfNormal()
    {
        var panel = PosteriorPlot.Of(Fit, new() { Parameters = ["tau"], Limits = (0, 2) }).Panels[0];
        var point = panel.Prior![100];
        // RR: half-normal with standard deviation 0.5.
        Assert.Equal(2 * Math.Exp(-2 * point.Value * point.Value) / (0.5 * Math.Sqrt(2 * Math.PI)), point.Density, 1e-12);
        Assert.Equal((0, 2), (panel.ValueAxis.Lower, panel.ValueAxis.Upper));
    }

    [Fact]
    public void Prior_OfADerivedQuantity_IsLeftOut()
    {
        var plot = PosteriorPlot.Of(Fit, new() { Parameters = ["I2"] });
        Assert.Null(plot.Panels[0].Prior);
        Assert.DoesNotContain(">Prior<", PlotRenderer.ToSvg(plot), StringComparison.Ordinal);
    }

    [Fact]
    public void KnownParameter_IsALine()
    {
        var fit = Of(new BayesSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Measure = BayesMeasure.RiskRatio, PriorEffect = Prior.Point(0) });
        var panel = PosteriorPlot.Of(fit).Panels[0];
        Assert.Equal(0, panel.Known);
        Assert.Contains("class=\"posterior\"", PlotRenderer.ToSvg(PosteriorPlot.Of(fit)), StringComparison.Ordinal);
    }

    [Fact]
    public void Svg_IsWellFormedAndTheSameEveryTime()
    {
        var plot = PosteriorPlot.Of(Fit);
        var svg = PlotRenderer.ToSvg(plot, new RenderOptions { Title = "Posterior <densities> & priors" });
        Assert.Equal(svg, PlotRenderer.ToSvg(PosteriorPlot.Of(Fit), new RenderOptions { Title = "Posterior <densities> & priors" }));
        XNamespace ns = "http://www.w3.org/2000/svg";
        var root = XDocument.Parse(svg).Root!;
        Assert.Equal(3, root.Elements(ns + "g").Count(g => (string?)g.Attribute("class") == "panel"));
        Assert.Equal(3, root.Descendants(ns + "polyline").Count(line => (string?)line.Attribute("class") == "prior"));
        var (width, height) = ((double)root.Attribute("width")!, (double)root.Attribute("height")!);
        var points = root.Descendants(ns + "polyline").SelectMany(line => ((string)line.Attribute("points")!).Split(' '))
            .Select(point => Array.ConvertAll(point.Split(','), text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(points, point => Assert.True(point[0] >= 0 && point[0] <= width && point[1] >= 0 && point[1] <= height));
    }

    [Theory]
    [InlineData("lambda", 241, ErrorCode.UnknownName)]
    [InlineData("tau", 5, ErrorCode.InvalidOption)]
    public void Of_Unusable_IsNamed(string parameter, int points, ErrorCode code) => Assert.Equal(
        code, Assert.Throws<MetaBridgeException>(() => PosteriorPlot.Of(Fit, new() { Parameters = [parameter], Points = points })).Code);

    [Fact]
    public void Of_FitWithoutPosterior_IsNamed() =>
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => PosteriorPlot.Of(Fit with { Posterior = null })).Code);

    private static BayesFit Of(BayesSpec spec) => BayesEngine.Fit(spec, new Dataset(
        "bcg",
        [
            new NumberColumn("yi", (double[])Fits.Yi.Clone()),
            new NumberColumn("vi", (double[])Fits.Vi.Clone()),
            new IntegerColumn("cluster", [.. Enumerable.Range(0, Fits.Yi.Length).Select(i => i / 2)]),
        ]));
}
