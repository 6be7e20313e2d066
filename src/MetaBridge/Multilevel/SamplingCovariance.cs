using MetaBridge.Errors;

namespace MetaBridge.Multilevel;

/// <summary>The known covariance V of the sampling errors: variances, and full blocks where errors are correlated.</summary>
/// <remarks>Rows are counted from 0. A row in no block has an error independent of all others.</remarks>
public sealed class SamplingCovariance
{
    private SamplingCovariance(double[] variances, IReadOnlyList<SamplingBlock> blocks)
    {
        Variances = variances;
        Blocks = blocks;
    }

    /// <summary>The diagonal of V.</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>The blocks with correlated errors, which don't overlap.</summary>
    public IReadOnlyList<SamplingBlock> Blocks { get; }

    /// <summary>How many rows V has.</summary>
    public int RowCount => Variances.Count;

    /// <summary>Independent errors.</summary>
    /// <param name="variances">The sampling variances.</param>
    public static SamplingCovariance Diagonal(double[] variances) => new((double[])variances.Clone(), []);

    /// <summary>Blocks one after the other along the diagonal, as R's list of matrices.</summary>
    /// <param name="blocks">Symmetric matrices, n × n by rows; a block of one value is a variance.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> when a block is not square.</exception>
    public static SamplingCovariance FromBlocks(IEnumerable<double[]> blocks)
    {
        var list = new List<SamplingBlock>();
        var row = 0;
        foreach (var values in blocks)
        {
            var n = (int)Math.Round(Math.Sqrt(values.Length));
            if (n * n != values.Length)
            {
                throw new MetaBridgeException(
                    ErrorCode.LengthMismatch,
                    $"Block {list.Count + 1} of V has {values.Length} values, which is not the square of a whole number.",
                    new Dictionary<string, object?> { ["block"] = list.Count + 1, ["length"] = values.Length });
            }

            list.Add(new SamplingBlock([.. Enumerable.Range(row, n)], values));
            row += n;
        }

        return FromBlocks(row, list);
    }

    /// <summary>Blocks over any rows; rows in no block must not occur.</summary>
    /// <param name="rowCount">k.</param>
    /// <param name="blocks">Blocks whose rows don't overlap and cover all rows.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.InvalidOption"/> (asymmetric block).
    /// </exception>
    public static SamplingCovariance FromBlocks(int rowCount, IReadOnlyList<SamplingBlock> blocks)
    {
        var variances = new double[rowCount];
        Array.Fill(variances, double.NaN);
        var correlated = new List<SamplingBlock>();
        for (var b = 0; b < blocks.Count; b++)
        {
            var block = blocks[b];
            block.Check(b + 1, rowCount);
            for (var i = 0; i < block.Rows.Count; i++)
            {
                variances[block.Rows[i]] = block[i, i];
            }

            if (block.IsCorrelated)
            {
                correlated.Add(block);
            }
        }

        return new SamplingCovariance(variances, correlated);
    }

    /// <summary>A full matrix, taken apart into the blocks that it consists of.</summary>
    /// <param name="matrix">k × k, symmetric; either by rows or by columns.</param>
    /// <param name="rowCount">k.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.InvalidOption"/> (asymmetric matrix).
    /// </exception>
    public static SamplingCovariance FromMatrix(double[] matrix, int rowCount)
    {
        if (matrix.Length != (long)rowCount * rowCount)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"V has {matrix.Length} values, but {rowCount} rows need {(long)rowCount * rowCount}.",
                new Dictionary<string, object?> { ["length"] = matrix.Length, ["rows"] = rowCount });
        }

        var sets = new DisjointSets(rowCount);
        for (var i = 0; i < rowCount; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (matrix[(i * rowCount) + j] != 0)
                {
                    sets.Join(i, j);
                }
            }
        }

        var blocks = Enumerable.Range(0, rowCount).GroupBy(sets.Find)
            .Select(rows => SamplingBlock.Of(matrix, rowCount, [.. rows])).ToArray();
        return FromBlocks(rowCount, blocks);
    }

    /// <summary>The blocks of a matrix over the rows of a dataset; a single block is taken apart where it falls into independent ones.</summary>
    internal static SamplingCovariance FromMatrixBlocks(Data.DatasetMatrix matrix) => matrix.Blocks is [{ } only] && only.Rows.Count == matrix.Size
        ? FromMatrix(matrix.ToDense(), matrix.Size)
        : FromBlocks(matrix.Size, [.. matrix.Blocks.Select(block => new SamplingBlock(block.Rows, block.Values))]);

    /// <summary>V of the given rows, in that order.</summary>
    public SamplingCovariance Take(ReadOnlySpan<int> rows)
    {
        var position = new Dictionary<int, int>(rows.Length);
        var variances = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            position[rows[i]] = i;
            variances[i] = Variances[rows[i]];
        }

        var kept = Blocks.Select(block => block.Take(position)).Where(block => block.Rows.Count > 1).ToArray();
        return new SamplingCovariance(variances, kept);
    }
}
