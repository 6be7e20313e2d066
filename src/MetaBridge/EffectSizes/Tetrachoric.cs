using MathNet.Numerics.Integration;
using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The tetrachoric correlation of a 2 × 2 table (Pearson, 1900) and its asymptotic variance (Hamdan, 1970; Divgi, 1979).</summary>
/// <remarks>
/// <para>The table has three free cells and the bivariate normal model three parameters (thresholds h, k and r), so the likelihood is
/// highest where the model reproduces the table: Φ₂(h, k; r) = a/n with Φ(h) = (a + b)/n, Φ(k) = (a + c)/n. With r = sin θ the left side
/// is Φ(h)Φ(k) + (1/2π) ∫₀^θ exp(−(h² + k² − 2hk sin t)/(2 cos² t)) dt, which increases in θ.</para>
/// <para>The variance is the delta method on that equation, which for a saturated model is the inverse information.</para>
/// <para>A zero cell puts r at ±1, where there is no variance.</para>
/// </remarks>
internal static class Tetrachoric
{
    private const int Nodes = 64;
    private const int MaxSteps = 200;

    /// <summary>Correlation and variance; NaN where the table determines none.</summary>
    public static (double Y, double V) Row(double a, double b, double c, double d)
    {
        var n = a + b + c + d;
        double rows = (a + b) / n, columns = (a + c) / n, both = a / n;
        if (!(rows is > 0 and < 1 && columns is > 0 and < 1))
        {
            return (double.NaN, double.NaN);
        }

        if (a == 0 || b == 0 || c == 0 || d == 0)
        {
            return (a * d > b * c || (a > 0 && d > 0) ? 1 : -1, double.NaN);
        }

        double h = -Distributions.NormalUpperQuantile(rows), k = -Distributions.NormalUpperQuantile(columns);
        var angle = Angle(h, k, ((a * d) - (b * c)) / (n * n));
        return (Math.Sin(angle), Variance(h, k, angle, both, rows, columns, n));
    }

    /// <summary>The θ at which the integral equals 2π (a/n − Φ(h)Φ(k)) = 2π (ad − bc)/n².</summary>
    private static double Angle(double h, double k, double excess)
    {
        var target = 2 * Math.PI * excess;
        double low = -Math.PI / 2, high = Math.PI / 2, angle = 0;
        for (var step = 0; step < MaxSteps; step++)
        {
            var gap = GaussLegendreRule.Integrate(t => Density(h, k, t), 0, angle, Nodes) - target;
            (low, high) = gap > 0 ? (low, angle) : (angle, high);
            var next = angle - (gap / Density(h, k, angle));
            if (!(next > low && next < high))
            {
                next = (low + high) / 2;
            }

            if (Math.Abs(next - angle) <= 1e-15 * Math.Max(Math.Abs(angle), 0.1))
            {
                return next;
            }

            angle = next;
        }

        return angle;
    }

    private static double Density(double h, double k, double angle)
    {
        var cosine = Math.Cos(angle);
        return Math.Exp(-((h * h) + (k * k) - (2 * h * k * Math.Sin(angle))) / (2 * cosine * cosine));
    }

    private static double Variance(double h, double k, double angle, double both, double rows, double columns, double n)
    {
        double r = Math.Sin(angle), s = Math.Cos(angle);
        var density = Density(h, k, angle) / (2 * Math.PI * s);

        // dP = φ₂ dr + Φ((k − rh)/s) d(rows) + Φ((h − rk)/s) d(columns)
        double g1 = Distributions.NormalUpper(((r * h) - k) / s), g2 = Distributions.NormalUpper(((r * k) - h) / s);
        var v = (both * (1 - both)) + (g1 * g1 * rows * (1 - rows)) + (g2 * g2 * columns * (1 - columns))
            - (2 * g1 * both * (1 - rows)) - (2 * g2 * both * (1 - columns)) + (2 * g1 * g2 * (both - (rows * columns)));
        return v / (n * density * density);
    }
}
