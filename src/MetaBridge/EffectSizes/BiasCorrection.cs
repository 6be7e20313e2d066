using MetaBridge.Data;
using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The exact small-sample factor of standardised mean differences (Hedges, 1981).</summary>
internal static class BiasCorrection
{
    /// <summary>Degrees of freedom are whole numbers almost always, and few: their factors are remembered.</summary>
    private const int CacheSize = 2048;

    private static readonly double[] Cache = new double[CacheSize];

    /// <summary>c(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)); NA for m ≤ 1, where it doesn't exist.</summary>
    public static double Factor(double m)
    {
        if (!(m > 1))
        {
            return Na.Real;
        }

        var place = m < CacheSize ? (int)m : 0;
        if (place != m)
        {
            return Compute(m);
        }

        // Two threads may compute the same entry; both write the same number.
        return Cache[place] == 0 ? Cache[place] = Compute(m) : Cache[place];
    }

    private static double Compute(double m) => Stirling.GammaHalfRatio((m - 1) / 2) / Math.Sqrt(m / 2);
}
