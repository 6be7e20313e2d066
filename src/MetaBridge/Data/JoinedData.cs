using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>The data of a fit followed by new rows, so that a formula codes both alike.</summary>
internal static class JoinedData
{
    /// <summary>Joins the columns that a formula names.</summary>
    /// <param name="first">The data of the fit.</param>
    /// <param name="second">New rows, complete in these columns.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NonFiniteValue"/> for a missing value, <see cref="ErrorCode.UnknownName"/> for a column or level.</exception>
    public static Dataset Of(Dataset first, Dataset second, IEnumerable<string> columns) =>
        new("new data", [.. columns.Select(name => Joined(first[name], second[name]))]);

    /// <summary>A column of the fit followed by the one of the new data, in the type and with the levels of the first.</summary>
    private static Column Joined(Column first, Column second)
    {
        var missing = Enumerable.Range(0, second.Count).Where(second.IsMissing).Select(row => (int?)row).FirstOrDefault();
        if (missing is { } at)
        {
            throw new MetaBridgeException(
                ErrorCode.NonFiniteValue,
                $"The column '{second.Name}' of the new data is missing in row {at + 1}.",
                new Dictionary<string, object?> { ["column"] = second.Name, ["row"] = at + 1 });
        }

        return first switch
        {
            FactorColumn factor => new FactorColumn(
                first.Name, [.. factor.Codes, .. Enumerable.Range(0, second.Count).Select(row => LevelOf(factor, second, row))], [.. factor.Levels], factor.IsOrdered),
            TextColumn => new TextColumn(first.Name, [.. Texts(first), .. Texts(second)]),
            LogicalColumn logical when second is LogicalColumn other => new LogicalColumn(first.Name, [.. logical.Values, .. other.Values]),
            _ => new NumberColumn(first.Name, [.. first.ToNumbers(), .. second.ToNumbers()]),
        };
    }

    private static IEnumerable<string?> Texts(Column column) => Enumerable.Range(0, column.Count).Select(column.TextAt);

    private static int LevelOf(FactorColumn factor, Column column, int row)
    {
        var level = column.TextAt(row);
        for (var code = 0; code < factor.Levels.Count; code++)
        {
            if (factor.Levels[code] == level)
            {
                return code;
            }
        }

        throw new MetaBridgeException(
            ErrorCode.UnknownName,
            $"The factor '{factor.Name}' has no level '{level}'; it has {string.Join(", ", factor.Levels)}.",
            new Dictionary<string, object?> { ["column"] = factor.Name, ["level"] = level });
    }
}
