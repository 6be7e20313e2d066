using System.Collections.Frozen;

namespace MetaBridge.Data.Formulas;

/// <summary>Which names R reads without backticks.</summary>
internal static class RNames
{
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "if", "else", "repeat", "while", "function", "for", "next", "break", "in", "TRUE", "FALSE", "NULL", "Inf", "NaN",
        "NA", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_", "...",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The reserved words that stand for a value this language knows.</summary>
    public static readonly FrozenSet<string> Constants = new[]
    {
        "TRUE", "FALSE", "NULL", "Inf", "NaN", "NA", "NA_integer_", "NA_real_", "NA_character_",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsStart(char c) => c == '.' || char.IsLetter(c);

    public static bool IsPart(char c) => c is '.' or '_' || char.IsLetterOrDigit(c);

    public static bool IsReserved(string name) => Reserved.Contains(name) || IsDotDotNumber(name);

    /// <summary>Whether R reads the name as a symbol when it stands there without backticks.</summary>
    public static bool IsSyntactic(string name) =>
        name.Length > 0
        && IsStart(name[0])
        && name.All(IsPart)
        && !(name.Length > 1 && name[0] == '.' && char.IsDigit(name[1]))
        && !IsReserved(name);

    /// <summary>The name that R's <c>make.names</c> makes of any text: letters that no name has become points, an X stands before what can't begin one.</summary>
    public static string MakeValid(string text)
    {
        var name = string.Concat(text.Select(c => IsPart(c) ? c : '.'));
        var canBegin = text.Length > 0 && IsStart(text[0]) && !(text.Length > 1 && text[0] == '.' && char.IsDigit(text[1]));
        name = canBegin ? name : "X" + name;
        return IsReserved(name) ? name + "." : name;
    }

    private static bool IsDotDotNumber(string name) =>
        name.Length > 2 && name.StartsWith("..", StringComparison.Ordinal) && name.Skip(2).All(char.IsAsciiDigit);
}
