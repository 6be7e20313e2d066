using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Q-profile confidence intervals of τ² (Viechtbauer, 2007).</summary>
/// <remarks>The limits are the τ² at which the generalised Q statistic equals the upper and lower quantile of χ² with k − p degrees of freedom.</remarks>
internal static class QProfile
{
    /// <summary>Both limits, solved to rounding.</summary>
    public static HeterogeneityIntervals Interval(VarianceProfile profile, ProfilePoint atZero, double typicalVariance, double level)
    {
        var tail = (100 - level) / 200;
        var (lower, lowerKind) = Limit(profile, atZero, UpperQuantile(tail, profile.ResidualDf));
        var (upper, upperKind) = Limit(profile, atZero, Distributions.ChiSquaredQuantile(tail, profile.ResidualDf));
        if (upperKind == BoundKind.AtBoundary)
        {
            lowerKind = upperKind = BoundKind.EmptySet;
        }

        return new HeterogeneityIntervals(lower, upper, lowerKind, upperKind, typicalVariance);
    }

    private static (double Value, BoundKind Kind) Limit(VarianceProfile profile, ProfilePoint atZero, double quantile) =>
        atZero.YPy > quantile
            ? (QEquation.Solve(profile, atZero, quantile), BoundKind.Value)
            : (0, BoundKind.AtBoundary);

    private static double UpperQuantile(double tail, double df) => Distributions.ChiSquaredQuantile(1 - tail, df);
}
