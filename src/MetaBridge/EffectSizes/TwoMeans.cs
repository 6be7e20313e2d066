using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures from the means m, standard deviations s and sizes n of two groups.</summary>
/// <remarks>
/// SMD: Hedges (1981, 1982); SMDH: Bonett (2008); ROM: Hedges et al. (1999), corrections by Lajeunesse (2015), average coefficients of
/// variation by Doncaster &amp; Spake (2018); VR, CVR: Nakagawa et al. (2015), Senior et al. (2020); RPB: Tate (1954); RBIS: Soper (1914), Jacobs &amp; Viechtbauer (2017); SMD1, SMD1H: Glass (1976), Bonett (2008);
/// D2ORL: Chinn (2000); D2ORN: Cox &amp; Snell (1989).
/// </remarks>
internal static class TwoMeans
{
    private const double LogisticScale = 1.8137993642342178; // π/√3
    private const double NormalScale = 1.65;

    public static void Compute(EffectMeasure measure, VarianceType type, bool correct, Groups groups, Span<double> yi, Span<double> vi)
    {
        var average = AverageFor(measure, type, groups);
        for (var i = VectorRows.Means(measure, type, correct, groups, yi, vi); i < yi.Length; i++)
        {
            (yi[i], vi[i]) = Row(measure, type, correct, groups[i], average);
        }
    }

    private static (double Y, double V) Row(EffectMeasure measure, VarianceType type, bool correct, in Pair x, in Average average) =>
        measure switch
        {
            EffectMeasure.MeanDifference => (x.M1 - x.M2, type == VarianceType.Ho
                ? x.PooledVariance * ((1 / x.N1) + (1 / x.N2))
                : (x.S1 * x.S1 / x.N1) + (x.S2 * x.S2 / x.N2)),
            EffectMeasure.StandardizedMeanDifference => Smd(type, x, average.D),
            EffectMeasure.StandardizedMeanDifferenceSecondSd => SmdSecond(type, x, average.D),
            EffectMeasure.StandardizedMeanDifferenceHeteroscedastic => SmdHeteroscedastic(type, x),
            EffectMeasure.RatioOfMeans => RatioOfMeans(type, correct, x, average),
            EffectMeasure.VariabilityRatio => Variability(type, x),
            EffectMeasure.CoefficientOfVariationRatio => VariationRatio(type, correct, x),
            EffectMeasure.StandardizedMeanDifferenceSecondSdHeteroscedastic => SmdSecondHeteroscedastic(x),
            EffectMeasure.PointBiserial => PointBiserial(type, x),
            EffectMeasure.FisherZPointBiserial => FisherZ.Of(PointBiserial(type, x)),
            EffectMeasure.Biserial => Biserial(x),
            EffectMeasure.FisherZBiserial => FisherZ.Of(Biserial(x)),
            EffectMeasure.CommonLanguageNormal => Concordance.Normal(type, x),
            EffectMeasure.SmdToOddsRatioLogistic => AsLogOdds(x, LogisticScale),
            _ => AsLogOdds(x, NormalScale),
        };

    private static (double Y, double V) AsLogOdds(in Pair x, double scale)
    {
        // The transformation takes d without the small-sample factor.
        var d = (x.M1 - x.M2) / Math.Sqrt(x.PooledVariance);
        return (scale * d, scale * scale * ((1 / x.N1) + (1 / x.N2) + (d * d / (2 * (x.N1 + x.N2)))));
    }

    private static (double Y, double V) Smd(VarianceType type, in Pair x, double average)
    {
        var m = x.N1 + x.N2 - 2;
        var c = BiasCorrection.Factor(m);
        var d = (x.M1 - x.M2) / Math.Sqrt(x.PooledVariance);
        var g = c * d;
        double size = (1 / x.N1) + (1 / x.N2), n = x.N1 + x.N2;
        return (g, type switch
        {
            VarianceType.Ls2 => c * c * (size + (d * d / (2 * n))),
            VarianceType.Ub => size + ((1 - ((m - 2) / (m * c * c))) * g * g),
            VarianceType.Av => size + (average * average / (2 * n)),
            VarianceType.H0 => size * c * c * m / (m - 2),
            _ => size + (g * g / (2 * n)),
        });
    }

