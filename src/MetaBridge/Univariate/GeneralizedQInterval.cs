namespace MetaBridge.Univariate;

/// <summary>The exact interval of τ² by a Q statistic with given weights (Jackson, 2013).</summary>
internal static class GeneralizedQInterval
{
    /// <summary>The τ² at which the observed value is exceeded with probability α/2 and 1 − α/2.</summary>
    public static HeterogeneityIntervals Of(GeneralizedQ q, double typicalVariance, double level)
    {
        var tail = (100 - level) / 200;
        var upper = q.Solve(1 - tail);
        if (upper == 0)
        {
            return new HeterogeneityIntervals(0, 0, BoundKind.EmptySet, BoundKind.EmptySet, typicalVariance);
        }

        var lower = q.Solve(tail);
        return new HeterogeneityIntervals(lower, upper, lower > 0 ? BoundKind.Value : BoundKind.AtBoundary, BoundKind.Value, typicalVariance);
    }
}
