using System.Xml.Linq;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Plots.Tests;

public sealed class PosteriorPlotTests
{
    private static readonly BayesSpec Spec = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.RiskRatio,
        ClusterColumn = "cluster",
    };

    private static readonly Dataset Data = new(
        "bcg",
        [
            new NumberColumn("yi", (double[])Fits.Yi.Clone()),
            new NumberColumn("vi", (double[])Fits.Vi.Clone()),
            new IntegerColumn("cluster", [.. Enumerable.Range(0, Fits.Yi.Length).Select(i => i / 2)]),
        ]);

    private static readonly BayesFit Fit = Of(Spec);

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
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(7, 3)]
    public void Svg_ManyPanels_StandInRows(int count, int columns)
    {
        string[] names = ["mu", "tau", "rho", "tau2", "I2", "H2", "tau [within]"];
        var svg = PlotRenderer.ToSvg(PosteriorPlot.Of(Fit, new() { Parameters = names[..count] }));
        XNamespace ns = "http://www.w3.org/2000/svg";
        var root = XDocument.Parse(svg).Root!;
        var panels = root.Elements(ns + "g").Where(g => (string?)g.Attribute("class") == "panel").ToArray();
        Assert.Equal(count, panels.Length);
        // The first text of a panel is its heading: as many at one height as there are columns.
        var headings = panels.Select(panel => (X: (double)panel.Elements(ns + "text").First().Attribute("x")!, Y: (double)panel.Elements(ns + "text").First().Attribute("y")!)).ToArray();
        Assert.Equal(columns, headings.Count(heading => heading.Y == headings[0].Y));
        Assert.Equal(count, headings.Distinct().Count());
        Assert.True((double)root.Attribute("width")! <= 820.01);
        Assert.All(headings, heading => Assert.True(heading.Y < (double)root.Attribute("height")!));
    }

    [Fact]
    public void Sensitivity_HasAnIntervalPerPairOfScales()
    {
        var rows = PriorSensitivity.Table(Spec, Data, [0.5, 1, 2], [0.5, 2]);
        var plot = SensitivityPlot.Of(rows, ["mu", "rho"]);
        Assert.Equal(["mu", "rho"], plot.Panels.Select(panel => panel.Parameter));
        Assert.All(plot.Panels, panel => Assert.Equal(6, panel.Points.Count));
        var mu = rows[0].Estimates.Single(row => row.Name == "mu");
        Assert.Equal(new SensitivityPoint(0, 0, mu.Mean.Value, mu.Lower.Value, mu.Upper.Value), plot.Panels[0].Points[0]);
        Assert.All(plot.Panels.SelectMany(panel => panel.Points.Select(point => (panel, point))), pair =>
            Assert.True(pair.panel.ValueAxis.Contains(pair.point.Lower) && pair.panel.ValueAxis.Contains(pair.point.Upper)));
        var svg = PlotRenderer.ToSvg(plot);
        Assert.Equal(svg, PlotRenderer.ToSvg(SensitivityPlot.Of(rows, ["mu", "rho"])));
        XNamespace ns = "http://www.w3.org/2000/svg";
        var root = XDocument.Parse(svg).Root!;
        Assert.Equal(12, root.Descendants(ns + "circle").Count());
        Assert.Equal(4, root.Descendants(ns + "g").Count(g => (string?)g.Attribute("class") == "series"));
        // Intervals of one effect factor stand side by side, in the order of tau's factors.
        var first = root.Descendants(ns + "g").Where(g => (string?)g.Attribute("class") == "series").Take(2)
            .Select(g => (double)g.Elements(ns + "circle").First().Attribute("cx")!).ToArray();
        Assert.True(first[0] < first[1]);
        Assert.Equal(ErrorCode.UnknownName, Assert.Throws<MetaBridgeException>(() => SensitivityPlot.Of(rows, ["lambda"])).Code);
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => SensitivityPlot.Of([])).Code);
    }

    [Theory]
    [InlineData("lambda", 241, ErrorCode.UnknownName)]
    [InlineData("tau", 5, ErrorCode.InvalidOption)]
    public void Of_Unusable_IsNamed(string parameter, int points, ErrorCode code) => Assert.Equal(
        code, Assert.Throws<MetaBridgeException>(() => PosteriorPlot.Of(Fit, new() { Parameters = [parameter], Points = points })).Code);

    [Fact]
    public void Of_FitWithoutPosterior_IsNamed() =>
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => PosteriorPlot.Of(Fit with { Posterior = null })).Code);

    private static BayesFit Of(BayesSpec spec) => BayesEngine.Fit(spec, Data);
}
