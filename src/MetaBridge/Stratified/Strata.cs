using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaBridge.Specs;

namespace MetaBridge.Stratified;

/// <summary>The tables that are pooled, after any addition to zero cells: four columns of one length, none missing.</summary>
/// <param name="A">Events, first group.</param>
/// <param name="B">Non-events, or person-time, first group.</param>
/// <param name="C">Events, second group.</param>
/// <param name="D">Non-events, or person-time, second group.</param>
internal sealed record Strata(double[] A, double[] B, double[] C, double[] D)
{
    private static readonly int Lanes = Vector256<double>.Count;

    /// <summary>How many tables.</summary>
    public int Count => A.Length;

    /// <summary>The sums over all tables, four at a time.</summary>
    public StratumSums Sums(EffectMeasure measure) => Sums(measure, 0, Count);

    /// <summary>The sums over some tables.</summary>
    public StratumSums Sums(EffectMeasure measure, int first, int count) => measure switch
    {
        EffectMeasure.OddsRatio => Sum(default(TermsPass<StratumTerms.OddsRatio>), first, count),
        EffectMeasure.RiskRatio => Sum(default(TermsPass<StratumTerms.RiskRatio>), first, count),
        EffectMeasure.RiskDifference => Sum(default(TermsPass<StratumTerms.RiskDifference>), first, count),
        EffectMeasure.IncidenceRateRatio => Sum(default(TermsPass<StratumTerms.RateRatio>), first, count),
        EffectMeasure.IncidenceRateDifference => Sum(default(TermsPass<StratumTerms.RateDifference>), first, count),
        _ => Sum(default(TermsPass<StratumTerms.Peto>), first, count),
    };

    /// <summary>The sums of a pass of its own over all tables.</summary>
    public StratumSums Sums<T>(T pass)
        where T : struct, IStratumPass => Sum(pass, 0, Count);

    private StratumSums Sum<T>(T pass, int first, int count)
        where T : struct, IStratumPass
    {
        ref var a = ref MemoryMarshal.GetArrayDataReference(A);
        ref var b = ref MemoryMarshal.GetArrayDataReference(B);
        ref var c = ref MemoryMarshal.GetArrayDataReference(C);
        ref var d = ref MemoryMarshal.GetArrayDataReference(D);
        var sums = default(VectorSums);
        var (i, end) = ((nuint)first, (nuint)(first + count));
        for (; i + (nuint)Lanes <= end; i += (nuint)Lanes)
        {
            pass.Add(
                ref sums,
                Vector256.LoadUnsafe(ref a, i),
                Vector256.LoadUnsafe(ref b, i),
                Vector256.LoadUnsafe(ref c, i),
                Vector256.LoadUnsafe(ref d, i));
        }

        var (from, rest) = ((int)i, (int)(end - i));
        if (rest > 0)
        {
            // The rest is filled up with empty tables, which add nothing.
            pass.Add(ref sums, Padded(A, from, rest), Padded(B, from, rest), Padded(C, from, rest), Padded(D, from, rest));
        }

        return sums.Total;
    }

    private static Vector256<double> Padded(double[] column, int from, int count)
    {
        Span<double> lanes = stackalloc double[Vector256<double>.Count];
        lanes.Clear();
        column.AsSpan(from, count).CopyTo(lanes);
        return Vector256.Create<double>(lanes);
    }
}
