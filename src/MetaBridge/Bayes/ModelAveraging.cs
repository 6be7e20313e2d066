using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Fits every combination of spikes and slabs and averages: RoBMA's <c>BMA</c> by enumeration.</summary>
/// <remarks>
/// Components are the effect (the intercept), the heterogeneity and every moderator term; each is in or out with prior probability ½, independently. A
/// scale formula takes the heterogeneity off the list, because ln τ cannot be modelled at τ = 0.
/// </remarks>
internal static class ModelAveraging
{
    private const int MaxComponents = 8;
    private static readonly Prior Spike = Prior.Point(0);

    public static BayesModelAverage Run(BayesProblem problem, CancellationToken cancellation)
    {
        var components = Components(problem);
        if (components.Count > MaxComponents)
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported, $"Averaging over {components.Count} components means {1L << components.Count} models; at most {MaxComponents} are supported.");
        }

        var count = 1 << components.Count;
        var included = Enumerable.Range(0, count).Select(m => Enumerable.Range(0, components.Count).Select(c => (m & (1 << c)) == 0).ToArray()).ToArray();
        var fits = included.Select(mask => BayesEngine.Fit(Restrict(problem, components, mask), cancellation)).ToArray();
        var prior = Enumerable.Repeat(1.0 / count, count).ToArray();
        var probabilities = BayesComparison.PosteriorProbabilities(fits, prior);
        var models = fits.Select((fit, m) => new AveragedModel(included[m], prior[m], probabilities[m], fit)).ToArray();
        var names = fits[0].Estimates.Select(row => row.Name).ToArray();
        return new BayesModelAverage
        {
            Models = models,
            Inclusion = [.. components.Select((component, c) => Inclusion(component.Name, c, models))],
            Estimates = [.. names.Select(name => Average(name, models))],
            Conditional = [.. names.Select(name => Conditional(name, components, models))],
            LogMarginalLikelihood = Overall(fits, prior),
        };
    }

    private static Estimate Overall(BayesFit[] fits, double[] prior)
    {
        var top = fits.Max(fit => fit.LogMarginalLikelihood.Value);
        var sum = fits.Select((fit, m) => prior[m] * Math.Exp(fit.LogMarginalLikelihood.Value - top)).Sum();
        return new Estimate(top + Math.Log(sum), fits.Max(fit => fit.LogMarginalLikelihood.Error));
    }

    private static List<Component> Components(BayesProblem problem)
    {
        var components = new List<Component>();
        var intercept = Array.IndexOf(problem.Design.IsIntercept, true);
        if (intercept >= 0 && !problem.Input.CoefficientPriors[intercept].IsPoint)
        {
            components.Add(new Component("Effect", [intercept], IsHeterogeneity: false));
        }

        if (!problem.Input.Heterogeneity.IsPoint && problem.Input.ScalePriors.Length == 0)
        {
            components.Add(new Component("Heterogeneity", [], IsHeterogeneity: true));
        }

        var moderators = Enumerable.Range(0, problem.Design.Names.Length)
            .Where(j => !problem.Design.IsIntercept[j] && !problem.Input.CoefficientPriors[j].IsPoint);
        components.AddRange(moderators.GroupBy(j => problem.Design.Terms[j]).Select(term => new Component(term.Key, [.. term], IsHeterogeneity: false)));
        return components;
    }

    private static BayesProblem Restrict(BayesProblem problem, List<Component> components, bool[] included)
    {
        var coefficients = (PriorDistribution[])problem.Input.CoefficientPriors.Clone();
        var heterogeneity = problem.Input.Heterogeneity;
        for (var c = 0; c < components.Count; c++)
        {
            if (included[c])
            {
                continue;
            }

            foreach (var j in components[c].Columns)
            {
                coefficients[j] = new PriorDistribution(Spike, problem.Design.Names[j]);
            }

            heterogeneity = components[c].IsHeterogeneity ? new PriorDistribution(Spike, "tau") : heterogeneity;
        }

        return problem with { Input = problem.Input with { CoefficientPriors = coefficients, Heterogeneity = heterogeneity } };
    }

    private static InclusionRow Inclusion(string name, int component, AveragedModel[] models)
    {
        double with = 0, without = 0;
        foreach (var model in models)
        {
            with += model.Included[component] ? model.PosteriorProbability.Value : 0;
            without += model.Included[component] ? 0 : model.PosteriorProbability.Value;
        }

        var prior = models.Where(model => model.Included[component]).Sum(model => model.PriorProbability);
        var relative = 2 * models.Max(model => model.Fit.LogMarginalLikelihood.Error);
        var factor = with / without / (prior / (1 - prior));
        return new InclusionRow(name, prior, new Estimate(with, with * without * relative), new Estimate(factor, factor * relative));
    }

    private static PosteriorRow Conditional(string name, List<Component> components, AveragedModel[] models)
    {
        // A reported coefficient belongs to the components of the columns that it combines; rho belongs to the heterogeneity.
        var problem = models[0].Fit.Posterior!.Problem;
        var reported = problem.Design.Reported.FirstOrDefault(row => row.Name == name);
        var owner = components.FindIndex(component => reported is null
            ? component.IsHeterogeneity
            : component.Columns.Any(j => reported.Combination[j] != 0 && (!problem.Design.IsIntercept[j] || problem.Design.IsIntercept[Main(reported)])));
        return owner < 0 ? Average(name, models) : Average(name, [.. models.Where(model => model.Included[owner])]);
    }

    private static int Main(ReportedCoefficient reported) =>
        Enumerable.Range(0, reported.Combination.Length).MaxBy(j => Math.Abs(reported.Combination[j]));

    private static PosteriorRow Average(string name, AveragedModel[] models)
    {
        var posteriors = Array.ConvertAll(models, model => model.Fit.Posterior!);
        var answers = Array.ConvertAll(posteriors, posterior => posterior.Find(name));
        var prior = models.Select(model => model.PriorProbability).ToArray();
        return posteriors[0].Summarize(name, posteriors.Any(posterior => posterior.IsSampled) ? FromParts() : new MarginalPair(
            At(solution => solution.Fine.LogIntegral, both => both.Fine), At(solution => solution.Coarse.LogIntegral, both => both.Coarse)));

        Answer FromParts()
        {
            var probabilities = BayesComparison.PosteriorProbabilities([.. models.Select(model => model.Fit)], prior);
            return new AveragedAnswer([.. answers.Zip(probabilities)]);
        }

        AveragedMarginal At(Func<LatticeSolution, double> logIntegral, Func<MarginalPair, Marginal> side)
        {
            var weights = BayesComparison.Normalise([.. posteriors.Select(posterior => logIntegral((LatticeSolution)posterior.Solution))], prior);
            return new AveragedMarginal(answers.Select((answer, m) => (weights[m], side((MarginalPair)answer))));
        }
    }

    private sealed record Component(string Name, int[] Columns, bool IsHeterogeneity);
}
