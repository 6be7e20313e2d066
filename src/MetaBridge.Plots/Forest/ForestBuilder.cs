using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>Turns a fit into a forest plot.</summary>
internal sealed class ForestBuilder
{
    private readonly UnivariateFit fit;
    private readonly ForestOptions options;

    public ForestBuilder(UnivariateFit fit, ForestOptions options)
    {
        this.fit = fit;
        this.options = options;
        PlotChecks.Studies(fit);
        CheckOptions();
    }

    public ForestPlot Build()
    {
        var order = Order();
        var intervals = StudyIntervals();
        var fitted = FittedValues();
        var weights = ForestWeights.Percent(fit, options.Weights);
        var sizes = ForestWeights.PointSizes(weights, options.PointSizes);
        var summary = options.ShowFit && PlotChecks.HasSummary(fit) ? SummaryInterval() : null;
        var annotations = new ForestAnnotations(options, weights, intervals, summary);
        var labels = options.Labels ?? PlotChecks.Labels(fit);

        return new ForestPlot
        {
            Rows = [.. order.Select(i => new ForestRow(
                labels[i], ToScale(intervals[i]), weights[i], sizes[i], annotations.OfStudy(i), fitted?[i]))],
            Summary = summary is null ? null : Summary(summary, annotations),
            ReferenceLine = options.ReferenceLine is { } line ? options.ValueTransformation.Apply(line) : null,
            Axis = Axis(intervals.Select(ToScale)),
            AnnotationHeading = MeasureNames.ColumnHeading(fit.Measure, IsTransformed, fit.Level),
            WeightHeading = options.ShowWeights ? "Weight" : null,
        };
    }

    private bool IsTransformed =>
        options.LabelTransformation != BackTransformation.None || options.ValueTransformation != BackTransformation.None;

    private PlotInterval ToScale(PlotInterval interval) => interval.Transformed(options.ValueTransformation);

    private int[] Order()
    {
        var rows = Enumerable.Range(0, fit.StudyCount);
        return options.Order switch
        {
            ForestOrder.Effect => [.. rows.OrderBy(i => fit.Studies.EffectSizes[i])],
            ForestOrder.Precision => [.. rows.OrderBy(i => fit.Studies.Variances[i])],
            _ => [.. rows],
        };
    }

    private PlotInterval[] StudyIntervals()
    {
        var z = NormalQuantile.TwoSided(fit.Level);
        return [.. fit.Studies.EffectSizes.Select((y, i) =>
        {
            var half = z * Math.Sqrt(fit.Studies.Variances[i]);
            return new PlotInterval(y, y - half, y + half);
        })];
    }

    private PlotInterval SummaryInterval() =>
        new(fit.Coefficients.Estimates[0], fit.Coefficients.Lower[0], fit.Coefficients.Upper[0]);

    private ForestSummary Summary(PlotInterval interval, ForestAnnotations annotations) => new(
        options.SummaryLabel ?? (fit.Method == HeterogeneityMethod.EqualEffects ? "EE Model" : "RE Model"),
        ToScale(interval),
        options.ShowPrediction && fit.Method != HeterogeneityMethod.EqualEffects ? ToScale(Prediction(interval)) : null,
        annotations.OfSummary(),
        options.ShowHeterogeneity ? HeterogeneityNote.Of(fit, options.Digits) : null);

    // The quantile that built the confidence interval is recovered from its width, so that normal, t and Knapp-Hartung intervals
    // are extended alike: estimate ± c √(SE² + τ²).
    private PlotInterval Prediction(PlotInterval interval)
    {
        var error = fit.Coefficients.StandardErrors[0];
        var ratio = error > 0 ? Math.Sqrt((error * error) + fit.TauSquared.Value) / error : 1;
        return new PlotInterval(
            interval.Estimate,
            interval.Estimate - (ratio * (interval.Estimate - interval.Lower)),
            interval.Estimate + (ratio * (interval.Upper - interval.Estimate)));
    }

    private PlotInterval[]? FittedValues()
    {
        if (!options.ShowFit || PlotChecks.HasSummary(fit) || fit.Predictions is not { } table)
        {
            return null;
        }

        PlotChecks.OnePerStudy(table.Predicted.Length, fit, "Predictions");
        var (lower, upper) = options.ShowPrediction ? (table.PredictionLower, table.PredictionUpper) : (table.Lower, table.Upper);
        return [.. table.Predicted.Select((x, i) => ToScale(new PlotInterval(x, lower[i], upper[i])))];
    }

    private PlotAxis Axis(IEnumerable<PlotInterval> intervals)
    {
        var title = options.AxisTitle ?? MeasureNames.AxisTitle(
            fit.Measure,
            options.LabelTransformation != BackTransformation.None,
            options.ValueTransformation != BackTransformation.None);
        var values = intervals.SelectMany(x => new[] { x.Lower, x.Estimate, x.Upper }).ToArray();
        return (options.TickPositions, options.AxisLimits) switch
        {
            ({ } ticks, { } limits) => AxisBuilder.At(ticks, limits, options.LabelTransformation, options.Digits, title),
            ({ } ticks, null) => AxisBuilder.At(ticks, Range(values), options.LabelTransformation, options.Digits, title),
            (null, { } limits) =>
                AxisBuilder.Even(limits.Lower, limits.Upper, options.Steps, options.LabelTransformation, options.Digits, title),
            _ => AxisBuilder.Covering(values, options.Steps, options.LabelTransformation, options.Digits, title),
        };
    }

    private static (double Lower, double Upper) Range(double[] values)
    {
        var axis = AxisBuilder.Covering(values, 2, BackTransformation.None, 0, "");
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        return finite.Min() < finite.Max() ? (finite.Min(), finite.Max()) : (axis.Lower, axis.Upper);
    }

    private void CheckOptions()
    {
        PlotChecks.Level(fit.Level);
        PlotChecks.Digits(options.Digits);
        PlotChecks.Require(options.Steps >= 2, "Steps", options.Steps, "at least 2");
        PlotChecks.Require(
            options.ReferenceLine is not { } line || double.IsFinite(line), "ReferenceLine", options.ReferenceLine ?? 0, "finite, or null");
        var (smallest, largest) = options.PointSizes;
        PlotChecks.Require(smallest > 0 && largest >= smallest && double.IsFinite(largest), "PointSizes", options.PointSizes, "positive and in order");
        if (options.LabelTransformation != BackTransformation.None && options.ValueTransformation != BackTransformation.None)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, "LabelTransformation and ValueTransformation are both set; transform either the labels or the values.");
        }

        if (options.Labels is { } labels)
        {
            PlotChecks.OnePerStudy(labels.Count, fit, "Labels");
        }
    }
}
