using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Commands;

/// <summary>Reads lists of whole numbers such as <c>2,3</c> and <c>2:4</c>.</summary>
internal static class IntegerList
{
    public static IReadOnlyList<int>? Parse(string? text, string option) =>
        text is null ? null : [.. text.Split(',', StringSplitOptions.TrimEntries).SelectMany(part => Part(part, text, option))];

    private static IEnumerable<int> Part(string part, string text, string option)
    {
        var ends = part.Split(':');
        if (ends.Length <= 2 && TryRead(ends[0], out var first) && TryRead(ends[^1], out var last) && first <= last)
        {
            return Enumerable.Range(first, last - first + 1);
        }

        throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"{option} takes whole numbers from 1 such as 2,3 or 2:4, not '{text}'.",
            new Dictionary<string, object?> { ["option"] = option, ["value"] = text });
    }

    // No model has more coefficients than this; it keeps a mistyped range from filling the memory.
    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 10_000;
}
