using MetaBridge.Errors;

namespace MetaBridge.Plots;

/// <summary>Chooses limits and tick marks.</summary>
internal static class AxisBuilder
{
    private const int MostDecimals = 12;

    /// <summary>An axis that covers values with round ticks.</summary>
    public static PlotAxis Covering(IEnumerable<double> values, int steps, BackTransformation labels, int digits, string title)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        var positions = finite.Length == 0 ? [0.0, 1.0] : PrettyScale.Cover(finite.Min(), finite.Max(), steps - 1);
        return new PlotAxis(positions[0], positions[^1], Ticks(positions, labels, digits), title);
    }

    /// <summary>An axis of given limits with evenly spaced ticks.</summary>
    public static PlotAxis Even(double lower, double upper, int steps, BackTransformation labels, int digits, string title)
    {
        Check(lower, upper);
        var positions = Enumerable.Range(0, steps).Select(i => lower + ((upper - lower) * i / (steps - 1))).ToArray();
        return new PlotAxis(lower, upper, Ticks(positions, labels, digits), title);
    }

    /// <summary>An axis of given limits whose ticks are the round positions inside them.</summary>
    public static PlotAxis RoundWithin(double lower, double upper, int intervals, BackTransformation labels, int digits, string title)
    {
        Check(lower, upper);
        var positions = PrettyScale.Cover(lower, upper, intervals).Where(x => x >= lower && x <= upper).ToArray();
        return new PlotAxis(lower, upper, Ticks(positions, labels, digits), title);
    }

    /// <summary>An axis with given ticks that reaches at least as far as the limits, if any.</summary>
    public static PlotAxis At(
        IReadOnlyList<double> positions, (double Lower, double Upper) limits, BackTransformation labels, int digits, string title)
    {
        var sorted = positions.Order().ToArray();
        PlotChecks.Require(
            sorted.Length > 0 && sorted.All(double.IsFinite), "TickPositions", string.Join(", ", positions), "one or more finite numbers");
        var lower = Math.Min(sorted[0], limits.Lower);
        var upper = Math.Max(sorted[^1], limits.Upper);
        Check(lower, upper);
        return new PlotAxis(lower, upper, Ticks(sorted, labels, digits), title);
    }

    /// <summary>
    /// Tick marks with labels of the given decimals without trailing zeros; more decimals where two neighbours would else read the same.
    /// </summary>
    private static AxisTick[] Ticks(double[] positions, BackTransformation labels, int digits)
    {
        var shown = Array.ConvertAll(positions, x => labels.Apply(x));
        var decimals = digits;
        while (decimals < MostDecimals && AnyRepeated(shown, decimals))
        {
            decimals++;
        }

        return [.. positions.Select((x, i) => new AxisTick(x, NumberText.Trimmed(shown[i], decimals)))];
    }

    private static bool AnyRepeated(double[] shown, int decimals)
    {
        for (var i = 1; i < shown.Length; i++)
        {
            if (shown[i] != shown[i - 1] && NumberText.Trimmed(shown[i], decimals) == NumberText.Trimmed(shown[i - 1], decimals))
            {
                return true;
            }
        }

        return false;
    }

    private static void Check(double lower, double upper)
    {
        if (!double.IsFinite(lower) || !double.IsFinite(upper) || !(lower < upper) || !double.IsFinite(upper - lower))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The axis limits are {NumberText.Shortest(lower)} and {NumberText.Shortest(upper)}; the lower must be below the upper, both finite.",
                new Dictionary<string, object?> { ["lower"] = lower, ["upper"] = upper });
        }
    }
}
