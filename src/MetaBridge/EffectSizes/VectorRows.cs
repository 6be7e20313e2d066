using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaBridge.Data;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>The frequent measures with their large-sample variances, four rows at a time; each returns how many rows it has filled.</summary>
/// <remarks>The formulas are those of <see cref="TwoMeans"/>, <see cref="Correlations"/>, <see cref="Proportions"/> and <see cref="PersonTime"/>; a test holds the two together.</remarks>
internal static class VectorRows
{
    private static readonly int Lanes = Vector256<double>.Count;

    private static Vector256<double> One => Vector256<double>.One;

    /// <summary>MD, SMD and ROM.</summary>
    public static int Means(EffectMeasure measure, VarianceType type, bool correct, TwoMeans.Groups x, Span<double> yi, Span<double> vi)
    {
        if (type != VarianceType.Ls || x.M1 is not { } m1 || x.M2 is not { } m2 || x.S1 is not { } s1)
        {
            return 0;
        }

        var columns = new MeanColumns(m1, m2, s1, x.S2, x.N1, x.N2);
        return measure switch
        {
            EffectMeasure.MeanDifference => Fill<Differences>(columns, correct, yi, vi),
            EffectMeasure.StandardizedMeanDifference => Fill<StandardizedDifferences>(columns, correct, yi, vi),
            EffectMeasure.RatioOfMeans => Fill<Ratios>(columns, correct, yi, vi),
            _ => 0,
        };
    }

    /// <summary>ZCOR: atanh r = ½ ln(1 + 2r/(1 − r)), v = 1/(n − 3).</summary>
    public static int FisherZ(ReadOnlySpan<double> r, ReadOnlySpan<double> n, Span<double> yi, Span<double> vi)
    {
        var three = Vector256.Create(3.0);
        var count = yi.Length - (yi.Length % Lanes);
        for (var i = 0; i < count; i += Lanes)
        {
            Vector256<double> value = Vector256.Create(r[i..]), size = Vector256.Create(n[i..]);
            Atanh(value).CopyTo(yi[i..]);
            Vector256.ConditionalSelect(Vector256.LessThanOrEqual(size, three), Vector256.Create(Na.Real), One / (size - three)).CopyTo(vi[i..]);
        }

        return count;
    }

    /// <summary>PLO: ln(x/m), v = 1/x + 1/m.</summary>
    public static int Logits(ZeroCells zeros, ReadOnlySpan<double> x, ReadOnlySpan<double> m, Span<double> yi, Span<double> vi)
    {
        var count = yi.Length - (yi.Length % Lanes);
        for (var i = 0; i < count; i += Lanes)
        {
            Vector256<double> events = Vector256.Create(x[i..]), others = Vector256.Create(m[i..]);
            var add = Addition(zeros, events, others);
            (events, others) = (events + add, others + add);
            Vector256.Log(events / others).CopyTo(yi[i..]);
            ((One / events) + (One / others)).CopyTo(vi[i..]);
        }

        return count;
    }

    /// <summary>IRR: ln((x1/t1)/(x2/t2)), v = 1/x1 + 1/x2.</summary>
    public static int RateRatios(
        ZeroCells zeros, ReadOnlySpan<double> x1, ReadOnlySpan<double> x2, ReadOnlySpan<double> t1, ReadOnlySpan<double> t2, Span<double> yi, Span<double> vi)
    {
        var count = yi.Length - (yi.Length % Lanes);
        for (var i = 0; i < count; i += Lanes)
        {
            Vector256<double> first = Vector256.Create(x1[i..]), second = Vector256.Create(x2[i..]);
            var add = Addition(zeros, first, second);
            (first, second) = (first + add, second + add);
            Vector256.Log(first / Vector256.Create(t1[i..]) / (second / Vector256.Create(t2[i..]))).CopyTo(yi[i..]);
            ((One / first) + (One / second)).CopyTo(vi[i..]);
        }

        return count;
    }

