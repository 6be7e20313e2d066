using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures of change within a group, or of the difference between matched groups.</summary>
/// <remarks>
/// SMCC: Gibbons et al. (1993); SMCR: Becker (1988), Morris (2000), the unbiased types with the unbiased correlation of Olkin &amp; Pratt
/// (1958); SMCRH, SMCRPH: Bonett (2008); SMCRP: Cousineau (2020), whose degrees of freedom are 2(n − 1)/(1 + r²); ROMC: Lajeunesse
/// (2011, 2015); VRC, CVRC: Nakagawa et al. (2015), second-order terms by Senior et al. (2020).
/// </remarks>
internal static class Changes
{
    /// <summary>One study.</summary>
    public static (double Y, double V) Row(EffectMeasure measure, VarianceType type, bool correct, in MatchedPair x) => measure switch
    {
        EffectMeasure.MeanChange => (x.M1 - x.M2, x.DifferenceVariance / x.N),
        EffectMeasure.StandardizedMeanChangeChangeScore =>
            Standardized(type, (x.M1 - x.M2) / Math.Sqrt(x.DifferenceVariance), x.N, 1, 1),
        EffectMeasure.StandardizedMeanChangeRawScore => Standardized(
            type,
            (x.M1 - x.M2) / x.S1,
            x.N,
            2 * (1 - x.R),
            type is VarianceType.Ub or VarianceType.H0 ? 2 * (1 - UnbiasedCorrelation.Estimate(x.R, x.N)) : 0),
        EffectMeasure.StandardizedMeanChangeHeteroscedastic => Heteroscedastic(type, x),
        EffectMeasure.StandardizedMeanChangePooled => Pooled(x),
        EffectMeasure.StandardizedMeanChangePooledHeteroscedastic => PooledHeteroscedastic(type, x),
        EffectMeasure.VariabilityRatioChange => (Math.Log(x.S1 / x.S2), Spread(type, x)),
        EffectMeasure.CoefficientOfVariationRatioChange => VariationRatio(type, correct, x),
        EffectMeasure.CommonLanguageChange => Concordance.Matched(x),
        _ => RatioOfMeans(type, correct, x),
    };

    /// <summary>d with the given variance n·Var(d | δ = 0), as it is and as the unbiased types estimate it.</summary>
    private static (double Y, double V) Standardized(VarianceType type, double d, double n, double unit, double unbiasedUnit)
    {
        var m = n - 1;
        var c = BiasCorrection.Factor(m);
        var g = c * d;
        return (g, type switch
        {
            VarianceType.Ls2 => c * c * ((unit / n) + (d * d / (2 * n))),
            VarianceType.Ub => (unbiasedUnit / n) + ((1 - ((m - 2) / (m * c * c))) * g * g),
            VarianceType.H0 => unbiasedUnit / n * c * c * m / (m - 2),
            _ => (unit / n) + (g * g / (2 * n)),
        });
    }

    private static (double Y, double V) Heteroscedastic(VarianceType type, in MatchedPair x)
    {
        var n = type == VarianceType.Ls2 ? x.N : x.N - 1;
        var g = BiasCorrection.Factor(x.N - 1) * (x.M1 - x.M2) / x.S1;
        return (g, (x.DifferenceVariance / (x.S1 * x.S1 * n)) + (g * g / (2 * n)));
    }

    private static double PooledChange(in MatchedPair x) => BiasCorrection.Factor(2 * (x.N - 1) / (1 + (x.R * x.R)))
        * (x.M1 - x.M2) / Math.Sqrt(((x.S1 * x.S1) + (x.S2 * x.S2)) / 2);

    private static (double Y, double V) Pooled(in MatchedPair x)
    {
        var g = PooledChange(x);
        return (g, ((2 * (1 - x.R)) + (g * g * (1 + (x.R * x.R)) / 4)) / x.N);
    }

    private static (double Y, double V) PooledHeteroscedastic(VarianceType type, in MatchedPair x)
    {
        double v1 = x.S1 * x.S1, v2 = x.S2 * x.S2, s = (v1 + v2) / 2, g = PooledChange(x);
        var spread = ((v1 * v1) + (v2 * v2) + (2 * x.R * x.R * v1 * v2)) / (8 * s * s);
        return (g, ((x.DifferenceVariance / s) + (g * g * spread)) / (type == VarianceType.Ls2 ? x.N : x.N - 1));
    }

    /// <summary>Variance of the log ratio of standard deviations.</summary>
    private static double Spread(VarianceType type, in MatchedPair x)
    {
        double m = x.N - 1, r2 = x.R * x.R;
        var v = (1 - r2) / m;
        if (type != VarianceType.Ls2)
        {
            return v;
        }

        var ratio = x.S1 * x.S1 / (x.S2 * x.S2);
        ratio *= ratio;
        return v + ((1 + (r2 * r2 * (ratio + (1 / ratio)) / 2)) / (m * m));
    }

    private static (double Y, double V) RatioOfMeans(VarianceType type, bool correct, in MatchedPair x)
    {
        var (a, b) = (x.FirstVariation, x.SecondVariation);
        return (Math.Log(x.M1 / x.M2) + (correct ? (a - b) / 2 : 0), Variation(type, x));
    }

    private static (double Y, double V) VariationRatio(VarianceType type, bool correct, in MatchedPair x)
    {
        var (a, b) = (x.FirstVariation, x.SecondVariation);
        return (Math.Log(x.S1 / x.M1) - Math.Log(x.S2 / x.M2) + (correct ? (b - a) / 2 : 0), Spread(type, x) + Variation(type, x));
    }

    /// <summary>Variance of the log ratio of means.</summary>
    private static double Variation(VarianceType type, in MatchedPair x)
    {
        var (a, b) = (x.FirstVariation, x.SecondVariation);
        var v = a + b - (2 * x.R * x.S1 * x.S2 / (x.N * x.M1 * x.M2));
        return type != VarianceType.Ls2
            ? v
            : v + (((a * a) + (b * b)) / 2)
                + (x.R * x.R * a * b * (Square(x.M1 / x.M2) + Square(x.M2 / x.M1)) / 2);
    }

    private static double Square(double x) => x * x;
}

/// <summary>Means, standard deviations, size and correlation of matched measurements.</summary>
internal readonly record struct MatchedPair(double M1, double M2, double S1, double S2, double N, double R)
{
    /// <summary>Variance of the differences.</summary>
    public double DifferenceVariance => (S1 * S1) + (S2 * S2) - (2 * R * S1 * S2);

    /// <summary>Squared coefficient of variation over n, first measurement.</summary>
    public double FirstVariation => S1 * S1 / (N * M1 * M1);

    /// <summary>The same, second measurement.</summary>
    public double SecondVariation => S2 * S2 / (N * M2 * M2);
}
