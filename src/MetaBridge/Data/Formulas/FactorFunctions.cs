using System.Globalization;

namespace MetaBridge.Data.Formulas;

/// <summary>Functions that make and change factors.</summary>
internal static class FactorFunctions
{
    /// <summary>R's <c>cut</c> tries more digits in its labels, up to this many, until they differ.</summary>
    private const int MostLabelDigits = 15;

    public static IEnumerable<Function> All =>
    [
        new("factor", ["x", "levels", "labels"], 1, frame => Factor(frame, isOrdered: null), ["ordered"]),
        new("ordered", ["x", "levels", "labels"], 1, frame => Factor(frame, isOrdered: true)),
        new("as.factor", ["x"], 1, frame => AsFactor(frame["x"])),
        new("as.ordered", ["x"], 1, frame => AsFactor(frame["x"]) with { IsOrdered = true }),
        new("relevel", ["x", "ref"], 2, Relevel),
        new("droplevels", ["x"], 1, frame => DropUnused(FactorOf(frame))),
        new("cut", ["x", "breaks", "labels", "include.lowest", "right", "dig.lab"], 2, Cut, ["ordered_result"]),
    ];

    /// <summary>Sorted different values as levels; a factor stays as it is, with its unused levels.</summary>
    internal static FactorVector AsFactor(Vector x) => x switch
    {
        FactorVector factor => factor,
        NumberVector numbers => FactorVector.Match(numbers.ToTexts(), SortedLevels(numbers), isOrdered: false),
        _ => FactorVector.FromTexts(x.ToTexts()),
    };

