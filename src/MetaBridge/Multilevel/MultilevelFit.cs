using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>The result of a multilevel or multivariate fit.</summary>
/// <remarks>k is the number of outcomes used, p the number of coefficients. All intervals are at <see cref="Level"/>.</remarks>
public sealed record MultilevelFit : FitResult
{
    /// <inheritdoc/>
    public override string Family => MultilevelSpec.FamilyName;

    /// <summary>How the components were estimated: REML or ML; EE for a model without random effects.</summary>
    public required HeterogeneityMethod Method { get; init; }

    /// <summary>How coefficients were tested.</summary>
    public required CoefficientTest Test { get; init; }

    /// <summary>Confidence level of all intervals, in percent.</summary>
    public required double Level { get; init; }

    /// <summary>The coefficients with their tests and intervals; p of them.</summary>
    public required CoefficientTable Coefficients { get; init; }

    /// <summary>Var(β̂), p × p by columns.</summary>
    public required double[] Covariance { get; init; }

    /// <summary>Degrees of freedom of each coefficient's t test; NaN for the normal test.</summary>
    public required double[] DegreesOfFreedom { get; init; }

    /// <summary>The random terms and what was estimated for each.</summary>
    public required IReadOnlyList<RandomTermFit> Terms { get; init; }

    /// <summary>Cochran's Q of (residual) heterogeneity from V alone, χ² with k − p degrees of freedom; NaN when V is singular.</summary>
    public required TestResult ResidualHeterogeneity { get; init; }

    /// <summary>The omnibus test QM of <see cref="TestedCoefficients"/>: χ² or F.</summary>
    public required TestResult OmnibusTest { get; init; }

    /// <summary>The coefficients in the omnibus test, counted from 0.</summary>
    public required IReadOnlyList<int> TestedCoefficients { get; init; }

    /// <summary>Log-likelihood, deviance and information criteria under maximum likelihood.</summary>
    public required FitStatistics MaximumLikelihood { get; init; }

    /// <summary>The same under restricted maximum likelihood.</summary>
    public required FitStatistics RestrictedLikelihood { get; init; }

    /// <summary>How many parameters the information criteria count: p and every component that is not fixed.</summary>
    public required int ParameterCount { get; init; }

    /// <summary>Whether the design has an intercept column.</summary>
    public required bool HasIntercept { get; init; }

    /// <summary>The outcomes that were used, those that were not and why.</summary>
    public required StudyTable Studies { get; init; }

    /// <summary>How the components were found.</summary>
    public required ComponentSearchReport Search { get; init; }

    /// <summary>Redundant moderator columns that were dropped, by name.</summary>
    public IReadOnlyList<string> DroppedColumns { get; init; } = [];

    /// <summary>How many outcomes were used.</summary>
    public int StudyCount => Studies.EffectSizes.Length;

    /// <summary>Variances of the <c>~ 1 | id</c> terms, in their order.</summary>
    public IReadOnlyList<VarianceComponent> SigmaSquared => Of(ComponentKind.SigmaSquared);

    /// <summary>Variances of the first <c>~ inner | outer</c> term.</summary>
    public IReadOnlyList<VarianceComponent> TauSquared => Of(ComponentKind.TauSquared);

    /// <summary>Correlations (or the range) of the first <c>~ inner | outer</c> term.</summary>
    public IReadOnlyList<VarianceComponent> Rho => Of(ComponentKind.Rho);

    /// <summary>Variances of the second <c>~ inner | outer</c> term.</summary>
    public IReadOnlyList<VarianceComponent> GammaSquared => Of(ComponentKind.GammaSquared);

    /// <summary>Correlations (or the range) of the second <c>~ inner | outer</c> term.</summary>
    public IReadOnlyList<VarianceComponent> Phi => Of(ComponentKind.Phi);

    /// <inheritdoc/>
    public override IReadOnlyList<Quantity> Quantities() => MultilevelQuantities.Of(this);

    /// <summary>
    /// With Satterthwaite's or Kenward and Roger's degrees of freedom: the estimated components that lie on the boundary (a variance of 0, a correlation of
    /// ±1) and so were taken as known. When all are, the degrees of freedom are infinite and the tests normal.
    /// </summary>
    public IReadOnlyList<string> ComponentsTakenAsKnown { get; init; } = [];

