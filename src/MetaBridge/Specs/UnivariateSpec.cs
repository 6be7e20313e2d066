using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>
/// One effect size per study: y ~ N(Xβ, diag(v + τ²)); equal-effects, random-effects and mixed-effects (meta-regression) models.
/// metafor's <c>rma.uni</c>.
/// </summary>
public sealed record UnivariateSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "univariate";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>Where the effect sizes and sampling variances come from.</summary>
    public required EffectSpec Effect { get; init; }

    /// <summary>An R-style one-sided formula for the moderators, such as <c>~ ablat + factor(alloc)</c>; null for none.</summary>
    [JsonPropertyName("mods")]
    public string? Moderators { get; init; }

    /// <summary>How τ² is estimated.</summary>
    [JsonPropertyName("method")]
    public HeterogeneityMethod Method { get; init; } = HeterogeneityMethod.Reml;

    /// <summary>Estimators to fall back on, in turn, where <see cref="Method"/> does not converge; null for none.</summary>
    /// <remarks>
    /// metafor's <c>method=c("REML","DL")</c>; in JSON <c>method</c> is a list then. The searches here end with an estimate wherever the estimator has one, so that the
    /// first method is the one that is used; other errors (too few studies, variances of zero) are those of the first method, as in metafor.
    /// </remarks>
    [JsonIgnore]
    public IReadOnlyList<HeterogeneityMethod>? Fallbacks { get; init; }

    /// <summary>How coefficients are tested.</summary>
    [JsonPropertyName("test")]
    public CoefficientTest Test { get; init; } = CoefficientTest.Normal;

    /// <summary>Confidence level in percent, 0 to 100.</summary>
    public double Level { get; init; } = 95;

    /// <summary>A fixed value of τ² instead of an estimate; null to estimate it.</summary>
    [JsonPropertyName("tau2")]
    public double? TauSquared { get; init; }

    /// <summary>The column with custom weights; null for the model's own.</summary>
    [JsonPropertyName("weights")]
    public string? WeightColumn { get; init; }

    /// <summary>False for unweighted estimation of the coefficients.</summary>
    public bool Weighted { get; init; } = true;

    /// <summary>Coefficients in the omnibus test QM, counted from 1; null for all but the intercept.</summary>
    [JsonPropertyName("btt")]
    public IReadOnlyList<int>? TestedCoefficients { get; init; }

    /// <summary>An R-style logical expression that selects rows, such as <c>year &gt; 1950 &amp; alloc == "random"</c>; null for all.</summary>
    public string? Subset { get; init; }

    /// <summary>The column with study labels; null for the row labels.</summary>
    [JsonPropertyName("slab")]
    public string? LabelColumn { get; init; }

    /// <summary>Which further results to compute beside the fit.</summary>
    [JsonPropertyName("also")]
    public IReadOnlyList<FurtherRequest>? Also { get; init; }

    /// <summary>
    /// The requests of <see cref="Also"/> that are answered by tables beside the fit, each once: all but <c>predict</c> and <c>confint</c> without options, which are
    /// members of the fit.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<FurtherRequest> TableRequests => [.. (Also ?? []).Where(request => !IsPartOfFit(request)).Distinct()];

    /// <summary>The words of <see cref="Also"/> that are members of the fit.</summary>
    [JsonIgnore]
    internal IReadOnlyList<FurtherResult> PartsOfFit => [.. (Also ?? []).Where(IsPartOfFit).Select(request => request.Result)];

    private static bool IsPartOfFit(FurtherRequest request) =>
        request is { IsPlain: true, Result: FurtherResult.Predictions or FurtherResult.HeterogeneityIntervals };
}