    private static (double Y, double V) SmdSecond(VarianceType type, in Pair x, double average)
    {
        var m = x.N2 - 1;
        var c = BiasCorrection.Factor(m);
        var d = (x.M1 - x.M2) / x.S2;
        var g = c * d;
        var size = (1 / x.N1) + (1 / x.N2);
        return (g, type switch
        {
            VarianceType.Ls2 => c * c * (size + (d * d / (2 * x.N2))),
            VarianceType.Ub => size + ((1 - ((m - 2) / (m * c * c))) * g * g),
            VarianceType.Av => size + (average * average / (2 * x.N2)),
            VarianceType.H0 => size * c * c * m / (m - 2),
            _ => size + (g * g / (2 * x.N2)),
        });
    }

    private static (double Y, double V) SmdHeteroscedastic(VarianceType type, in Pair x)
    {
        double v1 = x.S1 * x.S1, v2 = x.S2 * x.S2, df1 = x.N1 - 1, df2 = x.N2 - 1;
        var c = BiasCorrection.Factor(x.N1 + x.N2 - 2);
        var s2 = (v1 + v2) / 2;
        var d = (x.M1 - x.M2) / Math.Sqrt(s2);
        var g = c * d;
        var spread = ((v1 * v1 / df1) + (v2 * v2 / df2)) / (8 * s2 * s2);
        var largeSpread = ((v1 * v1 / x.N1) + (v2 * v2 / x.N2)) / (8 * s2 * s2);
        return (g, type switch
        {
            VarianceType.Ls2 => (v1 / (s2 * x.N1)) + (v2 / (s2 * x.N2)) + (g * g * largeSpread),
            VarianceType.Ls3 => (v1 / (s2 * x.N1)) + (v2 / (s2 * x.N2)) + (g * g * spread),
            _ => (v1 / (s2 * df1)) + (v2 / (s2 * df2)) + (g * g * spread),
        });
    }

    private static (double Y, double V) SmdSecondHeteroscedastic(in Pair x)
    {
        double df1 = x.N1 - 1, df2 = x.N2 - 1;
        var g = BiasCorrection.Factor(df2) * (x.M1 - x.M2) / x.S2;
        return (g, (x.S1 * x.S1 / (x.S2 * x.S2 * df1)) + (1 / df2) + (g * g / (2 * df2)));
    }

    private static (double Y, double V) RatioOfMeans(VarianceType type, bool correct, in Pair x, in Average average)
    {
        double a = x.S1 * x.S1 / (x.N1 * x.M1 * x.M1), b = x.S2 * x.S2 / (x.N2 * x.M2 * x.M2);
        var y = Math.Log(x.M1 / x.M2) + (correct ? (a - b) / 2 : 0);
        return (y, type switch
        {
            VarianceType.Ls2 => a + b + (((a * a) + (b * b)) / 2),
            VarianceType.Ho => x.PooledVariance * ((1 / (x.N1 * x.M1 * x.M1)) + (1 / (x.N2 * x.M2 * x.M2))),
            VarianceType.Av => (average.Cv1 / x.N1) + (average.Cv2 / x.N2),
            VarianceType.AvHo => average.Cv * ((1 / x.N1) + (1 / x.N2)),
            _ => a + b,
        });
    }

    private static (double Y, double V) Variability(VarianceType type, in Pair x)
    {
        double df1 = x.N1 - 1, df2 = x.N2 - 1;
        var v = (1 / (2 * df1)) + (1 / (2 * df2));
        return (Math.Log(x.S1 / x.S2) + (1 / (2 * df1)) - (1 / (2 * df2)),
            type == VarianceType.Ls2 ? v + (1 / (2 * df1 * df1)) + (1 / (2 * df2 * df2)) : v);
    }

