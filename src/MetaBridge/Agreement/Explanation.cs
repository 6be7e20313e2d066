namespace MetaBridge.Agreement;

/// <summary>Why a difference is the reference's.</summary>
public enum ExplanationKind
{
    /// <summary>The reference stopped at a point with a lower log-likelihood.</summary>
    ReferenceAtLowerOptimum,

    /// <summary>The maximum is at the boundary; the reference's iteration, which halves its steps, stops just short of it.</summary>
    ReferenceShortOfBoundary,

    /// <summary>
    /// The reference's search ended before the digits did, at a log-likelihood that is not higher; ours is certified to be at the maximum by
    /// its gradient and curvature.
    /// </summary>
    ReferenceStopsShort,

    /// <summary>
    /// The reference's estimates are outside of the parameter space, at a correlation that no covariance of the random effects has; ours is
    /// certified to be at the maximum within.
    /// </summary>
    ReferenceLeavesParameterSpace,

    /// <summary>The reference forms the normal equations, which are ill-conditioned here; MetaBridge factorises the design itself.</summary>
    ReferenceLosesDigits,

    /// <summary>
    /// The reference's R² is the ratio of two heterogeneity variances that are both 0 at their maximum, of which its iteration, which halves its steps, leaves small
    /// positive numbers.
    /// </summary>
    ReferenceRatioOfZeros,

    /// <summary>The reference compares a positive Q with χ² on 0 degrees of freedom, since it takes Q over other tables than it counts.</summary>
    ReferenceWithoutDegrees,

    /// <summary>The reference takes the mean out of the effect sizes before it computes heterogeneity, in a model without a constant.</summary>
    ReferenceCentresEffectSizes,
}

/// <summary>Evidence that a difference is the reference's.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Text">The evidence in one line, with its figures.</param>
public sealed record Explanation(ExplanationKind Kind, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
