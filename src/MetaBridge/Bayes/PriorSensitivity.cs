using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>A posterior under one pair of prior scales.</summary>
/// <param name="EffectFactor">Factor on the scale of the effect's prior.</param>
/// <param name="HeterogeneityFactor">Factor on the scale of τ's prior.</param>
/// <param name="Estimates">The main table.</param>
/// <param name="LogMarginalLikelihood">ln p(y).</param>
/// <param name="EffectBayesFactor">p(y) over p(y) with the effect fixed at 0.</param>
public sealed record SensitivityRow(
    double EffectFactor,
    double HeterogeneityFactor,
    IReadOnlyList<PosteriorRow> Estimates,
    Estimate LogMarginalLikelihood,
    Estimate EffectBayesFactor);

/// <summary>How far results depend on the scales of the priors.</summary>
public static class PriorSensitivity
{
    /// <summary>Factors from a quarter to four times the prior's scale.</summary>
    public static IReadOnlyList<double> DefaultFactors { get; } = [0.25, 0.5, 1, 2, 4];

    /// <summary>Refits under every pair of factors.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="effectFactors">Factors on the scale of the effect's prior; null for <see cref="DefaultFactors"/>.</param>
    /// <param name="heterogeneityFactors">Factors on the scale of τ's prior; null for <see cref="DefaultFactors"/>.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Errors.MetaBridgeException">As <see cref="BayesEngine.Fit(BayesSpec, Data.Dataset, FitOptions?)"/>.</exception>
    public static IReadOnlyList<SensitivityRow> Table(
        BayesSpec spec,
        Data.Dataset data,
        IReadOnlyList<double>? effectFactors = null,
        IReadOnlyList<double>? heterogeneityFactors = null,
        CancellationToken cancellation = default)
    {
        var problem = BayesProblem.Assemble(spec, data);
        var rows = new List<SensitivityRow>();
        foreach (var tauFactor in heterogeneityFactors ?? DefaultFactors)
        {
            var withTau = problem with
            {
                Input = problem.Input with { Heterogeneity = new PriorDistribution(problem.Priors.Heterogeneity.Rescaled(tauFactor), "tau") },
            };
            var nothing = BayesEngine.Fit(WithEffect(withTau, Prior.Point(0)), cancellation);
            foreach (var effectFactor in effectFactors ?? DefaultFactors)
            {
                var fit = BayesEngine.Fit(WithEffect(withTau, problem.Priors.Effect.Rescaled(effectFactor)), cancellation);
                rows.Add(new SensitivityRow(
                    effectFactor, tauFactor, fit.Estimates, fit.LogMarginalLikelihood, BayesComparison.BayesFactor(fit, nothing)));
            }
        }

        return rows;
    }

    private static BayesProblem WithEffect(BayesProblem problem, Prior prior)
    {
        var priors = (PriorDistribution[])problem.Input.CoefficientPriors.Clone();
        var intercept = Array.IndexOf(problem.Design.IsIntercept, true);
        if (intercept >= 0)
        {
            priors[intercept] = new PriorDistribution(prior, problem.Design.Names[intercept]);
        }

        return problem with { Input = problem.Input with { CoefficientPriors = priors } };
    }
}
