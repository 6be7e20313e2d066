using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>Sampling variances and 2 × 2 tables from what papers report instead: metafor's <c>conv.wald</c>, <c>conv.2x2</c>, <c>conv.delta</c>.</summary>
public static class Conversions
{
    /// <summary>Relative step of a central difference: the cube root of the rounding unit, times two extrapolations' worth.</summary>
    private const double RelativeStep = 1e-3;

    private const int Extrapolations = 5;

    /// <summary>Variance from a Wald-type interval: ((ub − lb) / (2 z))².</summary>
    /// <param name="lower">Lower end on the scale of the effect size.</param>
    /// <param name="upper">Upper end.</param>
    /// <param name="level">Confidence level in percent.</param>
    public static double VarianceFromInterval(double lower, double upper, double level = 95)
    {
        var se = (upper - lower) / (2 * CriticalValues.TwoSided(level, double.NaN));
        return se >= 0 ? se * se : double.NaN;
    }

    /// <summary>Variance from a Wald statistic: (y/z)².</summary>
    public static double VarianceFromStatistic(double effect, double statistic) =>
        statistic == 0 ? double.NaN : effect / statistic * (effect / statistic);

    /// <summary>Variance from the two-sided p-value of a Wald test.</summary>
    public static double VarianceFromPValue(double effect, double pValue) =>
        pValue is > 0 and < 1 ? VarianceFromStatistic(effect, Distributions.NormalUpperQuantile(pValue / 2)) : double.NaN;

    /// <summary>How far the effect is from the middle of its interval, in half widths: far from 0 means a misprint or another scale.</summary>
    public static double Asymmetry(double effect, double lower, double upper) => ((upper - effect) - (effect - lower)) / (upper - lower);

    /// <summary>The table with given margins and odds ratio (Bonett, 2007).</summary>
    /// <param name="oddsRatio">Odds ratio.</param>
    /// <param name="n">Total.</param>
    /// <param name="n1">Size of the first group (row).</param>
    /// <param name="m1">How many have outcome 1 (column).</param>
    /// <returns>a, b, c, d as whole numbers; NaN when there is no such table.</returns>
    public static (double A, double B, double C, double D) TableFromOddsRatio(double oddsRatio, double n, double n1, double m1)
    {
        if (!(oddsRatio > 0) || !AreMargins(n, n1, m1))
        {
            return NoTable;
        }

        // (ψ − 1) a² − (n + (ψ − 1)(n1 + m1) − ... ) a + ψ n1 m1 = 0, the smaller root without cancellation.
        var linear = n + ((oddsRatio - 1) * (n1 + m1));
        var root = Math.Sqrt((linear * linear) - (4 * oddsRatio * (oddsRatio - 1) * n1 * m1));
        return Rounded(2 * oddsRatio * n1 * m1 / (linear + root), n, n1, m1);
    }

    /// <summary>The table with given margins and phi coefficient.</summary>
    /// <inheritdoc cref="TableFromOddsRatio"/>
    /// <param name="phi">Phi coefficient.</param>
    /// <param name="n">Total.</param>
    /// <param name="n1">Size of the first group (row).</param>
    /// <param name="m1">How many have outcome 1 (column).</param>
    public static (double A, double B, double C, double D) TableFromPhi(double phi, double n, double n1, double m1) =>
        Math.Abs(phi) <= 1 && AreMargins(n, n1, m1)
            ? Rounded(((n1 * m1) + (phi * Math.Sqrt(n1 * (n - n1) * m1 * (n - m1)))) / n, n, n1, m1)
            : NoTable;

    /// <summary>The table with given margins and chi-square statistic, whose sign is that of the association.</summary>
    /// <inheritdoc cref="TableFromOddsRatio"/>
    /// <param name="chiSquare">Pearson's statistic with the sign of the association.</param>
    /// <param name="n">Total.</param>
    /// <param name="n1">Size of the first group (row).</param>
    /// <param name="m1">How many have outcome 1 (column).</param>
    /// <param name="corrected">Whether it was computed with Yates' continuity correction.</param>
    public static (double A, double B, double C, double D) TableFromChiSquare(
        double chiSquare, double n, double n1, double m1, bool corrected = true)
    {
        if (double.IsNaN(chiSquare) || !AreMargins(n, n1, m1))
        {
            return NoTable;
        }

        // χ² = n (|ad − bc| − n/2)² / (product of margins), without n/2 when not corrected; |ad − bc| = √(product) φ.
        var product = n1 * (n - n1) * m1 * (n - m1);
        var cross = Math.Sqrt(Math.Abs(chiSquare) * product / n) + (corrected ? n / 2 : 0);
        var phi = Math.Sign(chiSquare) * cross / Math.Sqrt(product);
        return Math.Abs(phi) <= 1 ? TableFromPhi(phi, n, n1, m1) : NoTable;
    }

    /// <summary>A transformed effect size with its variance by the delta method, h(y) and h′(y)² v.</summary>
    /// <param name="effect">y.</param>
    /// <param name="variance">v.</param>
    /// <param name="transformation">h.</param>
    public static (double Effect, double Variance) Delta(double effect, double variance, Func<double, double> transformation)
    {
        ArgumentNullException.ThrowIfNull(transformation);
        var slope = Slope(transformation, effect);
        return (transformation(effect), slope * slope * variance);
    }

    /// <summary>h′ by Richardson extrapolation of central differences (Ridders, 1982).</summary>
    private static double Slope(Func<double, double> h, double x)
    {
        var step = RelativeStep * Math.Max(Math.Abs(x), 0.1) * (1 << Extrapolations);
        var table = new double[Extrapolations + 1, Extrapolations + 1];
        double best = double.NaN, error = double.PositiveInfinity;
        for (var i = 0; i <= Extrapolations; i++, step /= 2)
        {
            table[i, 0] = (h(x + step) - h(x - step)) / (2 * step);
            for (var j = 1; j <= i; j++)
            {
                var factor = Math.Pow(4, j);
                table[i, j] = ((factor * table[i, j - 1]) - table[i - 1, j - 1]) / (factor - 1);
                var change = Math.Max(Math.Abs(table[i, j] - table[i, j - 1]), Math.Abs(table[i, j] - table[i - 1, j - 1]));
                (best, error) = change <= error ? (table[i, j], change) : (best, error);
            }
        }

        return best;
    }

    private static (double A, double B, double C, double D) NoTable => (double.NaN, double.NaN, double.NaN, double.NaN);

    private static bool AreMargins(double n, double n1, double m1) => n1 > 0 && m1 > 0 && n1 < n && m1 < n;

    private static (double A, double B, double C, double D) Rounded(double a, double n, double n1, double m1)
    {
        var whole = Math.Round(a);
        double b = n1 - whole, c = m1 - whole, d = n - n1 - c;
        return whole < 0 || b < 0 || c < 0 || d < 0 ? NoTable : (whole, b, c, d);
    }
}
