using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>A random term as written: <c>~ inner | outer</c>, where outer may nest with slashes.</summary>
/// <param name="Text">The formula as given.</param>
/// <param name="Inner">What stands left of the bar, separated by plus signs.</param>
/// <param name="Outer">What stands right of it, separated by slashes.</param>
public sealed record RandomFormula(string Text, IReadOnlyList<string> Inner, IReadOnlyList<string> Outer)
{
    /// <summary>Whether this is a <c>~ 1 | …</c> term.</summary>
    public bool IsIntercept => Inner.Count == 1 && Inner[0] == "1";

    /// <summary>The inner part as a formula.</summary>
    public string InnerFormula => "~ " + string.Join(" + ", Inner);

    /// <summary>Reads a formula.</summary>
    /// <param name="text">Such as <c>~ 1 | district/school</c>.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.FormulaSyntax"/>.</exception>
    public static RandomFormula Parse(string text)
    {
        var body = text.Trim();
        if (!body.StartsWith('~'))
        {
            throw Wrong(text, "it must begin with '~'");
        }

        var sides = Split(body[1..], '|', text);
        if (sides.Count != 2)
        {
            throw Wrong(text, "it must have one bar between what varies and what it varies over");
        }

        var inner = Split(sides[0], '+', text);
        var outer = Split(sides[1], '/', text);
        if (outer.Count > 1 && !(inner.Count == 1 && inner[0] == "1"))
        {
            throw Wrong(text, "only '~ 1 | a/b' terms can nest");
        }

        return new RandomFormula(text, inner, outer);
    }

    /// <summary>The column that an item names: <c>x</c>, <c>`x y`</c> or <c>factor(x)</c>.</summary>
    /// <param name="item">A part of <see cref="Inner"/> or <see cref="Outer"/>.</param>
    public static string ColumnOf(string item)
    {
        var name = item;
        if (name.StartsWith("factor(", StringComparison.Ordinal) && name.EndsWith(')'))
        {
            name = name["factor(".Length..^1].Trim();
        }

        return name.Length > 1 && name[0] == '`' && name[^1] == '`' ? name[1..^1] : name;
    }

    /// <summary>The term written again from its parts, as R code.</summary>
    /// <exception cref="MetaBridgeException">A part is no column name, or the inner formula cannot be read.</exception>
    public string ToR()
    {
        var inner = IsIntercept ? "~ 1" : Formula.Parse(InnerFormula).ToR();
        return $"{inner} | {string.Join('/', Outer.Select(item => Formula.Parse("~ " + item).ToR()[2..]))}";
    }

    // Splits at a separator outside parentheses and backticks.
    private static List<string> Split(string text, char separator, string whole)
    {
        var parts = new List<string>();
        var (depth, isQuoted, from) = (0, false, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : separator;
            isQuoted ^= c == '`';
            depth += isQuoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            if (i == text.Length || (c == separator && depth == 0 && !isQuoted))
            {
                parts.Add(text[from..i].Trim());
                from = i + 1;
            }
        }

        return parts.TrueForAll(part => part.Length > 0) ? parts : throw Wrong(whole, "a name is missing");
    }

    private static MetaBridgeException Wrong(string text, string why) => new(
        ErrorCode.FormulaSyntax,
        $"Random term '{text}' could not be read: {why}. Terms look like '~ 1 | district/school' or '~ school | district'.",
        new Dictionary<string, object?> { ["formula"] = text });
}
