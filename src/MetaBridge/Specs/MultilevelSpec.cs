using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>
/// Several, possibly dependent, effect sizes per study: y ~ N(Xβ, V + Σ Z G Z'); multilevel, multivariate and network models.
/// metafor's <c>rma.mv</c>.
/// </summary>
/// <remarks>
/// What does not fit into columns (a sampling covariance matrix, known correlation matrices, distances) travels beside the
/// dataset.
/// </remarks>
public sealed record MultilevelSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "multilevel";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>Where the effect sizes and (unless V is given as a matrix) the sampling variances come from.</summary>
    public required EffectSpec Effect { get; init; }

    /// <summary>The sampling covariance built from columns; null for independent errors, or for a matrix that travels beside the data.</summary>
    [JsonPropertyName("V")]
    public CovarianceSpec? Covariance { get; init; }

    /// <summary>The name of the dataset's matrix that is the sampling covariance V; null for none. <c>"V": "name"</c> in JSON.</summary>
    [JsonIgnore]
    public string? CovarianceMatrix { get; init; }

    /// <summary>
    /// The names of the dataset's matrices that are known correlations of random effects, by the grouping variable of their
    /// <c>~ 1 | id</c> term; null for none.
    /// </summary>
    [JsonPropertyName("R")]
    public IReadOnlyDictionary<string, string>? KnownCorrelations { get; init; }

    /// <summary>
    /// The names of the dataset's matrices that hold the distances of spatial structures, in the order of the <c>~ inner | outer</c> terms; a
    /// null element stands for distances from coordinates. <c>"dist": ["name"]</c> in JSON.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string?>? DistanceMatrices { get; init; }

    /// <summary>An R-style one-sided formula for the moderators; null for an intercept only.</summary>
    [JsonPropertyName("mods")]
    public string? Moderators { get; init; }

    /// <summary>
    /// Random terms as R-style one-sided formulas: <c>~ 1 | id</c>, <c>~ 1 | a/b</c>, <c>~ inner | outer</c> (at most two of the last kind).
    /// </summary>
    public IReadOnlyList<string> Random { get; init; } = [];

    /// <summary>Structure of each <c>~ inner | outer</c> term, in their order; the last is reused for further terms.</summary>
    [JsonPropertyName("struct")]
    public IReadOnlyList<CovarianceStructure> Structures { get; init; } = [CovarianceStructure.CompoundSymmetry];

    /// <summary>Fixed values of the variances of <c>~ 1 | id</c> terms; null (or a null element) to estimate.</summary>
    [JsonPropertyName("sigma2")]
    public IReadOnlyList<double?>? SigmaSquared { get; init; }

    /// <summary>Fixed values of the variances of the first <c>~ inner | outer</c> term; one value stands for all.</summary>
    [JsonPropertyName("tau2")]
    public IReadOnlyList<double?>? TauSquared { get; init; }

    /// <summary>Fixed values of the correlations of the first <c>~ inner | outer</c> term; one value stands for all.</summary>
    [JsonPropertyName("rho")]
    public IReadOnlyList<double?>? Rho { get; init; }

    /// <summary>As <see cref="TauSquared"/> for the second <c>~ inner | outer</c> term.</summary>
    [JsonPropertyName("gamma2")]
    public IReadOnlyList<double?>? GammaSquared { get; init; }

    /// <summary>As <see cref="Rho"/> for the second <c>~ inner | outer</c> term.</summary>
    [JsonPropertyName("phi")]
    public IReadOnlyList<double?>? Phi { get; init; }

    /// <summary>REML, ML, or EE for no random effects at all.</summary>
    public HeterogeneityMethod Method { get; init; } = HeterogeneityMethod.Reml;

    /// <summary>How coefficients are tested.</summary>
    public CoefficientTest Test { get; init; } = CoefficientTest.Normal;

    /// <summary>Denominator degrees of freedom of t and F tests.</summary>
    [JsonPropertyName("dfs")]
    public DegreesOfFreedomMethod DegreesOfFreedom { get; init; } = DegreesOfFreedomMethod.Residual;

    /// <summary>Confidence level in percent, 0 to 100.</summary>
    public double Level { get; init; } = 95;

    /// <summary>Coefficients in the omnibus test QM, counted from 1; null for all but the intercept.</summary>
    [JsonPropertyName("btt")]
    public IReadOnlyList<int>? TestedCoefficients { get; init; }

    /// <summary>The column with custom weights W (diagonal); null for the model's own.</summary>
    [JsonPropertyName("W")]
    public string? WeightColumn { get; init; }

    /// <summary>How known correlation matrices are scaled before use.</summary>
    [JsonPropertyName("Rscale")]
    public CorrelationScaling Scaling { get; init; } = CorrelationScaling.Correlation;

    /// <summary>How distances are measured for spatial structures.</summary>
    [JsonPropertyName("dist")]
    public DistanceMetric Metric { get; init; } = DistanceMetric.Euclidean;

    /// <summary>An R-style logical expression that selects rows; null for all.</summary>
    public string? Subset { get; init; }

    /// <summary>The column with labels of the outcomes; null for the row labels.</summary>
    [JsonPropertyName("slab")]
    public string? LabelColumn { get; init; }

    /// <summary>What else is wanted beside the fit; <see cref="FurtherResult"/> says what there is.</summary>
    public IReadOnlyList<FurtherRequest>? Also { get; init; }

    /// <summary>The column whose levels are the cases of what is wanted by cluster (residuals, influence, deletion); null for single rows.</summary>
    [JsonPropertyName("cluster")]
    public string? ClusterColumn { get; init; }

    /// <summary>Which sandwich the cluster-robust tests (<c>also: robust</c>) use; null for CR2.</summary>
    [JsonPropertyName("robust")]
    public ClusterRobustEstimator? Robust { get; init; }
}
