using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.EffectSizes;

/// <summary>Combines effect sizes of the same cluster: metafor's <c>aggregate</c> of an escalc object.</summary>
/// <remarks>
/// With V the covariance matrix of the k estimates of a cluster: weighted, y = 1'V⁻¹y / 1'V⁻¹1 with variance 1 / 1'V⁻¹1; unweighted, the
/// mean with variance 1'V1 / k². V is formed cluster by cluster. (Gleser &amp; Olkin, 2009; Viechtbauer, 2010.)
/// </remarks>
public static class EffectAggregation
{
    /// <summary>Combines effect sizes.</summary>
    /// <param name="yi">Effect sizes; with NaN missing.</param>
    /// <param name="vi">Sampling variances; not looked at when the options hold a whole matrix.</param>
    /// <param name="cluster">The cluster of each row, in any order; null is missing.</param>
    /// <param name="options">Structure, correlations and weighting.</param>
    /// <returns>One row per cluster, in the order in which they first occur.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.SpecificationInvalid"/> or
    /// <see cref="ErrorCode.BlockNotPositiveDefinite"/>.
    /// </exception>
    public static AggregatedEffects Aggregate(
        ReadOnlySpan<double> yi, ReadOnlySpan<double> vi, IReadOnlyList<string?> cluster, AggregationOptions options)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        var rows = yi.Length;
        Require(cluster.Count == rows && (options.Covariance is not null || vi.Length == rows), "effect sizes, variances and clusters", rows);
        options.Check(rows);
        var groups = Groups(cluster, options);
        double[] y = new double[groups.Count], v = new double[groups.Count];
        var sizes = new int[groups.Count];
        for (var g = 0; g < groups.Count; g++)
        {
            var members = options.OmitMissing ? Present(groups[g].Rows, yi, vi, options) : [.. groups[g].Rows];
            sizes[g] = members.Length;
            (y[g], v[g]) = Combine(members, g, groups[g].Name, yi, vi, options);
        }

        return new AggregatedEffects([.. groups.Select(group => group.Name)], y, v, sizes, [.. groups.Select(group => group.Rows.ToArray())]);
    }

    private static List<(string Name, List<int> Rows)> Groups(IReadOnlyList<string?> cluster, AggregationOptions options)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var groups = new List<(string Name, List<int> Rows)>();
        for (var i = 0; i < cluster.Count; i++)
        {
            var name = cluster[i] ?? throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                string.Create(CultureInfo.InvariantCulture, $"Row {i + 1} has no cluster."),
                new Dictionary<string, object?> { ["row"] = i + 1 });
            if (!places.TryGetValue(name, out var place))
            {
                place = groups.Count;
                places.Add(name, place);
                groups.Add((name, []));
            }

            groups[place].Rows.Add(i);
        }

        return RequireCorrelations(groups, options);
    }

    private static List<(string Name, List<int> Rows)> RequireCorrelations(List<(string Name, List<int> Rows)> groups, AggregationOptions options)
    {
        Require(options.Rho is not { Count: > 1 } rho || rho.Count == groups.Count, "values of rho, or one; clusters", groups.Count);
        Require(options.Phi is not { Count: > 1 } phi || phi.Count == groups.Count, "values of phi, or one; clusters", groups.Count);
        return groups;
    }

    private static int[] Present(List<int> rows, ReadOnlySpan<double> yi, ReadOnlySpan<double> vi, AggregationOptions options)
    {
        var present = new List<int>();
        foreach (var row in rows)
        {
            var variance = options.Covariance is { } matrix ? matrix[row, row] : vi[row];
            if (!double.IsNaN(yi[row]) && !double.IsNaN(variance))
            {
                present.Add(row);
            }
        }

        return [.. present];
    }

    private static (double Y, double V) Combine(
        int[] members, int group, string name, ReadOnlySpan<double> yi, ReadOnlySpan<double> vi, AggregationOptions options)
    {
        var k = members.Length;
        if (k == 0)
        {
            return (double.NaN, double.NaN);
        }

        var covariance = new double[k * k];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                covariance[(i * k) + j] = options.Covariance is { } matrix
                    ? matrix[members[i], members[j]]
                    : options.Correlation(group, members[i], members[j]) * Math.Sqrt(vi[members[i]]) * Math.Sqrt(vi[members[j]]);
            }
        }

        double sum = 0, total = covariance.Sum();
        foreach (var row in members)
        {
            sum += yi[row];
        }

        if (!options.Weighted)
        {
            RequirePositive(SmallCholesky.Factor(covariance, k) || !options.CheckPositiveDefinite, name);
            return (sum / k, total / k / k);
        }

        if (Array.Exists(covariance, double.IsNaN))
        {
            return (double.NaN, double.NaN);
        }

        RequirePositive(SmallCholesky.Factor(covariance, k), name);
        var weights = new double[k];
        Array.Fill(weights, 1.0);
        SmallCholesky.Solve(covariance, k, weights);
        double weight = 0, weighted = 0;
        for (var i = 0; i < k; i++)
        {
            weight += weights[i];
            weighted += weights[i] * yi[members[i]];
        }

        return (weighted / weight, 1 / weight);
    }

    private static void RequirePositive(bool isPositive, string cluster)
    {
        if (!isPositive)
        {
            throw new MetaBridgeException(
                ErrorCode.BlockNotPositiveDefinite,
                $"The covariance matrix of cluster '{cluster}' is not positive definite; check rho, phi, the time points, or V.",
                new Dictionary<string, object?> { ["block"] = cluster });
        }
    }

    private static void Require(bool holds, string what, int count)
    {
        if (!holds)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch, string.Create(CultureInfo.InvariantCulture, $"There must be as many {what}: {count}."));
        }
    }
}

/// <summary>Effect sizes combined by cluster.</summary>
/// <param name="Clusters">The clusters' names.</param>
/// <param name="Yi">Combined effect sizes; NaN for a cluster without any.</param>
/// <param name="Vi">Their variances.</param>
/// <param name="Sizes">How many effect sizes each combines.</param>
/// <param name="Rows">The rows of each cluster, counted from 0, missing ones included.</param>
public sealed record AggregatedEffects(
    IReadOnlyList<string> Clusters, double[] Yi, double[] Vi, IReadOnlyList<int> Sizes, IReadOnlyList<int[]> Rows);
