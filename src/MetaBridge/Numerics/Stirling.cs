namespace MetaBridge.Numerics;

/// <summary>The small parts from which gamma- and beta-type densities are built without cancellation.</summary>
/// <remarks>Loader (2000), "Fast and accurate computation of binomial probabilities".</remarks>
internal static class Stirling
{
    /// <summary>From here the asymptotic series below is exact to rounding.</summary>
    private const double SeriesStart = 16;

    private const double RelativeSeriesRange = 0.1;

    /// <summary>ln Γ(n + 1) − [(n + ½) ln n − n + ½ ln 2π] for n &gt; 0.</summary>
    public static double Error(double n)
    {
        // The recursion δ(n) = δ(n + 1) + (n + ½) ln(1 + 1/n) − 1 carries small n to where the series holds.
        var shift = 0.0;
        while (n < SeriesStart)
        {
            shift += ((n + 0.5) * LogOnePlus(1 / n)) - 1;
            n++;
        }

        var nn = n * n;
        return shift + (((1.0 / 12) - (((1.0 / 360) - (((1.0 / 1260) - (((1.0 / 1680) - (1.0 / 1188 / nn)) / nn)) / nn)) / nn)) / n);
    }

    /// <summary>x ln(x / m) + m − x, accurate also where x is close to m.</summary>
    public static double Deviance(double x, double m)
    {
        if (Math.Abs(x - m) >= RelativeSeriesRange * (x + m))
        {
            return (x * Math.Log(x / m)) + m - x;
        }

        var v = (x - m) / (x + m);
        var sum = (x - m) * v;
        var term = 2 * x * v;
        for (var j = 1; ; j++)
        {
            term *= v * v;
            var next = sum + (term / ((2 * j) + 1));
            if (next == sum)
            {
                return next;
            }

            sum = next;
        }
    }

    /// <summary>e^(−m) m^x / Γ(x + 1) for x, m &gt; 0.</summary>
    public static double PoissonTerm(double x, double m) =>
        Math.Exp(-Error(x) - Deviance(x, m)) / Math.Sqrt(2 * Math.PI * x);

    /// <summary>Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) · x^a · y^b with y = 1 − x given separately.</summary>
    public static double BinomialTerm(double a, double b, double x, double y)
    {
        var n = a + b;
        var log = Error(n) - Error(a) - Error(b) - Deviance(a, n * x) - Deviance(b, n * y);
        return Math.Exp(log) * Math.Sqrt(n / (2 * Math.PI * a * b));
    }

    /// <summary>Γ(x + ½)/Γ(x) for x &gt; 0, without subtracting large logarithms.</summary>
    public static double GammaHalfRatio(double x) =>
        Math.Exp(Error(x + 0.5) - Error(x) + (x * LogOnePlus(0.5 / x)) - 0.5) * Math.Sqrt(x);

    /// <summary>ln(1 + x) for x &gt; −1, accurate for small x (Kahan's correction).</summary>
    public static double LogOnePlus(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? Math.Log(x) : Math.Log(u) * (x / (u - 1));
    }
}
