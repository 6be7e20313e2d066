using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Numerics.Quadrature;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Bayes;

/// <summary>Fits Bayesian models by deterministic quadrature: no seed, no chain, no Monte Carlo error. Models with too many dimensions for that are sampled.</summary>
public static class BayesEngine
{
    /// <summary>The error of ln p(y) that still counts as converged: a Bayes factor is then off by no more than one part in ten thousand.</summary>
    private const double AcceptedLogError = 1e-4;

    /// <summary>Errors of the tables, relative to the larger of value and standard deviation: what is aimed at and what still counts as converged.</summary>
    private const double AimedError = 1e-4, AcceptedError = 1e-3;

    private const int MaxRefinements = 2, SquaredErrorDimensions = 3;

    /// <summary>A lattice larger than this is not refined for the tables' sake: the answer must stay a matter of a second.</summary>
    private const int MaxPointsToRefine = 15_000;

    /// <summary>Fits.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">The specification, the priors or the data are not usable; the code says why.</exception>
    public static BayesFit Fit(BayesSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        return Fit(BayesProblem.Assemble(spec, data), (options ?? FitOptions.Default).CancellationToken);
    }

    /// <summary>Whether <see cref="Fit(BayesSpec, Dataset, FitOptions?)"/> integrates the posterior; it samples a model with too many dimensions for that.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <exception cref="MetaBridgeException">The specification, the priors or the data are not usable; the code says why.</exception>
    public static bool IsIntegrated(BayesSpec spec, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        var problem = BayesProblem.Assemble(spec, data);
        return BayesSolver.IsWithinReach(problem.Input);
    }

    /// <summary>Fits by sampling, also where the quadrature would do: to check it, or for its draws.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <param name="options">How to sample; null for the defaults.</param>
    /// <returns>A fit whose errors are Monte Carlo standard errors, with its draws.</returns>
    /// <exception cref="MetaBridgeException">
    /// As for <see cref="Fit(BayesSpec, Dataset, FitOptions?)"/>, and <see cref="ErrorCode.InvalidOption"/> for the sampler's options.
    /// </exception>
    public static BayesFit Sample(BayesSpec spec, Dataset data, SamplerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        return SampledFit.Of(BayesProblem.Assemble(spec, data), options ?? new SamplerOptions());
    }

    /// <summary>Averages over spike-and-slab components: effect, heterogeneity and every moderator term, each in or out with probability ½.</summary>
    /// <param name="spec">The full model; its priors are the slabs.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">As for a fit, and <see cref="ErrorCode.NotSupported"/> with too many components.</exception>
    public static BayesModelAverage Average(BayesSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        return ModelAveraging.Run(BayesProblem.Assemble(spec, data), (options ?? FitOptions.Default).CancellationToken);
    }

    internal static BayesFit Fit(BayesProblem problem, CancellationToken cancellation)
    {
        if (!BayesSolver.IsWithinReach(problem.Input) || BayesSolver.Solve(problem.Input, cancellation) is not { Fine.Lattice.IsCutShort: false } solution)
        {
            return SampledFit.Of(problem, new SamplerOptions { CancellationToken = cancellation });
        }

        var posterior = new BayesPosterior(problem, solution);
        var (coefficients, heterogeneity) = Tables(posterior);
        for (var i = 0; i < MaxRefinements && Worst(coefficients, heterogeneity) > AimedError; i++)
        {
            if (solution.Fine.Lattice.Count > MaxPointsToRefine || solution.Refined() is not { } refined)
            {
                break;
            }

            solution = refined;
            posterior = new BayesPosterior(problem, solution);
            (coefficients, heterogeneity) = Tables(posterior);
        }

        var lattice = solution.Fine.Lattice;
        var converged = IsAccepted(lattice, posterior.LogMarginalLikelihood.Error, AcceptedLogError) && IsAccepted(lattice, Worst(coefficients, heterogeneity), AcceptedError);
        return new BayesFit
        {
            Engine = UnivariateEngine.EngineName,
            Measure = problem.Measure,
            Level = problem.Spec.Level,
            Priors = problem.Priors,
            Estimates =
            [
                .. coefficients,
                heterogeneity[0],
                .. posterior.Parameters.ScaleCoefficients.Select(name => posterior.Summarize(name)),
                .. heterogeneity.Where(row => row.Name == "rho"),
            ],
            Heterogeneity = heterogeneity,
            LogMarginalLikelihood = posterior.LogMarginalLikelihood,
            TypicalVariance = posterior.Parameters.TypicalVariance,
            Quadrature = new QuadratureReport(lattice.Dimensions, lattice.Count, lattice.Step, converged),
            ClusterNames = problem.ClusterNames,
            Studies = problem.Studies,
            Posterior = posterior,
        };
    }

    /// <summary>
    /// Whether an error is small enough. From three dimensions on often only steps are affordable whose double is too wide for most posteriors; the error of the finer
    /// step is about the square of the difference, which is then what is judged.
    /// </summary>
    private static bool IsAccepted(Lattice lattice, double error, double accepted) => (lattice.Dimensions < SquaredErrorDimensions ? error : error * error) <= accepted;

    private static (PosteriorRow[] Coefficients, PosteriorRow[] Heterogeneity) Tables(BayesPosterior posterior) => (
        [.. posterior.Parameters.Coefficients.Select(name => posterior.Summarize(name))],
        [.. posterior.Parameters.Heterogeneity.Select(name => posterior.Summarize(name))]);

    private static double Worst(params PosteriorRow[][] tables) => tables.SelectMany(rows => rows).Max(row =>
        new[] { row.Mean, row.Sd, row.Lower, row.Median, row.Upper }.Max(x =>
            x.Error == 0 ? 0 : x.Error / Math.Max(Math.Abs(x.Value), row.Sd.Value)));
}
