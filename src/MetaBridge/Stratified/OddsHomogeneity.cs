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

        var psi = Math.Exp(logOddsRatio);
        double squares = 0, excess = 0, variance = 0;
        var count = 0;
        for (var i = 0; i < strata.Count; i++)
        {
            double a = strata.A[i], n1 = a + strata.B[i], n2 = strata.C[i] + strata.D[i], m = a + strata.C[i], y = strata.B[i] + strata.D[i];
            if (!(n1 > 0 && n2 > 0 && m > 0 && y > 0))
            {
                continue;
            }

            var (difference, spread) = Table(psi, a, n1, n2, m);
            squares += difference * difference / spread;
            excess += difference;
            variance += spread;
            count++;
        }

        return new(count, Test(squares, count), Test(Math.Max(squares - (excess * excess / variance), 0), count));
    }

    private static (double Difference, double Variance) Table(double psi, double a, double n1, double n2, double m)
    {
        // The root of (1 − ψ)e² + (n2 − m + ψ(n1 + m))e − ψ n1 m = 0 without cancellation, which holds for ψ = 1 too.
        var half = (n2 - m + (psi * (n1 + m))) / 2;
        var e = psi * n1 * m / (half + Math.Sqrt(Math.Max((half * half) - ((psi - 1) * psi * n1 * m), 0)));
        return (a - e, 1 / ((1 / e) + (1 / (n1 - e)) + (1 / (m - e)) + (1 / (n2 - m + e))));
    }

    private static TestResult Test(double statistic, int count) => count > 1
        ? new TestResult(statistic, count - 1, double.NaN, Distributions.ChiSquaredUpper(statistic, count - 1))
        : new TestResult(statistic, Math.Max(count - 1, 0), double.NaN, double.NaN);
}
