using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Passes over the columns of 2 × 2 tables, four rows at a time.</summary>
/// <remarks>The formulas are those of <see cref="TwoByTwo"/>; a test holds the two together.</remarks>
internal static class VectorTables
{
    private static readonly int Lanes = Vector256<double>.Count;

    /// <summary>Row totals.</summary>
    public static double[] Sum(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, ReadOnlySpan<double> d)
    {
        var sum = GC.AllocateUninitializedArray<double>(a.Length);
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] = a[i] + b[i] + c[i] + d[i];
        }

        return sum;
    }

    /// <summary>Whether there is a kernel for the measure with its large-sample variance.</summary>
    public static bool Serves(EffectMeasure measure, VarianceType type) => type == VarianceType.Ls
        && measure is EffectMeasure.OddsRatio or EffectMeasure.RiskRatio or EffectMeasure.RiskDifference;

    /// <summary>Fills whole blocks of rows.</summary>
    /// <returns>How many rows were filled; the rest is for the caller.</returns>
    public static int Compute(EffectMeasure measure, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        ref var a = ref MemoryMarshal.GetArrayDataReference(columns[EffectRole.Ai]);
        ref var b = ref MemoryMarshal.GetArrayDataReference(columns[EffectRole.Bi]);
        ref var c = ref MemoryMarshal.GetArrayDataReference(columns[EffectRole.Ci]);
        ref var d = ref MemoryMarshal.GetArrayDataReference(columns[EffectRole.Di]);
        ref var y = ref MemoryMarshal.GetReference(yi);
        ref var v = ref MemoryMarshal.GetReference(vi);
        var first = Vector256.Create(zeros.Amount);
        var second = zeros.FirstOutcomeOnly ? Vector256<double>.Zero : first;
        var everywhere = zeros.Everywhere ? Vector256<double>.AllBitsSet : Vector256<double>.Zero;
        var count = yi.Length - (yi.Length % Lanes);
        for (nuint i = 0; i < (nuint)count; i += (nuint)Lanes)
        {
            Vector256<double> p = Vector256.LoadUnsafe(ref a, i), q = Vector256.LoadUnsafe(ref b, i);
            Vector256<double> r = Vector256.LoadUnsafe(ref c, i), s = Vector256.LoadUnsafe(ref d, i);
            var zero = Vector256<double>.Zero;
            var chosen = everywhere | Vector256.Equals(p, zero) | Vector256.Equals(q, zero) | Vector256.Equals(r, zero) | Vector256.Equals(s, zero);
            (p, r) = (p + (chosen & first), r + (chosen & first));
            (q, s) = (q + (chosen & second), s + (chosen & second));
            var (effect, variance) = Rows(measure, p, q, r, s);
            effect.StoreUnsafe(ref y, i);
            variance.StoreUnsafe(ref v, i);
        }

        return count;
    }

    private static (Vector256<double> Y, Vector256<double> V) Rows(
        EffectMeasure measure, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        var one = Vector256<double>.One;
        Vector256<double> n1 = a + b, n2 = c + d;
        switch (measure)
        {
            case EffectMeasure.OddsRatio:
                return (Vector256.Log(a / b * (d / c)), (one / a) + (one / b) + (one / c) + (one / d));
            case EffectMeasure.RiskRatio:
                return (Vector256.Log(a / n1 / (c / n2)), (one / a) - (one / n1) + (one / c) - (one / n2));
            default:
                Vector256<double> p1 = a / n1, p2 = c / n2;
                return (p1 - p2, (p1 * (one - p1) / n1) + (p2 * (one - p2) / n2));
        }
    }
}
