using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Reads which coefficients are meant: positions from 1, ranges such as 2:4, or a text that their names contain.</summary>
internal static class CoefficientSets
{
    /// <summary>The coefficients of one set, counted from 0, each once and in their order.</summary>
    /// <param name="items">Positions, ranges or texts.</param>
    /// <param name="names">Names of the coefficients.</param>
    /// <param name="option">The option that they come from.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: nothing is meant, or a coefficient that there isn't.</exception>
    public static int[] Read(IEnumerable<string> items, IReadOnlyList<string> names, string option) =>
        [.. items.SelectMany(item => One(item.Trim(), names, option)).Distinct().Order()];

    /// <summary>A set as metafor writes it: 2:4, or 2,4.</summary>
    public static string Text(IReadOnlyList<int> set)
    {
        var parts = new List<string>();
        for (var i = 0; i < set.Count;)
        {
            var j = i;
            while (j + 1 < set.Count && set[j + 1] == set[j] + 1)
            {
                j++;
            }

            parts.Add(i == j ? Number(set[i]) : $"{Number(set[i])}:{Number(set[j])}");
            i = j + 1;
        }

        return string.Join(',', parts);

        static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<int> One(string item, IReadOnlyList<string> names, string option)
    {
        var ends = item.Split(':');
        if (ends.Length <= 2 && ends.All(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            var (first, last) = (Position(ends[0], names.Count, option), Position(ends[^1], names.Count, option));
            return Enumerable.Range(first, Math.Max(0, last - first + 1));
        }

        int[] found = [.. Enumerable.Range(0, names.Count).Where(i => names[i].Contains(item, StringComparison.Ordinal))];
        return found.Length > 0 && item.Length > 0 ? found : throw Wrong(option, item, $"no coefficient's name contains '{item}'; they are {string.Join(", ", names)}");
    }

    private static int Position(string text, int count, string option)
    {
        var position = int.Parse(text, CultureInfo.InvariantCulture);
        return position >= 1 && position <= count ? position - 1 : throw Wrong(option, text, $"there is no coefficient {position}; the model has {count}");
    }

    private static MetaBridgeException Wrong(string option, string value, string what) => new(
        ErrorCode.InvalidOption, $"'{option}': {what}.", new Dictionary<string, object?> { ["option"] = option, ["value"] = value });
}
