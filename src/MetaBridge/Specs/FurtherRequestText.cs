using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>The text form of the options of a <see cref="FurtherRequest"/>.</summary>
internal static class FurtherRequestText
{
    /// <summary>The option that holds the names of named values.</summary>
    private const string ValueNames = "names";

    /// <summary>The parts of a text between commas that stand in no brackets and no quotation marks.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var (depth, start) = (0, 0);
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote is not null || c is '"' or '\'')
            {
                quote = quote is null ? c : quote == c ? null : quote;
            }
            else if (c == ',' && depth == 0)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
            else
            {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
        }

        if (text[start..].Trim() is { Length: > 0 } last)
        {
            yield return last;
        }
    }

    /// <summary>Reads what stands between the brackets of a request.</summary>
    public static Dictionary<string, IReadOnlyList<string>> Options(string list, string whole)
    {
        var options = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var part in Split(list))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals > 0 ? part[..equals].Trim() : "";
            var value = part[(equals + 1)..].Trim();
            var named = NamedValues(value, whole);
            if (!IsName(name) || !options.TryAdd(name, named?.Values ?? Values(value, whole)) || (named is { Names: var names } && !options.TryAdd(ValueNames, names)))
            {
                throw Malformed(whole);
            }
        }

        return options;
    }

    /// <summary>Writes one value or a list.</summary>
    public static string Value(IReadOnlyList<string> values) =>
        values.Count == 1 ? Quoted(values[0]) : $"c({string.Join(",", values.Select(Quoted))})";

    /// <summary>The error of a text that cannot be read.</summary>
    public static MetaBridgeException Malformed(string text) => new(
        ErrorCode.SpecificationInvalid,
        $"'{text}' is no request; write word or word(name=value, name=c(value,value)).",
        new Dictionary<string, object?> { ["also"] = text });

    private static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '.' or '_');

    // c(ablat=30, year=1950) are the values with names of their own; null for a list without names.
    private static (string[] Values, string[] Names)? NamedValues(string text, string whole)
    {
        if (!text.StartsWith("c(", StringComparison.Ordinal) || !text.EndsWith(')'))
        {
            return null;
        }

        string[] items = [.. Split(text[2..^1])];
        int[] ends = [.. items.Select(item => item.StartsWith('"') || item.StartsWith('\'') ? -1 : item.IndexOf('=', StringComparison.Ordinal))];
        return items.Length == 0 || !Array.TrueForAll(ends, end => end > 0) ? null
            : ([.. items.Select((item, i) => Single(item[(ends[i] + 1)..].Trim(), whole))], [.. items.Select((item, i) => Single(item[..ends[i]].Trim(), whole))]);
    }

    private static string[] Values(string text, string whole) =>
        text.StartsWith("c(", StringComparison.Ordinal) && text.EndsWith(')') ? [.. Split(text[2..^1]).Select(item => Single(item, whole))] : [Single(text, whole)];

    private static string Single(string text, string whole)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0])
        {
            return text[1..^1];
        }

        return text.Length > 0 && text.AsSpan().IndexOfAny("()\"'=") < 0 ? text : throw Malformed(whole);
    }

    private static string Quoted(string value) => value.Length > 0 && value.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or ':')
        ? value
        : value.Contains('"', StringComparison.Ordinal) ? $"'{value}'" : $"\"{value}\"";
}
