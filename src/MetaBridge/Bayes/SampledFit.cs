using MetaBridge.Univariate;

namespace MetaBridge.Bayes;

/// <summary>Puts draws into the shape of a fit.</summary>
internal static class SampledFit
{
    /// <summary>Samples and reports.</summary>
    /// <exception cref="Errors.MetaBridgeException">The options are not usable, or the work was cancelled.</exception>
    public static BayesFit Of(BayesProblem problem, SamplerOptions options)
    {
        var (posterior, draws) = BayesSampler.Ask(problem, options);
        var rows = draws.Rows.ToDictionary(row => row.Summary.Name, row => row.Summary, StringComparer.Ordinal);
        return new BayesFit
        {
            Engine = UnivariateEngine.EngineName,
            Measure = problem.Measure,
            Level = problem.Spec.Level,
            Priors = problem.Priors,
            Estimates = [.. posterior.Parameters.Main.Select(name => rows[name])],
            Heterogeneity = [.. posterior.Parameters.Heterogeneity.Select(name => rows[name])],
            LogMarginalLikelihood = draws.LogMarginalLikelihood,
            TypicalVariance = posterior.Parameters.TypicalVariance,
            Quadrature = null,
            Sampling = new SamplingReport(
                options.Chains,
                options.Warmup,
                options.Draws,
                options.Seed,
                draws.Converged,
                [.. draws.Rows.Select(row => new DrawDiagnostics(row.Summary.Name, row.RHat, row.BulkEss, row.TailEss))]),
            ClusterNames = problem.ClusterNames,
            Studies = problem.Studies,
            Posterior = posterior,
            Draws = draws,
        };
    }
}