    private static string[] SortedLevels(NumberVector numbers)
    {
        var different = numbers.Values.Where(value => !double.IsNaN(value)).Distinct().Order().ToArray();
        var texts = new NumberVector(different, numbers.IsInteger).ToTexts();
        return [.. texts.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static FactorVector DropUnused(FactorVector factor)
    {
        var used = factor.Levels.Where((_, code) => factor.Codes.Contains(code)).ToArray();
        return FactorVector.Match(factor.ToTexts(), used, factor.IsOrdered);
    }

    private static FactorVector Factor(CallFrame frame, bool? isOrdered)
    {
        var x = frame["x"];
        var natural = x is FactorVector given ? DropUnused(given) : AsFactor(x);
        var levels = frame.Find("levels") is { } wanted ? Different(frame, wanted.ToTexts(), "levels") : natural.Levels;
        var ordered = isOrdered ?? frame.Flag("ordered", x is FactorVector { IsOrdered: true });
        var factor = FactorVector.Match(x.ToTexts(), levels, ordered);
        return frame.Find("labels") is { } labels ? Relabel(frame, factor, labels.ToTexts()) : factor;
    }

    private static string[] Different(CallFrame frame, string?[] texts, string what)
    {
        var present = texts.OfType<string>().ToArray();
        return present.Distinct(StringComparer.Ordinal).Count() == present.Length
            ? present
            : throw frame.Error($"the {what} are not all different");
    }

    /// <summary>One label per level (equal labels join levels), or a single one that is numbered.</summary>
    private static FactorVector Relabel(CallFrame frame, FactorVector factor, string?[] labels)
    {
        var count = factor.Levels.Length;
        if (labels.Length == 1 && count != 1)
        {
            labels = [.. Enumerable.Range(1, count).Select(i => labels[0] + i.ToString(CultureInfo.InvariantCulture))];
        }

        if (labels.Length != count || labels.Contains(null))
        {
            throw frame.Error($"there are {count} levels, but {labels.OfType<string>().Count()} labels");
        }

        var renamed = Array.ConvertAll(factor.Codes, code => code < 0 ? null : labels[code]);
        return FactorVector.Match(renamed, [.. labels.OfType<string>().Distinct(StringComparer.Ordinal)], factor.IsOrdered);
    }

    private static FactorVector FactorOf(CallFrame frame) =>
        frame["x"] as FactorVector ?? throw frame.Error($"a factor is needed, but got {frame["x"].Kind}; use factor() first");

    /// <summary>Moves the reference level, named or numbered from 1, to the front.</summary>
    private static FactorVector Relevel(CallFrame frame)
    {
        var factor = FactorOf(frame);
        if (factor.IsOrdered)
        {
            throw frame.Error("the factor is ordered, so its levels have no reference");
        }

        var wanted = frame["ref"];
        var index = wanted is TextVector text && text.Length == 1
            ? Array.IndexOf(factor.Levels, text.Values[0])
            : (int)frame.Number("ref", 0) - 1;
        if (index < 0 || index >= factor.Levels.Length)
        {
            throw frame.Error($"the reference is no level; the levels are {string.Join(", ", factor.Levels)}");
        }

        string[] levels = [factor.Levels[index], .. factor.Levels.Where((_, i) => i != index)];
        return FactorVector.Match(factor.ToTexts(), levels, isOrdered: false);
    }

    /// <summary>R's <c>cut</c>: intervals between break points, or a number of equal ones over the range.</summary>
    private static FactorVector Cut(CallFrame frame)
    {
        var x = frame.Numbers("x");
        var breaks = Breaks(frame, x);
        var (right, lowest) = (frame.Flag("right", true), frame.Flag("include.lowest", false));
        var labels = frame.Find("labels") is TextVector given
            ? [.. given.Values.OfType<string>()]
            : IntervalLabels(breaks, right, lowest, (int)frame.Number("dig.lab", 3));
        if (labels.Length != breaks.Length - 1)
        {
            throw frame.Error($"there are {breaks.Length - 1} intervals, but {labels.Length} labels");
        }

        var codes = Array.ConvertAll(x, value => Interval(value, breaks, right, lowest));
        return new FactorVector(codes, Different(frame, labels, "labels"), frame.Flag("ordered_result", false));
    }

    private static double[] Breaks(CallFrame frame, double[] x)
    {
        var breaks = frame.Numbers("breaks");
        if (breaks.Length > 1)
        {
            var sorted = breaks.Order().ToArray();
            return sorted.Distinct().Count() == sorted.Length && !sorted.Any(double.IsNaN)
                ? sorted
                : throw frame.Error("the breaks are not all different");
        }

        var finite = x.Where(double.IsFinite).ToArray();
        if (breaks.Length == 0 || !(breaks[0] >= 2) || finite.Length == 0)
        {
            throw frame.Error("there must be at least 2 intervals and one value");
        }

        return EqualBreaks(finite.Min(), finite.Max(), (int)breaks[0]);
    }

    /// <summary>Equal intervals; the outer ones reach a thousandth of the range further, so that the extremes fall inside.</summary>
    private static double[] EqualBreaks(double low, double high, int count)
    {
        var width = high - low;
        var reach = width == 0 ? Math.Abs(low) / 1000 : width / 1000;
        var (from, to) = width == 0 ? (low - reach, high + reach) : (low, high);
        var step = (to - from) / count;
        var breaks = Enumerable.Range(0, count + 1).Select(i => from + (i * step)).ToArray();
        if (width != 0)
        {
            (breaks[0], breaks[^1]) = (low - reach, high + reach);
        }

        return breaks;
    }

    private static int Interval(double value, double[] breaks, bool right, bool lowest)
    {
        for (var i = 0; i < breaks.Length - 1; i++)
        {
            var (low, high) = (breaks[i], breaks[i + 1]);
            var atLow = value == low && (!right || (lowest && i == 0));
            var atHigh = value == high && (right || (lowest && i == breaks.Length - 2));
            if ((value > low && value < high) || atLow || atHigh)
            {
                return i;
            }
        }

        return -1;
    }

    private static string[] IntervalLabels(double[] breaks, bool right, bool lowest, int digits)
    {
        var texts = Array.ConvertAll(breaks, value => Significant(value, digits));
        while (digits < MostLabelDigits && texts.Distinct(StringComparer.Ordinal).Count() < texts.Length)
        {
            digits++;
            texts = Array.ConvertAll(breaks, value => Significant(value, digits));
        }

        var count = breaks.Length - 1;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var opening = right && !(lowest && i == 0) ? '(' : '[';
            var closing = right || (lowest && i == count - 1) ? ']' : ')';
            return $"{opening}{texts[i]},{texts[i + 1]}{closing}";
        })];
    }

    /// <summary>C's <c>%.{digits}g</c>.</summary>
    private static string Significant(double value, int digits)
    {
        if (!double.IsFinite(value) || value == 0)
        {
            return RText.Number(value);
        }

        var scientific = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        var rounded = double.Parse(scientific, CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        if (exponent >= -4 && exponent < digits)
        {
            return rounded.ToString("0." + new string('#', Math.Max(0, digits - 1 - exponent)), CultureInfo.InvariantCulture);
        }

        var mantissa = scientific[..scientific.IndexOf('E', StringComparison.Ordinal)];
        mantissa = mantissa.Contains('.') ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa;
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
