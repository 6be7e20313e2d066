using System.Text.Json;

namespace MetaBridge.Data;

/// <summary>Reads single columns from JSON values.</summary>
internal static class JsonColumnReader
{
    /// <summary>A column that states its type.</summary>
    public static Column ReadTyped(JsonElement column, string place)
    {
        var name = DatasetJsonReader.Member(column, "name", JsonValueKind.String, place).GetString()!;
        var type = DatasetJsonReader.Member(column, "type", JsonValueKind.String, place).GetString()!;
        var values = DatasetJsonReader.Member(column, "values", JsonValueKind.Array, place).EnumerateArray().ToArray();
        var where = $"column '{name}'";
        return type switch
        {
            "numeric" => new NumberColumn(name, ReadAll<double>(values, where, "a number", ReadNumber)),
            "integer" => new IntegerColumn(name, ReadAll<int>(values, where, "an integer", ReadInteger)),
            "character" => new TextColumn(name, ReadAll<string?>(values, where, "a text", ReadText)),
            "logical" => new LogicalColumn(name, ReadAll<bool?>(values, where, "true or false", ReadLogical)),
            "factor" or "ordered" => ReadFactor(column, name, values, type == "ordered", place),
            _ => throw DatasetJsonReader.Malformed(
                $"{place}.type", $"'{type}' is none of numeric, integer, character, factor, ordered, logical"),
        };
    }

    /// <summary>A column of bare values, whose type they show: true/false, whole numbers, numbers, or text.</summary>
    public static Column ReadPlain(string name, JsonElement[] values)
    {
        var where = $"column '{name}'";
        var present = values.Where(value => !IsNull(value)).ToArray();
        if (present.All(value => value.ValueKind is JsonValueKind.True or JsonValueKind.False))
        {
            return new LogicalColumn(name, ReadAll<bool?>(values, where, "true or false", ReadLogical));
        }

        if (!present.Any(value => value.ValueKind == JsonValueKind.Number))
        {
            return new TextColumn(name, ReadAll<string?>(values, where, "a text, like the others,", ReadText));
        }

        return present.All(value => ReadInteger(value, out _))
            ? new IntegerColumn(name, ReadAll<int>(values, where, "an integer", ReadInteger))
            : new NumberColumn(name, ReadAll<double>(values, where, "a number, like the others,", ReadNumber));
    }

    /// <summary>Whether the value is a whole number written without point or exponent.</summary>
    public static bool TryGetInt32Safe(this JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    private static FactorColumn ReadFactor(JsonElement column, string name, JsonElement[] values, bool isOrdered, string place)
    {
        var where = $"column '{name}'";
        var levelValues = DatasetJsonReader.Member(column, "levels", JsonValueKind.Array, place).EnumerateArray().ToArray();
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var level in ReadAll<string?>(levelValues, $"levels of {where}", "a text", ReadText))
        {
            if (level is null || !codes.TryAdd(level, codes.Count))
            {
                throw DatasetJsonReader.Malformed($"levels of {where}", $"'{level}' is null or occurs twice");
            }
        }

        var codeOf = ReadAll<int>(values, where, "one of the levels", (JsonElement value, out int code) =>
        {
            code = -1;
            return IsNull(value)
                   || (value.ValueKind == JsonValueKind.String && codes.TryGetValue(value.GetString()!, out code));
        });
        return new FactorColumn(name, codeOf, [.. codes.Keys], isOrdered);
    }

    private static T[] ReadAll<T>(JsonElement[] values, string where, string needed, TryRead<T> read)
    {
        var result = new T[values.Length];
        for (var row = 0; row < values.Length; row++)
        {
            if (!read(values[row], out result[row]))
            {
                throw DatasetJsonReader.Malformed($"{where}, row {row + 1}", $"{needed} is needed, not {values[row].GetRawText()}");
            }
        }

        return result;
    }

    private static bool IsNull(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>JSON has no words for NA, NaN and the infinities; they are texts in R's spelling, as jsonlite writes them.</summary>
    internal static bool ReadNumber(JsonElement value, out double number)
    {
        number = Na.Real;
        if (IsNull(value))
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.TryGetDouble(out number) && double.IsFinite(number);
        }

        (var known, number) = (value.ValueKind == JsonValueKind.String ? value.GetString() : null) switch
        {
            "NA" => (true, Na.Real),
            "NaN" => (true, double.NaN),
            "Inf" => (true, double.PositiveInfinity),
            "-Inf" => (true, double.NegativeInfinity),
            _ => (false, 0.0),
        };
        return known;
    }

    private static bool ReadInteger(JsonElement value, out int number)
    {
        number = Na.Integer;
        return IsNull(value)
               || (value.ValueKind == JsonValueKind.String && value.ValueEquals("NA"u8))
               || (value.TryGetInt32Safe(out number) && number != Na.Integer);
    }

    private static bool ReadText(JsonElement value, out string? text)
    {
        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null || IsNull(value);
    }

    private static bool ReadLogical(JsonElement value, out bool? logical)
    {
        logical = value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
        return logical is not null || IsNull(value);
    }

    private delegate bool TryRead<T>(JsonElement value, out T result);
}
