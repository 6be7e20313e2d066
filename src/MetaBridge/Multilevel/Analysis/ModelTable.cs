using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Several models of the same outcomes by their information criteria.</summary>
public static class ModelTable
{
    /// <summary>One row per model in the given order.</summary>
    /// <param name="models">Models with names.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: no model, other outcomes, other methods, or REML with different moderators.
    /// </exception>
    public static IReadOnlyList<ModelRow> Of(params IReadOnlyList<(string Name, MultilevelAnalysis Model)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "There is no model to compare.");
        }

        foreach (var (name, model) in models.Skip(1))
        {
            models[0].Model.CheckComparable(model, name);
        }

        var statistics = models.Select(entry => MultilevelAnalysis.StatisticsOf(entry.Model.Fit)).ToArray();
        var best = statistics.Min(s => s.Aicc);
        var likelihoods = Array.ConvertAll(statistics, s => Math.Exp(0.5 * (best - s.Aicc)));
        return
        [
            .. models.Select((entry, i) => new ModelRow(
                entry.Name, entry.Model.Fit.Method, entry.Model.Fit.ParameterCount, statistics[i], statistics[i].Aicc - best, likelihoods[i] / likelihoods.Sum())),
        ];
    }
}

/// <summary>A model in a comparison.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">REML or ML.</param>
/// <param name="ParameterCount">Coefficients and estimated components.</param>
/// <param name="Statistics">Log-likelihood and criteria of that method.</param>
/// <param name="Difference">AICc less the smallest.</param>
/// <param name="Weight">exp(−½ difference), scaled to sum to 1 (Burnham &amp; Anderson, 2002, section 2.9).</param>
public sealed record ModelRow(
    string Name, HeterogeneityMethod Method, int ParameterCount, Univariate.FitStatistics Statistics, double Difference, double Weight);
