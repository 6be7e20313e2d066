using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures of one group's mean and spread.</summary>
/// <remarks>Nakagawa et al. (2015).</remarks>
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
}
