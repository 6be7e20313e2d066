using MetaBridge.Errors;
using MetaBridge.Inference;

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

        return ModelRow.Of([.. models.Select(entry =>
            (entry.Name, entry.Model.Fit.Method, entry.Model.Fit.ParameterCount, MultilevelAnalysis.StatisticsOf(entry.Model.Fit)))]);
    }
}
