namespace MetaBridge.Plots.Svg;

/// <summary>Where the parts of a forest plot stand: labels left, the panel, annotations right; rows from top to bottom.</summary>
internal sealed class ForestLayout
{
    // All distances are multiples of the font size, so that a plot looks the same at every size.
    private const double MarginEm = 1.2;
    private const double RowEm = 1.75;
    private const double GapEm = 1.6;
    private const double ColumnGapEm = 0.55;
    private const double WeightGapEm = 1.6;
    private const double LeastPanelEm = 20;
    private const double LargestLabelEm = 34;
    private const double AxisEm = 4.6;
    private const double TitleEm = 2.4;
    private const double NoteEm = 0.85;
    private const double BaselineEm = 0.35;
    private const double BoldWidening = 1.08;

    private readonly double em;

    public ForestLayout(ForestPlot plot, RenderOptions options)
    {
        em = options.FontSize;
        Margin = MarginEm * em;
        LabelWidth = LabelColumn(plot);
        PlaceAnnotations(plot, options.Width);
        PanelLeft = Margin + LabelWidth + (GapEm * em);
        Top = Margin + (options.Title is null ? 0 : TitleEm * em);
        HeaderY = Top + (RowEm * em / 2);
        RuleY = Top + (RowEm * em) + (em * 0.15);
        RowsTop = RuleY + (em * 0.35);
        SummaryRuleY = RowsTop + (plot.Rows.Count * RowHeight) + (em * 0.35);
        var noteHeight = plot.Summary?.Note is null ? 0 : RowHeight * NoteEm;
        AxisY = plot.Summary is null ? SummaryRuleY : SummaryRuleY + RowHeight + noteHeight + (em * 0.5);
        Height = AxisY + (AxisEm * em);
    }

    public double Margin { get; }

    public double LabelWidth { get; }

    public double Width { get; private set; }

    public double Height { get; }

    public double PanelLeft { get; }

    public double PanelRight { get; private set; }

    public double Top { get; }

    public double HeaderY { get; }

    public double RuleY { get; }

    public double RowsTop { get; }

    public double SummaryRuleY { get; }

    public double AxisY { get; }

    /// <summary>Right edges of the weight, estimate, lower and upper columns, and the left edge of the opening bracket.</summary>
    public (double Weight, double Estimate, double Bracket, double Lower, double Upper) Columns { get; private set; }

    public double RowHeight => RowEm * em;

    /// <summary>The middle of a row, counted from 0 at the top.</summary>
    public double RowY(int row) => RowsTop + ((row + 0.5) * RowHeight);

    public double SummaryY => SummaryRuleY + (RowHeight / 2) + (em * 0.1);

    public double NoteY => SummaryY + (RowHeight * NoteEm);

    /// <summary>The baseline of text that is centered at a height.</summary>
    public double Baseline(double middle) => middle + (BaselineEm * em);

    /// <summary>Where a value is drawn; values beyond the axis are moved to its end.</summary>
    public double X(PlotAxis axis, double value) => PanelLeft + (axis.Fraction(value) * (PanelRight - PanelLeft));

    private double LabelColumn(ForestPlot plot)
    {
        var widest = plot.Rows.Select(row => row.Label).Max(text => TextMetrics.Width(text, em));
        var summary = TextMetrics.Width(plot.Summary?.Label ?? "", em) * BoldWidening;
        var heading = TextMetrics.Width(plot.LabelHeading, em) * BoldWidening;
        return Math.Min(Math.Max(widest, Math.Max(summary, heading)), LargestLabelEm * em);
    }

    private void PlaceAnnotations(ForestPlot plot, double wantedWidth)
    {
        var texts = plot.Rows.Select(row => row.Annotation).ToList();
        if (plot.Summary is { } summary)
        {
            texts.Add(summary.Annotation);
        }

        double Widest(Func<Annotated, string> part) => texts.Max(text => TextMetrics.Width(part(new Annotated(text)), em));
        var upper = Widest(a => a.Upper);
        var lower = Widest(a => a.Lower);
        var bracket = TextMetrics.Width("[", em);
        var estimate = Widest(a => a.Estimate);
        var weight = plot.WeightHeading is null ? 0 : Math.Max(Widest(a => a.Weight), TextMetrics.Width(plot.WeightHeading, em) * BoldWidening);
        var gap = ColumnGapEm * em;
        var ofNumbers = estimate + gap + bracket + lower + gap + upper;
        var numbers = Math.Max(ofNumbers, TextMetrics.Width(plot.AnnotationHeading, em) * BoldWidening);
        var all = numbers + (weight > 0 ? weight + (WeightGapEm * em) : 0);
        Width = Math.Max(wantedWidth, (2 * Margin) + LabelWidth + (2 * GapEm * em) + (LeastPanelEm * em) + all);
        PanelRight = Width - Margin - all - (GapEm * em);
        var right = Width - Margin;
        Columns = (right - numbers - (WeightGapEm * em), right - upper - gap - lower - bracket - gap, right - upper - gap - lower - bracket, right - upper - gap, right);
    }

    /// <summary>The pieces of an annotation as they are drawn: without padding, with a real minus sign.</summary>
    internal readonly struct Annotated(ForestAnnotation annotation)
    {
        public string Weight => Clean(annotation.Weight ?? "");

        public string Estimate => Clean(annotation.Estimate);

        public string Lower => Clean(annotation.Lower) + ",";

        public string Upper => Clean(annotation.Upper) + "]";
    }

    internal static string Clean(string number) => number.Trim().Replace('-', '\u2212');
}
