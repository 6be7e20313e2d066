using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures of one group's mean and spread, and of change within a group.</summary>
/// <remarks>Nakagawa et al. (2015); Becker (1988); Gibbons et al. (1993); Lajeunesse (2011, 2015).</remarks>
internal static class SingleMeans
{
    /// <summary>One group: mean m, standard deviation s, size n; the pooled variance for HO.</summary>
    public static (double Y, double V) OneGroup(EffectMeasure measure, VarianceType type, double m, double s, double n, double pooled)
    {
        switch (measure)
        {
            case EffectMeasure.Mean:
                return (m, (type == VarianceType.Ho ? pooled : s * s) / n);
            case EffectMeasure.StandardizedMean:
                var g = BiasCorrection.Factor(n - 1) * m / s;
                return (g, (1 / n) + (g * g / (2 * n)));
            case EffectMeasure.LogMean:
                return (Math.Log(m), s * s / (n * m * m));
            case EffectMeasure.LogStandardDeviation:
                return (Math.Log(s) + (1 / (2 * (n - 1))), 1 / (2 * (n - 1)));
            default:
                return (Math.Log(s / m) + (1 / (2 * (n - 1))), (1 / (2 * (n - 1))) + (s * s / (n * m * m)));
        }
    }

    /// <summary>Matched measurements of one group with correlation r.</summary>
    public static (double Y, double V) Change(EffectMeasure measure, VarianceType type, bool correct, in MatchedPair x)
    {
        var differenceVariance = (x.S1 * x.S1) + (x.S2 * x.S2) - (2 * x.R * x.S1 * x.S2);
        switch (measure)
        {
            case EffectMeasure.MeanChange:
                return (x.M1 - x.M2, differenceVariance / x.N);
            case EffectMeasure.StandardizedMeanChangeChangeScore:
                return Standardized(type, (x.M1 - x.M2) / Math.Sqrt(differenceVariance), x.N, 1);
            case EffectMeasure.StandardizedMeanChangeRawScore:
                return Standardized(type, (x.M1 - x.M2) / x.S1, x.N, 2 * (1 - x.R));
            default:
                return RatioOfMeans(correct, x);
        }
    }

    private static (double Y, double V) Standardized(VarianceType type, double d, double n, double unit)
    {
        var c = BiasCorrection.Factor(n - 1);
        var g = c * d;
        var m = n - 1;
        var v = type switch
        {
            VarianceType.Ls2 => c * c * ((unit / n) + (d * d / (2 * n))),
            VarianceType.Ub => (unit / n) + ((1 - ((m - 2) / (m * c * c))) * g * g),
            VarianceType.H0 => unit / n * c * c * m / (m - 2),
            _ => (unit / n) + (g * g / (2 * n)),
        };
        return (g, v);
    }

    private static (double Y, double V) RatioOfMeans(bool correct, in MatchedPair x)
    {
        double a = x.S1 * x.S1 / (x.N * x.M1 * x.M1), b = x.S2 * x.S2 / (x.N * x.M2 * x.M2);
        var y = Math.Log(x.M1 / x.M2) + (correct ? (a - b) / 2 : 0);
        var v = a + b - (2 * x.R * x.S1 * x.S2 / (x.N * x.M1 * x.M2));
        return (y, v);
    }
}

/// <summary>Means, standard deviations, size and correlation of matched measurements.</summary>
internal readonly record struct MatchedPair(double M1, double M2, double S1, double S2, double N, double R);
