using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Bayes;

/// <summary>The result of a Bayesian fit.</summary>
/// <remarks>All intervals are equal-tailed credible intervals at <see cref="Level"/>.</remarks>
public sealed record BayesFit : FitResult
{
    /// <inheritdoc/>
    public override string Family => BayesSpec.FamilyName;

    /// <summary>The scale of the effect sizes.</summary>
    public required BayesMeasure Measure { get; init; }

    /// <summary>Credible level in percent.</summary>
    public required double Level { get; init; }

    /// <summary>The priors that were used.</summary>
    public required PriorSet Priors { get; init; }

    /// <summary>The main table: mu (or the coefficients), tau, coefficients of ln τ, rho.</summary>
    public required IReadOnlyList<PosteriorRow> Estimates { get; init; }

    /// <summary>The heterogeneity table: tau, rho, their parts within and between clusters, tau2, I2, H2; five rows less without clusters.</summary>
    public required IReadOnlyList<PosteriorRow> Heterogeneity { get; init; }

    /// <summary>ln p(y).</summary>
    public required Estimate LogMarginalLikelihood { get; init; }

    /// <summary>ṽ behind I² and H²; NaN when there are no more studies than coefficients, and then these rows are left out.</summary>
    public required double TypicalVariance { get; init; }

    /// <summary>How the numbers were integrated; null where they were sampled.</summary>
    public required QuadratureReport? Quadrature { get; init; }

    /// <summary>How the numbers were sampled; null where they were integrated.</summary>
    public SamplingReport? Sampling { get; init; }

    /// <summary>Whether the errors are small enough for the numbers to be used: of the quadrature, or of the chains.</summary>
    public bool Converged => Quadrature?.Converged ?? Sampling?.Converged ?? false;

    /// <summary>Names of the clusters in order of appearance; empty without clusters.</summary>
    public required IReadOnlyList<string> ClusterNames { get; init; }

    /// <summary>The studies that were used, those that were not and why.</summary>
    public required StudyTable Studies { get; init; }

    /// <summary>The posterior itself, for everything that the tables do not hold; null where it was sampled and for a result that was read from a file.</summary>
    public BayesPosterior? Posterior { get; init; }

    /// <summary>The draws; null where there are none and for a result that was read from a file.</summary>
    public BayesDraws? Draws { get; init; }

    /// <summary>How many studies were used.</summary>
    public int StudyCount => Studies.EffectSizes.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<Quantity> Quantities() => BayesQuantities.Of(this);
}

/// <summary>How a quadrature went.</summary>
/// <param name="Dimensions">Dimensions of the lattice, after the coefficients were integrated out.</param>
/// <param name="Points">Points at which the likelihood was evaluated.</param>
/// <param name="Step">Step size in units of the posterior's width.</param>
/// <param name="Converged">Whether two step sizes gave the same marginal likelihood to the tolerance.</param>
public sealed record QuadratureReport(int Dimensions, int Points, double Step, bool Converged);

/// <summary>How a sampling went.</summary>
/// <param name="Chains">Number of chains.</param>
/// <param name="Warmup">Sweeps per chain that were thrown away.</param>
/// <param name="Draws">Draws kept per chain.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Converged">Whether every R̂ and effective sample size is within its limit.</param>
/// <param name="Diagnostics">One row per parameter.</param>
public sealed record SamplingReport(int Chains, int Warmup, int Draws, long Seed, bool Converged, IReadOnlyList<DrawDiagnostics> Diagnostics);

/// <summary>Convergence diagnostics of one parameter (Vehtari et al., 2021).</summary>
/// <param name="Name">The parameter.</param>
/// <param name="RHat">Rank-normalised split R̂.</param>
/// <param name="BulkEss">Effective sample size of the bulk.</param>
/// <param name="TailEss">Effective sample size of the tails.</param>
public sealed record DrawDiagnostics(string Name, double RHat, double BulkEss, double TailEss);
