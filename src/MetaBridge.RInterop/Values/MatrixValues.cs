using MetaBridge.Data;

namespace MetaBridge.RInterop.Values;

/// <summary>Matrices of a dataset as R lists of size, row names and blocks; R code puts the blocks together.</summary>
internal static class MatrixValues
{
    public static RList Of(IReadOnlyList<DatasetMatrix> matrices) =>
        Named(matrices.Select(matrix => (matrix.Name, (RValue)Of(matrix))));

    private static RList Of(DatasetMatrix matrix) => Named(
    [
        ("size", new RIntegerVector([matrix.Size])),
        ("names", matrix.RowNames is { } names ? new RStringVector([.. names]) : RNull.Value),
        ("blocks", new RList([.. matrix.Blocks.Select(Of)])),
    ]);

    private static RList Of(MatrixBlock block) => Named(
    [
        ("rows", new RIntegerVector([.. block.Rows.Select(row => row + 1)])),
        ("values", new RDoubleVector(block.Values)),
    ]);

    private static RList Named(IEnumerable<(string Name, RValue Value)> members)
    {
        var all = members.ToArray();
        return new RList([.. all.Select(member => member.Value)])
        {
            Attributes = new Dictionary<string, RValue> { ["names"] = new RStringVector([.. all.Select(member => (string?)member.Name)]) },
        };
    }
}
