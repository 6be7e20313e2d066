namespace MetaBridge.Plots.Svg;

/// <summary>Draws posterior densities over their priors, panels side by side.</summary>
internal sealed class PosteriorRenderer(PosteriorPlot plot, RenderOptions options)
{
    // Multiples of the font size.
    private const double LeftEm = 4.4;
    private const double RightEm = 0.8;
    private const double TopEm = 2.2;
    private const double TitleEm = 2.4;
    private const double BottomEm = 4.2;
    private const double LegendEm = 2.2;
    private const double TickEm = 0.4;
    private const double LineEm = 2.2;
    private const double LeastPanelEm = 12;

    private const double Aspect = 0.75;
    private const string PriorStyle = $"fill=\"none\" stroke=\"{Palette.Faint}\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\"";
    private const string PosteriorStyle = $"fill=\"none\" stroke=\"{Palette.Ink}\" stroke-width=\"2\"";

    private readonly SvgCanvas canvas = new(options);
    private readonly double em = options.FontSize;
    private readonly double top = (TopEm + (options.Title is null ? 0 : TitleEm)) * options.FontSize;
    private readonly double cell = Math.Max(options.Width / plot.Panels.Count, (LeftEm + RightEm + LeastPanelEm) * options.FontSize);

    private double Width => cell * plot.Panels.Count;

    private double PanelWidth => cell - ((LeftEm + RightEm) * em);

    private double PanelHeight => Math.Min(PanelWidth * Aspect, 0.5 * Math.Max(options.Width, LeastPanelEm * em));

    private double Bottom => top + PanelHeight;

    public string Render()
    {
        if (options.Title is { } title)
        {
            var size = em * 1.2;
            var style = $"class=\"title\" font-weight=\"bold\" font-size=\"{NumberText.Trimmed(size, 2)}\"";
            canvas.Text(LeftEm * em, (TopEm * em * 0.4) + size, TextMetrics.Fit(title, size, Width - (LeftEm * em)), style: style);
        }

        for (var i = 0; i < plot.Panels.Count; i++)
        {
            Panel(plot.Panels[i], (cell * i) + (LeftEm * em));
        }

        Legend();
        var description = options.Description ?? Description();
        return canvas.Document(Width, Bottom + ((BottomEm + LegendEm) * em), options.Title ?? "Posterior densities", description);
    }

    private string Description()
    {
        var names = string.Join(", ", plot.Panels.Select(panel => panel.Parameter));
        return $"Posterior densities of {names}{(plot.Panels.Any(panel => panel.Prior is not null) ? ", with their prior densities" : "")}.";
    }

    private void Panel(PosteriorPanel panel, double left)
    {
        canvas.OpenGroup("panel");
        canvas.Text(left + (PanelWidth / 2), top - (0.7 * em), TextMetrics.Fit(panel.Parameter, em, PanelWidth), Anchor.Middle, "font-weight=\"bold\"");
        double X(double value) => left + (panel.ValueAxis.Fraction(value) * PanelWidth);
        double Y(double density) => Bottom - (panel.DensityAxis.Fraction(density) * PanelHeight);
        IEnumerable<(double X, double Y)> Curve(IReadOnlyList<DensityPoint> points) => points.Select(point => (X(point.Value), Y(point.Density)));

        if (panel.Posterior.Count > 0)
        {
            var foot = new[] { (X(panel.Posterior[^1].Value), Bottom), (X(panel.Posterior[0].Value), Bottom) };
            canvas.Polygon(Curve(panel.Posterior).Concat(foot), $"class=\"mass\" fill=\"{Palette.FunnelGround}\"");
        }

        if (panel.Prior is { } prior)
        {
            canvas.Polyline(Curve(prior), $"class=\"prior\" {PriorStyle}");
        }

        canvas.Polyline(Curve(panel.Posterior), $"class=\"posterior\" {PosteriorStyle}");
        if (panel.Known is { } known && panel.ValueAxis.Contains(known))
        {
            canvas.Line(X(known), Bottom, X(known), top, $"class=\"posterior\" stroke=\"{Palette.Ink}\" stroke-width=\"2\"");
        }

        Axes(panel, left, X, Y);
        canvas.CloseGroup();
    }

    private void Axes(PosteriorPanel panel, double left, Func<double, double> x, Func<double, double> y)
    {
        canvas.OpenGroup("axis");
        canvas.OpenGroup("lines", $"stroke=\"{Palette.Ink}\"");
        canvas.Line(left, Bottom, left + PanelWidth, Bottom);
        canvas.Line(left, top, left, Bottom);
        foreach (var tick in panel.ValueAxis.Ticks)
        {
            canvas.Line(x(tick.Position), Bottom, x(tick.Position), Bottom + (TickEm * em));
        }

        foreach (var tick in panel.DensityAxis.Ticks)
        {
            canvas.Line(left - (TickEm * em), y(tick.Position), left, y(tick.Position));
        }

        canvas.CloseGroup();
        foreach (var tick in TickLabels.WithoutOverlap(panel.ValueAxis.Ticks, tick => x(tick.Position), em))
        {
            canvas.Text(x(tick.Position), Bottom + (1.5 * em), ForestLayout.Clean(tick.Label), Anchor.Middle);
        }

        foreach (var tick in panel.DensityAxis.Ticks)
        {
            canvas.Text(left - (0.7 * em), y(tick.Position) + (0.35 * em), tick.Label, Anchor.End);
        }

        canvas.Text(left + (PanelWidth / 2), Bottom + (3.2 * em), TextMetrics.Fit(panel.ValueAxis.Title, em, PanelWidth), Anchor.Middle);
        canvas.UprightText(left - (3.3 * em), (top + Bottom) / 2, panel.DensityAxis.Title);
        canvas.CloseGroup();
    }

    private void Legend()
    {
        var y = Bottom + ((BottomEm + (LegendEm / 2)) * em);
        var x = LeftEm * em;
        canvas.OpenGroup("legend");
        Entry("Posterior", PosteriorStyle);
        if (plot.Panels.Any(panel => panel.Prior is not null))
        {
            Entry("Prior", PriorStyle);
        }

        canvas.CloseGroup();

        void Entry(string text, string style)
        {
            canvas.Line(x, y - (0.35 * em), x + (LineEm * em), y - (0.35 * em), style);
            canvas.Text(x + ((LineEm + 0.5) * em), y, text);
            x += ((LineEm + 1.5) * em) + TextMetrics.Width(text, em);
        }
    }
}
