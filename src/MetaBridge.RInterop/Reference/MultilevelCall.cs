using MetaBridge.Data.Formulas;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>Translates a multilevel specification to calls of <c>metafor::rma.mv</c> that fit the same model.</summary>
/// <remarks>
/// One call per optimiser: rma.mv searches with numeric derivatives, which leave the estimates with 4 to 6 digits wherever the
/// likelihood is flat, so the best of two tightened searches is the reference where that is cheap.
/// </remarks>
internal static class MultilevelCall
{
    // nlminb stops at a relative change of 1e-10 by default; below 1e-12 it reports false convergence, which rma.mv makes an error.
    private const string Nlminb = "list(optimizer = \"nlminb\", rel.tol = 1e-12, x.tol = 1e-8, eval.max = 20000, iter.max = 10000)";

    // nlm goes on until steps are rounding; of metafor's optimisers it comes closest to the maximum.
    private const string Nlm = "list(optimizer = \"nlm\", gradtol = 1e-14, steptol = 1e-14, iterlim = 1000)";

    // rma.mv works on k × k matrices: a second search of more rows than this takes longer than it is worth. There metafor's own
    // control follows only where the tightened search ends in an error, which rounding in a long sum makes more likely.
    private const int MostRowsForTwoSearches = 300;

    private static readonly MultilevelSpec Defaults = new() { Effect = new EffectSpec() };

    /// <summary>The calls, the first with metafor's own optimiser.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    /// <param name="rowCount">How many rows it has.</param>
    /// <param name="metafor">The version of metafor that will evaluate it.</param>
    public static IReadOnlyList<RCall> Of(MultilevelSpec spec, string data, int rowCount, Version metafor)
    {
        string?[] controls = spec.Method == HeterogeneityMethod.EqualEffects || spec.Random.Count == 0 ? [null]
            : IsSearchedOnce(rowCount) ? [Nlminb, null] : [Nlminb, Nlm];
        return [.. controls.Select(control => Model(spec, data, metafor).With("control", control))];
    }

    /// <summary>Whether further calls are made only where the first fails.</summary>
    public static bool IsSearchedOnce(int rowCount) => rowCount > MostRowsForTwoSearches;

    private static RCall Model(MultilevelSpec spec, string data, Version metafor)
    {
        var frame = Frame(spec.Effect, data, metafor);
        var isGiven = spec.Effect.Measure == EffectMeasure.Given;
        var call = new RCall("metafor::rma.mv").WithColumn("yi", isGiven ? spec.Effect.Yi : "yi");
        call.With("V", Covariance(spec, frame, isGiven))
            .WithColumn("W", spec.WeightColumn)
            .With("mods", spec.Moderators is { } mods ? Formula.Parse(mods).ToR() : null);
        AddRandom(call, spec);
        return call
            .With("data", frame)
            .WithColumn("slab", spec.LabelColumn)
            .With("subset", spec.Subset is { } subset ? RowExpression.Parse(subset).ToR() : null)
            .With("method", RCode.Text(Keywords<HeterogeneityMethod>.Of(spec.Method)))
            .With("test", RCode.Text(Keywords<CoefficientTest>.Of(spec.Test)))
            .With("dfs", spec.DegreesOfFreedom == Defaults.DegreesOfFreedom
                ? null
                : RCode.Text(Keywords<DegreesOfFreedomMethod>.Of(spec.DegreesOfFreedom)))
            .With("level", spec.Level == Defaults.Level ? null : RCode.Number(spec.Level))
            .With("btt", spec.TestedCoefficients is { } btt ? $"c({string.Join(", ", btt.Select(i => RCode.Number(i)))})" : null);
    }

    // rma.mv computes no effect sizes, so escalc comes before it.
    private static string Frame(EffectSpec effect, string data, Version metafor)
    {
        if (effect.Measure == EffectMeasure.Given)
        {
            return RCode.Symbol(data);
        }

        var call = new RCall("metafor::escalc");
        EffectCall.AddTo(call, effect, metafor, data);
        return call.With("data", RCode.Symbol(data)).ToString();
    }

    private static string Covariance(MultilevelSpec spec, string frame, bool isGiven)
    {
        var variances = !isGiven || spec.Effect.Vi is null && spec.Effect.Sei is null ? "vi"
            : spec.Effect.Vi is { } vi ? RCode.Symbol(vi) : RCode.Symbol(spec.Effect.Sei!) + "^2";
        if (spec.Covariance is not { } v)
        {
            return variances;
        }

        var call = new RCall("metafor::vcalc").With("vi", v.Columns is null ? variances : "1").WithColumn("cluster", v.Cluster);
        return call
            .With("rvars", v.Columns is { } columns ? $"c({string.Join(", ", columns.Select(RCode.Symbol))})" : null)
            .WithColumn("obs", v.Observation)
            .With("rho", v.Correlation is { } rho ? RCode.Number(rho) : null)
            .With("data", frame)
            .ToString();
    }

    private static void AddRandom(RCall call, MultilevelSpec spec)
    {
        if (spec.Random.Count == 0)
        {
            return;
        }

        var terms = spec.Random.Select(RandomFormula.Parse).ToArray();
        call.With("random", terms.Length == 1 ? terms[0].ToR() : $"list({string.Join(", ", terms.Select(term => term.ToR()))})");
        var structured = terms.Count(term => !term.IsIntercept);
        if (structured > 0)
        {
            var words = Enumerable.Range(0, structured)
                .Select(i => RCode.Text(Keywords<CovarianceStructure>.Of(spec.Structures[Math.Min(i, spec.Structures.Count - 1)])));
            call.With("struct", $"c({string.Join(", ", words)})");
        }

        call.With("sigma2", Values(spec.SigmaSquared))
            .With("tau2", Values(spec.TauSquared))
            .With("rho", Values(spec.Rho))
            .With("gamma2", Values(spec.GammaSquared))
            .With("phi", Values(spec.Phi))
            .With("dist", spec.Metric == Defaults.Metric ? null : RCode.Text(Keywords<DistanceMetric>.Of(spec.Metric)));
    }

    private static string? Values(IReadOnlyList<double?>? values) => values is null
        ? null
        : $"c({string.Join(", ", values.Select(value => value is { } number ? RCode.Number(number) : "NA"))})";
}
