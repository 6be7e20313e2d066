using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>How the interval for the true effect of a new study is built.</summary>
public enum PredictionIntervalType
{
    /// <summary>x'β̂ ± c √(Var(x'β̂) + τ̂²) with the fit's own critical value c: normal, or t with k − p degrees of freedom.</summary>
    [Keyword("default", "the critical value of the fit")]
    Default,

    /// <summary>The same with t and one degree of freedom less for the estimated τ²: k − p − 1 (Higgins, Thompson &amp; Spiegelhalter, 2009; Riley, Higgins &amp; Deeks, 2011).</summary>
    [Keyword("riley", "t with k - p - 1 degrees of freedom")]
    Riley,

    /// <summary>The same with t and k − p degrees of freedom, whatever the fit's test.</summary>
    [Keyword("t", "t with k - p degrees of freedom")]
    StudentT,

    /// <summary>x'β̂ ± z τ̂: as if the coefficients were known.</summary>
    [Keyword("simple", "normal, as if the coefficients were known")]
    Simple,
}

/// <summary>How predictions are made.</summary>
public sealed record PredictionOptions
{
    /// <summary>Confidence and prediction level in percent; null for the fit's.</summary>
    public double? Level { get; init; }

    /// <summary>How prediction intervals are built.</summary>
    public PredictionIntervalType IntervalType { get; init; }

    /// <summary>
    /// Sampling variances of the new studies, one for all rows or one for each: the prediction interval is then one of the <em>observed</em> effect of a new study, with
    /// this variance added. Null for the true effect.
    /// </summary>
    public double[]? NewVariances { get; init; }

    /// <summary>
    /// Whether the intervals hold together: the level of each is 100 − (100 − level)/n percent for n predictions (Bonferroni). metafor's <c>adjust</c> (4.8-0).
    /// </summary>
    public bool Adjust { get; init; }

    /// <summary>Whether the intercept counts; false leaves it out of the sum, so that the prediction is a contrast. Only for new moderator values without its column.</summary>
    public bool WithIntercept { get; init; } = true;

    /// <summary>Applied to predictions and limits (not to standard errors, which are then NaN); null for none.</summary>
    public Func<double, double>? Transformation { get; init; }
}
