using MetaBridge.Specs;

namespace MetaBridge.Stratified;

/// <summary>Peto's Q = Σ(O − E)²/V − (Σ(O − E))²/ΣV = Σ V ((O − E)/V − b)², over the tables with V &gt; 0.</summary>
internal static class PetoHeterogeneity
{
    /// <summary>Q, and how many tables say something.</summary>
    /// <param name="strata">The tables.</param>
    /// <param name="pooled">b.</param>
    public static (double Q, int Count) Of(Strata strata, double pooled)
    {
        double q = 0;
        var count = 0;
        for (var i = 0; i < strata.Count; i++)
        {
            var moments = Table(strata, i);
            count += moments.Count;
            q += moments.Count == 0 ? 0 : moments.Around(pooled);
        }

        return (q, count);
    }

    /// <summary>The effect size (O − E)/V of one table with weight V; none when V is zero.</summary>
    public static WeightedMoments Table(Strata strata, int table)
    {
        var own = strata.Sums(EffectMeasure.PetoOddsRatio, table, 1);
        return own.S > 0 ? new WeightedMoments(1, own.S, own.R / own.S, 0) : default;
    }
}
