using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Correlations (Borenstein, 2009; Fisher, 1921), partial correlations (Aloe &amp; Thompson, 2013) and coefficient alpha.</summary>
/// <remarks>Alpha: Feldt (1969), Hakstian &amp; Whalen (1976), Bonett (2002), with m items and n persons.</remarks>
internal static class Correlations
{
    public static void Compute(
        EffectMeasure measure, VarianceType type, ReadOnlySpan<double> r, ReadOnlySpan<double> n, Span<double> yi, Span<double> vi)
    {
        var average = type == VarianceType.Av ? Averages.Weighted(r, n) : double.NaN;
        for (var i = 0; i < yi.Length; i++)
        {
            var plug = type == VarianceType.Av ? average : r[i];
            (yi[i], vi[i]) = measure == EffectMeasure.Correlation
                ? (r[i], type == VarianceType.H0 ? (1 - (r[i] * r[i])) / (n[i] - 2) : Square(1 - (plug * plug)) / (n[i] - 1))
                : (Math.Atanh(r[i]), 1 / (n[i] - 3));
        }
    }

    /// <summary>Partial correlations from t statistics; m counts the predictors, the focal one too.</summary>
    public static void ComputePartial(
        EffectMeasure measure,
        VarianceType type,
        ReadOnlySpan<double> t,
        ReadOnlySpan<double> n,
        ReadOnlySpan<double> m,
        Span<double> yi,
        Span<double> vi)
    {
        var r = new double[t.Length];
        for (var i = 0; i < r.Length; i++)
        {
            r[i] = t[i] / Math.Sqrt((t[i] * t[i]) + (n[i] - m[i] - 1));
        }

        var average = type == VarianceType.Av ? Averages.Weighted(r, n) : double.NaN;
        for (var i = 0; i < r.Length; i++)
        {
            var plug = type == VarianceType.Av ? average : r[i];
            (yi[i], vi[i]) = measure == EffectMeasure.PartialCorrelation
                ? (r[i], Square(1 - (plug * plug)) / (n[i] - m[i]))
                : (Math.Atanh(r[i]), 1 / (n[i] - m[i] - 2));
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
