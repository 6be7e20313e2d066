using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>A forest plot as plain data: everything that is drawn, nothing of how.</summary>
/// <remarks>Immutable. Rows run from top to bottom. All positions are on the scale of <see cref="Axis"/>.</remarks>
public sealed record ForestPlot
{
    /// <summary>One row per study, from top to bottom.</summary>
    public required IReadOnlyList<ForestRow> Rows { get; init; }

    /// <summary>The summary estimate; null for models with moderators and where it was switched off.</summary>
    public ForestSummary? Summary { get; init; }

    /// <summary>Where the vertical reference line stands; null for none.</summary>
    public double? ReferenceLine { get; init; }

    /// <summary>The axis at the bottom. Intervals that reach beyond it are clipped and get arrows.</summary>
    public required PlotAxis Axis { get; init; }

    /// <summary>The heading of the labels.</summary>
    public string LabelHeading { get; init; } = "Study";

    /// <summary>The heading of the annotations: measure and level.</summary>
    public required string AnnotationHeading { get; init; }

    /// <summary>The heading of the weights; null when they are not shown.</summary>
    public string? WeightHeading { get; init; }

    /// <summary>The forest plot of a fit.</summary>
    /// <param name="fit">The fit. Fitted values of a model with moderators are drawn when it has predictions.</param>
    /// <param name="options">What to show; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.NoData"/> or
    /// <see cref="ErrorCode.NonFiniteValue"/>.
    /// </exception>
    public static ForestPlot Of(UnivariateFit fit, ForestOptions? options = null) =>
        new ForestBuilder(fit, options ?? new ForestOptions()).Build();
}

/// <summary>A study's row.</summary>
/// <param name="Label">The study.</param>
/// <param name="Interval">Its effect size and confidence interval, y ± z √v, on the plot's scale.</param>
/// <param name="Weight">Its weight in percent.</param>
/// <param name="PointSize">Side of its square: 1 is the ordinary size; areas grow with the weight between the limits of the options.</param>
/// <param name="Annotation">The texts at the right.</param>
/// <param name="Fitted">The fitted value with its interval, in models with moderators.</param>
public sealed record ForestRow(
    string Label,
    PlotInterval Interval,
    double Weight,
    double PointSize,
    ForestAnnotation Annotation,
    PlotInterval? Fitted);

/// <summary>The summary estimate below the studies.</summary>
/// <param name="Label">The model, such as <c>RE Model</c>.</param>
/// <param name="Interval">Estimate and confidence interval: the polygon.</param>
/// <param name="Prediction">The prediction interval, when it is shown.</param>
/// <param name="Annotation">The texts at the right.</param>
/// <param name="Note">A line on the heterogeneity, when it is shown.</param>
public sealed record ForestSummary(
    string Label,
    PlotInterval Interval,
    PlotInterval? Prediction,
    ForestAnnotation Annotation,
    string? Note);

/// <summary>The texts of a row, each padded with blanks to the width of its column.</summary>
/// <param name="Weight">The weight with a percent sign; null when weights are not shown.</param>
/// <param name="Estimate">The estimate.</param>
/// <param name="Lower">The lower limit.</param>
/// <param name="Upper">The upper limit.</param>
public sealed record ForestAnnotation(string? Weight, string Estimate, string Lower, string Upper)
{
    private const string Gap = "   ";

    /// <summary>All of it in one line as metafor writes it: <c>-0.89 [-2.01,  0.23]</c>.</summary>
    public string Text => $"{(Weight is null ? "" : Weight + Gap)}{Estimate} [{Lower}, {Upper}]";
}
