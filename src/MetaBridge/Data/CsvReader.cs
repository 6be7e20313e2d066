using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>Turns CSV text into a dataset.</summary>
internal static class CsvReader
{
    public static Dataset ReadFile(string path, CsvOptions options)
    {
        try
        {
            // Malformed UTF-8 is an error here: replaced characters would change labels silently.
            using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Read(reader, Path.GetFileNameWithoutExtension(path), options);
        }
        catch (DecoderFallbackException problem)
        {
            throw new MetaBridgeException(
                ErrorCode.CsvMalformed,
                $"{path} is not UTF-8 text.",
                new Dictionary<string, object?> { ["path"] = path },
                problem);
        }
        catch (Exception problem) when (DatasetFiles.IsFileProblem(problem))
        {
            throw DatasetFiles.NotReadable(path, problem);
        }
    }

    public static Dataset Read(TextReader reader, string name, CsvOptions options)
    {
        CheckOptions(options);
        var csv = new CsvTokenizer(reader, name, options.Delimiter);
        if (!csv.Read())
        {
            throw csv.Malformed(1, "there is nothing in it, not even a header");
        }

        var (labels, columns) = ReadHeader(csv, options);
        var width = csv.FieldCount;
        var isFirst = true;
        while (csv.Read())
        {
            // What R's write.table gives: row labels without a name for them in the header.
            if (isFirst && labels is null && csv.FieldCount == width + 1)
            {
                labels = new CsvColumnBuilder("", options);
                width++;
            }

            isFirst = false;
            AddRecord(csv, width, labels, columns);
        }

        return new Dataset(name, columns.Select(column => column.Build()), labels?.Texts().Select(label => label ?? "NA"));
    }

    /// <summary>The header's names; a first column without a name holds the row labels, as R's <c>write.csv</c> has it.</summary>
    private static (CsvColumnBuilder? Labels, List<CsvColumnBuilder> Columns) ReadHeader(CsvTokenizer csv, CsvOptions options)
    {
        CsvColumnBuilder? labels = null;
        var columns = new List<CsvColumnBuilder>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < csv.FieldCount; i++)
        {
            var columnName = csv.Field(i).ToString();
            if (columnName.Length == 0 && i == 0)
            {
                labels = new CsvColumnBuilder("", options);
                continue;
            }

            if (columnName.Length == 0)
            {
                throw csv.Malformed(csv.RecordLine, $"column {i + 1} has no name");
            }

            if (!seen.Add(columnName))
            {
                throw new MetaBridgeException(
                    ErrorCode.DuplicateName,
                    $"The header has two columns named '{columnName}'.",
                    new Dictionary<string, object?> { ["column"] = columnName, ["line"] = csv.RecordLine });
            }

            columns.Add(new CsvColumnBuilder(columnName, options));
        }

        return (labels, columns);
    }

    private static void AddRecord(CsvTokenizer csv, int width, CsvColumnBuilder? labels, List<CsvColumnBuilder> columns)
    {
        if (csv.FieldCount != width)
        {
            throw csv.Malformed(csv.RecordLine, $"there are {csv.FieldCount} fields, but the lines before it have {width}");
        }

        var first = labels is null ? 0 : 1;
        labels?.Add(csv.Field(0), csv.IsQuoted(0));
        for (var i = first; i < width; i++)
        {
            columns[i - first].Add(csv.Field(i), csv.IsQuoted(i));
        }
    }

    internal static void CheckOptions(CsvOptions options)
    {
        if (options.Delimiter is '"' or '\n' or '\r' or '\0' || (options.DecimalComma && options.Delimiter == ','))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                options.DecimalComma && options.Delimiter == ','
                    ? "The delimiter and the decimal sign are both a comma; use a semicolon or tab as delimiter."
                    : "The delimiter can't be a quote, a line break or a null character.",
                new Dictionary<string, object?> { ["delimiter"] = options.Delimiter });
        }
    }
}
