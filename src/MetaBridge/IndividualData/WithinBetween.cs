using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.IndividualData;

/// <summary>A moderator that varies within studies, taken apart into the study's mean and the deviation from it.</summary>
/// <param name="Model">The model <c>~ x.mean + x.dev</c> with a random effect of the study.</param>
/// <param name="Comparison">The test that the slope between studies is that within: L β of between less within.</param>
/// <param name="Cautions">What a reader of the numbers must know.</param>
public sealed record WithinBetweenFit(MultilevelFit Model, LinearHypothesisTest Comparison, IReadOnlyList<string> Cautions);

/// <summary>Slopes within and between studies of effect sizes from groups of people, such as subgroups by age.</summary>
public static class WithinBetween
{
    /// <summary>The column of the variance between studies.</summary>
    internal const string Component = "components.sigma2";

    private const string MeanSuffix = ".mean";
    private const string DeviationSuffix = ".dev";

    /// <summary>The data with two more columns: the study's mean of a column, and the deviation from it.</summary>
    /// <param name="data">Several rows per study.</param>
    /// <param name="study">The column of studies.</param>
    /// <param name="covariate">The column to take apart: <c>x</c> gives <c>x.mean</c> and <c>x.dev</c>.</param>
    /// <param name="size">A column of group sizes by which means are weighted; null for plain means.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.MissingColumn"/>, <see cref="ErrorCode.WrongColumnType"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    /// <remarks>A row with a missing value counts for no mean and gets no deviation.</remarks>
    public static Dataset Split(Dataset data, string study, string covariate, string? size = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (studies, values) = (data[study], data[covariate].ToNumbers());
        var sizes = size is null ? null : data[size].ToNumbers();
        var sums = new Dictionary<string, (double Weight, double Sum)>(StringComparer.Ordinal);
        for (var row = 0; row < values.Length; row++)
        {
            if (studies.IsMissing(row) || double.IsNaN(values[row]))
            {
                continue;
            }

            var weight = sizes?[row] ?? 1;
            if (!(weight > 0) || !double.IsFinite(weight))
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption, $"The size in row {row + 1} must be positive.", new Dictionary<string, object?> { ["column"] = size, ["row"] = row + 1 });
            }

            var own = sums.GetValueOrDefault(studies.TextAt(row)!);
            sums[studies.TextAt(row)!] = (own.Weight + weight, own.Sum + (weight * values[row]));
        }

        double[] means = [.. Enumerable.Range(0, values.Length).Select(row =>
            !studies.IsMissing(row) && sums.TryGetValue(studies.TextAt(row)!, out var own) ? own.Sum / own.Weight : double.NaN)];
        return data.With(new NumberColumn(covariate + MeanSuffix, means)).With(new NumberColumn(covariate + DeviationSuffix, [.. values.Zip(means, (x, mean) => x - mean)]));
    }

    /// <summary>Fits both slopes and tests whether they agree.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">As for a multilevel fit; <see cref="ErrorCode.InvalidOption"/> when the moderator varies within no study, or not between them.</exception>
    /// <remarks>Rows of one study share a random effect; the people in different rows must be different people.</remarks>
    public static WithinBetweenFit Fit(WithinBetweenSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var settings = new MultilevelSpec { Effect = spec.Effect, Method = spec.Method, Test = spec.Test, Level = spec.Level };
        if (options?.EvaluateAt is { } components && components.TryGetValue(Component, out var sigma2))
        {
            options = options with { EvaluateAt = new Dictionary<string, double[]> { ["sigma2"] = sigma2 } };
        }

        return Fit(spec.Effect, data, spec.Study, spec.Covariate, spec.Size, settings, options);
    }

    /// <summary>Fits both slopes and tests whether they agree.</summary>
    /// <param name="effect">Where effect sizes and variances come from; several rows per study.</param>
    /// <param name="data">The data.</param>
    /// <param name="study">The column of studies.</param>
    /// <param name="covariate">The moderator.</param>
    /// <param name="size">A column of group sizes for the studies' means; null for plain means.</param>
    /// <param name="settings">Method, test and level; null for REML, t tests and 95.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">As for a multilevel fit; <see cref="ErrorCode.InvalidOption"/> when the moderator varies within no study, or not between them.</exception>
    /// <remarks>Rows of one study share a random effect; the people in different rows must be different people.</remarks>
    public static WithinBetweenFit Fit(
        EffectSpec effect, Dataset data, string study, string covariate, string? size = null, MultilevelSpec? settings = null, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(effect);
        var split = Split(data, study, covariate, size);
        Require(split, covariate + DeviationSuffix, $"'{covariate}' does not vary within any study, so that people can't be told from studies; only a slope between studies can be fitted.");
        Require(split, covariate + MeanSuffix, $"The studies' means of '{covariate}' are all the same; there is no slope between studies.");
        var spec = (settings ?? new MultilevelSpec { Effect = effect, Test = CoefficientTest.StudentT }) with
        {
            Effect = effect,
            Moderators = $"~ {Quoted(covariate + MeanSuffix)} + {Quoted(covariate + DeviationSuffix)}",
            Random = [$"~ 1 | {Quoted(study)}"],
        };
        var analysis = MetaAnalysis.Analyse(spec, split, null, options);
        return new WithinBetweenFit(analysis.Fit, analysis.TestHypothesis(LinearHypothesis.Of([[0, 1, -1]])), [EcologicalCaution.StudyMean(covariate)]);
    }

    private static string Quoted(string name) => name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_') && !char.IsDigit(name[0]) ? name : $"`{name}`";

    private static void Require(Dataset data, string column, string problem)
    {
        double[] values = [.. data[column].ToNumbers().Where(double.IsFinite)];
        var size = values.Length == 0 ? 0 : values.Max(Math.Abs);
        if (values.Length == 0 || values.All(value => Math.Abs(value - values[0]) <= 1e-12 * size))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, problem, new Dictionary<string, object?> { ["column"] = column });
        }
    }
}
