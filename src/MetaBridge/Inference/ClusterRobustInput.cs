namespace MetaBridge.Inference;

/// <summary>What a sandwich needs of a fit. Matrices are by rows; n clusters, which no covariance of the working model connects.</summary>
internal sealed record ClusterRobustInput
{
    /// <summary>Q, an orthonormal basis of X, k × p.</summary>
    public required double[] Basis { get; init; }

    /// <summary>R⁻¹ of X = QR, p × p.</summary>
    public required double[] InverseOfR { get; init; }

    /// <summary>U = W Q, k × p.</summary>
    public required double[] Weighted { get; init; }

    /// <summary>T = Φ U, k × p, Φ being the working covariance of the outcomes; Q itself when W = Φ⁻¹.</summary>
    public required double[] Product { get; init; }

    /// <summary>y − Xβ̂.</summary>
    public required double[] Residuals { get; init; }

    /// <summary>Cluster of each row, counted from 0.</summary>
    public required int[] Clusters { get; init; }

    /// <summary>n.</summary>
    public required int ClusterCount { get; init; }

    /// <summary>Makes Φ of every cluster, n_i × n_i, rows in the order of the data; called for CR2 only.</summary>
    public required Func<int[][], double[][]> WorkingCovariances { get; init; }

    /// <summary>Names of the clusters, for messages.</summary>
    public required Func<int, string> NameOf { get; init; }

    /// <summary>k.</summary>
    public int RowCount => Residuals.Length;

    /// <summary>p.</summary>
    public int CoefficientCount => Basis.Length / Math.Max(1, RowCount);

    /// <summary>The rows of every cluster.</summary>
    public int[][] RowsOfClusters()
    {
        var counts = new int[ClusterCount];
        foreach (var cluster in Clusters)
        {
            counts[cluster]++;
        }

        var rows = Array.ConvertAll(counts, count => new int[count]);
        Array.Clear(counts);
        for (var i = 0; i < Clusters.Length; i++)
        {
            rows[Clusters[i]][counts[Clusters[i]]++] = i;
        }

        return rows;
    }
}
