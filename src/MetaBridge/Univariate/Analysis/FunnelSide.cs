using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>A side of a funnel plot.</summary>
public enum FunnelSide
{
    /// <summary>Where small effects are.</summary>
    [Keyword("left", "small effects")]
    Left,

    /// <summary>Where large effects are.</summary>
    [Keyword("right", "large effects")]
    Right,
}

/// <summary>Estimators of how many studies are missing (Duval &amp; Tweedie, 2000).</summary>
public enum MissingStudiesEstimator
{
    /// <summary>From the sum of the ranks of the studies on one side.</summary>
    [Keyword("L0", "from the rank sum, linear")]
    L0,

    /// <summary>From the length of the run of the largest ranks on one side.</summary>
    [Keyword("R0", "from the rightmost run of ranks")]
    R0,

    /// <summary>From the rank sum by a quadratic equation.</summary>
    [Keyword("Q0", "from the rank sum, quadratic")]
    Q0,
}

/// <summary>How <see cref="UnivariateAnalysis.TrimAndFill"/> works.</summary>
public sealed record TrimAndFillOptions
{
    /// <summary>Where studies are missing; null to decide by the sign of the slope on the standard error (negative: right).</summary>
    public FunnelSide? Side { get; init; }

    /// <summary>The estimator of their number.</summary>
    public MissingStudiesEstimator Estimator { get; init; } = MissingStudiesEstimator.L0;

    /// <summary>How often the number is estimated at most.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>Smallest and largest imputed value; null for no limits.</summary>
    public (double Lower, double Upper)? Limits { get; init; }
}

/// <summary>The result of trim and fill.</summary>
/// <param name="Side">Where studies are missing.</param>
/// <param name="Estimator">The estimator of their number.</param>
/// <param name="MissingCount">k₀, rounded.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="PValue">Of the hypothesis that none is missing; R0 only, else NaN.</param>
/// <param name="FilledEffects">The imputed effect sizes.</param>
/// <param name="FilledVariances">Their variances.</param>
/// <param name="Fit">The same model fitted to observed and imputed studies, the imputed ones last and labelled <c>Filled 1</c>, <c>Filled 2</c>, …</param>
public sealed record TrimAndFillResult(
    FunnelSide Side,
    MissingStudiesEstimator Estimator,
    int MissingCount,
    double StandardError,
    double PValue,
    double[] FilledEffects,
    double[] FilledVariances,
    UnivariateFit Fit);
