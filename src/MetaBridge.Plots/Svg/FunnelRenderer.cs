namespace MetaBridge.Plots.Svg;

/// <summary>Draws a funnel plot: grey ground, white regions, points, 0 at the top.</summary>
internal sealed class FunnelRenderer(FunnelPlot plot, RenderOptions options)
{
    // Multiples of the font size.
    private const double LeftEm = 5.4;
    private const double RightEm = 1.6;
    private const double TopEm = 1.2;
    private const double TitleEm = 2.4;
    private const double BottomEm = 4.4;
    private const double TickEm = 0.4;
    private const double PointEm = 0.3;

    // The panel's height over its width, and the room above 0 and below the largest standard error as a share of its height.
    private const double Aspect = 0.62;
    private const double Padding = 0.04;

    private readonly SvgCanvas canvas = new(options);
    private readonly double em = options.FontSize;
    private readonly double left = LeftEm * options.FontSize;
    private readonly double right = options.Width - (RightEm * options.FontSize);
    private readonly double top = (TopEm + (options.Title is null ? 0 : TitleEm)) * options.FontSize;

    private double Bottom => top + ((right - left) * Aspect);

    public string Render()
    {
        Heading();
        Ground();
        Regions();
        Points();
        Axes();
        var description = options.Description ?? Description();
        return canvas.Document(options.Width, Bottom + (BottomEm * em), options.Title ?? "Funnel plot", description);
    }

    private string Description()
    {
        var what = plot.IsResidual ? "residuals" : "effect sizes";
        var studies = plot.Points.Count == 1 ? "one study" : $"{NumberText.Shortest(plot.Points.Count)} studies";
        return $"Funnel plot of the {what} of {studies} against their standard errors, centered at {NumberText.Trimmed(plot.Center, 3)}.";
    }

    private void Heading()
    {
        if (options.Title is { } title)
        {
            var size = em * 1.2;
            var style = $"class=\"title\" font-weight=\"bold\" font-size=\"{NumberText.Trimmed(size, 2)}\"";
            canvas.Text(left, (TopEm * em) + size, TextMetrics.Fit(title, size, right - left), style: style);
        }
    }

    private void Ground()
    {
        canvas.Rectangle(left, top, right - left, Bottom - top, $"class=\"ground\" fill=\"{Palette.FunnelGround}\"");
        canvas.OpenGroup("grid", $"stroke=\"{Palette.Paper}\"");
        foreach (var tick in plot.ErrorAxis.Ticks)
        {
            canvas.Line(left, Y(tick.Position), right, Y(tick.Position));
        }

        canvas.CloseGroup();
    }

    private void Regions()
    {
        canvas.OpenGroup("regions");
        for (var i = 0; i < plot.Regions.Count; i++)
        {
            var region = plot.Regions[i];
            var edges = Edge(region, -1).Concat(Enumerable.Reverse(Edge(region, 1)));
            canvas.Polygon(edges, $"fill=\"{Palette.Region(plot.Regions.Count - 1 - i)}\"");
            canvas.Polyline(Edge(region, -1), $"fill=\"none\" stroke=\"{Palette.Rule}\" stroke-dasharray=\"1 3\"");
            canvas.Polyline(Edge(region, 1), $"fill=\"none\" stroke=\"{Palette.Rule}\" stroke-dasharray=\"1 3\"");
        }

        var center = X(plot.Center);
        if (plot.EffectAxis.Contains(plot.Center))
        {
            canvas.Line(center, top, center, Bottom, $"class=\"center\" stroke=\"{Palette.Rule}\"");
        }

        canvas.CloseGroup();
    }

    // From the top to the panel's bottom: the last piece goes on straight through the room below the largest standard error.
    private List<(double X, double Y)> Edge(FunnelRegion region, int side)
    {
        var pieces = region.HalfWidths.Count - 1;
        var edge = region.HalfWidths.Select((half, i) => (X: X(plot.Center + (side * half)), Y: Y(plot.ErrorAxis.Upper * i / pieces))).ToList();
        var (before, last) = (edge[^2], edge[^1]);
        var onward = (last.X - before.X) / (last.Y - before.Y);
        edge.Add((Math.Clamp(last.X + (onward * (Bottom - last.Y)), left, right), Bottom));
        return edge;
    }

    private void Points()
    {
        canvas.OpenGroup("points", $"stroke=\"{Palette.Paper}\" stroke-width=\"0.75\"");
        foreach (var point in plot.Points)
        {
            canvas.Circle(X(point.Effect), Y(point.StandardError), PointEm * em, point.Label);
        }

        canvas.CloseGroup();
    }

    private void Axes()
    {
        canvas.OpenGroup("axis");
        canvas.OpenGroup("lines", $"stroke=\"{Palette.Ink}\"");
        canvas.Line(left, Bottom, right, Bottom);
        canvas.Line(left, top, left, Bottom);
        foreach (var tick in plot.EffectAxis.Ticks)
        {
            canvas.Line(X(tick.Position), Bottom, X(tick.Position), Bottom + (TickEm * em));
        }

        foreach (var tick in plot.ErrorAxis.Ticks)
        {
            canvas.Line(left - (TickEm * em), Y(tick.Position), left, Y(tick.Position));
        }

        canvas.CloseGroup();
        foreach (var tick in TickLabels.WithoutOverlap(plot.EffectAxis.Ticks, tick => X(tick.Position), em))
        {
            canvas.Text(X(tick.Position), Bottom + (1.5 * em), ForestLayout.Clean(tick.Label), Anchor.Middle);
        }

        foreach (var tick in plot.ErrorAxis.Ticks)
        {
            canvas.Text(left - (0.7 * em), Y(tick.Position) + (0.35 * em), tick.Label, Anchor.End);
        }

        canvas.Text((left + right) / 2, Bottom + (3.2 * em), TextMetrics.Fit(plot.EffectAxis.Title, em, right - left), Anchor.Middle);
        canvas.UprightText(1.4 * em, (top + Bottom) / 2, plot.ErrorAxis.Title);
        canvas.CloseGroup();
    }

    private double X(double effect) => left + (plot.EffectAxis.Fraction(effect) * (right - left));

    private double Y(double standardError)
    {
        var room = (Bottom - top) * Padding;
        return top + room + (plot.ErrorAxis.Fraction(standardError) * (Bottom - top - (2 * room)));
    }
}
