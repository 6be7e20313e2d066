using System.Globalization;

namespace MetaBridge.Plots.Svg;

/// <summary>Draws posterior means with their intervals over prior scales, the factors of τ's prior side by side in shades.</summary>
internal sealed class SensitivityRenderer(SensitivityPlot plot, RenderOptions options)
{
    /// <summary>Share of the distance between two effect factors that the intervals of one take.</summary>
    private const double GroupShare = 0.64;

    private const double RadiusEm = 0.24;
    private const int LightestGrey = 0xb4, DarkestGrey = 0x1a;

    private readonly PanelGrid grid = new(options, plot.Panels.Count);

    public string Render()
    {
        grid.Heading();
        for (var i = 0; i < plot.Panels.Count; i++)
        {
            Panel(i, plot.Panels[i]);
        }

        grid.OpenLegend("Factor on the scale of tau's prior:");
        for (var h = 0; h < plot.HeterogeneityFactors.Count; h++)
        {
            grid.LegendEntry(NumberText.Shortest(plot.HeterogeneityFactors[h]), $"stroke=\"{Shade(h)}\" stroke-width=\"3\"");
        }

        var names = string.Join(", ", plot.Panels.Select(panel => panel.Parameter));
        return grid.Document(
            "Prior sensitivity", $"Posterior means and credible intervals of {names} under {plot.EffectFactors.Count} by {plot.HeterogeneityFactors.Count} scales of the priors.");
    }

    private void Panel(int at, SensitivityPanel panel)
    {
        var canvas = grid.Canvas;
        canvas.OpenGroup("panel");
        grid.PanelHeading(at, panel.Parameter);
        if (panel.ValueAxis.Lower < 0 && panel.ValueAxis.Upper > 0)
        {
            var y = grid.Y(at, panel.ValueAxis, 0);
            canvas.Line(grid.Left(at), y, grid.Left(at) + grid.PanelWidth, y, $"class=\"zero\" stroke=\"{Palette.Fitted}\" stroke-dasharray=\"3 3\"");
        }

        for (var h = 0; h < plot.HeterogeneityFactors.Count; h++)
        {
            canvas.OpenGroup("series", $"stroke=\"{Shade(h)}\" fill=\"{Shade(h)}\" stroke-width=\"1.5\"");
            foreach (var point in panel.Points.Where(point => point.Heterogeneity == h))
            {
                var x = grid.X(at, panel.FactorAxis, point.Effect + (GroupShare * Offset(h)));
                canvas.Line(x, grid.Y(at, panel.ValueAxis, point.Lower), x, grid.Y(at, panel.ValueAxis, point.Upper));
                canvas.Circle(x, grid.Y(at, panel.ValueAxis, point.Mean), RadiusEm * grid.Em, Tooltip(panel.Parameter, point));
            }

            canvas.CloseGroup();
        }

        grid.Axes(at, panel.FactorAxis, panel.ValueAxis);
        canvas.CloseGroup();
    }

    private string Tooltip(string parameter, SensitivityPoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"{parameter} {point.Mean:F3} [{point.Lower:F3}, {point.Upper:F3}]: effect {plot.EffectFactors[point.Effect]:R}, tau {plot.HeterogeneityFactors[point.Heterogeneity]:R}");

    /// <summary>From −½ to ½ across the series.</summary>
    private double Offset(int series) => plot.HeterogeneityFactors.Count == 1 ? 0 : (series / (plot.HeterogeneityFactors.Count - 1.0)) - 0.5;

    /// <summary>The wider τ's prior, the darker.</summary>
    private string Shade(int series)
    {
        var grey = (int)Math.Round(LightestGrey + ((DarkestGrey - LightestGrey) * (plot.HeterogeneityFactors.Count == 1 ? 1 : Offset(series) + 0.5)));
        return string.Create(CultureInfo.InvariantCulture, $"#{grey:x2}{grey:x2}{grey:x2}");
    }
}
