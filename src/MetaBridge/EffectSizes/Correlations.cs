using MetaBridge.Data;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Correlations (Borenstein, 2009; Fisher, 1921), partial correlations (Aloe &amp; Thompson, 2013) and coefficient alpha.</summary>
/// <remarks>Alpha: Feldt (1969), Hakstian &amp; Whalen (1976), Bonett (2002), with m items and n persons.</remarks>
internal static class Correlations
{
    public static void Compute(
        EffectMeasure measure, VarianceType type, ReadOnlySpan<double> r, ReadOnlySpan<double> n, Span<double> yi, Span<double> vi)
    {
        var first = measure == EffectMeasure.FisherZ ? VectorRows.FisherZ(r, n, yi, vi) : 0;
        for (var i = first; i < yi.Length; i++)
        {
            yi[i] = measure switch
            {
                EffectMeasure.FisherZ => Math.Atanh(r[i]),
                EffectMeasure.CorrelationUnbiased => UnbiasedCorrelation.Estimate(r[i], n[i]),
                _ => r[i],
            };
        }

        var average = type == VarianceType.Av ? Averages.Weighted(yi, n) : double.NaN;
        for (var i = first; i < yi.Length; i++)
        {
            vi[i] = (measure, type) switch
            {
                // Three persons or fewer tell nothing of the variance; metafor leaves it missing too.
                _ when n[i] <= 3 => Na.Real,
                (EffectMeasure.FisherZ, _) => 1 / (n[i] - 3),
                (EffectMeasure.CorrelationUnbiased, VarianceType.Ub) => UnbiasedCorrelation.Variance(r[i], n[i], yi[i]),
                (_, VarianceType.H0) => (1 - (r[i] * r[i])) / (n[i] - 2),
                (_, VarianceType.H0b) => 1 / (n[i] - 1),
                _ => Square(1 - Square(type == VarianceType.Av ? average : yi[i])) / (n[i] - 1),
            };
        }
    }

    /// <summary>Partial correlations r; m counts the predictors, the focal one too.</summary>
    public static void ComputePartial(
        EffectMeasure measure,
        VarianceType type,
        ReadOnlySpan<double> r,
        ReadOnlySpan<double> n,
        ReadOnlySpan<double> m,
        Span<double> yi,
        Span<double> vi)
    {
        var average = type == VarianceType.Av ? Averages.Weighted(r, n) : double.NaN;
        for (var i = 0; i < r.Length; i++)
        {
            var plug = type == VarianceType.Av ? average : r[i];
            (yi[i], vi[i]) = measure == EffectMeasure.PartialCorrelation
                ? (r[i], Square(1 - (plug * plug)) / (n[i] - m[i]))
                : (Math.Atanh(r[i]), 1 / (n[i] - m[i] - 2));
        }
    }

    /// <summary>Semi-partial correlations r (Aloe &amp; Becker, 2012), in models with the given R².</summary>
    public static void ComputeSemiPartial(
        EffectMeasure measure,
        VarianceType type,
        ReadOnlySpan<double> r,
        ReadOnlySpan<double> n,
        ReadOnlySpan<double> determination,
        Span<double> yi,
        Span<double> vi)
    {
        var average = type == VarianceType.Av ? Averages.Weighted(r, n) : double.NaN;
        for (var i = 0; i < r.Length; i++)
        {
            var plug = type == VarianceType.Av ? average : r[i];
            double full = determination[i], reduced = full - (plug * plug);
            var effect = (r[i], ((full * full) - (2 * full) + reduced + 1 - (reduced * reduced)) / n[i]);
            (yi[i], vi[i]) = measure == EffectMeasure.SemiPartialCorrelation ? effect : FisherZ.Of(effect);
        }
    }

    /// <summary>One coefficient alpha.</summary>
    public static (double Y, double V) Alpha(EffectMeasure measure, double alpha, double m, double n) => measure switch
    {
        EffectMeasure.CronbachAlpha => (alpha, 2 * m * Square(1 - alpha) / ((m - 1) * (n - 2))),
        EffectMeasure.CronbachAlphaHakstianWhalen => (
            1 - Math.Cbrt(1 - alpha),
            18 * m * (n - 1) * Square(Math.Cbrt(1 - alpha)) / ((m - 1) * Square((9 * n) - 11))),
        _ => (-Math.Log(1 - alpha), 2 * m / ((m - 1) * (n - 2))),
    };

    private static double Square(double x) => x * x;
}
