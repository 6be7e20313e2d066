using System.Globalization;

namespace MetaBridge.Data;

/// <summary>A place where the content of two datasets differs.</summary>
/// <param name="Column">The column, or null when the difference is in the shape or the row labels.</param>
/// <param name="Row">The row counted from 1, or null when the difference isn't in one row.</param>
/// <param name="Aspect">What differs: <c>rows</c>, <c>row label</c>, <c>columns</c>, <c>type</c>, <c>levels</c> or <c>value</c>.</param>
/// <param name="Left">What the first has there.</param>
/// <param name="Right">What the second has there.</param>
public sealed record DatasetDifference(string? Column, int? Row, string Aspect, string Left, string Right)
{
    /// <summary>Lists the first differences; empty when the content is equal.</summary>
    /// <param name="left">The first dataset.</param>
    /// <param name="right">The second dataset.</param>
    /// <param name="limit">How many differences to list at most.</param>
    /// <remarks>Values are equal when R's <c>identical</c> says so: NA and NaN differ, +0 and −0 don't. Names and sources of the datasets aren't compared.</remarks>
    public static IReadOnlyList<DatasetDifference> Between(Dataset left, Dataset right, int limit = 20) =>
        [.. All(left, right).Take(limit)];

    /// <summary>One line: <c>column 'year', row 3: value 1950 against NA</c>.</summary>
    public override string ToString()
    {
        var place = (Column, Row) switch
        {
            (null, null) => "",
            (null, { } row) => string.Create(CultureInfo.InvariantCulture, $"row {row}: "),
            ({ } column, null) => $"column '{column}': ",
            ({ } column, { } row) => string.Create(CultureInfo.InvariantCulture, $"column '{column}', row {row}: "),
        };
        return $"{place}{Aspect} {Left} against {Right}";
    }

    private static IEnumerable<DatasetDifference> All(Dataset left, Dataset right)
    {
        if (left.RowCount != right.RowCount)
        {
            yield return new(null, null, "rows", Number(left.RowCount), Number(right.RowCount));
            yield break;
        }

        if (left.HasRowLabels || right.HasRowLabels)
        {
            for (var row = 0; row < left.RowCount; row++)
            {
                if (left.RowLabel(row) != right.RowLabel(row))
                {
                    yield return new(null, row + 1, "row label", left.RowLabel(row), right.RowLabel(row));
                }
            }

            if (left.HasRowLabels != right.HasRowLabels)
            {
                yield return new(null, null, "row label", Given(left), Given(right));
            }
        }

        var (leftNames, rightNames) = (Names(left), Names(right));
        if (leftNames != rightNames)
        {
            yield return new(null, null, "columns", leftNames, rightNames);
        }

        foreach (var difference in OfMatrices(left, right))
        {
            yield return difference;
        }

        foreach (var column in left.Columns)
        {
            if (right.TryGet(column.Name, out var other))
            {
                foreach (var difference in Between(column, other))
                {
                    yield return difference;
                }
            }
        }
    }

    private static IEnumerable<DatasetDifference> OfMatrices(Dataset left, Dataset right)
    {
        var (leftNames, rightNames) = (Matrices(left), Matrices(right));
        if (leftNames != rightNames)
        {
            yield return new(null, null, "matrices", leftNames, rightNames);
            yield break;
        }

        foreach (var (a, b) in left.Matrices.Zip(right.Matrices))
        {
            var isSame = (a.RowNames ?? []).SequenceEqual(b.RowNames ?? []) && a.ToDense().AsSpan().SequenceEqual(b.ToDense());
            if (!isSame)
            {
                yield return new(null, null, $"matrix '{a.Name}'", "as it is", "other values");
            }
        }
    }

    private static string Matrices(Dataset data) => string.Join(", ", data.Matrices.Select(matrix => matrix.Name));

    private static IEnumerable<DatasetDifference> Between(Column left, Column right)
    {
        if (left.TypeName != right.TypeName)
        {
            yield return new(left.Name, null, "type", left.TypeName, right.TypeName);
            yield break;
        }

        if (left is FactorColumn a && right is FactorColumn b && !a.Levels.SequenceEqual(b.Levels))
        {
            yield return new(left.Name, null, "levels", string.Join(", ", a.Levels), string.Join(", ", b.Levels));
        }

        for (var row = 0; row < left.Count; row++)
        {
            if (!SameValue(left, right, row))
            {
                yield return new(left.Name, row + 1, "value", left.TextAt(row) ?? "NA", right.TextAt(row) ?? "NA");
            }
        }
    }

    private static bool SameValue(Column left, Column right, int row)
    {
        if (left is NumberColumn a && right is NumberColumn b)
        {
            var (x, y) = (a.Values[row], b.Values[row]);
            return double.IsNaN(x) ? double.IsNaN(y) && Na.IsNa(x) == Na.IsNa(y) : x == y;
        }

        return left.TextAt(row) == right.TextAt(row);
    }

    private static string Names(Dataset data) => string.Join(", ", data.Columns.Select(column => column.Name));

    private static string Given(Dataset data) => data.HasRowLabels ? "given" : "counted";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
