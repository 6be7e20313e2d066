using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>Where effect sizes and variances come from: columns and how to compute with them. metafor's <c>escalc</c> arguments.</summary>
/// <remarks>Members that a measure does not use must be null; those it needs are checked when it is computed.</remarks>
public sealed record EffectSpec
{
    /// <summary>The measure.</summary>
    public EffectMeasure Measure { get; init; } = EffectMeasure.Given;

    /// <summary>Column of given effect sizes.</summary>
    public string? Yi { get; init; }

    /// <summary>Column of their sampling variances.</summary>
    public string? Vi { get; init; }

    /// <summary>Column of their standard errors, instead of variances.</summary>
    public string? Sei { get; init; }

    /// <summary>Column: events, first group.</summary>
    public string? Ai { get; init; }

    /// <summary>Column: non-events, first group.</summary>
    public string? Bi { get; init; }

    /// <summary>Column: events, second group.</summary>
    public string? Ci { get; init; }

    /// <summary>Column: non-events, second group.</summary>
    public string? Di { get; init; }

    /// <summary>Column: size of the first group.</summary>
    public string? N1i { get; init; }

    /// <summary>Column: size of the second group.</summary>
    public string? N2i { get; init; }

    /// <summary>Column: events, first group (person-time).</summary>
    public string? X1i { get; init; }

    /// <summary>Column: events, second group (person-time).</summary>
    public string? X2i { get; init; }

    /// <summary>Column: person-time, first group.</summary>
    public string? T1i { get; init; }

    /// <summary>Column: person-time, second group.</summary>
    public string? T2i { get; init; }

    /// <summary>Column: mean, first group.</summary>
    public string? M1i { get; init; }

    /// <summary>Column: mean, second group.</summary>
    public string? M2i { get; init; }

    /// <summary>Column: standard deviation, first group.</summary>
    public string? Sd1i { get; init; }

    /// <summary>Column: standard deviation, second group.</summary>
    public string? Sd2i { get; init; }

    /// <summary>Column: events (one group).</summary>
    public string? Xi { get; init; }

    /// <summary>Column: non-events (proportions), mean (one group), or the number of predictors or items.</summary>
    public string? Mi { get; init; }

    /// <summary>Column: correlation.</summary>
    public string? Ri { get; init; }

    /// <summary>Column: person-time (one group), or a t statistic.</summary>
    public string? Ti { get; init; }

    /// <summary>Column: sample size.</summary>
    public string? Ni { get; init; }

    /// <summary>Column: standard deviation (one group).</summary>
    public string? Sdi { get; init; }

    /// <summary>Column: coefficient of determination of the whole model.</summary>
    public string? R2i { get; init; }

    /// <summary>Column: F statistic of all predictors, instead of R².</summary>
    public string? Fi { get; init; }

    /// <summary>Column: two-sided p-value with the sign of the effect, instead of a test statistic; MPORM: share of pairs with outcome 1 twice.</summary>
    public string? Pi { get; init; }

    /// <summary>What is added to cells by <see cref="AddTo"/>; null for the measure's default (1/2; 0 for AS, PHI, ZPHI, RTET, ZTET, IRSD, PAS, PFT, IRS and IRFT).</summary>
    public double? Add { get; init; }

    /// <summary>To which tables it is added.</summary>
    [JsonPropertyName("to")]
    public AddRule AddTo { get; init; } = AddRule.OnlyZero;

    /// <summary>Whether tables without events (or with only events) in both groups become missing.</summary>
    public bool Drop00 { get; init; }

    /// <summary>Which sampling variance: metafor's <c>vtype</c>, null for its default <c>LS</c>.</summary>
    public string? Vtype { get; init; }

    /// <summary>Text column with the variance type of each row, instead of <see cref="Vtype"/>.</summary>
    [JsonPropertyName("vtypeColumn")]
    public string? VtypeColumn { get; init; }

    /// <summary>Whether 2 × 2 tables get the addition in the cells of the first outcome (a, c) only.</summary>
    [JsonPropertyName("onlyo1")]
    public bool AddToFirstOutcomeOnly { get; init; }

    /// <summary>Whether the addition enters the effect size (RR, OR, OR2D, RD, IRR, IRD, IRSD, PR, PLN, PLO, IR, IRLN, IRS).</summary>
    [JsonPropertyName("addyi")]
    public bool AddToEffect { get; init; } = true;

    /// <summary>Whether the addition enters the variance (the same measures).</summary>
    [JsonPropertyName("addvi")]
    public bool AddToVariance { get; init; } = true;

    /// <summary>Whether the signs of all effect sizes are turned.</summary>
    public bool Flip { get; init; }

    /// <summary>Column that turns single signs: logical, or factors (−1 turns; variances get the square).</summary>
    [JsonPropertyName("flipColumn")]
    public string? FlipColumn { get; init; }

    /// <summary>
    /// Whether ROM, ROMC, CVR and CVRC get the second-order bias correction of Lajeunesse (2015), as in metafor 5; versions before 5.0 have
    /// none, so that a comparison with them needs false.
    /// </summary>
    public bool Correct { get; init; } = true;
}
