using MetaBridge.Errors;

namespace MetaBridge.Multilevel;

/// <summary>Blocks of a sparse symmetric matrix given by its elements.</summary>
internal static class TripletBlocks
{
    /// <inheritdoc cref="SamplingCovariance.FromTriplets"/>
    public static SamplingCovariance Build(int rowCount, IReadOnlyList<int> rows, IReadOnlyList<int> columns, IReadOnlyList<double> values)
    {
        Check(rowCount, rows, columns, values);
        var sets = new DisjointSets(rowCount);
        for (var e = 0; e < values.Count; e++)
        {
            if (values[e] != 0)
            {
                sets.Join(rows[e], columns[e]);
            }
        }

        var members = new List<int>?[rowCount];
        var place = new int[rowCount];
        for (var i = 0; i < rowCount; i++)
        {
            var list = members[sets.Find(i)] ??= [];
            place[i] = list.Count;
            list.Add(i);
        }

        var blocks = new SamplingBlock?[rowCount];
        for (var i = 0; i < rowCount; i++)
        {
            if (members[i] is { } list)
            {
                blocks[i] = Empty(list);
            }
        }

        for (var e = 0; e < values.Count; e++)
        {
            if (values[e] != 0 || rows[e] == columns[e])
            {
                Put(blocks[sets.Find(rows[e])]!, place[rows[e]], place[columns[e]], values[e]);
            }
        }

        RequireVariances(blocks);
        return SamplingCovariance.FromBlocks(rowCount, [.. blocks.Where(block => block is not null).Select(block => block!)]);
    }

    // Elements that nobody gives are 0, but a variance must be given.
    private static SamplingBlock Empty(List<int> rows)
    {
        var n = rows.Count;
        var values = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            values[(i * n) + i] = double.NegativeInfinity;
        }

        return new SamplingBlock(rows, values);
    }

    private static void Put(SamplingBlock block, int i, int j, double value)
    {
        var n = block.Rows.Count;
        var known = block.Values[(i * n) + j];
        if (known != value && known != 0 && !double.IsNegativeInfinity(known))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"V is not symmetric: rows {block.Rows[i] + 1} and {block.Rows[j] + 1} have {known:R} and {value:R}.",
                new Dictionary<string, object?> { ["row"] = block.Rows[i] + 1, ["column"] = block.Rows[j] + 1 });
        }

        block.Values[(i * n) + j] = block.Values[(j * n) + i] = value;
    }

    private static void RequireVariances(SamplingBlock?[] blocks)
    {
        foreach (var block in blocks)
        {
            for (var i = 0; i < (block?.Rows.Count ?? 0); i++)
            {
                if (double.IsNegativeInfinity(block![i, i]))
                {
                    throw new MetaBridgeException(
                        ErrorCode.NonFiniteValue,
                        $"Row {block.Rows[i] + 1} has no element on the diagonal of V.",
                        new Dictionary<string, object?> { ["row"] = block.Rows[i] + 1 });
                }
            }
        }
    }

    private static void Check(int rowCount, IReadOnlyList<int> rows, IReadOnlyList<int> columns, IReadOnlyList<double> values)
    {
        if (rows.Count != values.Count || columns.Count != values.Count)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"There are {rows.Count} rows, {columns.Count} columns and {values.Count} values of V.",
                new Dictionary<string, object?> { ["length"] = values.Count });
        }

        for (var e = 0; e < values.Count; e++)
        {
            if ((uint)rows[e] >= (uint)rowCount || (uint)columns[e] >= (uint)rowCount)
            {
                throw new MetaBridgeException(
                    ErrorCode.LengthMismatch,
                    $"Element {e + 1} of V is at ({rows[e] + 1}, {columns[e] + 1}), outside of {rowCount} rows.",
                    new Dictionary<string, object?> { ["element"] = e + 1, ["rows"] = rowCount });
            }
        }
    }
}
