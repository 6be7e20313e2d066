using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>Takes a specification and a dataset apart, and fits.</summary>
internal static class StratifiedModel
{
    private static readonly EffectSpec Defaults = new();

    public static StratifiedFit Fit(StratifiedSpec spec, Dataset data, FitOptions options)
    {
        CheckEffect(spec.Effect);
        var measure = StratifiedChecks.MeasureOf(spec.Method, spec.Effect.Measure);
        var dropped = new List<DroppedStudy>();
        var rows = UnivariateModel.SelectedRows(spec.Subset, data, dropped);
        var labels = UnivariateModel.Labels(spec.LabelColumn, data);
        return StratifiedEngine.Fit(
            new StratifiedInput
            {
                Counts = EffectInputs.FromDataset(spec.Effect with { Measure = measure }, rows.Length == data.RowCount ? data : data.Take(rows)),
                Labels = UnivariateModel.MakeUnique([.. rows.Select(labels)]),
                Rows = rows,
                Dropped = dropped,
            },
            new StratifiedSettings
            {
                Method = spec.Method,
                Measure = measure,
                Observed = spec.Observed,
                Pooling = spec.Pooling,
                ContinuityCorrection = spec.ContinuityCorrection,
                Level = spec.Level,
                Also = [.. (spec.Also ?? []).Select(WordOf)],
                CancellationToken = options.CancellationToken,
            });
    }

    /// <summary>The effect names columns and a measure alone; a rule there would be taken for that of pooling by one and not by another.</summary>
    private static void CheckEffect(EffectSpec effect)
    {
        var bare = effect with
        {
            Add = Defaults.Add,
            AddTo = Defaults.AddTo,
            Drop00 = Defaults.Drop00,
            Vtype = null,
            VtypeColumn = null,
            AddToFirstOutcomeOnly = Defaults.AddToFirstOutcomeOnly,
            AddToEffect = Defaults.AddToEffect,
            AddToVariance = Defaults.AddToVariance,
            Flip = Defaults.Flip,
            FlipColumn = null,
            Correct = Defaults.Correct,
        };
        if (bare != effect)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                "The effect of a stratified model has columns and a measure only: 'add', 'to', 'drop00' and 'correct' stand beside it, other rules don't exist.",
                new Dictionary<string, object?> { ["member"] = "effect" });
        }
    }

    // The words of this family have no options.
    private static FurtherResult WordOf(FurtherRequest request)
    {
        request.Options.RequireKnown();
        return request.Result;
    }
}
