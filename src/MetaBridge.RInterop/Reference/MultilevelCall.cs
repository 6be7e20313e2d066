using MetaBridge.Data.Formulas;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>Translates a multilevel specification to the call of <c>metafor::rma.mv</c> that fits the same model.</summary>
internal static class MultilevelCall
{
    private static readonly MultilevelSpec Defaults = new() { Effect = new EffectSpec() };

    /// <summary>The call without an optimiser's control.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    /// <param name="metafor">The version of metafor that will evaluate it.</param>
    /// <param name="matrix">The R code of a matrix of the dataset by its name; null for its name as a symbol.</param>
    public static RCall Of(MultilevelSpec spec, string data, Version metafor, Func<string, string>? matrix = null)
    {
        matrix ??= RCode.Symbol;
        var frame = Frame(spec.Effect, data, metafor);
        var isGiven = spec.Effect.Measure == EffectMeasure.Given;
        var call = new RCall("metafor::rma.mv").WithColumn("yi", isGiven ? spec.Effect.Yi : "yi");
        call.With("V", spec.CovarianceMatrix is { } v ? matrix(v) : Covariance(spec, frame, isGiven))
            .WithColumn("W", spec.WeightColumn)
            .With("mods", spec.Moderators is { } mods ? Formula.Parse(mods).ToR() : null);
        AddRandom(call, spec, matrix);
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
        EffectCall.AddTo(call, effect, metafor);
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

        return CovarianceCall.Of(v, variances).With("data", frame).ToString();
    }

    private static void AddRandom(RCall call, MultilevelSpec spec, Func<string, string> matrix)
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
            .With("R", spec.KnownCorrelations is { Count: > 0 } known
                ? $"list({string.Join(", ", known.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{RCode.Symbol(pair.Key)} = {matrix(pair.Value)}"))})"
                : null)
            .With("Rscale", spec.Scaling == Defaults.Scaling ? null : RCode.Text(Keywords<CorrelationScaling>.Of(spec.Scaling)))
            .With("dist", Distances(spec, matrix));
    }

    private static string? Distances(MultilevelSpec spec, Func<string, string> matrix)
    {
        var metric = RCode.Text(Keywords<DistanceMetric>.Of(spec.Metric));
        return spec.DistanceMatrices is { Count: > 0 } given
            ? $"list({string.Join(", ", given.Select(name => name is null ? metric : matrix(name)))})"
            : spec.Metric == Defaults.Metric ? null : metric;
    }

    private static string? Values(IReadOnlyList<double?>? values) => values is null
        ? null
        : $"c({string.Join(", ", values.Select(value => value is { } number ? RCode.Number(number) : "NA"))})";
}
