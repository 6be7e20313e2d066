using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Cochran's Q with I² and H² (Higgins &amp; Thompson, 2002).</summary>
/// <param name="Test">Q with its p-value.</param>
/// <param name="ISquared">In percent.</param>
/// <param name="HSquared">H².</param>
/// <param name="TypicalVariance">The typical sampling variance (k − p)/tr P.</param>
internal readonly record struct HeterogeneityMeasures(TestResult Test, double ISquared, double HSquared, double TypicalVariance)
{
    /// <summary>From the profile at τ² = 0; all NaN when that doesn't exist because a variance is zero.</summary>
    public static HeterogeneityMeasures Of(ProfilePoint? atZero, double tau2, int k, int p, bool isEqualEffects)
    {
        var df = k - p;
        if (atZero is not { } zero)
        {
            return new HeterogeneityMeasures(new TestResult(double.NaN, df, double.NaN, double.NaN), double.NaN, double.NaN, double.NaN);
        }

        if (df == 0)
        {
            return new HeterogeneityMeasures(new TestResult(0, 0, double.NaN, 1), 0, 1, 0);
        }

        var test = new TestResult(zero.YPy, df, double.NaN, Distributions.ChiSquaredUpper(zero.YPy, df));
        var (iSquared, hSquared) = Ratios(zero, tau2, df, isEqualEffects);
        return new HeterogeneityMeasures(test, iSquared, hSquared, df / zero.TrP);
    }

    /// <summary>I² in percent and H² from the profile at τ² = 0.</summary>
    public static (double ISquared, double HSquared) Ratios(in ProfilePoint zero, double tau2, double df, bool isEqualEffects)
    {
        var typical = df / zero.TrP;
        return isEqualEffects
            ? (100 * Math.Max(0, (zero.YPy - df) / zero.YPy), zero.YPy / df)
            : (100 * tau2 / (typical + tau2), (tau2 / typical) + 1);
    }
}
