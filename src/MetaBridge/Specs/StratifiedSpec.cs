using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>
/// One common effect of 2 × 2 tables or person-time data, pooled over the tables without estimating an effect in each: metafor's
/// <c>rma.mh</c> and <c>rma.peto</c>.
/// </summary>
public sealed record StratifiedSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "stratified";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>
    /// The columns of the tables and the measure: OR (when none is given), RR, RD, IRR or IRD for Mantel-Haenszel; Peto's method has
    /// one of its own. Rules for zero cells stand in <see cref="Observed"/> and <see cref="Pooling"/>, not here.
    /// </summary>
    public required EffectSpec Effect { get; init; }

    /// <summary>How the tables are pooled.</summary>
    [JsonPropertyName("method")]
    public PoolingMethod Method { get; init; } = PoolingMethod.MantelHaenszel;

    /// <summary>Zero cells in the effect sizes of single tables, which enter the test of heterogeneity and the fit statistics.</summary>
    /// <remarks>In JSON the first of two values of <c>add</c>, <c>to</c> and <c>drop00</c>; the second is that of <see cref="Pooling"/>.</remarks>
    [JsonIgnore]
    public ZeroCellRule Observed { get; init; } = ZeroCellRule.ForEffects;

    /// <summary>Zero cells in what is pooled.</summary>
    [JsonIgnore]
    public ZeroCellRule Pooling { get; init; } = ZeroCellRule.ForPooling;

    /// <summary>Whether the (Cochran-)Mantel-Haenszel test subtracts 1/2 as a continuity correction.</summary>
    [JsonPropertyName("correct")]
    public bool ContinuityCorrection { get; init; } = true;

    /// <summary>Confidence level in percent, 0 to 100.</summary>
    public double Level { get; init; } = 95;

    /// <summary>An R-style logical expression that selects rows; null for all.</summary>
    public string? Subset { get; init; }

    /// <summary>The column with study labels; null for the row labels.</summary>
    [JsonPropertyName("slab")]
    public string? LabelColumn { get; init; }

    /// <summary>Which further results to compute: <see cref="FurtherResult.LeaveOneOut"/>, <see cref="FurtherResult.Cumulative"/>.</summary>
    [JsonPropertyName("also")]
    public IReadOnlyList<FurtherRequest>? Also { get; init; }
}
