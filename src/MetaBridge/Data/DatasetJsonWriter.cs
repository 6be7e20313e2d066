using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetaBridge.Data;

/// <summary>Writes the lossless JSON form of a dataset, always the same way: a changed column changes one line.</summary>
internal static class DatasetJsonWriter
{
    /// <summary>Letters stay letters; only what JSON itself demands is escaped, since the text goes to files and not into web pages.</summary>
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static string Write(Dataset data)
    {
        var json = new StringBuilder("{\n");
        json.Append("  \"name\": ").Append(Text(data.Name)).Append(",\n");
        AppendSource(json, data.Source);
        json.Append(CultureInfo.InvariantCulture, $"  \"rows\": {data.RowCount},\n");
        if (data.HasRowLabels)
        {
            json.Append("  \"rowLabels\": ").Append(Array(data.RowCount, row => Text(data.RowLabel(row)))).Append(",\n");
        }

        json.Append("  \"columns\": [");
        for (var i = 0; i < data.Columns.Count; i++)
        {
            json.Append(i > 0 ? ",\n" : "\n");
            AppendColumn(json, data.Columns[i]);
        }

        json.Append(data.Columns.Count > 0 ? "\n  ]" : "]");
        DatasetMatrixJson.AppendAll(json, data.Matrices);
        return json.Append("\n}\n").ToString();
    }

    private static void AppendSource(StringBuilder json, DatasetSource? source)
    {
        if (source is null)
        {
            return;
        }

        (string Name, string? Value)[] members =
        [
            ("title", source.Title), ("citation", source.Citation), ("package", source.Package),
            ("version", source.Version), ("license", source.License), ("preparation", source.Preparation),
        ];
        var given = members.Where(member => member.Value is not null)
            .Select(member => $"    \"{member.Name}\": {Text(member.Value)}").ToArray();
        json.Append("  \"source\": {").Append(given.Length > 0 ? "\n" : "")
            .AppendJoin(",\n", given).Append(given.Length > 0 ? "\n  },\n" : "},\n");
    }

    private static void AppendColumn(StringBuilder json, Column column)
    {
        json.Append("    {\n      \"name\": ").Append(Text(column.Name))
            .Append(", \"type\": ").Append(Text(column.TypeName)).Append(",\n");
        if (column is FactorColumn factor)
        {
            json.Append("      \"levels\": ").Append(Array(factor.Levels.Count, i => Text(factor.Levels[i]))).Append(",\n");
        }

        json.Append("      \"values\": ").Append(Array(column.Count, Cell(column))).Append("\n    }");
    }

    private static Func<int, string> Cell(Column column) => column switch
    {
        NumberColumn numbers => row => Number(numbers.Values[row]),
        IntegerColumn => row => column.TextAt(row) ?? "null",
        LogicalColumn logical => row => logical.Values[row] switch { null => "null", true => "true", false => "false" },
        _ => row => Text(column.TextAt(row)),
    };

    internal static string Number(double value)
    {
        if (double.IsNaN(value))
        {
            return Na.IsNa(value) ? "null" : "\"NaN\"";
        }

        return value switch
        {
            double.PositiveInfinity => "\"Inf\"",
            double.NegativeInfinity => "\"-Inf\"",
            _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
        };
    }

    internal static string Text(string? text) =>
        text is null ? "null" : $"\"{JsonEncodedText.Encode(text, Encoder)}\"";

    private static StringBuilder Array(int count, Func<int, string> item) =>
        new StringBuilder("[").AppendJoin(", ", Enumerable.Range(0, count).Select(item)).Append(']');
}
