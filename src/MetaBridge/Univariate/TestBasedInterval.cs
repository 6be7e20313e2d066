using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>The test-based interval of ln H (Higgins &amp; Thompson, 2002, appendix A2).</summary>
/// <remarks>
/// H² = Q/d with d = k − p. The standard error of ln H is ½ (ln Q − ln d)/(√(2Q) − √(2d − 1)) for Q &gt; d + 1, else √(1/(2(d − 1)) (1 − 1/(3(d − 1)²))).
/// τ² = (H² − 1) times the typical variance, cut off at 0.
/// </remarks>
internal static class TestBasedInterval
{
    /// <summary>The interval; its upper end is unbounded for d = 1 where the standard error does not exist.</summary>
    public static HeterogeneityIntervals Of(TestResult heterogeneity, double typicalVariance, double level)
    {
        var (q, d) = (heterogeneity.Statistic, heterogeneity.NumeratorDf);
        var z = CriticalValues.TwoSided(level, double.NaN);
        if (d <= 1 && q <= d + 1)
        {
            return new HeterogeneityIntervals(0, double.PositiveInfinity, BoundKind.AtBoundary, BoundKind.Unbounded, typicalVariance);
        }

        var se = q > d + 1
            ? Math.Log(q / d) / 2 / (Math.Sqrt(2 * q) - Math.Sqrt((2 * d) - 1))
            : Math.Sqrt(1 / (2 * (d - 1)) * (1 - (1 / (3 * (d - 1) * (d - 1)))));
        var factor = Math.Exp(2 * z * se);
        var (lower, upper) = (Excess(q / d / factor), Excess(q / d * factor));
        var empty = upper == 0;
        return new HeterogeneityIntervals(
            lower, upper, empty ? BoundKind.EmptySet : lower > 0 ? BoundKind.Value : BoundKind.AtBoundary, empty ? BoundKind.EmptySet : BoundKind.Value, typicalVariance);

        double Excess(double hSquared) => typicalVariance * Math.Max(0, hSquared - 1);
    }
}
