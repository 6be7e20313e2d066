using MetaBridge.Errors;

namespace MetaBridge.Agreement;

/// <summary>The bounds of the tolerance classes; docs/agreement.md gives their reasons.</summary>
public static class Tolerance
{
    /// <summary>Same sums in another order: a few hundred rounding errors of 1e-16, amplified by the conditioning of published data.</summary>
    public const double Exact = 1e-10;

    /// <summary>The two engines' distribution functions and quantiles agree to about 1e-10; far tails amplify that.</summary>
    public const double ExactTail = 1e-8;

    /// <summary>A reference iterated to 1e-12 leaves its linear rate of convergence times that; the estimates inherit it.</summary>
    public const double Tight = 1e-6;

    /// <summary>A log-likelihood is flat at its maximum, so it is known far better than the estimate.</summary>
    public const double LogLikelihood = 1e-8;

    /// <summary>In standard errors of the difference of two simulations: one of them in 16,000 differs more.</summary>
    public const double MonteCarlo = 4;

    /// <summary>The bound of a class; that of <see cref="ToleranceClass.MonteCarlo"/> is on the difference over its standard error.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/> for an unknown class.</exception>
    public static double BoundOf(ToleranceClass tolerance) => tolerance switch
    {
        ToleranceClass.Exact => Exact,
        ToleranceClass.ExactTail => ExactTail,
        ToleranceClass.Tight or ToleranceClass.Quadrature => Tight,
        ToleranceClass.LogLikelihood or ToleranceClass.Optimum => LogLikelihood,
        ToleranceClass.MonteCarlo => MonteCarlo,
        _ => throw new MetaBridgeException(
            ErrorCode.NotSupported, $"The tolerance class {tolerance} has no bound that holds for every number."),
    };

    /// <summary>Whether the bound of a class is on the absolute difference, not on the relative one.</summary>
    public static bool IsAbsolute(ToleranceClass tolerance) =>
        tolerance is ToleranceClass.LogLikelihood or ToleranceClass.Optimum;
}
