using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures from 2 × 2 tables of counts (after any addition to zero cells).</summary>
/// <remarks>
/// a, b events and non-events of the first group (n1 = a + b), c, d of the second (n2 = c + d); p1 = a/n1, p2 = c/n2.
/// Fleiss &amp; Berlin (2009); AS: Rücker et al. (2009); PETO: Yusuf et al. (1985); PHI, cross-sectional: Yule (1912), stratified: delta
/// method; YUQ, YUY: Yule (1912); PBIT: Rosenthal (1994); OR2DL: Chinn (2000); OR2DN: Cox &amp; Snell (1989).
/// </remarks>
internal static class TwoByTwo
{
    private const double LogisticScale = 0.55132889542179204; // √3/π
    private const double NormalScale = 1 / 1.65;

    public static void Compute(EffectMeasure measure, VarianceType type, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        double[] a = columns[EffectRole.Ai], b = columns[EffectRole.Bi], c = columns[EffectRole.Ci], d = columns[EffectRole.Di];
        var (p1, p2) = type == VarianceType.Av ? AverageRisks(zeros, a, b, c, d) : (double.NaN, double.NaN);
        for (var i = VectorTables.Serves(measure, type) ? VectorTables.Compute(measure, zeros, columns, yi, vi) : 0; i < yi.Length; i++)
        {
            var table = Table.Of(zeros, a[i], b[i], c[i], d[i]);
            var plug = type switch
            {
                VarianceType.Av => (p1, p2),
                VarianceType.H0 => (table.Pooled, table.Pooled),
                _ => (table.P1, table.P2),
            };
            (yi[i], vi[i]) = Row(measure, type, table, plug.Item1, plug.Item2);
        }
    }

    /// <summary>The risks over all studies.</summary>
    public static (double First, double Second) AverageRisks(
        ZeroCells zeros, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, ReadOnlySpan<double> d)
    {
        double events1 = 0, size1 = 0, events2 = 0, size2 = 0;
        for (var i = 0; i < a.Length; i++)
        {
            var table = Table.Of(zeros, a[i], b[i], c[i], d[i]);
            (events1, size1) = double.IsFinite(table.N1) ? (events1 + table.A, size1 + table.N1) : (events1, size1);
            (events2, size2) = double.IsFinite(table.N2) ? (events2 + table.C, size2 + table.N2) : (events2, size2);
        }

        return (events1 / size1, events2 / size2);
    }

    /// <summary>One table; q1 and q2 are the risks that enter the variance.</summary>
    private static (double Y, double V) Row(EffectMeasure measure, VarianceType type, in Table t, double q1, double q2) => measure switch
    {
        EffectMeasure.RiskRatio => (Math.Log(t.P1 / t.P2), type == VarianceType.Ls
            ? (1 / t.A) - (1 / t.N1) + (1 / t.C) - (1 / t.N2)
            : ((1 - q1) / (t.N1 * q1)) + ((1 - q2) / (t.N2 * q2))),
        EffectMeasure.OddsRatio => LogOddsRatio(type, t, q1, q2, 1),
        EffectMeasure.OddsRatioToSmdLogistic => LogOddsRatio(type, t, q1, q2, LogisticScale),
        EffectMeasure.OddsRatioToSmdNormal => LogOddsRatio(type, t, q1, q2, NormalScale),
        EffectMeasure.RiskDifference => (t.P1 - t.P2, type == VarianceType.Ub
            ? (t.P1 * (1 - t.P1) / (t.N1 - 1)) + (t.P2 * (1 - t.P2) / (t.N2 - 1))
            : (q1 * (1 - q1) / t.N1) + (q2 * (1 - q2) / t.N2)),
        EffectMeasure.ArcsineRiskDifference => (
            Math.Asin(Math.Sqrt(t.P1)) - Math.Asin(Math.Sqrt(t.P2)), (1 / (4 * t.N1)) + (1 / (4 * t.N2))),
        EffectMeasure.PetoOddsRatio => Peto(t),
        EffectMeasure.PhiCoefficient => type == VarianceType.St ? PhiStratified(t) : PhiCrossSectional(t),
        EffectMeasure.FisherZPhi => FisherZ.Of(type == VarianceType.St ? PhiStratified(t) : PhiCrossSectional(t)),
        EffectMeasure.Tetrachoric => Tetrachoric.Row(t.A, t.B, t.C, t.D),
        EffectMeasure.FisherZTetrachoric => FisherZ.Of(Tetrachoric.Row(t.A, t.B, t.C, t.D)),
        EffectMeasure.ProbitDifference => Probit(t),
        EffectMeasure.YuleQ => YuleQ(t),
        _ => YuleY(t),
    };

