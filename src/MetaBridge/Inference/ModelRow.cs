using MetaBridge.Specs;

namespace MetaBridge.Inference;

/// <summary>A model in a comparison.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">REML or ML.</param>
/// <param name="ParameterCount">Coefficients and estimated components.</param>
/// <param name="Statistics">Log-likelihood and criteria of that method.</param>
/// <param name="Difference">AICc less the smallest.</param>
/// <param name="Weight">exp(−½ difference), scaled to sum to 1 (Burnham &amp; Anderson, 2002, section 2.9).</param>
public sealed record ModelRow(
    string Name, HeterogeneityMethod Method, int ParameterCount, Univariate.FitStatistics Statistics, double Difference, double Weight)
{
    internal static IReadOnlyList<ModelRow> Of(IReadOnlyList<(string Name, HeterogeneityMethod Method, int Parameters, Univariate.FitStatistics Statistics)> models)
    {
        var best = models.Min(model => model.Statistics.Aicc);
        var likelihoods = models.Select(model => Math.Exp(0.5 * (best - model.Statistics.Aicc))).ToArray();
        var sum = likelihoods.Sum();
        return [.. models.Select((model, i) => new ModelRow(model.Name, model.Method, model.Parameters, model.Statistics, model.Statistics.Aicc - best, likelihoods[i] / sum))];
    }
}
