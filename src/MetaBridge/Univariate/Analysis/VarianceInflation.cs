namespace MetaBridge.Univariate.Analysis;

/// <summary>By how much other moderators inflate the variance of a coefficient, or the volume of the confidence ellipsoid of several.</summary>
/// <param name="Coefficients">The coefficients of the set, counted from 0; m of them.</param>
/// <param name="Names">Their names.</param>
/// <param name="Factor">
/// The (generalised) variance inflation factor det R₁₁ det R₂₂ / det R, R being the correlations of all coefficients, 1 the set and 2 the rest (Fox &amp;
/// Monette, 1992); for one coefficient Var(b)/Var(b alone).
/// </param>
public sealed record VarianceInflation(IReadOnlyList<int> Coefficients, IReadOnlyList<string> Names, double Factor)
{
    /// <summary>The factor to the power 1/(2m): inflation of a standard error.</summary>
    public double StandardErrorFactor => Math.Pow(Factor, 1.0 / (2 * Coefficients.Count));

    /// <summary>
    /// The factor with the moderators reshuffled, so that they depend on each other by chance only; +∞ where the reshuffled columns are redundant, NaN where the model
    /// can't be fitted. Null unless simulated.
    /// </summary>
    public IReadOnlyList<double>? Simulated { get; init; }

    /// <summary>The share of simulated factors (those that exist) that are smaller than <see cref="Factor"/>; near 1 the collinearity is extreme. NaN unless simulated.</summary>
    public double Proportion { get; init; } = double.NaN;
}

/// <summary>How the distribution of variance inflation factors under independence is simulated.</summary>
public sealed record InflationSimulation
{
    /// <summary>How many times the moderators are reshuffled.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>Seed; the same seed gives the same values whatever the number of threads.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// The formula of the moderators, whose variables are reshuffled among the studies and from which the model matrix is built again; null for the model's own. Without a
    /// formula, or without data, the columns of the model matrix are reshuffled themselves.
    /// </summary>
    public string? Moderators { get; init; }

    /// <summary>Most threads at work; null for as many as there are processors.</summary>
    public int? Threads { get; init; }
}
