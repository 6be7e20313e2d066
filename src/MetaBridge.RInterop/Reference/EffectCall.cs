using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>The arguments of <c>rma</c> and <c>escalc</c> that say where effect sizes come from.</summary>
internal static class EffectCall
{
    private static readonly EffectSpec Defaults = new();

    /// <summary>Adds measure, columns and zero-cell rules to a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="effect">What to add.</param>
    /// <param name="metafor">The version of metafor that will evaluate it.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    public static void AddTo(RCall call, EffectSpec effect, Version metafor, string data)
    {
        EffectVersions.Require(effect, metafor);
        if (effect.Measure != EffectMeasure.Given)
        {
            call.With("measure", RCode.Text(Keywords<EffectMeasure>.Of(effect.Measure)));
        }

        foreach (var role in ColumnRole.All)
        {
            call.WithColumn(role.Name, role.Get(effect));
        }

        // Not all versions look for these two in the data.
        string? Whole(string? column) => column is null ? null : $"{RCode.Symbol(data)}[[{RCode.Text(column)}]]";
        call.With("add", effect.Add is { } add ? RCode.Number(add) : null)
            .With("to", effect.AddTo == Defaults.AddTo ? null : RCode.Text(Keywords<AddRule>.Of(effect.AddTo)))
            .With("drop00", effect.Drop00 ? "TRUE" : null)
            .With("onlyo1", effect.AddToFirstOutcomeOnly ? "TRUE" : null)
            .With("addyi", effect.AddToEffect ? null : "FALSE")
            .With("addvi", effect.AddToVariance ? null : "FALSE")
            .With("vtype", effect.Vtype is { } vtype ? RCode.Text(vtype) : Whole(effect.VtypeColumn) is { } types ? $"as.character({types})" : null)
            .With("flip", effect.Flip ? "TRUE" : Whole(effect.FlipColumn))
            .With("correct", EffectVersions.Correction(effect, metafor));
    }
}
