using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>
/// A sampling covariance V with a block per cluster, built from columns: metafor's <c>vcalc</c> with <c>rvars</c>, or with <c>obs</c> and
/// one <c>rho</c>.
/// </summary>
public sealed record CovarianceSpec
{
    /// <summary>The column whose values are the clusters; errors of different clusters are independent.</summary>
    public required string Cluster { get; init; }

    /// <summary>
    /// The columns that hold the blocks: row i of a cluster has its covariances with the cluster's first, second, … row in the
    /// first, second, … column. Null when <see cref="Correlation"/> is given.
    /// </summary>
    [JsonPropertyName("rvars")]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The column that names the observations within a cluster.</summary>
    [JsonPropertyName("obs")]
    public string? Observation { get; init; }

    /// <summary>The correlation of different observations of a cluster, −1 to 1. Null when <see cref="Columns"/> are given.</summary>
    [JsonPropertyName("rho")]
    public double? Correlation { get; init; }
}
