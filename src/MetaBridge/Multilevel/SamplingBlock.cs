using MetaBridge.Errors;

namespace MetaBridge.Multilevel;

/// <summary>The sampling covariance of a few rows.</summary>
/// <param name="Rows">The rows, counted from 0.</param>
/// <param name="Values">Their covariance, n × n by rows, symmetric.</param>
public sealed record SamplingBlock(IReadOnlyList<int> Rows, double[] Values)
{
    // Entries that differ by less than this part of their standard deviations are the same number rounded twice.
    private const double SymmetryTolerance = 1e-8;

    /// <summary>Element (i, j) of the block.</summary>
    public double this[int i, int j] => Values[(i * Rows.Count) + j];

    internal bool IsCorrelated
    {
        get
        {
            for (var i = 0; i < Rows.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (this[i, j] != 0)
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    internal static SamplingBlock Of(double[] matrix, int k, int[] rows)
    {
        var n = rows.Length;
        var values = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                values[(i * n) + j] = matrix[(rows[i] * k) + rows[j]];
            }
        }

        return new SamplingBlock(rows, values);
    }

    internal SamplingBlock Take(Dictionary<int, int> position)
    {
        var kept = Enumerable.Range(0, Rows.Count).Where(i => position.ContainsKey(Rows[i])).ToArray();
        var values = new double[kept.Length * kept.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            for (var j = 0; j < kept.Length; j++)
            {
                values[(i * kept.Length) + j] = this[kept[i], kept[j]];
            }
        }

        return new SamplingBlock(Array.ConvertAll(kept, i => position[Rows[i]]), values);
    }

    internal void Check(int number, int rowCount)
    {
        if (Values.Length != Rows.Count * Rows.Count || Rows.Any(row => row < 0 || row >= rowCount))
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"Block {number} of V has {Values.Length} values for {Rows.Count} rows out of {rowCount}.",
                new Dictionary<string, object?> { ["block"] = number });
        }

        for (var i = 0; i < Rows.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var scale = Math.Sqrt(Math.Abs(this[i, i] * this[j, j]));
                if (Math.Abs(this[i, j] - this[j, i]) > SymmetryTolerance * scale)
                {
                    throw new MetaBridgeException(
                        ErrorCode.InvalidOption,
                        $"V is not symmetric: rows {Rows[i] + 1} and {Rows[j] + 1} have {this[i, j]:R} and {this[j, i]:R}.",
                        new Dictionary<string, object?> { ["block"] = number, ["row"] = Rows[i] + 1, ["column"] = Rows[j] + 1 });
                }
            }
        }
    }
}
