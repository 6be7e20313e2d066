using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Reads the questions of <c>mb_brma</c>: a JSON object with one member per question.</summary>
/// <param name="element">The object.</param>
/// <param name="place">Where it stands, for messages.</param>
internal readonly struct BayesQuestions(JsonElement element, string place)
{
    /// <summary>Whether a question was asked; <c>false</c> and <c>null</c> do not ask.</summary>
    public bool Asks(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);

    /// <summary>The details of a question.</summary>
    public BayesQuestions Of(string name) => new(element.GetProperty(name), $"{place}.{name}");

    /// <summary>A list of texts, or null.</summary>
    public string[]? Texts(string name)
    {
        var path = $"{place}.{name}";
        return List(name)?.Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(path, "texts")).ToArray();
    }

    /// <summary>A list of numbers, or null.</summary>
    public double[]? Numbers(string name)
    {
        var path = $"{place}.{name}";
        return List(name)?.Select(item => item.ValueKind == JsonValueKind.Number ? item.GetDouble() : throw Wrong(path, "numbers")).ToArray();
    }

    /// <summary>A number, or null.</summary>
    public double? Number(string name) => !Asks(name) ? null
        : element.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : throw Wrong($"{place}.{name}", "a number");

    /// <summary>A whole number, or the default.</summary>
    public int Integer(string name, int otherwise) =>
        Number(name) is not { } value ? otherwise : value == (int)value ? (int)value : throw Wrong($"{place}.{name}", "a whole number");

    /// <summary>A text, or null.</summary>
    public string? Text(string name) => !Asks(name) ? null
        : element.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : throw Wrong($"{place}.{name}", "a text");

    /// <summary>A member as it is written.</summary>
    public string Raw(string name) => element.GetProperty(name).GetRawText();

    /// <summary>Refuses members that nobody knows.</summary>
    public void RequireKnown(params string[] known)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw new MetaBridgeException(
                    ErrorCode.UnknownName,
                    $"{place}.{member.Name} is not known; known are {string.Join(", ", known)}.",
                    new Dictionary<string, object?> { ["member"] = member.Name });
            }
        }
    }

    private IEnumerable<JsonElement>? List(string name) => !Asks(name) ? null
        : element.GetProperty(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : throw Wrong($"{place}.{name}", "a list");

    private static MetaBridgeException Wrong(string path, string needed) => new(
        ErrorCode.JsonMalformed, $"{path} must hold {needed}.", new Dictionary<string, object?> { ["place"] = path });
}
