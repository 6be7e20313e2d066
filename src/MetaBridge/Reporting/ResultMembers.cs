using System.Text.Json;
using MetaBridge.Errors;
using MetaBridge.Specs;
using System.Diagnostics.CodeAnalysis;

namespace MetaBridge.Reporting;

/// <summary>The members of a result in JSON, read with errors that name the place. Unknown members are skipped: results of later versions may have more.</summary>
internal readonly struct ResultMembers
{
    private readonly JsonElement element;
    private readonly string place;

    public ResultMembers(JsonElement element, string place)
    {
        this.element = element;
        this.place = place;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new MetaBridgeException(ErrorCode.JsonMalformed, $"'{place}' must be an object, but is {element.ValueKind}.");
        }
    }

    public bool Has(string name) => element.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null;

    public string Text(string name) => Get(name, JsonValueKind.String).GetString()!;

    public T Keyword<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>(string name)
        where T : struct, Enum => Keywords<T>.Parse(Text(name), name);

    public bool Flag(string name)
    {
        var found = Get(name);
        return found.ValueKind is JsonValueKind.True or JsonValueKind.False ? found.GetBoolean() : throw Wrong(name, "true or false", found);
    }

    public double Real(string name) => Real(Get(name), name);

    public int Integer(string name) => Integer(Get(name), name);

    public double[] Reals(string name)
    {
        var me = this;
        return [.. Get(name, JsonValueKind.Array).EnumerateArray().Select(item => me.Real(item, name))];
    }

    public int[] Integers(string name)
    {
        var me = this;
        return [.. Get(name, JsonValueKind.Array).EnumerateArray().Select(item => me.Integer(item, name))];
    }

    public string[] Texts(string name)
    {
        var me = this;
        return [.. Get(name, JsonValueKind.Array).EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.String ? item.GetString()! : throw me.Wrong(name, "texts", item))];
    }

    public JsonElement Element(string name) => Get(name);

    public ResultMembers Object(string name) => new(Get(name), $"{place}.{name}");

    public IEnumerable<ResultMembers> Objects(string name)
    {
        var path = $"{place}.{name}";
        return Get(name, JsonValueKind.Array).EnumerateArray().Select(item => new ResultMembers(item, path));
    }

    private JsonElement Get(string name, JsonValueKind kind)
    {
        var found = Get(name);
        return found.ValueKind == kind ? found : throw Wrong(name, kind.ToString(), found);
    }

    private JsonElement Get(string name) => element.TryGetProperty(name, out var found)
        ? found
        : throw new MetaBridgeException(
            ErrorCode.JsonMalformed,
            $"'{place}' has no member '{name}'.",
            new Dictionary<string, object?> { ["place"] = place, ["member"] = name });

    private double Real(JsonElement item, string name) => item.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number => item.GetDouble(),
        JsonValueKind.String when item.ValueEquals("Inf") => double.PositiveInfinity,
        JsonValueKind.String when item.ValueEquals("-Inf") => double.NegativeInfinity,
        _ => throw Wrong(name, "numbers", item),
    };

    private int Integer(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var value) ? value : throw Wrong(name, "integers", item);

    private MetaBridgeException Wrong(string name, string needed, JsonElement found) => new(
        ErrorCode.JsonMalformed,
        $"The member '{name}' of '{place}' must hold {needed}, but holds {found.ValueKind}.",
        new Dictionary<string, object?> { ["place"] = place, ["member"] = name });
}
