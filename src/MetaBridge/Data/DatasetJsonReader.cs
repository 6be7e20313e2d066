using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>Reads a dataset from JSON: the lossless form, an array of row objects, or an object of column arrays.</summary>
internal static class DatasetJsonReader
{
    /// <summary>The member under which R's jsonlite puts the row names of row objects.</summary>
    private const string RowNameMember = "_row";

    public static Dataset Parse(byte[] utf8, string name)
    {
        ReadOnlyMemory<byte> text = utf8;
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.ValueKind switch
            {
                JsonValueKind.Array => FromRows(root, name),
                JsonValueKind.Object when IsLossless(root) => FromLossless(root, name),
                JsonValueKind.Object => FromColumns(root, name),
                _ => throw Malformed("the whole text", "an array of rows or an object of columns is needed"),
            };
        }
        catch (JsonException problem)
        {
            throw new MetaBridgeException(
                ErrorCode.JsonMalformed,
                $"{name} is not JSON, line {problem.LineNumber + 1}: {problem.Message}",
                new Dictionary<string, object?> { ["data"] = name, ["line"] = problem.LineNumber + 1 },
                problem);
        }
        catch (InvalidOperationException problem)
        {
            throw new MetaBridgeException(
                ErrorCode.JsonMalformed, $"{name} holds text that is not valid Unicode.", null, problem);
        }
    }

    internal static MetaBridgeException Malformed(string place, string problem) => new(
        ErrorCode.JsonMalformed, $"At {place}: {problem}.", new Dictionary<string, object?> { ["place"] = place });

    internal static JsonElement Member(JsonElement parent, string member, JsonValueKind kind, string place)
    {
        if (!parent.TryGetProperty(member, out var value) || value.ValueKind != kind)
        {
            throw Malformed($"{place}.{member}", $"{Article(kind)} is needed");
        }

        return value;
    }

    /// <summary>Only the lossless form has columns that are objects.</summary>
    private static bool IsLossless(JsonElement root) =>
        root.TryGetProperty("columns", out var columns)
        && columns.ValueKind == JsonValueKind.Array
        && columns.EnumerateArray().All(column => column.ValueKind == JsonValueKind.Object);

    private static Dataset FromLossless(JsonElement root, string name)
    {
        var columns = root.GetProperty("columns").EnumerateArray()
            .Select((column, i) => JsonColumnReader.ReadTyped(column, $"columns[{i}]")).ToArray();
        var labels = root.TryGetProperty("rowLabels", out _)
            ? Texts(Member(root, "rowLabels", JsonValueKind.Array, "$"), "rowLabels")
            : null;
        var named = root.TryGetProperty("name", out _) ? Member(root, "name", JsonValueKind.String, "$").GetString()! : name;
        var data = new Dataset(named, columns, labels) { Source = ReadSource(root), Matrices = DatasetMatrixJson.ReadAll(root) };
        var rows = root.TryGetProperty("rows", out var count) ? count : default;
        return rows.ValueKind == JsonValueKind.Undefined || (rows.TryGetInt32Safe(out var k) && k == data.RowCount)
            ? data
            : throw Malformed("rows", $"{rows.GetRawText()} is said, but the columns have {data.RowCount}");
    }

    private static DatasetSource? ReadSource(JsonElement root)
    {
        if (!root.TryGetProperty("source", out var source) || source.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return source.ValueKind == JsonValueKind.Object
            ? new DatasetSource(
                Optional(source, "title"),
                Optional(source, "citation"),
                Optional(source, "package"),
                Optional(source, "version"),
                Optional(source, "license"),
                Optional(source, "preparation"))
            : throw Malformed("source", "an object is needed");
    }

    private static string? Optional(JsonElement source, string member) =>
        source.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null
            ? Member(source, member, JsonValueKind.String, "source").GetString() ?? value.GetRawText()
            : null;

    private static string[] Texts(JsonElement array, string place) =>
        [.. array.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.String
            ? item.GetString()!
            : throw Malformed($"{place}[{i}]", "a text is needed"))];

    private static Dataset FromColumns(JsonElement root, string name)
    {
        var columns = new List<Column>();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                throw Malformed(member.Name, "an array of the column's values is needed");
            }

            columns.Add(JsonColumnReader.ReadPlain(member.Name, [.. member.Value.EnumerateArray()]));
        }

        return new Dataset(name, columns);
    }

    /// <summary>A member that a row doesn't have is missing there, as jsonlite leaves NA out.</summary>
    private static Dataset FromRows(JsonElement root, string name)
    {
        var rowCount = root.GetArrayLength();
        var cells = new Dictionary<string, JsonElement[]>(StringComparer.Ordinal);
        var order = new List<string>();
        var row = 0;
        foreach (var item in root.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw Malformed($"row {row + 1}", "an object with a member for each column is needed");
            }

            foreach (var member in item.EnumerateObject())
            {
                if (!cells.TryGetValue(member.Name, out var column))
                {
                    order.Add(member.Name);
                    cells.Add(member.Name, column = new JsonElement[rowCount]);
                }

                column[row] = member.Value;
            }

            row++;
        }

        var labels = cells.TryGetValue(RowNameMember, out var names)
            ? names.Select(label => label.ValueKind == JsonValueKind.String ? label.GetString()! : "NA")
            : null;
        var columns = order.Where(column => column != RowNameMember).Select(column => JsonColumnReader.ReadPlain(column, cells[column]));
        return new Dataset(name, columns, labels);
    }

    private static string Article(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        _ => "a number",
    };
}
