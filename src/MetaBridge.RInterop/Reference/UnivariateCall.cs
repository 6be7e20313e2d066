using MetaBridge.Data.Formulas;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>Translates a univariate specification to the call of <c>metafor::rma</c> that fits the same model.</summary>
/// <remarks>
/// The one translator: what is evaluated and what is printed in certificates is the same text but for the name of the data. Formulas
/// and conditions are parsed by us and written again from their trees; columns are checked symbols; nothing else of the user's text is in it.
/// </remarks>
internal static class UnivariateCall
{
    // rma iterates to a change of 1e-5 by default, which leaves 4 to 6 correct digits; 1e-12 leaves all that the class Tight asks for.
    private const string TightIteration = "list(threshold = 1e-12, maxiter = 1000)";

    // Paule-Mandel's equation is solved by uniroot with a tolerance of 1.2e-4 by default. It is absolute, and tau2 may be 1e-7 (rates by person-day).
    private const string TightRoot = "list(tol = 1e-18, maxiter = 1000)";

    private static readonly HashSet<string> IteratedMethods = ["REML", "ML", "EB", "SJIT", "DLIT"];
    private static readonly HashSet<string> RootMethods = ["PM", "PMM", "GENQM"];
    private static readonly UnivariateSpec Defaults = new() { Effect = new EffectSpec() };

    /// <summary>The call.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    /// <param name="metafor">The version of metafor that will evaluate it.</param>
    public static RCall Of(UnivariateSpec spec, string data, Version metafor)
    {
        var call = new RCall("metafor::rma");
        EffectCall.AddTo(call, spec.Effect, metafor, data);
        call.With("mods", spec.Moderators is { } mods ? Formula.Parse(mods).ToR() : null)
            .WithColumn("weights", spec.WeightColumn)
            .With("weighted", spec.Weighted ? null : "FALSE")
            .With("data", RCode.Symbol(data))
            .WithColumn("slab", spec.LabelColumn)
            .With("subset", spec.Subset is { } subset ? RowExpression.Parse(subset).ToR() : null)
            .With("method", spec.Fallbacks is { Count: > 0 } fallbacks
                ? $"c({string.Join(", ", fallbacks.Prepend(spec.Method).Select(method => RCode.Text(Keywords<HeterogeneityMethod>.Of(method))))})"
                : RCode.Text(Keywords<HeterogeneityMethod>.Of(spec.Method)))
            .With("test", RCode.Text(Keywords<CoefficientTest>.Of(spec.Test)))
            .With("tau2", Number(spec.TauSquared))
            .With("level", spec.Level == Defaults.Level ? null : RCode.Number(spec.Level))
            .With("btt", spec.TestedCoefficients is { } btt ? $"c({string.Join(", ", btt.Select(i => RCode.Number(i)))})" : null)
            .With("control", ControlOf(Keywords<HeterogeneityMethod>.Of(spec.Method)));
        return call;
    }

    private static string? ControlOf(string method) =>
        IteratedMethods.Contains(method) ? TightIteration : RootMethods.Contains(method) ? TightRoot : null;

    private static string? Number(double? number) => number is { } value ? RCode.Number(value) : null;
}
