using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures of one proportion: x events, m non-events, n = x + m (PFT: Freeman &amp; Tukey, 1950).</summary>
internal static class Proportions
{
    public static void Compute(
        EffectMeasure measure, VarianceType type, ReadOnlySpan<double> x, ReadOnlySpan<double> m, Span<double> yi, Span<double> vi)
    {
        var n = new double[x.Length];
        for (var i = 0; i < n.Length; i++)
        {
            n[i] = x[i] + m[i];
        }

        var average = type == VarianceType.Av ? Averages.Ratio(x, n) : double.NaN;
        for (var i = 0; i < n.Length; i++)
        {
            (yi[i], vi[i]) = Row(measure, type, x[i], m[i], n[i], type == VarianceType.Av ? average : x[i] / n[i]);
        }
    }

    /// <summary>One study; q is the proportion that enters the variance.</summary>
    private static (double Y, double V) Row(EffectMeasure measure, VarianceType type, double x, double m, double n, double q) =>
        measure switch
        {
            EffectMeasure.Proportion => (x / n, q * (1 - q) / (type == VarianceType.Ub ? n - 1 : n)),
            EffectMeasure.LogProportion => (Math.Log(x / n), type == VarianceType.Ls ? (1 / x) - (1 / n) : (1 - q) / (n * q)),
            EffectMeasure.LogitProportion => (Math.Log(x / m), type == VarianceType.Ls ? (1 / x) + (1 / m) : 1 / (n * q * (1 - q))),
            EffectMeasure.ArcsineProportion => (Math.Asin(Math.Sqrt(x / n)), 1 / (4 * n)),
            _ => ((Math.Asin(Math.Sqrt(x / (n + 1))) + Math.Asin(Math.Sqrt((x + 1) / (n + 1)))) / 2, 1 / ((4 * n) + 2)),
        };
}
