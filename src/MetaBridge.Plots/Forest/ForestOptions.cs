namespace MetaBridge.Plots;

/// <summary>In which order a forest plot lists the studies.</summary>
public enum ForestOrder
{
    /// <summary>As they are in the data.</summary>
    AsGiven,

    /// <summary>By effect size, smallest first.</summary>
    Effect,

    /// <summary>By sampling variance, smallest first.</summary>
    Precision,
}

/// <summary>What a forest plot shows. The defaults are those of metafor.</summary>
public sealed record ForestOptions
{
    /// <summary>The order of the studies.</summary>
    public ForestOrder Order { get; init; } = ForestOrder.AsGiven;

    /// <summary>Back-transforms tick labels and annotations; positions stay on the scale of the effect sizes. metafor's <c>atransf</c>.</summary>
    public BackTransformation LabelTransformation { get; init; } = BackTransformation.None;

    /// <summary>Back-transforms all values before they are drawn. metafor's <c>transf</c>; not together with the other.</summary>
    public BackTransformation ValueTransformation { get; init; } = BackTransformation.None;

    /// <summary>Whether the summary estimate, or the fitted values of a model with moderators, are shown.</summary>
    public bool ShowFit { get; init; } = true;

    /// <summary>Whether the prediction interval is shown (random-effects models), or used for the fitted values' width.</summary>
    public bool ShowPrediction { get; init; }

    /// <summary>Whether weights are shown among the annotations.</summary>
    public bool ShowWeights { get; init; }

    /// <summary>Whether a line with Q, I² and τ² stands below the summary's label.</summary>
    public bool ShowHeterogeneity { get; init; }

    /// <summary>Decimals of annotations and, at least, of tick labels: 0 to 15.</summary>
    public int Digits { get; init; } = 2;

    /// <summary>Where the reference line stands, on the scale of the effect sizes; null for none.</summary>
    public double? ReferenceLine { get; init; } = 0;

    /// <summary>Limits of the axis on the plot's scale; null for round ones around all intervals.</summary>
    public (double Lower, double Upper)? AxisLimits { get; init; }

    /// <summary>Positions of the tick marks on the plot's scale; null for round ones. metafor's <c>at</c>.</summary>
    public IReadOnlyList<double>? TickPositions { get; init; }

    /// <summary>About how many tick marks; at least 2.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>The axis title; null for the measure's name.</summary>
    public string? AxisTitle { get; init; }

    /// <summary>The summary's label; null for <c>RE Model</c> or <c>EE Model</c>.</summary>
    public string? SummaryLabel { get; init; }

    /// <summary>Labels in the order of the fit's studies; null for the fit's own.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// Weights to show, one per study in any unit; null for those that the fit used: custom, equal or inverse variances 1 / (v + τ²).
    /// </summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Smallest and largest side of a square, as a multiple of the ordinary size.</summary>
    public (double Smallest, double Largest) PointSizes { get; init; } = (0.5, 1.5);
}
