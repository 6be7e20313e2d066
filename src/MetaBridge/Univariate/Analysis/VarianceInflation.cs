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
}
