using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>Q of the tables' effect sizes with I² and H².</summary>
/// <param name="Test">Q, χ² with count − 1 degrees of freedom.</param>
/// <param name="ISquared">max(0, (Q − df)/Q) in percent.</param>
/// <param name="HSquared">Q/df.</param>
internal readonly record struct Heterogeneity(TestResult Test, double ISquared, double HSquared)
{
    /// <summary>From Q; with fewer than two effect sizes there is no heterogeneity: Q = 0, p = 1, I² = 0, H² = 1.</summary>
    /// <param name="q">Q, NaN when the pooled effect doesn't exist.</param>
    /// <param name="count">How many effect sizes.</param>
    /// <param name="exists">False when fewer than two of them say something.</param>
    public static Heterogeneity Of(double q, int count, bool exists = true)
    {
        var df = Math.Max(count - 1, 0);
        return df == 0 || !exists
            ? new(new TestResult(0, df, double.NaN, 1), 0, 1)
            : new(new TestResult(q, df, double.NaN, Distributions.ChiSquaredUpper(q, df)), 100 * Math.Max(0, (q - df) / q), q / df);
    }
}
