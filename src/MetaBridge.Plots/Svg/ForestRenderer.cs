namespace MetaBridge.Plots.Svg;

/// <summary>Draws a forest plot.</summary>
internal sealed class ForestRenderer(ForestPlot plot, RenderOptions options)
{
    // Multiples of the font size.
    private const double SquareEm = 0.62;
    private const double WhiskerEm = 0.26;
    private const double ArrowEm = 0.5;
    private const double PolygonEm = 0.46;
    private const double TickEm = 0.4;
    private const double NoteEm = 0.85;

    // The note may reach under the panel; paper around its letters keeps it readable across the reference line.
    private const string Halo = $"stroke=\"{Palette.Paper}\" stroke-width=\"4\" paint-order=\"stroke\"";

    private readonly ForestLayout layout = new(plot, options);
    private readonly SvgCanvas canvas = new(options);
    private readonly double em = options.FontSize;

    public string Render()
    {
        Heading();
        Frame();
        FittedValues();
        Studies();
        Summary();
        BottomAxis();
        return canvas.Document(layout.Width, layout.Height, options.Title ?? "Forest plot", options.Description ?? Description());
    }

    private string Description()
    {
        var studies = plot.Rows.Count == 1 ? "one study" : $"{NumberText.Shortest(plot.Rows.Count)} studies";
        var summary = plot.Summary is { } s ? $" {s.Label}: {s.Annotation.Text}." : "";
        return $"Forest plot of {studies}; {plot.AnnotationHeading}.{summary}";
    }

    private void Heading()
    {
        if (options.Title is { } title)
        {
            var size = em * 1.2;
            canvas.Text(
                layout.Margin,
                layout.Margin + size,
                TextMetrics.Fit(title, size, layout.Width - (2 * layout.Margin)),
                style: $"class=\"title\" font-weight=\"bold\" font-size=\"{NumberText.Trimmed(size, 2)}\"");
        }

        canvas.OpenGroup("headings", "font-weight=\"bold\"");
        var baseline = layout.Baseline(layout.HeaderY);
        canvas.Text(layout.Margin, baseline, plot.LabelHeading);
        canvas.Text(layout.Columns.Upper, baseline, plot.AnnotationHeading, Anchor.End);
        if (plot.WeightHeading is { } weight)
        {
            canvas.Text(layout.Columns.Weight, baseline, weight, Anchor.End);
        }

        canvas.CloseGroup();
    }

    private void Frame()
    {
        canvas.OpenGroup("frame", $"stroke=\"{Palette.Rule}\"");
        canvas.Line(layout.Margin, layout.RuleY, layout.Width - layout.Margin, layout.RuleY);
        if (plot.Summary is not null)
        {
            canvas.Line(layout.Margin, layout.SummaryRuleY, layout.Width - layout.Margin, layout.SummaryRuleY);
        }

        if (plot.ReferenceLine is { } line && plot.Axis.Contains(line))
        {
            var x = layout.X(plot.Axis, line);
            canvas.Line(x, layout.RuleY, x, layout.AxisY, $"class=\"reference\" stroke=\"{Palette.Faint}\" stroke-dasharray=\"2 3\"");
        }

        canvas.CloseGroup();
    }

    private void FittedValues()
    {
        if (!plot.Rows.Any(row => row.Fitted is not null))
        {
            return;
        }

        canvas.OpenGroup("fitted", $"fill=\"{Palette.Fitted}\"");
        for (var i = 0; i < plot.Rows.Count; i++)
        {
            if (plot.Rows[i].Fitted is { } fitted && double.IsFinite(fitted.Estimate))
            {
                Polygon(fitted, layout.RowY(i));
            }
        }

        canvas.CloseGroup();
    }

    private void Studies()
    {
        for (var i = 0; i < plot.Rows.Count; i++)
        {
            var row = plot.Rows[i];
            var y = layout.RowY(i);
            canvas.OpenGroup("study");
            Label(row.Label, y);
            Interval(row.Interval, y);
            if (plot.Axis.Contains(row.Interval.Estimate))
            {
                var side = SquareEm * em * row.PointSize;
                canvas.Rectangle(layout.X(plot.Axis, row.Interval.Estimate) - (side / 2), y - (side / 2), side, side, $"fill=\"{Palette.Ink}\"");
            }

            Annotation(row.Annotation, y);
            canvas.CloseGroup();
        }
    }

    private void Summary()
    {
        if (plot.Summary is not { } summary)
        {
            return;
        }

        var y = layout.SummaryY;
        canvas.OpenGroup("summary");
        Label(summary.Label, y, "font-weight=\"bold\"");
        if (summary.Note is { } note)
        {
            var size = em * NoteEm;
            var style = $"class=\"note\" font-size=\"{NumberText.Trimmed(size, 2)}\" fill=\"{Palette.Note}\" {Halo}";
            var fitted = TextMetrics.Fit(note, size, layout.Width - (2 * layout.Margin));
            canvas.Text(layout.Margin, layout.Baseline(layout.NoteY), fitted, style: style, tooltip: fitted == note ? null : note);
        }

        if (summary.Prediction is { } prediction)
        {
            canvas.OpenGroup("prediction");
            Interval(prediction, y, $"stroke=\"{Palette.Rule}\" stroke-dasharray=\"2 3\"");
            canvas.CloseGroup();
        }

        Polygon(summary.Interval, y);
        Annotation(summary.Annotation, y);
        canvas.CloseGroup();
    }

