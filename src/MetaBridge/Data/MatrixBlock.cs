namespace MetaBridge.Data;

/// <summary>A block on the diagonal of a <see cref="DatasetMatrix"/>.</summary>
/// <param name="Rows">Its rows, counted from 0.</param>
/// <param name="Values">n × n values, symmetric.</param>
public sealed record MatrixBlock(IReadOnlyList<int> Rows, double[] Values)
{
    /// <summary>The lower triangle with the diagonal, by rows: n (n + 1) / 2 values.</summary>
    public double[] Lower()
    {
        var n = Rows.Count;
        var lower = new double[n * (n + 1) / 2];
        for (int i = 0, at = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                lower[at++] = Values[(i * n) + j];
            }
        }

        return lower;
    }

    /// <summary>A block from its lower triangle by rows.</summary>
    internal static MatrixBlock FromLower(IReadOnlyList<int> rows, double[] lower)
    {
        var n = rows.Count;
        var values = new double[n * n];
        for (int i = 0, at = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                values[(i * n) + j] = values[(j * n) + i] = lower[at++];
            }
        }

        return new MatrixBlock(rows, values);
    }

    internal MatrixBlock Take(Dictionary<int, int> position)
    {
        var kept = Enumerable.Range(0, Rows.Count).Where(i => position.ContainsKey(Rows[i])).ToArray();
        var values = new double[kept.Length * kept.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            for (var j = 0; j < kept.Length; j++)
            {
                values[(i * kept.Length) + j] = Values[(kept[i] * Rows.Count) + kept[j]];
            }
        }

        return new MatrixBlock(Array.ConvertAll(kept, i => position[Rows[i]]), values);
    }
}
