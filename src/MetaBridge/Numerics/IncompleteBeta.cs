namespace MetaBridge.Numerics;

/// <summary>The regularised incomplete beta function, relatively accurate where it is small.</summary>
/// <remarks>Continued fraction of DLMF 8.17.22, evaluated by the modified Lentz method.</remarks>
internal static class IncompleteBeta
{
    private const int MaxTerms = 1_000_000;
    private const double Tiny = 1e-300;

    /// <summary>I_x(a, b), where y = 1 − x is given separately so that neither loses digits.</summary>
    public static double Regularized(double a, double b, double x, double y)
    {
        if (x <= 0)
        {
            return 0;
        }

        if (y <= 0)
        {
            return 1;
        }

        // The fraction converges fast only below the mean; above it the complement does.
        return x <= (a + 1) / (a + b + 2)
            ? Stirling.BinomialTerm(a, b, x, y) * b / (a + b) * Fraction(a, b, x)
            : 1 - (Stirling.BinomialTerm(b, a, y, x) * a / (a + b) * Fraction(b, a, y));
    }

    private static double Fraction(double a, double b, double x)
    {
        var c = 1.0;
        var d = Inverse(1 - ((a + b) * x / (a + 1)));
        var f = d;
        for (var m = 1; m < MaxTerms; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = Inverse(1 + (even * d));
            c = NotZero(1 + (even / c));
            f *= c * d;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = Inverse(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            var delta = c * d;
            f *= delta;
            if (Math.Abs(delta - 1) < 1e-16)
            {
                break;
            }
        }

        return f;
    }

    private static double Inverse(double value) => 1 / NotZero(value);

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
