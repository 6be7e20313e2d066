using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>The arguments of <c>rma</c> and <c>escalc</c> that say where effect sizes come from.</summary>
internal static class EffectCall
{
    /// <summary>The first version that corrects log ratios of means for bias, and by default; before it there is only the plain definition.</summary>
    private static readonly Version BiasCorrectedRatios = new(5, 0, 1);

    private static readonly HashSet<string> RatioMeasures = ["ROM", "ROMC", "CVR", "CVRC"];
    private static readonly EffectSpec Defaults = new();

    /// <summary>Adds measure, columns and zero-cell rules to a call.</summary>
    public static void AddTo(RCall call, EffectSpec effect, Version metafor)
    {
        if (effect.Measure != EffectMeasure.Given)
        {
            call.With("measure", RCode.Text(Keywords<EffectMeasure>.Of(effect.Measure)));
        }

        foreach (var role in ColumnRole.All)
        {
            call.WithColumn(role.Name, role.Get(effect));
        }

        call.With("add", effect.Add is { } add ? RCode.Number(add) : null)
            .With("to", effect.AddTo == Defaults.AddTo ? null : RCode.Text(Keywords<AddRule>.Of(effect.AddTo)))
            .With("drop00", effect.Drop00 ? "TRUE" : null)
            .With("vtype", effect.Vtype is { } vtype ? RCode.Text(vtype) : null)
            .With("correct", CorrectionOf(effect, metafor));
    }

    private static string? CorrectionOf(EffectSpec effect, Version metafor)
    {
        var measure = Keywords<EffectMeasure>.Of(effect.Measure);
        if (!RatioMeasures.Contains(measure))
        {
            return null;
        }

        if (effect.Correct && metafor < BiasCorrectedRatios)
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"metafor {metafor} computes {measure} without the bias correction of version 5.0-1; set 'correct' to false (--no-correct) to compare.",
                new Dictionary<string, object?> { ["measure"] = measure, ["metafor"] = metafor.ToString() });
        }

        return effect.Correct || metafor < BiasCorrectedRatios ? null : "FALSE";
    }
}
