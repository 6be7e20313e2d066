using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Commands;

/// <summary>Reads lists of numbers such as <c>0.1,NA</c>, where NA is a value to estimate.</summary>
internal static class NumberList
{
    public static IReadOnlyList<double?>? Parse(string? text, string option) =>
        text is null ? null : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => part == "NA" ? null : Number(part, option))];

    public static double? Single(string? text, string option) => text is null ? null : Number(text, option);

    private static double? Number(string text, string option) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"{option}: '{text}' is not a number.",
            new Dictionary<string, object?> { ["option"] = option, ["value"] = text });
}
