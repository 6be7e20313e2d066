using MetaBridge.Data.Formulas;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>Translates a stratified specification to the call of <c>metafor::rma.mh</c> or <c>metafor::rma.peto</c>.</summary>
internal static class StratifiedCall
{
    private static readonly StratifiedSpec Defaults = new() { Effect = new EffectSpec() };

    /// <summary>The call.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    public static RCall Of(StratifiedSpec spec, string data)
    {
        var isPeto = spec.Method == PoolingMethod.Peto;
        var call = new RCall(isPeto ? "metafor::rma.peto" : "metafor::rma.mh");
        if (!isPeto && spec.Effect.Measure != EffectMeasure.Given)
        {
            call.With("measure", RCode.Text(Keywords<EffectMeasure>.Of(spec.Effect.Measure)));
        }

        foreach (var role in ColumnRole.All)
        {
            call.WithColumn(role.Name, role.Get(spec.Effect));
        }

        return call.With("data", RCode.Symbol(data))
            .WithColumn("slab", spec.LabelColumn)
            .With("subset", spec.Subset is { } subset ? RowExpression.Parse(subset).ToR() : null)
            .With("add", Pair(spec.Observed.Add, spec.Pooling.Add, Defaults.Observed.Add, Defaults.Pooling.Add, RCode.Number))
            .With("to", Pair(spec.Observed.To, spec.Pooling.To, Defaults.Observed.To, Defaults.Pooling.To, rule => RCode.Text(Keywords<AddRule>.Of(rule))))
            .With("drop00", Pair(spec.Observed.Drop00, spec.Pooling.Drop00, Defaults.Observed.Drop00, Defaults.Pooling.Drop00, Logical))
            .With("correct", isPeto || spec.ContinuityCorrection ? null : "FALSE")
            .With("level", spec.Level == Defaults.Level ? null : RCode.Number(spec.Level));
    }

    private static string? Pair<T>(T first, T second, T defaultFirst, T defaultSecond, Func<T, string> code)
        where T : struct => !second.Equals(defaultSecond) ? $"c({code(first)}, {code(second)})" : first.Equals(defaultFirst) ? null : code(first);

    private static string Logical(bool value) => value ? "TRUE" : "FALSE";
}
