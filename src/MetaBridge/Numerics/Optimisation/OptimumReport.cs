namespace MetaBridge.Numerics.Optimisation;

/// <summary>How a search ended.</summary>
internal enum SearchStatus
{
    /// <summary>The Newton decrement met its tolerance.</summary>
    Converged,

    /// <summary>No further decrease can be told from rounding, though the decrement is above its tolerance.</summary>
    PrecisionLimit,

    /// <summary>The iteration limit was met.</summary>
    IterationLimit,

    /// <summary>The start lies outside the domain.</summary>
    BadStart,

    /// <summary>The search came into the basin of an optimum that is known already, and was given up.</summary>
    SameOptimum,
}

/// <summary>A point that a search ended at.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Point">Where.</param>
/// <param name="Value">The function there.</param>
/// <param name="Gradient">Its gradient there.</param>
/// <param name="Curvature">The curvature model there, m × m.</param>
/// <param name="ProjectedGradientNorm">Largest component of the gradient that points into the box.</param>
/// <param name="Decrement">√(g'B⁻¹g) over the free variables: the distance to the optimum in units of standard errors.</param>
/// <param name="Iterations">Steps tried.</param>
/// <param name="Evaluations">Function values computed.</param>
internal sealed record OptimumReport(
    SearchStatus Status,
    double[] Point,
    double Value,
    double[] Gradient,
    double[] Curvature,
    double ProjectedGradientNorm,
    double Decrement,
    int Iterations,
    int Evaluations);
