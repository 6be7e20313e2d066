using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>
/// A sampling covariance V with a block per cluster, built from columns: every argument of metafor's <c>vcalc</c>.
/// </summary>
/// <remarks>docs/sampling-covariance.md says what is computed from them.</remarks>
public sealed record CovarianceSpec
{
    /// <summary>The column whose values are the clusters; errors of different clusters are independent.</summary>
    public required string Cluster { get; init; }

    /// <summary>The column that splits clusters into independent subgroups of persons; null for none.</summary>
    public string? Subgroup { get; init; }

    /// <summary>
    /// The columns that hold the blocks: row i of a cluster has its covariances with the cluster's first, second, … row in the
    /// first, second, … column. The lower triangle is read. Everything else but cluster and subgroup is ignored then.
    /// </summary>
    [JsonPropertyName("rvars")]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether <see cref="Columns"/> hold correlations, to be scaled by the sampling variances, and not covariances.</summary>
    [JsonPropertyName("rcor")]
    public bool ColumnsAreCorrelations { get; init; }

    /// <summary>The column that names the observations of one construct (scales, raters).</summary>
    [JsonPropertyName("obs")]
    public string? Observation { get; init; }

    /// <summary>The column that names the type of construct.</summary>
    public string? Type { get; init; }

    /// <summary>The column with the time of measurement (of the first condition).</summary>
    public string? Time1 { get; init; }

    /// <summary>The column with the time of measurement of the second condition; null where it is that of the first.</summary>
    public string? Time2 { get; init; }

    /// <summary>The column with the group of the first condition.</summary>
    [JsonPropertyName("grp1")]
    public string? Group1 { get; init; }

    /// <summary>The column with the group of the second condition; null where outcomes are not contrasts.</summary>
    [JsonPropertyName("grp2")]
    public string? Group2 { get; init; }

    /// <summary>The column with the size (inverse-variance weight) of the first group.</summary>
    [JsonPropertyName("w1")]
    public string? Weight1 { get; init; }

    /// <summary>The column with the size of the second group.</summary>
    [JsonPropertyName("w2")]
    public string? Weight2 { get; init; }

    /// <summary>
    /// The correlations of different observations or types: one rule with one of <see cref="Observation"/> and <see cref="Type"/>, two with
    /// both (within a type, between types). Empty without them.
    /// </summary>
    [JsonPropertyName("rho")]
    public IReadOnlyList<CorrelationRule> Correlations { get; init; } = [];

    /// <summary>The correlation of measurements one unit of time apart; needed with <see cref="Time1"/>.</summary>
    [JsonPropertyName("phi")]
    public double? Autocorrelation { get; init; }

    /// <summary>Whether blocks must be positive definite.</summary>
    [JsonPropertyName("checkpd")]
    public bool ChecksDefiniteness { get; init; } = true;

    /// <summary>Whether a block that is not positive definite is replaced by the nearest one that is.</summary>
    [JsonPropertyName("nearpd")]
    public bool UsesNearest { get; init; }
}
