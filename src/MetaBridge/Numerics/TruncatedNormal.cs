namespace MetaBridge.Numerics;

/// <summary>The standard normal distribution restricted to an interval.</summary>
internal static class TruncatedNormal
{
    /// <summary>Beyond this argument erfc is taken with its exponential part removed.</summary>
    private const double FarTail = 5;

    /// <summary>ln P(a ≤ Z ≤ b), also far in a tail.</summary>
    public static double LogMass(double a, double b)
    {
        if (a >= 0 || b <= 0)
        {
            // Both on one side: reflect to the upper tail, where a difference of tails keeps its digits.
            var (low, high) = a >= 0 ? (a, b) : (-b, -a);
            var tail = LogUpper(low);
            return double.IsPositiveInfinity(high) ? tail : tail + Math.Log(-Expm1(LogUpper(high) - tail));
        }

        return Math.Log(1 - Distributions.NormalUpper(-a) - Distributions.NormalUpper(b));
    }

    /// <summary>ln P(Z &gt; z).</summary>
    public static double LogUpper(double z)
    {
        if (z < FarTail)
        {
            return Math.Log(Distributions.NormalUpper(z));
        }

        // Continued fraction of Mills' ratio (DLMF 7.9.1), from the back; 60 terms are exact to rounding from z = 5 on.
        var f = z;
        for (var n = 60; n >= 1; n--)
        {
            f = z + (n / f);
        }

        return (-0.5 * z * z) - (0.5 * Math.Log(2 * Math.PI)) - Math.Log(f);
    }

    /// <summary>Mean and variance given a ≤ Z ≤ b.</summary>
    public static (double Mean, double Variance) Moments(double a, double b)
    {
        var logMass = LogMass(a, b);
        double da = DensityRatio(a, logMass), db = DensityRatio(b, logMass);
        var mean = da - db;
        var second = 1 + (double.IsInfinity(a) ? 0 : a * da) - (double.IsInfinity(b) ? 0 : b * db);
        return (mean, Math.Max(second - (mean * mean), 0));
    }

    private static double DensityRatio(double z, double logMass) =>
        double.IsInfinity(z) ? 0 : Math.Exp((-0.5 * z * z) - (0.5 * Math.Log(2 * Math.PI)) - logMass);

    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;
}
