using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MetaBridge.RInterop.Reference;

/// <summary>Writes names, texts and numbers as R code that can mean nothing else.</summary>
internal static partial class RCode
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "if", "else", "repeat", "while", "function", "for", "next", "break", "in", "TRUE", "FALSE", "NULL", "Inf", "NaN",
        "NA", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_", "...",
    };

    /// <summary>A column's name as a symbol: plain where R reads it so, else in backticks.</summary>
    public static string Symbol(string name) =>
        PlainName().IsMatch(name) && !Reserved.Contains(name) ? name : Quote(name, '`');

    /// <summary>A text constant.</summary>
    public static string Text(string text) => Quote(text, '"');

    /// <summary>A number constant that reads back the same.</summary>
    public static string Number(double number) => number switch
    {
        double.PositiveInfinity => "Inf",
        double.NegativeInfinity => "-Inf",
        _ => number.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Quote(string text, char quote)
    {
        var code = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => code.Append(@"\\"),
                _ when c == quote => code.Append('\\').Append(c),
                < ' ' or '\x7f' => code.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => code.Append(c),
            };
        }

        return code.Append(quote).ToString();
    }

    [GeneratedRegex(@"\A(?:[A-Za-z]|\.(?![0-9]))[A-Za-z0-9._]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
