namespace MetaBridge.Agreement;

/// <summary>How closely two engines must agree on a number; docs/agreement.md gives bounds and reasons.</summary>
public enum ToleranceClass
{
    /// <summary>Closed form, or given the reference's variance components: relative 1e-10.</summary>
    Exact,

    /// <summary>As <see cref="Exact"/>, where a distribution function's tail or a quantile enters: relative 1e-8.</summary>
    ExactTail,

    /// <summary>Depends on an iterated variance component, against a reference with tightened control: relative 1e-6.</summary>
    Tight,

    /// <summary>A log-likelihood and what is affine in it: absolute 1e-8.</summary>
    LogLikelihood,

    /// <summary>Against a reference that cannot be tightened: our log-likelihood is not lower.</summary>
    Optimum,

    /// <summary>An integral against an independent integration: relative 1e-6.</summary>
    Quadrature,

    /// <summary>Against a simulation: 4 Monte Carlo standard errors of the difference.</summary>
    MonteCarlo,
}

/// <summary>A named number, vector or matrix of a fit.</summary>
/// <param name="Name">Its name in metafor's vocabulary: <c>beta</c>, <c>tau2</c>, <c>QEp</c>.</param>
/// <param name="Values">The values; NaN where the engine reports none (R's NA). A matrix is stored by columns.</param>
/// <param name="EndToEnd">The class in which two end-to-end fits must agree.</param>
/// <param name="Given">The class in which fits with the same variance components must agree; null if it is not compared then.</param>
/// <param name="Labels">Names of the elements, or null.</param>
public sealed record Quantity(
    string Name,
    double[] Values,
    ToleranceClass EndToEnd,
    ToleranceClass? Given = ToleranceClass.Exact,
    IReadOnlyList<string>? Labels = null)
{
    /// <summary>
    /// The natural scale of each element, in absolute value; null where the value itself is the scale. A value that is a difference of
    /// larger terms (an interval's end: estimate minus a multiple of the standard error) can be near zero by cancellation, and its
    /// rounding error is relative to those terms, not to what is left of them.
    /// </summary>
    public double[]? Scale { get; init; }

    /// <summary>The Monte Carlo standard error of each element, for <see cref="ToleranceClass.MonteCarlo"/>; null where nothing was simulated.</summary>
    public double[]? Errors { get; init; }

    /// <summary>Whether older versions of the reference do not report it: it is not compared then. Where it is reported, it must agree.</summary>
    public bool IsNewInReference { get; init; }
}