    /// <summary>Profile-likelihood intervals of the components that are not fixed, where they were asked for.</summary>
    public IReadOnlyList<ComponentInterval>? Intervals { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> SearchedComponents =>
        HasFreeComponents ? [.. ComponentsByKind().Select(group => Keywords<ComponentKind>.Of(group.Key))] : [];

    /// <inheritdoc/>
    public override Optimum? Optimum => !HasFreeComponents || HasCustomWeights ? null : Method switch
    {
        HeterogeneityMethod.Reml => Maximum("fit.stats.REML", RestrictedLikelihood),
        HeterogeneityMethod.MaximumLikelihood => Maximum("fit.stats.ML", MaximumLikelihood),
        _ => null,
    };

    /// <inheritdoc/>
    public override double NormalEquationsCondition => CoefficientConditioning.Of(Covariance, Coefficients.Count);

    /// <summary>Whether the coefficients are weighted by the user's weights, so that they don't maximise the likelihood.</summary>
    public bool HasCustomWeights { get; init; }

    /// <summary>Whether any component was estimated.</summary>
    internal bool HasFreeComponents => Terms.Any(term => term.Components.Any(component => !component.IsFixed));

    /// <summary>The components by the vector that they belong to, in the order of these vectors.</summary>
    internal IEnumerable<IGrouping<ComponentKind, VarianceComponent>> ComponentsByKind() =>
        Terms.SelectMany(term => term.Components).GroupBy(component => component.Kind).OrderBy(group => group.Key);

    private Optimum Maximum(string quantity, FitStatistics statistics) =>
        new(quantity, 0, statistics.LogLikelihood, SearchedComponents, Terms.Any(HasVarianceAtZero))
        {
            Distance = Search.Distance,
            Lowest = Search.LowestCorrelations.ToDictionary(pair => Keywords<ComponentKind>.Of(pair.Key), pair => pair.Value),
        };

    private static bool HasVarianceAtZero(RandomTermFit term) => term.Components.Any(component => component is
        { IsFixed: false, Value: 0, Kind: ComponentKind.SigmaSquared or ComponentKind.TauSquared or ComponentKind.GammaSquared });

    private VarianceComponent[] Of(ComponentKind kind) =>
        [.. Terms.SelectMany(term => term.Components).Where(component => component.Kind == kind)];
}

/// <summary>Which vector of components a value belongs to.</summary>
public enum ComponentKind
{
    /// <summary>Variance of an intercept term.</summary>
    [Keyword("sigma2", "variance of an intercept term")]
    SigmaSquared,

    /// <summary>Variance of the first inner-outer term.</summary>
    [Keyword("tau2", "variance of the first inner-outer term")]
    TauSquared,

    /// <summary>Correlation of the first inner-outer term.</summary>
    [Keyword("rho", "correlation of the first inner-outer term")]
    Rho,

    /// <summary>Variance of the second inner-outer term.</summary>
    [Keyword("gamma2", "variance of the second inner-outer term")]
    GammaSquared,

    /// <summary>Correlation of the second inner-outer term.</summary>
    [Keyword("phi", "correlation of the second inner-outer term")]
    Phi,
}

/// <summary>A variance or correlation of the random effects.</summary>
/// <param name="Kind">Which vector it belongs to.</param>
/// <param name="Label">What it belongs to: a grouping, a level, a pair of levels.</param>
/// <param name="Value">The estimate, or the fixed value.</param>
/// <param name="IsFixed">Whether it was fixed, by the user or because the data can't tell it.</param>
public sealed record VarianceComponent(ComponentKind Kind, string Label, double Value, bool IsFixed);

/// <summary>A random term of a fit.</summary>
/// <param name="Name">The grouping of an intercept term, or the outer factor.</param>
/// <param name="InnerName">The inner factor or formula; null for an intercept term.</param>
/// <param name="Structure">The structure; null for an intercept term.</param>
/// <param name="LevelCount">How many levels the grouping (or outer factor) has.</param>
/// <param name="InnerLevels">Levels of the inner factor or names of the random slopes.</param>
/// <param name="HasKnownCorrelation">Whether the levels are correlated by a known matrix.</param>
/// <param name="Components">Its variances and correlations.</param>
public sealed record RandomTermFit(
    string Name,
    string? InnerName,
    CovarianceStructure? Structure,
    int LevelCount,
    IReadOnlyList<string> InnerLevels,
    bool HasKnownCorrelation,
    IReadOnlyList<VarianceComponent> Components)
{
    /// <summary>Inner levels all of whose rows are incomplete; components of their own are fixed at 0.</summary>
    public IReadOnlyList<string> RemovedLevels { get; init; } = [];
}

/// <summary>How the components were found.</summary>
/// <param name="Optimality">What is known of the optimum.</param>
/// <param name="Converged">Whether the search met its tolerance.</param>
/// <param name="GradientNorm">Largest derivative of the log-likelihood that points into the parameter space (search coordinates).</param>
/// <param name="Distance">Distance to the exact optimum in standard errors, by the last quadratic model.</param>
/// <param name="HessianEigenvalues">Eigenvalues of the negative Hessian in the free, interior components (natural coordinates), increasing;
/// with a singular unstructured covariance those along the directions in which the components can move at that rank; for very large dense models those of the curvature model that the search ended with.</param>
/// <param name="Starts">How many starting points were searched from.</param>
/// <param name="Iterations">Steps in all.</param>
/// <param name="Evaluations">Likelihood evaluations in all.</param>
/// <param name="CovarianceShape">How the covariance of the outcomes was handled.</param>
public sealed record ComponentSearchReport(
    Optimality Optimality,
    bool Converged,
    double GradientNorm,
    double Distance,
    IReadOnlyList<double> HessianEigenvalues,
    int Starts,
    int Iterations,
    int Evaluations,
    string CovarianceShape)
{
    /// <summary>The lowest common correlation (CS, HCS) that random effects can have: −1/(n − 1) for n of them seen together.</summary>
    public IReadOnlyDictionary<ComponentKind, double> LowestCorrelations { get; init; } = new Dictionary<ComponentKind, double>();

    /// <summary>What lies on the border of the parameter space, one sentence each: components at a limit, singular covariances with their rank.</summary>
    public IReadOnlyList<string> Boundaries { get; init; } = [];
}
