using System.Buffers;
using System.Globalization;

namespace MetaBridge.Data;

/// <summary>Writes a dataset as CSV so that reading it gives the same values, types and missing values.</summary>
/// <remarks>
/// Text is always quoted and missing never is. Numbers have the shortest form that reads back the same; a number column
/// that would look like integers gets decimal points. Levels, and the type of a column with nothing but missing values, can't be told by
/// CSV: factors read back as text; use JSON to keep them.
/// </remarks>
internal static class CsvWriter
{
    private static readonly SearchValues<char> SignsOfReal = SearchValues.Create(".eEIN");

    public static void Write(Dataset data, TextWriter writer, CsvOptions options)
    {
        CsvReader.CheckOptions(options);
        var labelled = data.HasRowLabels || data.Columns.Count == 0;
        var columns = data.Columns.Select(column => FieldWriter(column, options)).ToArray();
        WriteRecord(writer, options, labelled ? "\"\"" : null, data.Columns.Select(column => Quote(column.Name)));
        for (var row = 0; row < data.RowCount; row++)
        {
            WriteRecord(writer, options, labelled ? Quote(data.RowLabel(row)) : null, columns.Select(field => field(row)));
        }
    }

    private static void WriteRecord(TextWriter writer, CsvOptions options, string? label, IEnumerable<string> fields)
    {
        writer.Write(label);
        var first = label is null;
        foreach (var field in fields)
        {
            if (!first)
            {
                writer.Write(options.Delimiter);
            }

            writer.Write(field);
            first = false;
        }

        writer.Write('\n');
    }

    private static Func<int, string> FieldWriter(Column column, CsvOptions options)
    {
        if (column is NumberColumn numbers)
        {
            var looksInteger = LooksInteger(numbers);
            return row => NumberField(numbers.Values[row], looksInteger, options);
        }

        return column is TextColumn or FactorColumn
            ? row => column.TextAt(row) is { } text ? Quote(text) : options.MissingText
            : row => column.TextAt(row) ?? options.MissingText;
    }

    private static bool LooksInteger(NumberColumn numbers)
    {
        foreach (var value in numbers.Values)
        {
            if (!Na.IsNa(value) && Shortest(value).AsSpan().ContainsAny(SignsOfReal))
            {
                return false;
            }
        }

        return true;
    }

    private static string NumberField(double value, bool withPoint, CsvOptions options)
    {
        if (Na.IsNa(value))
        {
            return options.MissingText;
        }

        var text = withPoint ? Shortest(value) + ".0" : Shortest(value);
        return options.DecimalComma ? text.Replace('.', ',') : text;
    }

    private static string Shortest(double value) => value switch
    {
        double.PositiveInfinity => "Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