    private static (double Y, double V) VariationRatio(VarianceType type, bool correct, in Pair x)
    {
        double df1 = x.N1 - 1, df2 = x.N2 - 1;
        double a = x.S1 * x.S1 / (x.N1 * x.M1 * x.M1), b = x.S2 * x.S2 / (x.N2 * x.M2 * x.M2);
        var y = Math.Log(x.S1 / x.M1) - Math.Log(x.S2 / x.M2)
            + (correct ? (1 / (2 * df1)) - (1 / (2 * df2)) + ((b - a) / 2) : 0);
        var v = a + b + (1 / (2 * df1)) + (1 / (2 * df2));
        return (y, type == VarianceType.Ls2
            ? v + (((a * a) + (b * b)) / 2) + (1 / (2 * df1 * df1)) + (1 / (2 * df2 * df2))
            : v);
    }

    private static (double Y, double V) PointBiserial(VarianceType type, in Pair x)
    {
        double n = x.N1 + x.N2, m = n - 2, p = x.N1 / n, q = x.N2 / n;
        var h = (m / x.N1) + (m / x.N2);
        var d = (x.M1 - x.M2) / Math.Sqrt(x.PooledVariance);
        var r = d / Math.Sqrt((d * d) + h);
        var gap = 1 - (r * r);
        return (r, type == VarianceType.Cs
            ? gap * gap * ((p * q) + (((1 - (6 * p * q)) / 4) * r * r)) / (n * p * q)
            : h * h / Math.Pow(h + (d * d), 3) * ((1 / x.N1) + (1 / x.N2) + (d * d / (2 * n))));
    }

    private static (double Y, double V) Biserial(in Pair x)
    {
        double n = x.N1 + x.N2, p = x.N1 / n, q = x.N2 / n, m = n - 2;
        var d = (x.M1 - x.M2) / Math.Sqrt(x.PooledVariance);
        var z = Distributions.NormalUpperQuantile(p);
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        var r = Math.Sqrt(p * q) / density * d / Math.Sqrt((d * d) + (m / x.N1) + (m / x.N2));

        // Soper (1914): the threshold z cuts off p above it. An estimate may lie beyond ±1, a correlation that it stands for can't.
        var bend = 1.5 + ((1 - (p * z / density)) * (1 + (q * z / density)));
        var square = Math.Min(r * r, 1);
        return (r, ((p * q / (density * density)) - (bend * square) + (square * square)) / (n - 1));
    }

    private static Average AverageFor(EffectMeasure measure, VarianceType type, Groups groups)
    {
        if (type is not (VarianceType.Av or VarianceType.AvHo))
        {
            return default;
        }

        var k = groups.Count;
        double[] d = new double[k], cv1 = new double[k], cv2 = new double[k], cv = new double[k], n1 = new double[k], n2 = new double[k], n = new double[k];
        for (var i = 0; i < k; i++)
        {
            var x = groups[i];
            d[i] = measure == EffectMeasure.StandardizedMeanDifferenceSecondSd
                ? SmdSecond(VarianceType.Ls, x, 0).Y
                : Smd(VarianceType.Ls, x, 0).Y;
            cv1[i] = x.S1 / x.M1;
            cv2[i] = x.S2 / x.M2;
            cv[i] = ((x.N1 * cv1[i]) + (x.N2 * cv2[i])) / (x.N1 + x.N2);
            (n1[i], n2[i], n[i]) = (x.N1, x.N2, x.N1 + x.N2);
        }

        double mean1 = Averages.Weighted(cv1, n1), mean2 = Averages.Weighted(cv2, n2), mean = Averages.Weighted(cv, n);
        return new Average(Averages.Weighted(d, n), mean1 * mean1, mean2 * mean2, mean * mean);
    }

    private readonly record struct Average(double D, double Cv1, double Cv2, double Cv);

    /// <summary>One study.</summary>
    internal readonly record struct Pair(double M1, double M2, double S1, double S2, double N1, double N2)
    {
        public double PooledVariance => (((N1 - 1) * S1 * S1) + ((N2 - 1) * S2 * S2)) / (N1 + N2 - 2);
    }

    /// <summary>The columns; means may be absent where a measure doesn't use them.</summary>
    internal sealed record Groups(double[]? M1, double[]? M2, double[]? S1, double[] S2, double[] N1, double[] N2)
    {
        public int Count => S2.Length;

        public Pair this[int i] => new(M1?[i] ?? double.NaN, M2?[i] ?? double.NaN, S1?[i] ?? double.NaN, S2[i], N1[i], N2[i]);
    }
}
