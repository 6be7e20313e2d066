using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Builds the sampling covariance that a specification describes by columns: blocks by cluster.</summary>
internal static class SpecifiedCovariance
{
    /// <summary>The matrices with V put in, where the specification has one.</summary>
    public static MultilevelMatrices Resolve(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices)
    {
        if (spec.Covariance is not { } v)
        {
            return matrices;
        }

        if (matrices.Sampling is not null)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "'V' is both in the specification and given as a matrix; leave one out.");
        }

        if (v.Columns is null == v.Correlation is null)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid, "'V' takes either 'rvars', the columns of its blocks, or 'rho', one correlation; give one of them.");
        }

        var clusters = Clusters(data[v.Cluster], v.Cluster);
        var blocks = v.Columns is { } columns
            ? clusters.Select(rows => FromColumns(columns, rows, data, v.Cluster))
            : FromCorrelation(v, clusters, data, EffectSizeCalculator.Calculate(spec.Effect, data).Vi);
        return matrices with { Sampling = SamplingCovariance.FromBlocks(data.RowCount, [.. blocks]) };
    }

    private static List<List<int>> Clusters(Column column, string name)
    {
        var clusters = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var order = new List<List<int>>();
        for (var row = 0; row < column.Count; row++)
        {
            var key = column.TextAt(row) ?? throw new MetaBridgeException(
                ErrorCode.NonFiniteValue,
                $"Row {row + 1} has no value in '{name}', the cluster of V.",
                new Dictionary<string, object?> { ["row"] = row + 1, ["column"] = name });
            if (!clusters.TryGetValue(key, out var rows))
            {
                clusters[key] = rows = [];
                order.Add(rows);
            }

            rows.Add(row);
        }

        return order;
    }

    // Row i of a cluster holds its covariances with the cluster's rows in the first columns.
    private static SamplingBlock FromColumns(IReadOnlyList<string> columns, List<int> rows, Dataset data, string cluster)
    {
        var n = rows.Count;
        if (n > columns.Count)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The cluster of row {rows[0] + 1} ('{data[cluster].TextAt(rows[0])}') has {n} rows, but V has {columns.Count} columns.",
                new Dictionary<string, object?> { ["row"] = rows[0] + 1, ["rows"] = n, ["columns"] = columns.Count });
        }

        var values = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            var column = data[columns[j]].ToNumbers();
            for (var i = 0; i < n; i++)
            {
                values[(i * n) + j] = column[rows[i]];
            }
        }

        return new SamplingBlock(rows, values);
    }

    private static IEnumerable<SamplingBlock> FromCorrelation(CovarianceSpec v, List<List<int>> clusters, Dataset data, double[] variances)
    {
        var rho = v.Correlation!.Value;
        if (!(rho is >= -1 and <= 1))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The correlation 'rho' of V is {rho:R}; it must be between -1 and 1.",
                new Dictionary<string, object?> { ["option"] = "rho", ["value"] = rho });
        }

        var observation = v.Observation is null ? null : data[v.Observation];
        foreach (var rows in clusters)
        {
            RequireDistinct(observation, rows);
            var n = rows.Count;
            var values = new double[n * n];
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    values[(i * n) + j] = i == j ? variances[rows[i]] : rho * Math.Sqrt(variances[rows[i]] * variances[rows[j]]);
                }
            }

            yield return new SamplingBlock(rows, values);
        }
    }

    private static void RequireDistinct(Column? observation, List<int> rows)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (observation?.TextAt(row) is { } name && !seen.TryAdd(name, row))
            {
                throw new MetaBridgeException(
                    ErrorCode.SpecificationInvalid,
                    $"Rows {seen[name] + 1} and {row + 1} are the same observation '{name}' of one cluster of V; a single 'rho' can't tell their covariance.",
                    new Dictionary<string, object?> { ["row"] = row + 1, ["value"] = name });
            }
        }
    }
}
