using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures from paired tables: a pairs with the outcome twice, b with it at the first only, c at the second only, d never.</summary>
/// <remarks>
/// n = a + b + c + d, p1 = (a + b)/n, p2 = (a + c)/n. MPRD, MPRR, MPOR: delta method on the margins (May &amp; Johnson, 1997; Zou, 2007;
/// Becker &amp; Balagtas, 1993); MPORC, MPPETO: Curtin et al. (2002); MPORM: the marginal log odds ratio from the marginal table, with the
/// phi coefficient r of the paired one (Elbourne et al., 2002). REH: log of b / (2√(ac)) for genotype counts (Ziegler et al., 2011).
/// </remarks>
internal static class Matched
{
    /// <summary>One paired table.</summary>
    public static (double Y, double V) Row(EffectMeasure measure, in TwoByTwo.Table table)
    {
        var (a, b, c, d) = table;
        var n = a + b + c + d;
        switch (measure)
        {
            case EffectMeasure.MatchedRiskDifference:
                return ((b - c) / n, (b + c - ((b - c) * (b - c) / n)) / (n * n));
            case EffectMeasure.MatchedRiskRatio:
                return (Math.Log((a + b) / (a + c)), (b + c) / ((a + b) * (a + c)));
            case EffectMeasure.MatchedOddsRatioConditional:
                return (Math.Log(b / c), (1 / b) + (1 / c));
            case EffectMeasure.MatchedOddsRatioPeto:
                return (2 * (b - c) / (b + c), 4 / (b + c));
            default:
                double p1 = (a + b) / n, p2 = (a + c) / n, s1 = p1 * (1 - p1), s2 = p2 * (1 - p2);
                var covariance = ((a * d) - (b * c)) / (n * n * n * s1 * s2);
                return (Math.Log((a + b) / (c + d)) - Math.Log((a + c) / (b + d)), (1 / (n * s1)) + (1 / (n * s2)) - (2 * covariance));
        }
    }

    /// <summary>MPORM from marginal tables with correlation r.</summary>
    public static void Margins(VarianceType type, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        double[] a = columns[EffectRole.Ai], b = columns[EffectRole.Bi], c = columns[EffectRole.Ci], d = columns[EffectRole.Di];
        var r = columns[EffectRole.Ri];
        var (p1, p2) = type == VarianceType.Av ? TwoByTwo.AverageRisks(zeros, a, b, c, d) : (double.NaN, double.NaN);
        for (var i = 0; i < yi.Length; i++)
        {
            var t = TwoByTwo.Table.Of(zeros, a[i], b[i], c[i], d[i]);

            // Both margins count the same pairs; where they differ (additions to cells, misprints) their mean is the number of pairs.
            var pairs = Math.Round(t.N / 2);
            var variances = type switch
            {
                VarianceType.Av => (1 / (t.N1 * p1 * (1 - p1))) + (1 / (t.N2 * p2 * (1 - p2))),
                VarianceType.H0 => ((1 / t.N1) + (1 / t.N2)) / (t.Pooled * (1 - t.Pooled)),
                _ => t.InverseSum,
            };
            yi[i] = Math.Log(t.A / t.B * (t.D / t.C));
            vi[i] = variances - (2 * r[i] * pairs / (Math.Sqrt(t.A * t.B) * Math.Sqrt(t.C * t.D)));
        }
    }

    /// <summary>REH; a and c count the homozygous, b the heterozygous.</summary>
    public static (double Y, double V) Genotypes(double a, double b, double c) =>
        (Math.Log(b / (2 * Math.Sqrt(a * c))), (1 / b) + (1 / (4 * a)) + (1 / (4 * c)));
}
