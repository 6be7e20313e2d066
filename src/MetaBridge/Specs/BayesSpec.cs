using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>Bayesian (multilevel) random-effects meta-analysis with a normal likelihood: RoBMA's <c>brma</c> and <c>BMA</c>.</summary>
/// <remarks>
/// y_ij ~ N(x_ij'β + γ_j τ_ij √ρ, v_ij + (1 − ρ) τ_ij²) with γ_j ~ N(0, 1) per cluster and τ_ij = τ exp(z_ij'b). Without a cluster column ρ is
/// absent; without a scale formula τ_ij = τ.
/// </remarks>
public sealed record BayesSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "bayes";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>Where the effect sizes and sampling variances come from.</summary>
    public required EffectSpec Effect { get; init; }

    /// <summary>On which scale the effect sizes are, which sets the default priors; null takes the measure of <see cref="Effect"/>.</summary>
    public BayesMeasure? Measure { get; init; }

    /// <summary>The column that groups studies into clusters; null for none.</summary>
    [JsonPropertyName("cluster")]
    public string? ClusterColumn { get; init; }

    /// <summary>An R-style one-sided formula for the moderators of the effect; null for none.</summary>
    [JsonPropertyName("mods")]
    public string? Moderators { get; init; }

    /// <summary>An R-style one-sided formula for the moderators of ln τ; null for none.</summary>
    [JsonPropertyName("scale")]
    public string? ScaleModerators { get; init; }

    /// <summary>The column with weights: powers to which the studies' likelihoods are raised; null for none.</summary>
    [JsonPropertyName("weights")]
    public string? WeightColumn { get; init; }

    /// <summary>The column with sample sizes, from which the unit-information standard deviation is estimated where the measure has none.</summary>
    [JsonPropertyName("ni")]
    public string? SampleSizeColumn { get; init; }

    /// <summary>An R-style logical expression that selects rows; null for all.</summary>
    public string? Subset { get; init; }

    /// <summary>The column with study labels; null for the row labels.</summary>
    [JsonPropertyName("slab")]
    public string? LabelColumn { get; init; }

    /// <summary>Prior of the effect (the intercept); null for the measure's default.</summary>
    [JsonPropertyName("prior_effect")]
    public Prior? PriorEffect { get; init; }

    /// <summary>Prior of τ; null for the measure's default.</summary>
    [JsonPropertyName("prior_heterogeneity")]
    public Prior? PriorHeterogeneity { get; init; }

    /// <summary>Prior of ρ, the share of τ² between clusters; null for Beta(1, 1).</summary>
    [JsonPropertyName("prior_heterogeneity_allocation")]
    public Prior? PriorAllocation { get; init; }

    /// <summary>Prior of every moderator coefficient; null for the measure's default.</summary>
    [JsonPropertyName("prior_mods")]
    public Prior? PriorModerators { get; init; }

    /// <summary>Priors of single coefficients by name (as printed), before <see cref="PriorModerators"/>.</summary>
    [JsonPropertyName("prior_coefficients")]
    public IReadOnlyDictionary<string, Prior>? PriorCoefficients { get; init; }

    /// <summary>Prior of every coefficient of ln τ; null for Normal(0, 0.5).</summary>
    [JsonPropertyName("prior_scale")]
    public Prior? PriorScale { get; init; }

    /// <summary>The unit-information standard deviation, instead of the measure's own or an estimate.</summary>
    [JsonPropertyName("prior_unit_information_sd")]
    public double? UnitInformationSd { get; init; }

    /// <summary>A factor on the scales of all priors.</summary>
    [JsonPropertyName("rescale_priors")]
    public double RescalePriors { get; init; } = 1;

    /// <summary>Empirical priors of a field: <c>medicine</c> or a subfield such as <c>Oral Health</c>; null for the unit-information rule.</summary>
    [JsonPropertyName("prior_informed")]
    public string? InformedPriors { get; init; }

    /// <summary>Whether continuous moderators are standardised before the priors apply; coefficients are reported on the original scale.</summary>
    [JsonPropertyName("standardize_continuous_predictors")]
    public bool StandardizeContinuous { get; init; } = true;

    /// <summary>How factors are coded.</summary>
    [JsonPropertyName("set_contrast_factor_predictors")]
    public FactorContrast FactorContrast { get; init; } = FactorContrast.Treatment;

    /// <summary>Credible level of the intervals in percent.</summary>
    public double Level { get; init; } = 95;
}

/// <summary>Scales of effect sizes that have default priors.</summary>
public enum BayesMeasure
{
    /// <summary>Standardised mean difference.</summary>
    [Keyword("SMD", "standardized mean difference")]
    StandardizedMeanDifference,

    /// <summary>Fisher's z.</summary>
    [Keyword("ZCOR", "Fisher's z transformed correlation")]
    FisherZ,

    /// <summary>Log odds ratio.</summary>
    [Keyword("OR", "log odds ratio")]
    OddsRatio,

    /// <summary>Log risk ratio.</summary>
    [Keyword("RR", "log risk ratio")]
    RiskRatio,

    /// <summary>Log hazard ratio.</summary>
    [Keyword("HR", "log hazard ratio")]
    HazardRatio,

    /// <summary>Log incidence rate ratio.</summary>
    [Keyword("IRR", "log incidence rate ratio")]
    IncidenceRateRatio,

    /// <summary>Risk difference.</summary>
    [Keyword("RD", "risk difference")]
    RiskDifference,

    /// <summary>Anything else.</summary>
    [Keyword("GEN", "general effect size")]
    General,
}

/// <summary>How the levels of a factor become coefficients.</summary>
public enum FactorContrast
{
    /// <summary>Differences from the first level.</summary>
    [Keyword("treatment", "differences from the first level")]
    Treatment,

    /// <summary>Deviations from the grand mean, each with the prior's scale as its marginal standard deviation.</summary>
    [Keyword("meandif", "deviations from the grand mean")]
    MeanDifference,

    /// <summary>An orthonormal basis of the deviations from the grand mean.</summary>
    [Keyword("orthonormal", "orthonormal deviations from the grand mean")]
    Orthonormal,
}
