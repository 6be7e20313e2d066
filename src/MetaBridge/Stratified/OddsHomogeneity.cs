using System.Runtime.Intrinsics;
using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>Whether the tables have one odds ratio: the tests of Breslow &amp; Day (1980) and Tarone (1985).</summary>
/// <remarks>
/// With ψ the pooled odds ratio, the expected events e of a table solve e(n2 − m + e) = ψ(n1 − e)(m − e), and their variance is
/// 1/(1/e + 1/(n1 − e) + 1/(m − e) + 1/(n2 − m + e)). Breslow-Day is Σ(a − e)²/var, Tarone's the same less (Σ(a − e))²/Σ var. Tables
/// without events, without non-events or with an empty group say nothing and don't count.
/// </remarks>
/// <param name="PositiveCount">How many tables say something.</param>
/// <param name="BreslowDay">Breslow-Day test.</param>
/// <param name="Tarone">Tarone's test.</param>
internal readonly record struct OddsHomogeneity(int PositiveCount, TestResult BreslowDay, TestResult Tarone)
{
    /// <summary>Of all tables.</summary>
    /// <param name="strata">The tables.</param>
    /// <param name="logOddsRatio">ln ψ; NaN when there is none.</param>
    public static OddsHomogeneity Of(Strata strata, double logOddsRatio)
    {
        if (double.IsNaN(logOddsRatio))
        {
            var none = new TestResult(double.NaN, double.NaN, double.NaN, double.NaN);
            return new(0, none, none);
        }

        var sums = strata.Sums(new Expectations(Math.Exp(logOddsRatio)));
        var count = (int)sums.V1;
        var tarone = sums.S - (sums.Excess * sums.Excess / sums.R);
        return new(count, Test(sums.S, count), Test(Math.Max(tarone, 0), count));
    }

    private static TestResult Test(double statistic, int count) => count > 1
        ? new TestResult(statistic, count - 1, double.NaN, Distributions.ChiSquaredUpper(statistic, count - 1))
        : new TestResult(statistic, Math.Max(count - 1, 0), double.NaN, double.NaN);

    /// <summary>Sums over the tables that say something: R = Σ var, S = Σ(a − e)²/var, V1 their number, and the excess Σ(a − e).</summary>
    private readonly struct Expectations(double psi) : IStratumPass
    {
        public void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            Vector256<double> zero = Vector256<double>.Zero, one = Vector256<double>.One, odds = Vector256.Create(psi);
            Vector256<double> n1 = a + b, n2 = c + d, m = a + c, y = b + d;
            var isSaying = Vector256.GreaterThan(n1, zero) & Vector256.GreaterThan(n2, zero) & Vector256.GreaterThan(m, zero) & Vector256.GreaterThan(y, zero);

            // The root of (1 − ψ)e² + (n2 − m + ψ(n1 + m))e − ψ n1 m = 0 without cancellation, which holds for ψ = 1 too.
            var half = (n2 - m + (odds * (n1 + m))) * Vector256.Create(0.5);
            var e = odds * n1 * m / (half + Vector256.Sqrt(Vector256.Max((half * half) - ((odds - one) * odds * n1 * m), zero)));
            var precision = (one / e) + (one / (n1 - e)) + (one / (m - e)) + (one / (n2 - m + e));
            var difference = isSaying & (a - e);
            sums.R += isSaying & (one / precision);
            sums.S += isSaying & (difference * difference * precision);
            sums.V1 += isSaying & one;
            sums.Excess += difference;
        }
    }
}
