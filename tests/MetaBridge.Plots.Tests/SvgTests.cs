using System.Globalization;
using System.Xml.Linq;
using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots.Tests;

public sealed class SvgTests
{
    private static readonly string[] Coordinates = ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height", "r"];
    private static readonly string[] Horizontal = ["x", "x1", "x2", "cx"];
    private static readonly string[] Vertical = ["y", "y1", "y2", "cy"];

    public static TheoryData<string> Cases => [.. Documents.Keys];

    private static readonly Dictionary<string, Func<string>> Documents = new()
    {
        ["forest"] = () => Forest(Fits.Bcg, new() { ShowPrediction = true, ShowWeights = true, ShowHeterogeneity = true }),
        ["forest, titled"] = () => PlotRenderer.ToSvg(ForestPlot.Of(Fits.Bcg), new() { Title = "BCG <vaccine> & tuberculosis", FontSize = 20 }),
        ["forest, ratios"] = () => Forest(Fits.Bcg, new() { ValueTransformation = BackTransformation.Exponential, ShowPrediction = true }),
        ["forest, clipped"] = () => Forest(Fits.Bcg, new() { AxisLimits = (-1, 0.5), ShowPrediction = true }),
        ["forest, all outside"] = () => Forest(Fits.Bcg, new() { AxisLimits = (50, 60), ShowPrediction = true }),
        ["forest, equal effects"] = () => Forest(Fits.BcgEqualEffects, new()),
        ["forest, moderators"] = () => Forest(Fits.BcgAblat, new()),
        ["forest, one study"] = () => Forest(Fits.Simple([.5], [.04]), new()),
        ["forest, two hundred"] = () => Forest(Many(200), new()),
        ["forest, very wide"] = () => Forest(Fits.Simple([0, 1e6, -3], [1, 1e14, .1]), new()),
        ["forest, overflow"] = () => Forest(Fits.Simple([0, 900], [1, 1e6]), new() { ValueTransformation = BackTransformation.Exponential }),
        ["forest, no spread"] = () => Forest(Fits.Summary([0, 0], [0, 0], ["a", "b"], 0, 0, 0, 0, 0), new() { ShowPrediction = true }),
        ["forest, no interval"] = () => Forest(Fits.Summary([1], [1], ["a"], 1, double.NaN, double.NaN, double.NaN, 0), new() { ShowPrediction = true }),
        ["forest, odd labels"] = () => Forest(Odd(), new()),
        ["funnel"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Fits.Bcg), new() { Title = "Funnel" }),
        ["funnel, levels"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Fits.Bcg, new() { Levels = [90, 95, 99], Center = 0 })),
        ["funnel, tau2"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Fits.Bcg, new() { AddTauSquared = true })),
        ["funnel, residuals"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Fits.BcgAblat)),
        ["funnel, one study"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Fits.Simple([.5], [.04]))),
        ["funnel, no spread"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Fits.Summary([1], [0], ["a"], 1, 0, 1, 1, 0))),
        ["funnel, two hundred"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Many(200))),
        ["funnel, odd labels"] = () => PlotRenderer.ToSvg(FunnelPlot.Of(Odd())),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToSvg_AnyPlot_IsWellFormedAndInsideItsFrame(string name)
    {
        var root = XDocument.Parse(Documents[name]()).Root!;

        var (width, height) = (Number(root.Attribute("width")!), Number(root.Attribute("height")!));
        Assert.Equal($"0 0 {root.Attribute("width")!.Value} {root.Attribute("height")!.Value}", root.Attribute("viewBox")!.Value);
        foreach (var attribute in root.Descendants().Attributes().Where(a => Coordinates.Contains(a.Name.LocalName) && a.Value != "100%"))
        {
            var limit = Horizontal.Contains(attribute.Name.LocalName) ? width : Vertical.Contains(attribute.Name.LocalName) ? height : double.MaxValue;
            Assert.InRange(Number(attribute), 0, limit);
        }

        foreach (var point in root.Descendants().Attributes("points").SelectMany(a => a.Value.Split(' ')))
        {
            var pair = point.Split(',');
            Assert.InRange(double.Parse(pair[0], CultureInfo.InvariantCulture), 0, width);
            Assert.InRange(double.Parse(pair[1], CultureInfo.InvariantCulture), 0, height);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToSvg_AnyPlot_SaysWhatItIs(string name)
    {
        var root = XDocument.Parse(Documents[name]()).Root!;
        var ids = root.Attribute("aria-labelledby")!.Value.Split(' ');

        Assert.Equal("img", root.Attribute("role")!.Value);
        Assert.Equal(ids[0], root.Elements().First(e => e.Name.LocalName == "title").Attribute("id")!.Value);
        Assert.NotEmpty(root.Elements().First(e => e.Name.LocalName == "desc" && e.Attribute("id")!.Value == ids[1]).Value);
    }

    [Fact]
    public void ToSvg_Forest_HasOnePartPerThing()
    {
        var root = XDocument.Parse(Documents["forest"]()).Root!;

        Assert.Equal(13, Groups(root, "study").Count());
        Assert.All(Groups(root, "study"), study => Assert.Equal(1, Count(study, "rect")));
        Assert.All(Groups(root, "study"), study => Assert.Equal(3, Count(study, "line")));
        Assert.Single(Groups(root, "summary"));
        Assert.Single(Groups(root, "prediction"));
        Assert.Single(root.Descendants(), e => e.Attribute("class")?.Value == "estimate");
        Assert.Single(root.Descendants(), e => e.Attribute("class")?.Value == "reference");
        Assert.DoesNotContain(root.Descendants(), e => e.Attribute("class")?.Value == "clipped");
        Assert.Equal(1 + 6, Count(Groups(root, "axis").Single(), "line"));
        Assert.Equal(
            ["Aronson, 1948", "5.06%", "−0.89", "[", "−2.01,", "0.23]"],
            Groups(root, "study").First().Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value));
    }

    [Fact]
    public void ToSvg_Forest_PlacesValuesOnTheAxis()
    {
        var root = XDocument.Parse(Documents["forest"]()).Root!;
        var axis = Groups(root, "axis").Single().Elements().Where(e => e.Name.LocalName == "line").ToArray();
        var (left, right) = (Number(axis[0].Attribute("x1")!), Number(axis[0].Attribute("x2")!));
        var square = Groups(root, "study").First().Elements().Single(e => e.Name.LocalName == "rect");
        var center = Number(square.Attribute("x")!) + (Number(square.Attribute("width")!) / 2);

        Assert.Equal(left + ((right - left) * (Fits.Yi[0] + 3) / 5), center, 0.02);
        Assert.True(Number(square.Attribute("width")!) < 13);
    }

    [Fact]
    public void ToSvg_ClippedIntervals_GetArrowsInsteadOfWhiskers()
    {
        var root = XDocument.Parse(Documents["forest, clipped"]()).Root!;
        var limits = (-1.0, 0.5);
        var z = NormalQuantile.TwoSided(95);
        var expected = Fits.Yi.Select((y, i) => (Lower: y - (z * Math.Sqrt(Fits.Vi[i])), Upper: y + (z * Math.Sqrt(Fits.Vi[i]))))
            .Sum(ci => ci.Upper < limits.Item1 || ci.Lower > limits.Item2 ? 1 : (ci.Lower < limits.Item1 ? 1 : 0) + (ci.Upper > limits.Item2 ? 1 : 0));

        Assert.Equal(expected, Groups(root, "study").Descendants().Count(e => e.Attribute("class")?.Value == "clipped"));
        Assert.True(expected > 0);
    }

    [Fact]
    public void ToSvg_FittedValues_AreDrawnBehindTheStudies()
    {
        var root = XDocument.Parse(Documents["forest, moderators"]()).Root!;
        var classes = root.Elements().Select(e => e.Attribute("class")?.Value).ToList();

        Assert.Equal(13, Groups(root, "fitted").Single().Elements().Count());
        Assert.True(classes.IndexOf("fitted") < classes.IndexOf("study"));
        Assert.Empty(Groups(root, "summary"));
    }

    [Fact]
    public void ToSvg_MarkupAndControlCharacters_AreHarmless()
    {
        var svg = Documents["forest, odd labels"]();
        var texts = XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName is "text" or "title").Select(e => e.Value).ToArray();

        Assert.DoesNotContain("<script>", svg, StringComparison.Ordinal);
        Assert.Contains("<script>alert(\"1\")</script> & co", texts);
        Assert.Contains("bell\uFFFD lone\uFFFD tab end", texts);
        Assert.Contains("Ångström 東京 2001 👩‍⚕️ e\u0301", texts);
    }

    [Fact]
    public void ToSvg_LongLabel_IsShortenedAndKeptAsTooltip()
    {
        var root = XDocument.Parse(Documents["forest, odd labels"]()).Root!;
        var label = Groups(root, "study").Select(s => s.Elements().First()).Single(t => t.Elements().Any());

        Assert.Equal(new string('W', 400), label.Elements().Single().Value);
        Assert.EndsWith("…", label.Nodes().OfType<XText>().Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ToSvg_Twice_IsTheSameTextInAnyCulture()
    {
        var before = CultureInfo.CurrentCulture;
        var expected = Documents["forest"]();
        try
        {
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            german.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = german;

            Assert.Equal(expected, Documents["forest"]());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToSvg_FunnelPoints_AreLowerWhenLessPrecise()
    {
        var root = XDocument.Parse(Documents["funnel"]()).Root!;
        var heights = root.Descendants().Where(e => e.Name.LocalName == "circle").Select(e => Number(e.Attribute("cy")!)).ToArray();
        var byError = Enumerable.Range(0, 13).OrderBy(i => Fits.Vi[i]).Select(i => heights[i]).ToArray();

        Assert.Equal(byError.Order(), byError);
    }

    [Theory]
    [InlineData(299, 13, "plot")]
    [InlineData(double.NaN, 13, "plot")]
    [InlineData(800, 0, "plot")]
    [InlineData(800, 13, "a\"b")]
    [InlineData(800, 13, "")]
    public void ToSvg_UnusableOptions_AreRefused(double width, double fontSize, string prefix)
    {
        var options = new RenderOptions { Width = width, FontSize = fontSize, IdPrefix = prefix };

        var error = Assert.Throws<MetaBridgeException>(() => PlotRenderer.ToSvg(ForestPlot.Of(Fits.Bcg), options));

        Assert.Equal(ErrorCode.InvalidOption, error.Code);
    }

    private static string Forest(UnivariateFit fit, ForestOptions options) => PlotRenderer.ToSvg(ForestPlot.Of(fit, options));

    private static UnivariateFit Many(int count) => Fits.Simple(
        [.. Enumerable.Range(0, count).Select(i => Math.Sin(i) + 0.2)], [.. Enumerable.Range(0, count).Select(i => 0.01 + (0.3 * (i % 17) / 17))]);

    private static UnivariateFit Odd() => Fits.Simple(
        [1, 2, 3, 4, 5],
        [1, 1, 1, 1, 1],
        ["<script>alert(\"1\")</script> & co", "bell\a lone\uD800 tab\tend", "Ångström 東京 2001 👩‍⚕️ e\u0301", new string('W', 400), ""]);

    private static IEnumerable<XElement> Groups(XElement root, string name) =>
        root.Descendants().Where(e => e.Name.LocalName == "g" && e.Attribute("class")?.Value == name);

    private static int Count(XElement parent, string element) => parent.Elements().Count(e => e.Name.LocalName == element);

    private static double Number(XAttribute attribute) => double.Parse(attribute.Value, CultureInfo.InvariantCulture);
}
