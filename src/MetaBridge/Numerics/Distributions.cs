using MathNet.Numerics;

namespace MetaBridge.Numerics;

/// <summary>Tails and quantiles of the reference distributions: normal, t, χ² and F.</summary>
/// <remarks>
/// Upper tails are computed as upper tails, so a p-value keeps its digits down to the smallest double. Quantiles invert the same
/// functions. The relative error stays below about 1e-12 (1e-16 df for more than 10,000 degrees of freedom), checked against R's.
/// </remarks>
internal static class Distributions
{
    private const int MaxNewtonSteps = 200;

    /// <summary>After a relative step below this the error is one of rounding: convergence is quadratic.</summary>
    private const double LastNewtonMove = 1e-9;

    /// <summary>P(Z &gt; z) for a standard normal Z.</summary>
    public static double NormalUpper(double z) => 0.5 * SpecialFunctions.Erfc(z / Math.Sqrt(2));

    /// <summary>P(|Z| &gt; |z|).</summary>
    public static double NormalTwoSided(double z) => double.IsNaN(z) ? double.NaN : SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>The z that a standard normal variable exceeds with the given probability in (0, 1).</summary>
    public static double NormalUpperQuantile(double probability)
    {
        if (probability > 0.5)
        {
            return -NormalUpperQuantile(1 - probability);
        }

        var z = Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * probability);
        return z + ((NormalUpper(z) - probability) / NormalDensity(z));
    }

    /// <summary>P(|T| &gt; |t|) for a t variable with the given degrees of freedom.</summary>
    public static double StudentTwoSided(double t, double df)
    {
        if (double.IsNaN(t) || double.IsNaN(df))
        {
            return double.NaN;
        }

        var square = t * t;
        return double.IsPositiveInfinity(square) && !double.IsInfinity(t)
            ? IncompleteBeta.Regularized(df / 2, 0.5, df / t / t, 1)
            : IncompleteBeta.Regularized(df / 2, 0.5, 1 / (1 + (square / df)), 1 / (1 + (df / square)));
    }

    /// <summary>The t that a t variable exceeds with the given probability in (0, ½].</summary>
    public static double StudentUpperQuantile(double probability, double df)
    {
        if (probability == 0.5)
        {
            return 0;
        }

        // Newton on ln tail: as a function of ln t the log-tail is concave and decreasing, so the iteration can't run away for long.
        var t = StudentStart(probability, df);
        for (var step = 0; step < MaxNewtonSteps; step++)
        {
            var tail = StudentTwoSided(t, df) / 2;
            var slope = t * StudentDensity(t, df) / tail;
            var move = Math.Clamp(Math.Log(tail / probability) / slope, -2, 2);
            t *= Math.Exp(move);
            if (Math.Abs(move) < LastNewtonMove)
            {
                break;
            }
        }

        return t;
    }

    /// <summary>P(χ² &gt; q) with the given degrees of freedom.</summary>
    public static double ChiSquaredUpper(double q, double df) =>
        double.IsNaN(q) || double.IsNaN(df) ? double.NaN : df == 1 ? NormalTwoSided(Math.Sqrt(Math.Max(q, 0))) : IncompleteGamma.Upper(df / 2, q / 2);

    /// <summary>The q that a χ² variable stays below with the given probability in (0, 1).</summary>
    public static double ChiSquaredQuantile(double probability, double df)
    {
        var a = df / 2;
        var useUpper = probability > 0.5;
        var target = useUpper ? 1 - probability : probability;
        var x = ChiSquaredStart(probability, df) / 2;
        for (var step = 0; step < MaxNewtonSteps; step++)
        {
            var tail = useUpper ? IncompleteGamma.Upper(a, x) : IncompleteGamma.Lower(a, x);
            // x · density = a · PoissonTerm(a, x); the derivative of ln tail by ln x.
            var slope = (useUpper ? -1 : 1) * a * Stirling.PoissonTerm(a, x) / tail;
            var move = Math.Clamp(Math.Log(target / tail) / slope, -2, 2);
            x *= Math.Exp(move);
            if (Math.Abs(move) < LastNewtonMove)
            {
                break;
            }
        }

        return 2 * x;
    }

    /// <summary>P(F &gt; f) with the given degrees of freedom.</summary>
    public static double FUpper(double f, double df1, double df2)
    {
        if (double.IsNaN(f) || double.IsNaN(df2))
        {
            return double.NaN;
        }

        return f <= 0 ? 1 : IncompleteBeta.Regularized(df2 / 2, df1 / 2, 1 / (1 + (df1 * f / df2)), 1 / (1 + (df2 / (df1 * f))));
    }

    private static double NormalDensity(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    private static double StudentDensity(double t, double df)
    {
        // Γ((ν+1)/2)/(Γ(ν/2)√(νπ)) (1 + t²/ν)^(−(ν+1)/2).
        return Stirling.GammaHalfRatio(df / 2) / Math.Sqrt(df * Math.PI)
            * Math.Exp(-(df + 1) / 2 * Stirling.LogOnePlus(t * t / df));
    }

    private static double StudentStart(double probability, double df)
    {
        if (df < 3)
        {
            // Exact for one degree of freedom; good enough to start from below three.
            return Math.Max(1 / Math.Tan(Math.PI * probability), 1e-300);
        }

        var z = NormalUpperQuantile(probability);
        return z + ((z * ((z * z) + 1)) / (4 * df));
    }

    private static double ChiSquaredStart(double probability, double df)
    {
        // Wilson & Hilferty (1931); the leading term of the series where that is not positive.
        var z = -NormalUpperQuantile(probability);
        var c = 2 / (9 * df);
        var root = 1 - c + (z * Math.Sqrt(c));
        var start = df * root * root * root;
        if (start > 1e-3 * df)
        {
            return start;
        }

        var a = df / 2;
        return 2 * Math.Exp((Math.Log(probability) + SpecialFunctions.GammaLn(a + 1)) / a);
    }
}
