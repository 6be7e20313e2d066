using System.Globalization;
using MetaBridge.Data;

namespace MetaBridge.RInterop.Values;

/// <summary>Data frames of R as <see cref="Dataset"/>s, and back.</summary>
/// <remarks>
/// Classes on top of <c>data.frame</c> (such as <c>escalc</c>) and attributes of columns that are not part of their type (labels,
/// say) are not carried over. A matrix column becomes one column per column of the matrix, named <c>name.column</c>, as R prints it.
/// </remarks>
public static class DataFrames
{
    /// <summary>Whether a value is a data frame.</summary>
    public static bool IsDataFrame(this RValue value) => value is RList && value.Class.Contains("data.frame");

    /// <summary>A data frame as a dataset.</summary>
    /// <param name="value">The data frame.</param>
    /// <param name="name">What to call the dataset.</param>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.RConversionFailed"/>: it is no data frame, or a column has no counterpart (a list, complex
    /// numbers).
    /// </exception>
    public static Dataset ToDataset(this RValue value, string name)
    {
        if (value is not RList frame || !value.IsDataFrame())
        {
            throw RValueLimits.Failed($"{name} is not a data frame but {Describe(value)}.");
        }

        var columns = new List<Column>();
        for (var i = 0; i < frame.Values.Length; i++)
        {
            AddColumns(columns, frame.Names?[i] ?? $"V{i + 1}", frame.Values[i], name);
        }

        return new Dataset(name, columns, RowLabels(frame.Attributes.GetValueOrDefault("row.names")));
    }

    /// <summary>A matrix as a dataset with a column for each of its columns.</summary>
    /// <param name="value">A numeric, integer, logical or character matrix.</param>
    /// <param name="name">What to call the dataset.</param>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RConversionFailed"/>: it is no such matrix.</exception>
    public static Dataset MatrixToDataset(this RValue value, string name)
    {
        var labels = Dimnames(value, 0);
        var columns = new List<Column>();
        AddMatrix(columns, value, name, column => column);
        return new Dataset(name, columns, labels);
    }

    /// <summary>A dataset as a data frame.</summary>
    public static RList ToDataFrame(this Dataset data)
    {
        var names = data.Columns.Select(column => (string?)column.Name).ToArray();
        RValue labels = data.HasRowLabels
            ? new RStringVector([.. Enumerable.Range(0, data.RowCount).Select(data.RowLabel)])
            : new RIntegerVector([Na.Integer, -data.RowCount]); // R's short form of 1, 2, 3, …
        return new RList([.. data.Columns.Select(ToVector)])
        {
            Attributes = new Dictionary<string, RValue>
            {
                ["names"] = new RStringVector(names),
                ["class"] = new RStringVector(["data.frame"]),
                ["row.names"] = labels,
            },
        };
    }

    /// <summary>A column as a vector or factor.</summary>
    public static RValue ToVector(this Column column) => column switch
    {
        NumberColumn c => new RDoubleVector(c.Values.ToArray()),
        IntegerColumn c => new RIntegerVector(c.Values.ToArray()),
        TextColumn c => new RStringVector(c.Values.ToArray()),
        LogicalColumn c => new RLogicalVector(c.Values.ToArray()),
        FactorColumn c => ToFactor(c),
        _ => throw RValueLimits.Failed($"Column '{column.Name}' is {column.TypeName}, which R has no counterpart for."),
    };

    internal static string Describe(RValue value) => value switch
    {
        ROpaque opaque => $"a {opaque.TypeName}",
        RNull => "NULL",
        RList { Class.Count: > 0 } => $"a list of class {string.Join(", ", value.Class)}",
        RList => "a list",
        _ => $"a vector of length {value.Length}",
    };

    internal static int[]? Dim(RValue value) => (value.Attributes.GetValueOrDefault("dim") as RIntegerVector)?.Values;

    private static RIntegerVector ToFactor(FactorColumn column)
    {
        var codes = column.Codes.ToArray();
        return new RIntegerVector(Array.ConvertAll(codes, code => code < 0 ? Na.Integer : code + 1))
        {
            Attributes = new Dictionary<string, RValue>
            {
                ["levels"] = new RStringVector([.. column.Levels]),
                ["class"] = new RStringVector(column.IsOrdered ? ["ordered", "factor"] : ["factor"]),
            },
        };
    }

    private static void AddColumns(List<Column> columns, string name, RValue value, string data)
    {
        if (Dim(value) is { Length: 2 })
        {
            AddMatrix(columns, value, data, column => $"{name}.{column}");
        }
        else if (value.IsDataFrame())
        {
            columns.AddRange(value.ToDataset(data).Columns.Select(column => column.Rename($"{name}.{column.Name}")));
        }
        else
        {
            columns.Add(ToColumn(name, value, data));
        }
    }

    private static Column ToColumn(string name, RValue value, string data) => value switch
    {
        RIntegerVector v when value.Class.Contains("factor") => new FactorColumn(
            name,
            Array.ConvertAll(v.Values, code => code == Na.Integer ? -1 : code - 1),
            [.. Levels(value).Select(level => level ?? "NA")],
            value.Class.Contains("ordered")),
        RDoubleVector v => new NumberColumn(name, v.Values),
        RIntegerVector v => new IntegerColumn(name, v.Values),
        RStringVector v => new TextColumn(name, v.Values),
        RLogicalVector v => new LogicalColumn(name, v.Values),
        _ => throw RValueLimits.Failed($"Column '{name}' of {data} is {Describe(value)}, which has no counterpart."),
    };

    private static string?[] Levels(RValue factor) => (factor.Attributes.GetValueOrDefault("levels") as RStringVector)?.Values ?? [];

    private static void AddMatrix(List<Column> columns, RValue value, string data, Func<string, string> rename)
    {
        if (Dim(value) is not [var rows, var count])
        {
            throw RValueLimits.Failed($"{data} is not a matrix but {Describe(value)}.");
        }

        var names = Dimnames(value, 1);
        for (var j = 0; j < count; j++)
        {
            var range = (j * rows)..((j + 1) * rows);
            RValue column = value switch
            {
                RDoubleVector v => new RDoubleVector(v.Values[range]),
                RIntegerVector v => new RIntegerVector(v.Values[range]),
                RLogicalVector v => new RLogicalVector(v.Values[range]),
                RStringVector v => new RStringVector(v.Values[range]),
                _ => throw RValueLimits.Failed($"{data} has a matrix that is {Describe(value)}."),
            };
            var label = names?[j] ?? (j + 1).ToString(CultureInfo.InvariantCulture);
            columns.Add(ToColumn(rename(label), column, data));
        }
    }

    private static string[]? Dimnames(RValue value, int side) =>
        value.Attributes.GetValueOrDefault("dimnames") is RList names && names.Values[side] is RStringVector text
            ? Array.ConvertAll(text.Values, label => label ?? "NA")
            : null;

    // Numbers that just count are no labels. R stores them as NA and the negative count (or the count, when they were set).
    private static string[]? RowLabels(RValue? names) => names switch
    {
        RStringVector text => Array.ConvertAll(text.Values, label => label ?? "NA"),
        RIntegerVector { Values: [Na.Integer, _] } => null,
        RIntegerVector numbers when numbers.Values.Select((number, i) => number == i + 1).All(same => same) => null,
        RIntegerVector numbers => Array.ConvertAll(numbers.Values, n => n.ToString(CultureInfo.InvariantCulture)),
        _ => null,
    };
}
