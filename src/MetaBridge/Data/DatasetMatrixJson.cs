using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MetaBridge.Data;

/// <summary>
/// Matrices in the lossless JSON form: <c>{"name": "V", "size": 4, "blocks": [{"rows": [1, 2], "lower": […]}]}</c> over the rows of
/// the dataset, counted from 1, or <c>{"name": "A", "rowNames": […], "lower": […]}</c>; lower triangles with diagonal, by rows.
/// </summary>
internal static class DatasetMatrixJson
{
    public static IReadOnlyList<DatasetMatrix> ReadAll(JsonElement root) =>
        root.TryGetProperty("matrices", out _)
            ? [.. DatasetJsonReader.Member(root, "matrices", JsonValueKind.Array, "$").EnumerateArray().Select((m, i) => Read(m, $"matrices[{i}]", null))]
            : [];

    /// <summary>One matrix.</summary>
    /// <param name="element">The object.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">Its name; null where the object has one.</param>
    public static DatasetMatrix Read(JsonElement element, string place, string? name)
    {
        name ??= DatasetJsonReader.Member(element, "name", JsonValueKind.String, place).GetString()!;
        if (element.TryGetProperty("rowNames", out _))
        {
            var names = DatasetJsonReader.Member(element, "rowNames", JsonValueKind.Array, place).EnumerateArray()
                .Select((item, i) => item.ValueKind == JsonValueKind.String
                    ? item.GetString()!
                    : throw DatasetJsonReader.Malformed($"{place}.rowNames[{i}]", "a text is needed")).ToArray();
            return new DatasetMatrix(name, names.Length, [Block(element, [.. Enumerable.Range(0, names.Length)], place)], names);
        }

        var size = Integer(DatasetJsonReader.Member(element, "size", JsonValueKind.Number, place), $"{place}.size");
        var blocks = DatasetJsonReader.Member(element, "blocks", JsonValueKind.Array, place).EnumerateArray().Select((block, i) =>
        {
            var at = $"{place}.blocks[{i}]";
            var rows = DatasetJsonReader.Member(block, "rows", JsonValueKind.Array, at).EnumerateArray()
                .Select((row, r) => Integer(row, $"{at}.rows[{r}]") - 1).ToArray();
            return Block(block, rows, at);
        });
        return new DatasetMatrix(name, size, [.. blocks]);
    }

    public static void AppendAll(StringBuilder json, IReadOnlyList<DatasetMatrix> matrices)
    {
        if (matrices.Count == 0)
        {
            return;
        }

        json.Append(",\n  \"matrices\": [").AppendJoin(",", matrices.Select(Text)).Append("\n  ]");
    }

    private static string Text(DatasetMatrix matrix)
    {
        var json = new StringBuilder("\n    {\n      \"name\": ").Append(DatasetJsonWriter.Text(matrix.Name));
        if (matrix.RowNames is { } names)
        {
            var whole = MatrixBlock.FromLower([.. Enumerable.Range(0, matrix.Size)], new MatrixBlock([.. Enumerable.Range(0, matrix.Size)], matrix.ToDense()).Lower());
            return json.Append(",\n      \"rowNames\": [").AppendJoin(", ", names.Select(DatasetJsonWriter.Text))
                .Append("],\n      \"lower\": ").Append(Numbers(whole.Lower())).Append("\n    }").ToString();
        }

        var blocks = matrix.Blocks.Select(block => string.Create(
            CultureInfo.InvariantCulture, $"\n        {{\"rows\": [{string.Join(", ", block.Rows.Select(row => row + 1))}], \"lower\": {Numbers(block.Lower())}}}"));
        return json.Append(CultureInfo.InvariantCulture, $", \"size\": {matrix.Size},\n      \"blocks\": [").AppendJoin(",", blocks).Append("\n      ]\n    }").ToString();
    }

    private static string Numbers(double[] values) => $"[{string.Join(", ", values.Select(DatasetJsonWriter.Number))}]";

    private static MatrixBlock Block(JsonElement element, int[] rows, string place)
    {
        var lower = DatasetJsonReader.Member(element, "lower", JsonValueKind.Array, place).EnumerateArray()
            .Select((value, i) => JsonColumnReader.ReadNumber(value, out var number)
                ? number
                : throw DatasetJsonReader.Malformed($"{place}.lower[{i}]", "a number is needed")).ToArray();
        var needed = rows.Length * (rows.Length + 1) / 2;
        return lower.Length == needed
            ? MatrixBlock.FromLower(rows, lower)
            : throw DatasetJsonReader.Malformed($"{place}.lower", $"{needed} values are needed for {rows.Length} rows, not {lower.Length}");
    }

    private static int Integer(JsonElement value, string place) =>
        value.TryGetInt32Safe(out var number) ? number : throw DatasetJsonReader.Malformed(place, "a whole number is needed");
}
