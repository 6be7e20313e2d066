namespace MetaBridge.Plots.Svg;

/// <summary>Leaves tick labels out where they would run into each other.</summary>
internal static class TickLabels
{
    private const double GapEm = 0.5;

    /// <summary>The ticks whose labels fit side by side, taken from the lower end.</summary>
    public static IEnumerable<AxisTick> WithoutOverlap(IReadOnlyList<AxisTick> ticks, Func<AxisTick, double> x, double fontSize)
    {
        var end = double.NegativeInfinity;
        foreach (var tick in ticks)
        {
            var half = TextMetrics.Width(tick.Label, fontSize) / 2;
            if (x(tick) - half < end)
            {
                continue;
            }

            end = x(tick) + half + (GapEm * fontSize);
            yield return tick;
        }
    }
}
