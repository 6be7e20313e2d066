using System.Runtime.Intrinsics;
using MetaBridge.Data;
using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The exact small-sample factor of standardised mean differences (Hedges, 1981).</summary>
internal static class BiasCorrection
{
    /// <summary>Degrees of freedom are whole numbers almost always, and few: their factors are remembered.</summary>
    private const int CacheSize = 2048;

    private const uint AllLanes = 15;

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

    /// <summary>The factors of four numbers of degrees of freedom.</summary>
    public static Vector256<double> Factors(Vector256<double> m)
    {
        var isRemembered = Vector256.Equals(Vector256.Floor(m), m) & Vector256.GreaterThan(m, Vector256<double>.One)
            & Vector256.LessThan(m, Vector256.Create((double)CacheSize));
        if (isRemembered.ExtractMostSignificantBits() == AllLanes)
        {
            var found = Vector256.Create(Cache[(int)m[0]], Cache[(int)m[1]], Cache[(int)m[2]], Cache[(int)m[3]]);
            if (!Vector256.EqualsAny(found, Vector256<double>.Zero))
            {
                return found;
            }
        }

        return Vector256.Create(Factor(m[0]), Factor(m[1]), Factor(m[2]), Factor(m[3]));
    }

    private static double Compute(double m) => Stirling.GammaHalfRatio((m - 1) / 2) / Math.Sqrt(m / 2);
}
