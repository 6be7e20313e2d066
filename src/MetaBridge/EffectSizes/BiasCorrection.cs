using MetaBridge.Data;
using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The exact small-sample factor of standardised mean differences (Hedges, 1981).</summary>
internal static class BiasCorrection
{
    /// <summary>c(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)); NA for m ≤ 1, where it doesn't exist.</summary>
    public static double Factor(double m) =>
        m > 1 ? Stirling.GammaHalfRatio((m - 1) / 2) / Math.Sqrt(m / 2) : Na.Real;
}
