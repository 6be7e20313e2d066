using MetaBridge.Specs;

namespace MetaBridge.Tests.Stratified;

/// <summary>The estimators as the papers write them, one table after another, to check the sums of the engine against.</summary>
internal static class PlainFormulas
{
    /// <summary>Pooled effect and variance; a, b, c, d as in the engine (person-times in b and d for rates).</summary>
    public static (double Estimate, double Variance) Of(EffectMeasure measure, double[] a, double[] b, double[] c, double[] d)
    {
        double r = 0, s = 0, pr = 0, cross = 0, qs = 0, v = 0, sato1 = 0, sato2 = 0, weights = 0;
        for (var i = 0; i < a.Length; i++)
        {
            double n1 = a[i] + b[i], n2 = c[i] + d[i], n = n1 + n2, t = b[i] + d[i];
            switch (measure)
            {
                case EffectMeasure.OddsRatio:
                    double ri = a[i] * d[i] / n, si = b[i] * c[i] / n, p = (a[i] + d[i]) / n, q = (b[i] + c[i]) / n;
                    (r, s, pr, cross, qs) = (r + ri, s + si, pr + (p * ri), cross + (p * si) + (q * ri), qs + (q * si));
                    break;
                case EffectMeasure.RiskRatio:
                    (r, s) = (r + (a[i] * n2 / n), s + (c[i] * n1 / n));
                    v += ((n1 * n2 * (a[i] + c[i])) - (a[i] * c[i] * n)) / (n * n);
                    break;
                case EffectMeasure.RiskDifference:
                    r += (a[i] / n1) * (n1 * n2 / n);
                    s += (c[i] / n2) * (n1 * n2 / n);
                    weights += n1 * n2 / n;
                    sato1 += ((n1 * n1 * c[i]) - (n2 * n2 * a[i]) + (n1 * n2 * (n2 - n1) / 2)) / (n * n);
                    sato2 += ((a[i] * (n2 - c[i])) + (c[i] * (n1 - a[i]))) / (2 * n);
                    break;
                case EffectMeasure.IncidenceRateRatio:
                    (r, s) = (r + (a[i] * d[i] / t), s + (c[i] * b[i] / t));
                    v += b[i] * d[i] * (a[i] + c[i]) / (t * t);
                    break;
                case EffectMeasure.IncidenceRateDifference:
                    var w = b[i] * d[i] / t;
                    (r, s, weights) = (r + (w * a[i] / b[i]), s + (w * c[i] / d[i]), weights + w);
                    v += w * w * ((a[i] / (b[i] * b[i])) + (c[i] / (d[i] * d[i])));
                    break;
                default:
                    var m = a[i] + c[i];
                    r += a[i] - (n1 * m / n);
                    weights += n1 * n2 * m * (n - m) / (n * n * (n - 1));
                    break;
            }
        }

        return measure switch
        {
            EffectMeasure.OddsRatio => (Math.Log(r / s), (pr / (2 * r * r)) + (cross / (2 * r * s)) + (qs / (2 * s * s))),
            EffectMeasure.RiskRatio or EffectMeasure.IncidenceRateRatio => (Math.Log(r / s), v / (r * s)),
            EffectMeasure.RiskDifference => ((r - s) / weights, (((r - s) / weights * sato1) + sato2) / (weights * weights)),
            EffectMeasure.IncidenceRateDifference => ((r - s) / weights, v / (weights * weights)),
            _ => (r / weights, 1 / weights),
        };
    }
}
