using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures of one proportion: x events, m non-events, n = x + m (PFT: Freeman &amp; Tukey, 1950; PRZ: delta method).</summary>
internal static class Proportions
{
    public static void Compute(
        EffectMeasure measure,
        VarianceType type,
        ZeroCells zeros,
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> m,
        Span<double> yi,
        Span<double> vi)
    {
        var average = type == VarianceType.Av ? Average(zeros, x, m) : double.NaN;
        var isLogit = measure == EffectMeasure.LogitProportion && type == VarianceType.Ls;
        for (var i = isLogit ? VectorRows.Logits(zeros, x, m, yi, vi) : 0; i < yi.Length; i++)
        {
            var add = zeros.At(x[i], m[i]);
            double events = x[i] + add, others = m[i] + add, n = events + others;
            (yi[i], vi[i]) = Row(measure, type, events, others, n, type == VarianceType.Av ? average : events / n);
        }
    }

    private static double Average(ZeroCells zeros, ReadOnlySpan<double> x, ReadOnlySpan<double> m)
    {
        double events = 0, size = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var add = zeros.At(x[i], m[i]);
            var n = x[i] + m[i] + (2 * add);
            if (double.IsFinite(n))
            {
                (events, size) = (events + x[i] + add, size + n);
            }
        }

        return events / size;
    }

    /// <summary>One study; q is the proportion that enters the variance.</summary>
    private static (double Y, double V) Row(EffectMeasure measure, VarianceType type, double x, double m, double n, double q) =>
        measure switch
        {
            EffectMeasure.Proportion => (x / n, q * (1 - q) / (type == VarianceType.Ub ? n - 1 : n)),
            EffectMeasure.LogProportion => (Math.Log(x / n), type == VarianceType.Ls ? (1 / x) - (1 / n) : (1 - q) / (n * q)),
            EffectMeasure.LogitProportion => (Math.Log(x / m), type == VarianceType.Ls ? (1 / x) + (1 / m) : 1 / (n * q * (1 - q))),
            EffectMeasure.ProbitProportion => Probit(x / n, n),
            EffectMeasure.ArcsineProportion => (Math.Asin(Math.Sqrt(x / n)), 1 / (4 * n)),
            _ => ((Math.Asin(Math.Sqrt(x / (n + 1))) + Math.Asin(Math.Sqrt((x + 1) / (n + 1)))) / 2, 1 / ((4 * n) + 2)),
        };

    /// <summary>The probit of a proportion p of n, and its variance p(1 − p) / (n φ(z)²).</summary>
    public static (double Y, double V) Probit(double p, double n)
    {
        if (!(p is > 0 and < 1))
        {
            return (double.NaN, double.NaN);
        }

        var z = -Distributions.NormalUpperQuantile(p);
        return (z, 2 * Math.PI * p * (1 - p) * Math.Exp(z * z) / n);
    }
}
