using System.Runtime.CompilerServices;

namespace MetaBridge.Stratified;

/// <summary>What pooling needs of tables: sums over them, so that sets of tables are joined by adding.</summary>
/// <remarks>
/// Which sums these are depends on the measure; <see cref="StratumTerms"/> has the formulas. R and S are the numerator and the denominator
/// of the pooled ratio (of the pooled difference for RD and IRD, of Peto's log odds ratio for PETO).
/// </remarks>
/// <param name="R">Numerator.</param>
/// <param name="S">Denominator.</param>
/// <param name="V1">First sum of the variance.</param>
/// <param name="V2">Second sum of the variance.</param>
/// <param name="V3">Third sum of the variance.</param>
/// <param name="Excess">Σ (events of the first group − their expectation without an effect).</param>
/// <param name="ConditionalVariance">Its variance with all margins fixed (Mantel &amp; Haenszel).</param>
/// <param name="BinomialVariance">Its variance with the group sizes fixed (Cochran).</param>
internal readonly record struct StratumSums(
    double R, double S, double V1, double V2, double V3, double Excess, double ConditionalVariance, double BinomialVariance)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StratumSums operator +(in StratumSums x, in StratumSums y) => new(
        x.R + y.R, x.S + y.S, x.V1 + y.V1, x.V2 + y.V2, x.V3 + y.V3, x.Excess + y.Excess,
        x.ConditionalVariance + y.ConditionalVariance, x.BinomialVariance + y.BinomialVariance);
}
