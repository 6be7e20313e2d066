using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>A funnel plot as plain data: effect sizes (or residuals) against their standard errors.</summary>
/// <remarks>Immutable. The vertical axis runs from 0 at the top to the largest standard error at the bottom.</remarks>
public sealed record FunnelPlot
{
    /// <summary>One point per study.</summary>
    public required IReadOnlyList<FunnelPoint> Points { get; init; }

    /// <summary>Where the vertical line stands: the summary estimate, or 0 for residuals.</summary>
    public required double Center { get; init; }

    /// <summary>Pseudo confidence regions, widest first.</summary>
    public required IReadOnlyList<FunnelRegion> Regions { get; init; }

    /// <summary>The horizontal axis.</summary>
    public required PlotAxis EffectAxis { get; init; }

    /// <summary>The vertical axis, 0 at the top.</summary>
    public required PlotAxis ErrorAxis { get; init; }

    /// <summary>Whether the points are residuals of a model with moderators.</summary>
    public bool IsResidual { get; init; }

    /// <summary>The funnel plot of a fit.</summary>
    /// <remarks>
    /// With moderators the points are residuals y − x'β̂ against their standard errors for the weights that the fit used
    /// (<see cref="UnivariateResiduals.ResidualStandardErrors"/>).
    /// </remarks>
    /// <param name="fit">The fit; with moderators it needs predictions, one per study.</param>
    /// <param name="options">What to show; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.NoData"/>, <see cref="ErrorCode.NonFiniteValue"/>,
    /// <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.SpecificationInvalid"/> when predictions are missing, or
    /// <see cref="ErrorCode.NotSupported"/> when a fit with other weights than its own doesn't hold its model matrix.
    /// </exception>
    public static FunnelPlot Of(UnivariateFit fit, FunnelOptions? options = null) =>
        new FunnelBuilder(fit, options ?? new FunnelOptions()).Build();
}

/// <summary>A study in a funnel plot.</summary>
/// <param name="Label">The study.</param>
/// <param name="Effect">Its effect size or residual.</param>
/// <param name="StandardError">Its standard error.</param>
public sealed record FunnelPoint(string Label, double Effect, double StandardError);

/// <summary>A pseudo confidence region: center ± z SE, or center ± z √(SE² + τ²).</summary>
/// <param name="Level">Its level in percent.</param>
/// <param name="HalfWidths">Half its width at standard errors that run evenly from 0 to the end of the vertical axis.</param>
public sealed record FunnelRegion(double Level, IReadOnlyList<double> HalfWidths);

/// <summary>What a funnel plot shows. The defaults are those of metafor.</summary>
public sealed record FunnelOptions
{
    /// <summary>Levels of the pseudo confidence regions in percent; null for the fit's level.</summary>
    public IReadOnlyList<double>? Levels { get; init; }

    /// <summary>Whether τ² widens the regions; not for residuals, whose standard errors contain it.</summary>
    public bool AddTauSquared { get; init; }

    /// <summary>Back-transforms the tick labels of the effect axis.</summary>
    public BackTransformation LabelTransformation { get; init; } = BackTransformation.None;

    /// <summary>Where the regions are centered; null for the summary estimate, or 0 for residuals.</summary>
    public double? Center { get; init; }

    /// <summary>The title of the effect axis; null for the measure's name.</summary>
    public string? AxisTitle { get; init; }

    /// <summary>How many tick marks the vertical axis has; at least 2.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>Decimals of the effect axis' labels, at least: 0 to 15.</summary>
    public int Digits { get; init; } = 2;
}
