namespace MetaBridge.Numerics;

/// <summary>Regularised incomplete gamma functions, relatively accurate in both tails.</summary>
/// <remarks>Power series below the mean, continued fraction above (DLMF 8.7.1 and 8.9.2).</remarks>
internal static class IncompleteGamma
{
    private const int MaxTerms = 1_000_000;
    private const double Tiny = 1e-300;

    /// <summary>P(a, x).</summary>
    public static double Lower(double a, double x) => x <= 0 ? 0 : double.IsPositiveInfinity(x) ? 1
        : x < a + 1 ? Series(a, x) : 1 - Fraction(a, x);

    /// <summary>Q(a, x) = 1 − P(a, x).</summary>
    public static double Upper(double a, double x) => x <= 0 ? 1 : double.IsPositiveInfinity(x) ? 0
        : x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);

    private static double Series(double a, double x)
    {
        var sum = 1.0;
        var term = 1.0;
        for (var n = 1; n < MaxTerms; n++)
        {
            term *= x / (a + n);
            sum += term;
            if (term < sum * 1e-17)
            {
                break;
            }
        }

        return sum * Stirling.PoissonTerm(a, x);
    }

    private static double Fraction(double a, double x)
    {
        // Modified Lentz evaluation of Γ(a, x) = e^(−x) x^a · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − …)).
        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / b;
        var f = d;
        for (var n = 1; n < MaxTerms; n++)
        {
            var an = -n * (n - a);
            b += 2;
            d = (an * d) + b;
            d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
            c = b + (an / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            var delta = c * d;
            f *= delta;
            if (Math.Abs(delta - 1) < 1e-16)
            {
                break;
            }
        }

        // Γ(a, x)/Γ(a): the Poisson term has Γ(a + 1), hence the factor a.
        return f * a * Stirling.PoissonTerm(a, x);
    }
}
