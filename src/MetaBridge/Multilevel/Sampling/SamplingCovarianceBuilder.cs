using MetaBridge.Errors;

namespace MetaBridge.Multilevel.Sampling;

/// <summary>Builds the covariance of dependent sampling errors, a block per cluster: metafor's <c>vcalc</c>.</summary>
public static class SamplingCovarianceBuilder
{
    /// <summary>V_ij = r_ij √(v_i v_j) within clusters, 0 between them.</summary>
    /// <remarks>
    /// r_ij is the correlation of what was measured (1, or ρ of two observations or types) times that of the conditions: φ^|t − t'|
    /// within a group, and for contrasts the correlation of (X(g₁, t₁) − X(g₂, t₂)) with Var X ∝ 1/w. Memory and time are those of the
    /// blocks, Σ n_c² and, with the check, Σ n_c³.
    /// </remarks>
    /// <param name="input">What is known of the errors.</param>
    /// <returns>V; rows with an unknown variance have NaN.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/> when arguments contradict each other or nothing tells two rows apart;
    /// <see cref="ErrorCode.NonPositiveVariance"/>; <see cref="ErrorCode.BlockNotPositiveDefinite"/> with the cluster, its rows and the smallest
    /// eigenvalue; <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.NonFiniteValue"/>,
    /// <see cref="ErrorCode.UnknownName"/>.
    /// </exception>
    public static SamplingCovariance Build(ErrorDependence input)
    {
        var k = input.Variances.Count;
        RequireVariances(input);
        var clusters = DependenceReader.Clusters(input);
        Func<List<int>, int, int, double> correlation;
        if (input.CorrelationColumns is { } columns)
        {
            RequireColumns(columns, clusters, input);
            correlation = (rows, i, j) => columns[Math.Min(i, j)][rows[Math.Max(i, j)]];
        }
        else
        {
            RequireDistinguishable(input, clusters);
            var function = DependenceReader.Correlation(input);
            correlation = (rows, i, j) => i == j ? 1 : function.Between(rows[i], rows[j]);
        }

        var check = new BlockDefiniteness(input);
        var blocks = new SamplingBlock[clusters.Count];
        for (var c = 0; c < blocks.Length; c++)
        {
            var rows = clusters[c];
            blocks[c] = Scaled(check.Passed(rows, Matrix(rows, correlation)), rows, input.Variances);
        }

        return SamplingCovariance.FromBlocks(k, blocks);
    }

    private static double[] Matrix(List<int> rows, Func<List<int>, int, int, double> correlation)
    {
        var n = rows.Count;
        var r = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                r[(i * n) + j] = r[(j * n) + i] = correlation(rows, i, j);
            }
        }

        return r;
    }

    private static SamplingBlock Scaled(double[] r, List<int> rows, IReadOnlyList<double> variances)
    {
        var n = rows.Count;
        var deviations = rows.Select(row => Math.Sqrt(variances[row])).ToArray();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                r[(i * n) + j] = i == j ? r[(i * n) + i] * variances[rows[i]] : r[(i * n) + j] * deviations[i] * deviations[j];
            }
        }

        return new SamplingBlock(rows, r);
    }

    private static void RequireVariances(ErrorDependence input)
    {
        for (var i = 0; i < input.Variances.Count; i++)
        {
            if (input.Variances[i] < 0 || double.IsInfinity(input.Variances[i]))
            {
                throw new MetaBridgeException(
                    ErrorCode.NonPositiveVariance,
                    $"Row {i + 1}{(input.Labels is { } labels ? $" ('{labels[i]}')" : "")} has a sampling variance of {input.Variances[i]:R}.",
                    new Dictionary<string, object?> { ["row"] = i + 1, ["value"] = input.Variances[i] });
            }
        }
    }

    private static void RequireColumns(IReadOnlyList<IReadOnlyList<double>> columns, List<List<int>> clusters, ErrorDependence input)
    {
        foreach (var column in columns.Where(column => column.Count != input.Variances.Count))
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"A column of 'rvars' has {column.Count} values, but there are {input.Variances.Count} sampling variances.",
                new Dictionary<string, object?> { ["length"] = column.Count, ["rows"] = input.Variances.Count });
        }

        if (clusters.FirstOrDefault(rows => rows.Count > columns.Count) is { } large)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The cluster '{input.Clusters[large[0]]}' of row {large[0] + 1} has {large.Count} rows, but V has {columns.Count} columns 'rvars'.",
                new Dictionary<string, object?> { ["row"] = large[0] + 1, ["rows"] = large.Count, ["columns"] = columns.Count });
        }
    }

    // Rows of one cluster with nothing that tells them apart would have correlation 1.
    private static void RequireDistinguishable(ErrorDependence input, List<List<int>> clusters)
    {
        var hasNone = input.Observations is null && input.Types is null && input.Times1 is null && input.Groups1 is null;
        if (hasNone && input.ChecksDefiniteness && !input.UsesNearest && clusters.Exists(rows => rows.Count > 1))
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                "Nothing tells the rows of a cluster of V apart: give 'rvars', or 'obs' or 'type' with 'rho', 'time1' with 'phi', or 'grp1' and 'grp2'.");
        }
    }
}
