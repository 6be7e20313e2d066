using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>
/// A symmetric matrix that travels with a dataset: over its rows (a sampling covariance), or over named things (a correlation of species,
/// distances between places). Blocks on the diagonal; what is in no block is zero.
/// </summary>
/// <remarks>Immutable. The lower triangles are read; the matrix is made symmetric from them.</remarks>
public sealed record DatasetMatrix
{
    /// <summary>Creates a matrix from its blocks.</summary>
    /// <param name="name">What specifications call it, such as <c>V</c>.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="blocks">The blocks, which don't overlap.</param>
    /// <param name="rowNames">Names of rows and columns; null for a matrix over the rows of the dataset.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>, or <see cref="ErrorCode.DuplicateName"/> for a name that occurs twice.
    /// </exception>
    public DatasetMatrix(string name, int size, IReadOnlyList<MatrixBlock> blocks, IReadOnlyList<string>? rowNames = null)
    {
        (Name, Size, Blocks, RowNames) = (name, size, blocks, rowNames);
        if (rowNames is not null && rowNames.Count != size)
        {
            throw Mismatch($"{rowNames.Count} row names for {size} rows");
        }

        if (rowNames?.GroupBy(row => row, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new MetaBridgeException(
                ErrorCode.DuplicateName,
                $"The matrix '{name}' has two rows named '{twice.Key}'.",
                new Dictionary<string, object?> { ["matrix"] = name, ["row"] = twice.Key });
        }

        CheckBlocks();
    }

    /// <summary>What specifications call it.</summary>
    public string Name { get; }

    /// <summary>Rows and columns.</summary>
    public int Size { get; }

    /// <summary>The blocks, which don't overlap.</summary>
    public IReadOnlyList<MatrixBlock> Blocks { get; }

    /// <summary>Names of rows and columns; null for a matrix over the rows of the dataset.</summary>
    public IReadOnlyList<string>? RowNames { get; }

    /// <summary>A full symmetric matrix.</summary>
    /// <param name="name">What specifications call it.</param>
    /// <param name="values">n × n values.</param>
    /// <param name="rowNames">Names of rows and columns; null for a matrix over the rows of the dataset.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/>: the values are not a square.</exception>
    public static DatasetMatrix Full(string name, double[] values, IReadOnlyList<string>? rowNames = null)
    {
        var n = (int)Math.Round(Math.Sqrt(values.Length));
        return new(name, n, [new MatrixBlock([.. Enumerable.Range(0, n)], values)], rowNames);
    }

    /// <summary>All n × n values.</summary>
    public double[] ToDense()
    {
        var dense = new double[(long)Size * Size];
        foreach (var block in Blocks)
        {
            var n = block.Rows.Count;
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    dense[((long)block.Rows[i] * Size) + block.Rows[j]] = block.Values[(i * n) + j];
                }
            }
        }

        return dense;
    }

    /// <summary>The matrix of the given rows of the dataset, in that order; a matrix with row names stays as it is.</summary>
    internal DatasetMatrix Take(ReadOnlySpan<int> rows)
    {
        if (RowNames is not null)
        {
            return this;
        }

        var position = new Dictionary<int, int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            position[rows[i]] = i;
        }

        return new DatasetMatrix(Name, rows.Length, [.. Blocks.Select(block => block.Take(position)).Where(block => block.Rows.Count > 0)]);
    }

    private void CheckBlocks()
    {
        var seen = new bool[Size];
        foreach (var block in Blocks)
        {
            if (block.Values.Length != block.Rows.Count * block.Rows.Count)
            {
                throw Mismatch($"a block of {block.Rows.Count} rows with {block.Values.Length} values");
            }

            foreach (var row in block.Rows)
            {
                if (row < 0 || row >= Size || seen[row])
                {
                    throw Mismatch($"row {row + 1} {(row < 0 || row >= Size ? $"outside of 1 to {Size}" : "in two blocks")}");
                }

                seen[row] = true;
            }
        }
    }

    private MetaBridgeException Mismatch(string what) => new(
        ErrorCode.LengthMismatch, $"The matrix '{Name}' has {what}.", new Dictionary<string, object?> { ["matrix"] = Name });
}
