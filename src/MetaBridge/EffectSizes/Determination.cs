using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Coefficients of determination R² of models with m predictors and n persons.</summary>
/// <remarks>
/// Random predictors: Kendall &amp; Stuart (1979), equations 27.88 (LS) and 27.87 (LS2); ZR2 = artanh √R² with variance 1/n (Olkin &amp; Finn,
/// 1995).
/// </remarks>
internal static class Determination
{
    public static void Compute(
        EffectMeasure measure,
        VarianceType type,
        ReadOnlySpan<double> r2,
        ReadOnlySpan<double> n,
        ReadOnlySpan<double> m,
        Span<double> yi,
        Span<double> vi)
    {
        var average = type is VarianceType.Av or VarianceType.Av2 ? Averages.Weighted(r2, n) : double.NaN;
        for (var i = 0; i < yi.Length; i++)
        {
            var q = double.IsNaN(average) ? r2[i] : average;
            (yi[i], vi[i]) = measure switch
            {
                EffectMeasure.FisherZRSquared => (Math.Atanh(Math.Sqrt(r2[i])), 1 / n[i]),
                _ => (r2[i], 4 * q * (1 - q) * (1 - q) * (type is VarianceType.Ls2 or VarianceType.Av2 ? Exact(n[i], m[i]) : 1 / n[i])),
            };
        }
    }

    private static double Exact(double n, double m) => (n - m - 1) * (n - m - 1) / (((n * n) - 1) * (n + 3));
}
