using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>Reads the members of a JSON object by name and knows the place of each, so that every complaint says where.</summary>
/// <remarks>Each member is asked for once; <see cref="RejectUnknown"/> then refuses whatever nobody asked for.</remarks>
internal sealed class JsonMembers
{
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly ErrorCode code;

    /// <param name="element">The object.</param>
    /// <param name="place">Where it stands, such as <c>bcg.case.json: $.spec</c>.</param>
    /// <param name="code">The code of missing and unknown members.</param>
    public JsonMembers(JsonElement element, string place, ErrorCode code)
    {
        Place = place;
        this.code = code;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(place, "an object", element);
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, member.Value))
            {
                throw Complaint(ErrorCode.JsonMalformed, $"{PlaceOf(member.Name)} occurs twice.", member.Name);
            }
        }
    }

    /// <summary>Where the object stands.</summary>
    public string Place { get; }

    /// <summary>The names of the members, in the order of the file.</summary>
    public IEnumerable<string> Names => members.Keys;

    /// <summary>Parses a text to its root element, which the caller disposes of with the document.</summary>
    public static JsonDocument Parse(string json, string source)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new MetaBridgeException(
                ErrorCode.JsonMalformed,
                $"{source} is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).",
                new Dictionary<string, object?> { ["source"] = source, ["line"] = exception.LineNumber + 1 },
                exception);
        }
    }

    public bool TryGet(string name, out JsonElement value)
    {
        known.Add(name);
        return members.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    public string? Text(string name) => TryGet(name, out var value) ? AsText(value, PlaceOf(name)) : null;

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public double? Number(string name) => TryGet(name, out var value) ? AsNumber(value, PlaceOf(name)) : null;

    public bool? Flag(string name) => TryGet(name, out var value) ? AsFlag(value, PlaceOf(name)) : null;

    public IReadOnlyList<T>? List<T>(string name, Func<JsonElement, string, T> read)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(PlaceOf(name), "a list", value);
        }

        return [.. value.EnumerateArray().Select((element, index) => read(element, $"{PlaceOf(name)}[{index}]"))];
    }

    /// <summary>Whether a member is a list.</summary>
    public bool IsList(string name) => TryGet(name, out var value) && value.ValueKind == JsonValueKind.Array;

    public JsonMembers? Object(string name) => TryGet(name, out var value) ? new(value, PlaceOf(name), code) : null;

    public JsonMembers RequiredObject(string name) => Object(name) ?? throw Missing(name);

    public string PlaceOf(string name) => $"{Place}.{name}";

    /// <summary>Refuses members that nobody asked for.</summary>
    public void RejectUnknown()
    {
        if (members.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw Complaint(code, $"{PlaceOf(unknown)} is not known; known here are {string.Join(", ", known)}.", unknown);
        }
    }

    public MetaBridgeException Missing(string name) => Complaint(code, $"{PlaceOf(name)} is missing.", name);

    public static string AsText(JsonElement value, string place) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Wrong(place, "a text", value);

    public static bool AsFlag(JsonElement value, string place) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(place, "true or false", value),
    };

    public static double AsNumber(JsonElement value, string place) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : throw Wrong(place, "a number", value);

    public static int AsInteger(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw Wrong(place, "a whole number", value);

    private static MetaBridgeException Wrong(string place, string expected, JsonElement found) => new(
        ErrorCode.JsonMalformed,
        $"{place} must be {expected}, but is {found.GetRawText()}.",
        new Dictionary<string, object?> { ["place"] = place, ["value"] = found.GetRawText() });

    private MetaBridgeException Complaint(ErrorCode what, string message, string name) =>
        new(what, message, new Dictionary<string, object?> { ["place"] = PlaceOf(name), ["member"] = name });
}
