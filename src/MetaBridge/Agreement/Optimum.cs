namespace MetaBridge.Agreement;

/// <summary>What a search maximised and where it ended: the evidence by which two engines' optima are weighed.</summary>
/// <param name="Quantity">The quantity that holds the log-likelihood, such as <c>fit.stats.REML</c>.</param>
/// <param name="Element">Its place in that quantity, counted from 0.</param>
/// <param name="LogLikelihood">The maximum that was found.</param>
/// <param name="Parameters">The quantities that were searched for, such as <c>tau2</c>.</param>
/// <param name="IsAtBoundary">Whether the maximum is at the parameter's boundary (zero).</param>
public sealed record Optimum(string Quantity, int Element, double LogLikelihood, IReadOnlyList<string> Parameters, bool IsAtBoundary)
{
    /// <summary>
    /// Upper estimate of the distance to the exact optimum in standard errors, from gradient and curvature at the reported point; NaN when
    /// the search has no such certificate.
    /// </summary>
    public double Distance { get; init; } = double.NaN;

    /// <summary>The lowest value that a quantity among <see cref="Parameters"/> has within the parameter space, by its name.</summary>
    public IReadOnlyDictionary<string, double> Lowest { get; init; } = new Dictionary<string, double>();
}
