namespace MetaBridge.Plots.Svg;

/// <summary>Panels of one size side by side, in several rows where they would be too narrow, with one legend below.</summary>
internal sealed class PanelGrid
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
    private const double TallestShare = 0.5;

    private readonly RenderOptions options;
    private readonly int rows;
    private readonly double head;
    private readonly double cellWidth;
    private double legendX;
    private double legendY;

    public PanelGrid(RenderOptions options, int count)
    {
        this.options = options;
        Canvas = new SvgCanvas(options);
        Em = options.FontSize;
        head = options.Title is null ? 0 : TitleEm * Em;
        var least = (LeftEm + RightEm + LeastPanelEm) * Em;
        var most = Math.Max(1, (int)(options.Width / least));
        rows = (count + most - 1) / most;
        Columns = (count + rows - 1) / rows;
        cellWidth = Math.Max(options.Width / Columns, least);
        PanelWidth = cellWidth - ((LeftEm + RightEm) * Em);
        PanelHeight = Math.Min(PanelWidth * Aspect, TallestShare * Math.Max(options.Width, LeastPanelEm * Em));
    }

    public SvgCanvas Canvas { get; }

    /// <summary>The size of the text.</summary>
    public double Em { get; }

    /// <summary>Panels in a row.</summary>
    public int Columns { get; }

    public double PanelWidth { get; }

    public double PanelHeight { get; }

    private double RowHeight => (TopEm + BottomEm) * Em + PanelHeight;

    private double Width => cellWidth * Columns;

    /// <summary>The left border of a panel's axes.</summary>
    public double Left(int panel) => (cellWidth * (panel % Columns)) + (LeftEm * Em);

    /// <summary>The upper border.</summary>
    public double Top(int panel) => head + (RowHeight * (panel / Columns)) + (TopEm * Em);

    /// <summary>The lower border.</summary>
    public double Bottom(int panel) => Top(panel) + PanelHeight;

    /// <summary>Where a value lies across a panel.</summary>
    public double X(int panel, PlotAxis axis, double value) => Left(panel) + (axis.Fraction(value) * PanelWidth);

    /// <summary>Where a value lies up a panel.</summary>
    public double Y(int panel, PlotAxis axis, double value) => Bottom(panel) - (axis.Fraction(value) * PanelHeight);

    /// <summary>The heading of the whole plot, if it has one.</summary>
    public void Heading()
    {
        if (options.Title is not { } title)
        {
            return;
        }

        var size = Em * 1.2;
        var style = $"class=\"title\" font-weight=\"bold\" font-size=\"{NumberText.Trimmed(size, 2)}\"";
        Canvas.Text(LeftEm * Em, (TopEm * Em * 0.4) + size, TextMetrics.Fit(title, size, Width - (LeftEm * Em)), style: style);
    }

    /// <summary>The heading of a panel.</summary>
    public void PanelHeading(int panel, string text) => Canvas.Text(
        Left(panel) + (PanelWidth / 2), Top(panel) - (0.7 * Em), TextMetrics.Fit(text, Em, PanelWidth), Anchor.Middle, "font-weight=\"bold\"");

    /// <summary>Both axes of a panel.</summary>
    public void Axes(int panel, PlotAxis horizontal, PlotAxis vertical)
    {
        double left = Left(panel), top = Top(panel), bottom = Bottom(panel);
        Canvas.OpenGroup("axis");
        Canvas.OpenGroup("lines", $"stroke=\"{Palette.Ink}\"");
        Canvas.Line(left, bottom, left + PanelWidth, bottom);
        Canvas.Line(left, top, left, bottom);
        foreach (var tick in horizontal.Ticks)
        {
            var x = X(panel, horizontal, tick.Position);
            Canvas.Line(x, bottom, x, bottom + (TickEm * Em));
        }

        foreach (var tick in vertical.Ticks)
        {
            var y = Y(panel, vertical, tick.Position);
            Canvas.Line(left - (TickEm * Em), y, left, y);
        }

        Canvas.CloseGroup();
        foreach (var tick in TickLabels.WithoutOverlap(horizontal.Ticks, tick => X(panel, horizontal, tick.Position), Em))
        {
            Canvas.Text(X(panel, horizontal, tick.Position), bottom + (1.5 * Em), ForestLayout.Clean(tick.Label), Anchor.Middle);
        }

        foreach (var tick in vertical.Ticks)
        {
            Canvas.Text(left - (0.7 * Em), Y(panel, vertical, tick.Position) + (0.35 * Em), ForestLayout.Clean(tick.Label), Anchor.End);
        }

        Canvas.Text(left + (PanelWidth / 2), bottom + (3.2 * Em), TextMetrics.Fit(horizontal.Title, Em, PanelWidth), Anchor.Middle);
        Canvas.UprightText(left - (3.3 * Em), (top + bottom) / 2, TextMetrics.Fit(vertical.Title, Em, PanelHeight));
        Canvas.CloseGroup();
    }

    /// <summary>Begins the legend below the panels, with a text before its entries.</summary>
    public void OpenLegend(string? text = null)
    {
        (legendX, legendY) = (LeftEm * Em, head + (RowHeight * rows) + (LegendEm / 2 * Em));
        Canvas.OpenGroup("legend");
        if (text is not null)
        {
            Canvas.Text(legendX, legendY, text);
            legendX += TextMetrics.Width(text, Em) + Em;
        }
    }

    /// <summary>A line and what it stands for.</summary>
    public void LegendEntry(string text, string style)
    {
        Canvas.Line(legendX, legendY - (0.35 * Em), legendX + (LineEm * Em), legendY - (0.35 * Em), style);
        Canvas.Text(legendX + ((LineEm + 0.5) * Em), legendY, text);
        legendX += ((LineEm + 1.5) * Em) + TextMetrics.Width(text, Em);
    }

    /// <summary>The finished document.</summary>
    public string Document(string title, string description)
    {
        Canvas.CloseGroup();
        return Canvas.Document(
            Math.Max(Width, legendX), head + (RowHeight * rows) + (LegendEm * Em), options.Title ?? title, options.Description ?? description);
    }
}
