using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The uniformly minimum variance unbiased estimate of a correlation and of its variance (Olkin &amp; Pratt, 1958; Hedges, 1989).</summary>
/// <remarks>
/// G = r F(½, ½; (n − 2)/2; 1 − r²) and G² − [1 − (n − 3)/(n − 2) (1 − r²) F(1, 1; n/2; 1 − r²)] with Gauss's hypergeometric function F.
/// Its series converges like k^−c x^k, so it serves where x is small or c large; elsewhere Euler's integrals, by the double exponential rule,
/// which does not mind that the integrand turns on the scale |r| near an end.
/// </remarks>
internal static class UnbiasedCorrelation
{
    private const double LargeParameter = 12;
    private const double SmallArgument = 0.6;
    private const double Step = 1.0 / 32;
    private const double Reach = 6.6;

    /// <summary>The estimate; n of at least 5 (at least 4 for the function to exist).</summary>
    public static double Estimate(double r, double n)
    {
        var c = (n - 2) / 2;
        if (!(c >= 1) || r == 0)
        {
            return r == 0 ? 0 : double.NaN;
        }

        var x = 1 - (r * r);
        if (c >= LargeParameter || x <= SmallArgument)
        {
            return r * Series(0.5, 0.5, c, x);
        }

        // F = ∫ sinⁿ⁻⁴φ / √(r² + x sin²φ) dφ / ∫ sinⁿ⁻⁴φ dφ over (0, π/2); √π Γ(c − ½)/(2 Γ(c)) is the lower one.
        var integral = Integrate(0, Math.PI / 2, phi =>
        {
            var sine = Math.Sin(phi);
            return Math.Pow(sine, n - 4) / Math.Sqrt((r * r) + (x * sine * sine));
        });
        return r * integral * 2 * Stirling.GammaHalfRatio(c - 0.5) / Math.Sqrt(Math.PI);
    }

    /// <summary>The unbiased variance of the estimate.</summary>
    public static double Variance(double r, double n, double estimate)
    {
        double c = n / 2, x = 1 - (r * r);
        if (!(c > 1.5))
        {
            return double.NaN;
        }

        // F(1, 1; c; x) = (c − 1) ∫ uᶜ⁻² / (r² + x u) du over (0, 1).
        var f = c >= LargeParameter || x <= SmallArgument
            ? Series(1, 1, c, x)
            : (c - 1) * Integrate(0, 1, u => Math.Pow(u, c - 2) / ((r * r) + (x * u)));
        return (estimate * estimate) - 1 + ((n - 3) / (n - 2) * x * f);
    }

    private static double Series(double a, double b, double c, double x)
    {
        double sum = 1, term = 1;
        for (var k = 0; k < 10_000; k++)
        {
            term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * x;
            sum += term;
            if (term <= 1e-17 * sum)
            {
                break;
            }
        }

        return sum;
    }

    /// <summary>∫ over (low, high) by the tanh-sinh rule; points are counted from the nearer end so that none is lost to rounding at the lower one.</summary>
    private static double Integrate(double low, double high, Func<double, double> f)
    {
        double sum = 0, width = high - low;
        for (var t = -Reach; t <= Reach; t += Step)
        {
            var exponent = Math.PI * Math.Sinh(t);
            var share = 1 / (1 + Math.Exp(-exponent));
            var weight = Math.PI * Math.Cosh(t) * share * (1 / (1 + Math.Exp(exponent)));
            if (weight > 0 && share > 0)
            {
                sum += weight * f(low + (width * share));
            }
        }

        return sum * width * Step;
    }
}