    /// <summary>The first row of a block with a value outside a domain or missing; the length of all whole blocks when there is none.</summary>
    public static int FirstOutside(EffectDomain domain, ReadOnlySpan<double> column)
    {
        var i = 0;
        for (; i <= column.Length - Lanes; i += Lanes)
        {
            var x = Vector256.Create(column[i..]);
            var holds = domain switch
            {
                EffectDomain.NotNegative => Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero),
                EffectDomain.Correlation => Vector256.LessThanOrEqual(Vector256.Abs(x), One),
                EffectDomain.Share => Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero) & Vector256.LessThanOrEqual(x, One),
                EffectDomain.AtMostOne => Vector256.LessThanOrEqual(x, One),
                _ => Vector256.Equals(x, x),
            };
            if (holds.ExtractMostSignificantBits() != AllLanes)
            {
                break;
            }
        }

        return i;
    }

    /// <summary>From a row on, the first of a block in which not all effect sizes are finite and all variances finite and not negative.</summary>
    public static int FirstIrregular(ReadOnlySpan<double> yi, ReadOnlySpan<double> vi, int from)
    {
        var most = Vector256.Create(double.MaxValue);
        var i = from;
        for (; i <= yi.Length - Lanes; i += Lanes)
        {
            Vector256<double> y = Vector256.Create(yi[i..]), v = Vector256.Create(vi[i..]);
            var holds = Vector256.LessThanOrEqual(Vector256.Abs(y), most) & Vector256.LessThanOrEqual(v, most) & Vector256.GreaterThanOrEqual(v, Vector256<double>.Zero);
            if (holds.ExtractMostSignificantBits() != AllLanes)
            {
                break;
            }
        }

        return i;
    }

    private const uint AllLanes = 15;

    private static int Fill<T>(in MeanColumns x, bool correct, Span<double> yi, Span<double> vi)
        where T : struct, IMeanRows
    {
        ref var m1 = ref MemoryMarshal.GetArrayDataReference(x.M1);
        ref var m2 = ref MemoryMarshal.GetArrayDataReference(x.M2);
        ref var s1 = ref MemoryMarshal.GetArrayDataReference(x.S1);
        ref var s2 = ref MemoryMarshal.GetArrayDataReference(x.S2);
        ref var n1 = ref MemoryMarshal.GetArrayDataReference(x.N1);
        ref var n2 = ref MemoryMarshal.GetArrayDataReference(x.N2);
        ref var y = ref MemoryMarshal.GetReference(yi);
        ref var v = ref MemoryMarshal.GetReference(vi);
        var count = yi.Length - (yi.Length % Lanes);
        for (nuint i = 0; i < (nuint)count; i += (nuint)Lanes)
        {
            var (effect, variance) = T.Rows(
                correct,
                Vector256.LoadUnsafe(ref m1, i), Vector256.LoadUnsafe(ref m2, i), Vector256.LoadUnsafe(ref s1, i),
                Vector256.LoadUnsafe(ref s2, i), Vector256.LoadUnsafe(ref n1, i), Vector256.LoadUnsafe(ref n2, i));
            effect.StoreUnsafe(ref y, i);
            variance.StoreUnsafe(ref v, i);
        }

        return count;
    }

    private static Vector256<double> Addition(ZeroCells zeros, Vector256<double> x, Vector256<double> y)
    {
        var everywhere = zeros.Everywhere ? Vector256<double>.AllBitsSet : Vector256<double>.Zero;
        return Vector256.Create(zeros.Amount) & (everywhere | Vector256.Equals(x, Vector256<double>.Zero) | Vector256.Equals(y, Vector256<double>.Zero));
    }

    /// <summary>ln(1 + x) as ln(u) x/(u − 1) with u = 1 + x rounded, which keeps all digits of a small x (Kahan).</summary>
    private static Vector256<double> Atanh(Vector256<double> r)
    {
        var size = Vector256.Abs(r);
        var x = (size + size) / (One - size);
        var u = One + x;
        var log = Vector256.ConditionalSelect(Vector256.Equals(u, One), x, Vector256.Log(u) * (x / (u - One)));
        return Vector256.CopySign(log * Vector256.Create(0.5), r);
    }

    private readonly record struct MeanColumns(double[] M1, double[] M2, double[] S1, double[] S2, double[] N1, double[] N2);

    /// <summary>Four rows of a measure of two means.</summary>
    private interface IMeanRows
    {
        static abstract (Vector256<double> Y, Vector256<double> V) Rows(
            bool correct, Vector256<double> m1, Vector256<double> m2, Vector256<double> s1, Vector256<double> s2, Vector256<double> n1, Vector256<double> n2);
    }

    private readonly struct Differences : IMeanRows
    {
        public static (Vector256<double> Y, Vector256<double> V) Rows(
            bool correct, Vector256<double> m1, Vector256<double> m2, Vector256<double> s1, Vector256<double> s2, Vector256<double> n1, Vector256<double> n2) =>
            (m1 - m2, (s1 * s1 / n1) + (s2 * s2 / n2));
    }

    private readonly struct StandardizedDifferences : IMeanRows
    {
        public static (Vector256<double> Y, Vector256<double> V) Rows(
            bool correct, Vector256<double> m1, Vector256<double> m2, Vector256<double> s1, Vector256<double> s2, Vector256<double> n1, Vector256<double> n2)
        {
            var n = n1 + n2;
            var m = n - Vector256.Create(2.0);
            var factor = BiasCorrection.Factors(m);
            var pooled = (((n1 - One) * s1 * s1) + ((n2 - One) * s2 * s2)) / m;
            var g = factor * ((m1 - m2) / Vector256.Sqrt(pooled));
            return (g, (One / n1) + (One / n2) + (g * g / (n + n)));
        }
    }

    private readonly struct Ratios : IMeanRows
    {
        public static (Vector256<double> Y, Vector256<double> V) Rows(
            bool correct, Vector256<double> m1, Vector256<double> m2, Vector256<double> s1, Vector256<double> s2, Vector256<double> n1, Vector256<double> n2)
        {
            Vector256<double> a = s1 * s1 / (n1 * m1 * m1), b = s2 * s2 / (n2 * m2 * m2);
            var y = Vector256.Log(m1 / m2);
            return (correct ? y + ((a - b) * Vector256.Create(0.5)) : y, a + b);
        }
    }
}
