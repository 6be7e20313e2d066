namespace MetaBridge.EffectSizes;

/// <summary>The common language effect size, or area under the curve: the chance that a score of the first group is the higher one.</summary>
/// <remarks>
/// From the area A itself: Newcombe (2006, methods 2 and 4) after Hanley &amp; McNeil (1982), both with (n1 − 1)(n2 − 1); H0: the variance
/// of the Mann-Whitney statistic; MAX: Bamber (1975). Of normal data (CLESN): A = Φ(z), z = (m1 − m2)/√(s1² + s2²), delta method
/// (Ruscio, 2008; Bonett, 2008).
/// </remarks>
internal static class Concordance
{
    private const double InverseRootTwoPi = 0.3989422804014327;

    /// <summary>From the area.</summary>
    public static (double Y, double V) Area(VarianceType type, double area, double n1, double n2)
    {
        double first = (1 - area) / (2 - area), second = area / (1 + area), cells = (n1 - 1) * (n2 - 1), half = (n1 + n2) / 2;
        var v = type switch
        {
            VarianceType.H0 => (n1 + n2 + 1) / (12 * n1 * n2),
            VarianceType.Max => area * (1 - area) / (Math.Min(n1, n2) - 1),
            VarianceType.Ls2 => area * (1 - area) * (1 + ((n1 - 1) * first) + ((n2 - 1) * second)) / cells,
            _ => area * (1 - area) * (1 + ((half - 1) * (first + second))) / cells,
        };
        return (area, v);
    }

    /// <summary>From means, standard deviations and sizes of two groups.</summary>
    public static (double Y, double V) Normal(VarianceType type, in TwoMeans.Pair x)
    {
        double df1 = x.N1 - 1, df2 = x.N2 - 1, v1 = x.S1 * x.S1, v2 = x.S2 * x.S2, s = v1 + v2;
        if (type == VarianceType.Ho)
        {
            var pooled = (x.M1 - x.M2) / Math.Sqrt(2 * x.PooledVariance);
            var size = (1 / x.N1) + (1 / x.N2) + (pooled * pooled / (x.N1 + x.N2));
            return (Chance(pooled), Square(Density(pooled)) * size / 2);
        }

        var z = (x.M1 - x.M2) / Math.Sqrt(s);
        double wide = ((v1 / df1) + (v2 / df2)) / s, narrow = ((v1 / x.N1) + (v2 / x.N2)) / s;
        double spread = ((v1 * v1 / df1) + (v2 * v2 / df2)) / (2 * s * s), narrowSpread = ((v1 * v1 / x.N1) + (v2 * v2 / x.N2)) / (2 * s * s);
        return (Chance(z), type switch
        {
            VarianceType.Ls2 => Square(Density(z)) * (narrow + (z * z * narrowSpread)),
            VarianceType.Ls3 => Square(Density(z)) * (narrow + (z * z * spread)),
            VarianceType.H0 => Square(InverseRootTwoPi) * wide,
            _ => Square(Density(z)) * (wide + (z * z * spread)),
        });
    }

    /// <summary>From matched measurements; the chance that an unmatched pair would show the same order.</summary>
    public static (double Y, double V) Matched(in MatchedPair x)
    {
        double v1 = x.S1 * x.S1, v2 = x.S2 * x.S2, s = v1 + v2, df = x.N - 1;
        var z = (x.M1 - x.M2) / Math.Sqrt(s);
        var difference = s - (2 * x.R * x.S1 * x.S2);
        var spread = ((v1 * v1) + (v2 * v2) + (2 * x.R * x.R * v1 * v2)) / (2 * s * s);
        return (Chance(z), Square(Density(z)) * ((difference / s) + (z * z * spread)) / df);
    }

    private static double Chance(double z) => MetaBridge.Numerics.Distributions.NormalUpper(-z);

    private static double Density(double z) => InverseRootTwoPi * Math.Exp(-z * z / 2);

    private static double Square(double x) => x * x;
}