    private void Label(string label, double y, string style = "")
    {
        var fitted = TextMetrics.Fit(label, em, layout.LabelWidth);
        canvas.Text(layout.Margin, layout.Baseline(y), fitted, style: style, tooltip: fitted == label ? null : label);
    }

    private void Annotation(ForestAnnotation annotation, double y)
    {
        var text = new ForestLayout.Annotated(annotation);
        var baseline = layout.Baseline(y);
        canvas.OpenGroup("annotation");
        if (annotation.Weight is not null)
        {
            canvas.Text(layout.Columns.Weight, baseline, text.Weight, Anchor.End);
        }

        canvas.Text(layout.Columns.Estimate, baseline, text.Estimate, Anchor.End);
        canvas.Text(layout.Columns.Bracket, baseline, "[", Anchor.Middle);
        canvas.Text(layout.Columns.Lower, baseline, text.Lower, Anchor.End);
        canvas.Text(layout.Columns.Upper, baseline, text.Upper, Anchor.End);
        canvas.CloseGroup();
    }

    /// <summary>An interval as a line with whiskers, or with arrows where the axis cuts it off.</summary>
    private void Interval(PlotInterval interval, double y, string? style = null)
    {
        var axis = plot.Axis;
        var (lower, upper) = Ends(interval);
        if (upper < axis.Lower || lower > axis.Upper)
        {
            Arrow(upper < axis.Lower ? axis.Lower : axis.Upper, y, upper < axis.Lower ? 1 : -1);
            return;
        }

        var (left, right) = (layout.X(axis, lower), layout.X(axis, upper));
        canvas.Line(left, y, right, y, style ?? $"stroke=\"{Palette.Ink}\"");
        End(lower, left, lower < axis.Lower, 1, y);
        End(upper, right, upper > axis.Upper, -1, y);
    }

    private void End(double value, double x, bool isClipped, int inward, double y)
    {
        if (isClipped)
        {
            Arrow(value, y, inward);
            return;
        }

        canvas.Line(x, y - (WhiskerEm * em), x, y + (WhiskerEm * em), $"stroke=\"{Palette.Ink}\"");
    }

    private void Arrow(double value, double y, int inward)
    {
        var tip = layout.X(plot.Axis, value);
        var back = tip + (inward * ArrowEm * em);
        var half = WhiskerEm * em;
        canvas.Polygon([(tip, y), (back, y - half), (back, y + half)], "class=\"clipped\"");
    }

    /// <summary>A four-sided polygon from the lower over the estimate to the upper limit, cut off at the axis.</summary>
    private void Polygon(PlotInterval interval, double y)
    {
        var axis = plot.Axis;
        var (lower, upper) = Ends(interval);
        if (upper < axis.Lower || lower > axis.Upper)
        {
            Arrow(upper < axis.Lower ? axis.Lower : axis.Upper, y, upper < axis.Lower ? 1 : -1);
            return;
        }

        var half = PolygonEm * em;
        var middle = layout.X(axis, interval.Estimate);
        canvas.Polygon([(layout.X(axis, lower), y), (middle, y - half), (layout.X(axis, upper), y), (middle, y + half)], "class=\"estimate\"");
    }

    // An interval that does not exist (too few degrees of freedom) is drawn as its estimate.
    private static (double Lower, double Upper) Ends(PlotInterval interval) => (
        double.IsNaN(interval.Lower) ? interval.Estimate : interval.Lower,
        double.IsNaN(interval.Upper) ? interval.Estimate : interval.Upper);

    private void BottomAxis()
    {
        var axis = plot.Axis;
        var y = layout.AxisY;
        canvas.OpenGroup("axis");
        canvas.Line(layout.PanelLeft, y, layout.PanelRight, y, $"stroke=\"{Palette.Ink}\"");
        var labels = TickLabels.WithoutOverlap(axis.Ticks, tick => layout.X(axis, tick.Position), em);
        foreach (var tick in axis.Ticks)
        {
            var x = layout.X(axis, tick.Position);
            canvas.Line(x, y, x, y + (TickEm * em), $"stroke=\"{Palette.Ink}\"");
        }

        foreach (var tick in labels)
        {
            canvas.Text(layout.X(axis, tick.Position), y + (1.5 * em), ForestLayout.Clean(tick.Label), Anchor.Middle);
        }

        var room = layout.Width - (2 * layout.Margin);
        canvas.Text((layout.PanelLeft + layout.PanelRight) / 2, y + (3.2 * em), TextMetrics.Fit(axis.Title, em, room), Anchor.Middle);
        canvas.CloseGroup();
    }
}
