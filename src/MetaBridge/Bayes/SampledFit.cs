using MetaBridge.Univariate;

namespace MetaBridge.Bayes;

/// <summary>Puts draws into the shape of a fit.</summary>
internal static class SampledFit
{
    /// <summary>Samples and reports.</summary>
    /// <exception cref="Errors.MetaBridgeException">The options are not usable, or the work was cancelled.</exception>
    public static BayesFit Of(BayesProblem problem, SamplerOptions options)
    {
        var draws = BayesSampler.Sample(problem, options);
        var rows = draws.Rows.ToDictionary(row => row.Summary.Name, StringComparer.Ordinal);
        var heterogeneity = HeterogeneityQuantity.All.Select(quantity => quantity.Name).ToList();
        heterogeneity.Insert(1, "rho");
        var slopes = rows.Keys.Where(name => name.StartsWith(PosteriorParameters.ScalePrefix, StringComparison.Ordinal));
        string[] main = [.. problem.Design.Reported.Select(row => row.Name), "tau", .. slopes, "rho"];
        return new BayesFit
        {
            Engine = UnivariateEngine.EngineName,
            Measure = problem.Measure,
            Level = problem.Spec.Level,
            Priors = problem.Priors,
            Estimates = Table(main),
            Heterogeneity = Table(heterogeneity),
            LogMarginalLikelihood = draws.LogMarginalLikelihood,
            TypicalVariance = PosteriorParameters.TypicalVarianceOf(problem.Input),
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
            Draws = draws,
        };

        PosteriorRow[] Table(IEnumerable<string> names) => [.. names.Where(rows.ContainsKey).Select(name => rows[name].Summary)];
    }
}