    private static (double Y, double V) LogOddsRatio(VarianceType type, in Table t, double q1, double q2, double scale)
    {
        var v = type == VarianceType.Ls
            ? t.InverseSum
            : (1 / (t.N1 * q1 * (1 - q1))) + (1 / (t.N2 * q2 * (1 - q2)));
        return (scale * Math.Log(t.A / t.B * (t.D / t.C)), scale * scale * v);
    }

    private static (double Y, double V) Probit(in Table t)
    {
        var (z1, v1) = Proportions.Probit(t.P1, t.N1);
        var (z2, v2) = Proportions.Probit(t.P2, t.N2);
        return (z1 - z2, v1 + v2);
    }

    private static (double Y, double V) Peto(in Table t)
    {
        var expected = t.N1 * (t.A + t.C) / t.N;
        var variance = (t.A + t.C) * (t.B + t.D) * (t.N1 / t.N) * (t.N2 / t.N) / (t.N - 1);
        return ((t.A - expected) / variance, 1 / variance);
    }

    private static double Phi(in Table t) =>
        ((t.A * t.D) - (t.B * t.C)) / Math.Sqrt(t.N1 * t.N2 * (t.A + t.C) * (t.B + t.D));

    private static (double Y, double V) PhiCrossSectional(in Table t)
    {
        var phi = Phi(t);
        double r1 = t.N1 / t.N, r2 = t.N2 / t.N, c1 = (t.A + t.C) / t.N, c2 = (t.B + t.D) / t.N;
        double rows = r1 * r2, columns = c1 * c2, dr = r1 - r2, dc = c1 - c2;
        var sum = 1 - (phi * phi) + (phi * (1 + (phi * phi / 2)) * dr * dc / Math.Sqrt(rows * columns))
            - (0.75 * phi * phi * ((dr * dr / rows) + (dc * dc / columns)));
        return (phi, sum / t.N);
    }

    private static (double Y, double V) PhiStratified(in Table t)
    {
        // φ = √(π1 π2)(p1 − p2)/√(p̄(1 − p̄)), p̄ = π1 p1 + π2 p2, with fixed shares π; p1 and p2 vary independently.
        double share1 = t.N1 / t.N, share2 = t.N2 / t.N, p = t.Pooled, spread = p * (1 - p);
        var root = Math.Sqrt(spread);
        var bend = (t.P1 - t.P2) * (1 - (2 * p)) / (2 * spread * root);
        var d1 = (1 / root) - (bend * share1);
        var d2 = (-1 / root) - (bend * share2);
        var v = (d1 * d1 * t.P1 * (1 - t.P1) / t.N1) + (d2 * d2 * t.P2 * (1 - t.P2) / t.N2);
        return (Phi(t), share1 * share2 * v);
    }

    private static (double Y, double V) YuleQ(in Table t)
    {
        double x = t.A * t.D, y = t.B * t.C;
        var q = (x - y) / (x + y);
        var gap = 1 - (q * q);
        return (q, gap * gap / 4 * t.InverseSum);
    }

    private static (double Y, double V) YuleY(in Table t)
    {
        double x = Math.Sqrt(t.A * t.D), y = Math.Sqrt(t.B * t.C);
        var q = (x - y) / (x + y);
        var gap = 1 - (q * q);
        return (q, gap * gap / 16 * t.InverseSum);
    }

    /// <summary>A table after the addition.</summary>
    internal readonly record struct Table(double A, double B, double C, double D)
    {
        public static Table Of(ZeroCells zeros, double a, double b, double c, double d)
        {
            var first = zeros.At(a, b, c, d);
            var second = zeros.FirstOutcomeOnly ? 0 : first;
            return new Table(a + first, b + second, c + first, d + second);
        }

        public double N1 => A + B;

        public double N2 => C + D;

        public double N => A + B + C + D;

        public double P1 => A / N1;

        public double P2 => C / N2;

        public double Pooled => (A + C) / N;

        public double InverseSum => (1 / A) + (1 / B) + (1 / C) + (1 / D);
    }
}
