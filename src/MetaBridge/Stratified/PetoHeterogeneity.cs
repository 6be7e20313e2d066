using System.Runtime.Intrinsics;

namespace MetaBridge.Stratified;

/// <summary>Peto's Q = Σ(O − E)²/V − (Σ(O − E))²/ΣV = Σ((O − E) − bV)²/V, over the tables with V &gt; 0.</summary>
internal static class PetoHeterogeneity
{
    /// <summary>Q, and how many tables say something.</summary>
    /// <param name="strata">The tables.</param>
    /// <param name="pooled">b.</param>
    public static (double Q, int Count) Of(Strata strata, double pooled)
    {
        var sums = strata.Sums(new Residuals(pooled));
        return (sums.R, (int)sums.S);
    }

    /// <summary>The effect size (O − E)/V of one table with weight V; none when V is zero.</summary>
    public static WeightedMoments Table(in StratumSums table) =>
        table.S > 0 ? new WeightedMoments(1, table.S, table.R / table.S, 0) : default;

    /// <summary>R = Σ(U − bV)²/V with U the table's R and V its S, and S the number of tables with V &gt; 0.</summary>
    private readonly struct Residuals(double pooled) : IStratumPass
    {
        public void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            var own = default(VectorSums);
            StratumTerms.Peto.Add(ref own, a, b, c, d);
            var isSaying = Vector256.GreaterThan(own.S, Vector256<double>.Zero);
            var residual = own.R - (Vector256.Create(pooled) * own.S);
            sums.R += isSaying & (residual * residual / own.S);
            sums.S += isSaying & Vector256<double>.One;
        }
    }
}
