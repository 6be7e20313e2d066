using MetaBridge.Numerics;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Univariate;

/// <summary>Intervals of τ² from its estimate and standard error, with normal quantiles.</summary>
internal static class WaldInterval
{
    /// <summary>On the scale of τ², ln τ² or τ; the delta method gives the standard error there.</summary>
    /// <remarks>At τ̂² = 0 the standard errors of ln τ² and τ are infinite, and so is the interval.</remarks>
    public static HeterogeneityIntervals Of(HeterogeneityIntervalType kind, TauSquaredEstimate tau2, double typicalVariance, double level)
    {
        var z = CriticalValues.TwoSided(level, double.NaN);
        var (t, se) = (tau2.Value, tau2.StandardError);
        if (kind == HeterogeneityIntervalType.Wald)
        {
            return Cut(t - (z * se), t + (z * se), typicalVariance);
        }

        if (t == 0)
        {
            return new HeterogeneityIntervals(0, double.PositiveInfinity, BoundKind.AtBoundary, BoundKind.Unbounded, typicalVariance);
        }

        if (kind == HeterogeneityIntervalType.WaldLog)
        {
            var factor = Math.Exp(z * se / t);
            return Cut(t / factor, t * factor, typicalVariance);
        }

        var (root, reach) = (Math.Sqrt(t), z * se / (2 * Math.Sqrt(t)));
        return Cut(Math.Max(0, root - reach) * Math.Max(0, root - reach), (root + reach) * (root + reach), typicalVariance);
    }

    private static HeterogeneityIntervals Cut(double lower, double upper, double typicalVariance) => new(
        Math.Max(0, lower), upper, lower > 0 ? BoundKind.Value : BoundKind.AtBoundary, double.IsInfinity(upper) ? BoundKind.Unbounded : BoundKind.Value, typicalVariance);
}
