namespace MetaBridge.Plots.Svg;

/// <summary>Draws posterior densities over their priors, one panel per parameter.</summary>
internal sealed class PosteriorRenderer(PosteriorPlot plot, RenderOptions options)
{
    private const string PriorStyle = $"fill=\"none\" stroke=\"{Palette.Faint}\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\"";
    private const string PosteriorStyle = $"fill=\"none\" stroke=\"{Palette.Ink}\" stroke-width=\"2\"";

    private readonly PanelGrid grid = new(options, plot.Panels.Count);

    public string Render()
    {
        grid.Heading();
        for (var i = 0; i < plot.Panels.Count; i++)
        {
            Panel(i, plot.Panels[i]);
        }

        grid.OpenLegend();
        grid.LegendEntry("Posterior", PosteriorStyle);
        if (plot.Panels.Any(panel => panel.Prior is not null))
        {
            grid.LegendEntry("Prior", PriorStyle);
        }

        return grid.Document("Posterior densities", Description());
    }

    private string Description()
    {
        var names = string.Join(", ", plot.Panels.Select(panel => panel.Parameter));
        return $"Posterior densities of {names}{(plot.Panels.Any(panel => panel.Prior is not null) ? ", with their prior densities" : "")}.";
    }

    private void Panel(int at, PosteriorPanel panel)
    {
        var canvas = grid.Canvas;
        double X(double value) => grid.X(at, panel.ValueAxis, value);
        IEnumerable<(double X, double Y)> Curve(IReadOnlyList<DensityPoint> points) =>
            points.Select(point => (X(point.Value), grid.Y(at, panel.DensityAxis, point.Density)));

        canvas.OpenGroup("panel");
        grid.PanelHeading(at, panel.Parameter);
        if (panel.Posterior.Count > 0)
        {
            var foot = new[] { (X(panel.Posterior[^1].Value), grid.Bottom(at)), (X(panel.Posterior[0].Value), grid.Bottom(at)) };
            canvas.Polygon(Curve(panel.Posterior).Concat(foot), $"class=\"mass\" fill=\"{Palette.FunnelGround}\"");
        }

        if (panel.Prior is { } prior)
        {
            canvas.Polyline(Curve(prior), $"class=\"prior\" {PriorStyle}");
        }

        canvas.Polyline(Curve(panel.Posterior), $"class=\"posterior\" {PosteriorStyle}");
        if (panel.Known is { } known && panel.ValueAxis.Contains(known))
        {
            canvas.Line(X(known), grid.Bottom(at), X(known), grid.Top(at), $"class=\"posterior\" stroke=\"{Palette.Ink}\" stroke-width=\"2\"");
        }

        grid.Axes(at, panel.ValueAxis, panel.DensityAxis);
        canvas.CloseGroup();
    }
}
