namespace MetaBridge.Bayes;

/// <summary>One of the models that were averaged.</summary>
/// <param name="Included">Which components are free in it, in the order of <see cref="BayesModelAverage.Inclusion"/>; the others are spikes at 0.</param>
/// <param name="PriorProbability">Its prior probability.</param>
/// <param name="PosteriorProbability">Its posterior probability.</param>
/// <param name="Fit">Its fit.</param>
public sealed record AveragedModel(IReadOnlyList<bool> Included, double PriorProbability, Estimate PosteriorProbability, BayesFit Fit);

/// <summary>The evidence for a component.</summary>
/// <param name="Component">Effect, Heterogeneity, or a moderator term.</param>
/// <param name="PriorProbability">Prior probability of the models that have it.</param>
/// <param name="PosteriorProbability">Their posterior probability.</param>
/// <param name="BayesFactor">Posterior odds over prior odds of inclusion.</param>
public sealed record InclusionRow(string Component, double PriorProbability, Estimate PosteriorProbability, Estimate BayesFactor);

/// <summary>Bayesian model averaging over spike-and-slab components: every combination of components fitted, weighted by its marginal likelihood.</summary>
public sealed record BayesModelAverage
{
    /// <summary>All models.</summary>
    public required IReadOnlyList<AveragedModel> Models { get; init; }

    /// <summary>Evidence for each component.</summary>
    public required IReadOnlyList<InclusionRow> Inclusion { get; init; }

    /// <summary>The main table averaged over all models, spikes included.</summary>
    public required IReadOnlyList<PosteriorRow> Estimates { get; init; }

    /// <summary>The same given that the row's own component is included.</summary>
    public required IReadOnlyList<PosteriorRow> Conditional { get; init; }

    /// <summary>ln of the marginal likelihood averaged over the models' prior probabilities.</summary>
    public required Estimate LogMarginalLikelihood { get; init; }
}

/// <summary>Compares fits of the same data.</summary>
public static class BayesComparison
{
    /// <summary>p(y | first) / p(y | second).</summary>
    public static Estimate BayesFactor(BayesFit first, BayesFit second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var (a, b) = (first.LogMarginalLikelihood, second.LogMarginalLikelihood);
        var factor = Math.Exp(a.Value - b.Value);
        return new Estimate(factor, factor * (a.Error + b.Error));
    }

    /// <summary>Posterior probabilities of models from their marginal likelihoods.</summary>
    /// <param name="fits">Fits of the same data.</param>
    /// <param name="priorProbabilities">Their prior probabilities; null for equal ones. They are normalised.</param>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.LengthMismatch"/>.</exception>
    public static IReadOnlyList<Estimate> PosteriorProbabilities(IReadOnlyList<BayesFit> fits, IReadOnlyList<double>? priorProbabilities = null)
    {
        ArgumentNullException.ThrowIfNull(fits);
        if (priorProbabilities is not null && priorProbabilities.Count != fits.Count)
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.LengthMismatch, $"There are {fits.Count} models, but {priorProbabilities.Count} prior probabilities.");
        }

        var logs = fits.Select(fit => fit.LogMarginalLikelihood).ToArray();
        var prior = priorProbabilities ?? [.. Enumerable.Repeat(1.0 / fits.Count, fits.Count)];
        var fine = Normalise([.. logs.Select(x => x.Value)], prior);
        // The worst case: this model's error one way, the others' the other way; bounded by the sum of both relative errors.
        var spread = logs.Max(x => x.Error);
        return [.. fine.Select((p, m) => new Estimate(p, p * (1 - p) * (logs[m].Error + spread)))];
    }

    internal static double[] Normalise(double[] logs, IReadOnlyList<double> prior)
    {
        var top = logs.Max();
        var weights = logs.Select((log, m) => prior[m] * Math.Exp(log - top)).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }
}
