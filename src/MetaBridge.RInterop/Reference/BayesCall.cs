using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>
/// Translates a Bayesian specification to a call of <c>brma_reference</c>, the quadrature in plain R of r-scripts/reference, or of <c>brma_sampled</c>, the
/// same model in JAGS.
/// </summary>
internal static class BayesCall
{
    private static readonly BayesSpec Defaults = new() { Effect = new EffectSpec() };

    /// <summary>The call.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    /// <param name="metafor">The version of metafor that computes effect sizes.</param>
    /// <param name="isSampled">Whether our engine samples the model, so that the reference does too.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/> for likelihood weights, which the sampled reference does not have.</exception>
    public static RCall Of(BayesSpec spec, string data, Version metafor, bool isSampled = false)
    {
        if (isSampled && spec.WeightColumn is not null)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "The reference of sampled Bayesian models has no likelihood weights.");
        }

        var isGiven = spec.Effect.Measure == EffectMeasure.Given;
        return new RCall(isSampled ? "brma_sampled" : "brma_reference")
            .With("data", Frame(spec.Effect, data, metafor))
            .With("yi", RCode.Text(isGiven ? spec.Effect.Yi ?? "yi" : "yi"))
            .With("vi", RCode.Text(isGiven ? spec.Effect.Vi ?? ".vi" : "vi"))
            .With("measure", RCode.Text(spec.Measure is { } measure ? Keywords<BayesMeasure>.Of(measure) : Keywords<EffectMeasure>.Of(spec.Effect.Measure)))
            .With("cluster", Text(spec.ClusterColumn))
            .With("mods", FormulaOf(spec.Moderators))
            .With("scale", FormulaOf(spec.ScaleModerators))
            .With("subset", spec.Subset is { } subset ? $"quote({RowExpression.Parse(subset).ToR()})" : null)
            .With("weights", Text(spec.WeightColumn))
            .With("ni", Text(spec.SampleSizeColumn))
            .With("priors", Priors(spec))
            .With("unit", spec.UnitInformationSd is { } unit ? RCode.Number(unit) : null)
            .With("informed", Text(spec.InformedPriors))
            .With("rescale", spec.RescalePriors == Defaults.RescalePriors ? null : RCode.Number(spec.RescalePriors))
            .With("standardize", spec.StandardizeContinuous ? null : "FALSE")
            .With("contrast", spec.FactorContrast == Defaults.FactorContrast ? null : RCode.Text(Keywords<FactorContrast>.Of(spec.FactorContrast)))
            .With("level", spec.Level == Defaults.Level ? null : RCode.Number(spec.Level));
    }

    private static string Frame(EffectSpec effect, string data, Version metafor)
    {
        if (effect.Measure == EffectMeasure.Given)
        {
            return effect.Vi is null && effect.Sei is { } sei ? $"cbind({RCode.Symbol(data)}, .vi = {RCode.Symbol(data)}[[{RCode.Text(sei)}]]^2)" : RCode.Symbol(data);
        }

        var call = new RCall("metafor::escalc");
        EffectCall.AddTo(call, effect, metafor, data);
        return call.With("data", RCode.Symbol(data)).ToString();
    }

    private static string? Text(string? word) => word is null ? null : RCode.Text(word);

    private static string? FormulaOf(string? formula) => formula is null ? null : Formula.Parse(formula).ToR();

    private static string? Priors(BayesSpec spec)
    {
        (string Name, Prior? Prior)[] named =
        [
            ("effect", spec.PriorEffect), ("tau", spec.PriorHeterogeneity), ("rho", spec.PriorAllocation), ("mods", spec.PriorModerators), ("scale", spec.PriorScale),
        ];
        var parts = named.Where(pair => pair.Prior is not null).Select(pair => $"{pair.Name} = {Code(pair.Prior!)}").ToList();
        if (spec.PriorCoefficients is { Count: > 0 } coefficients)
        {
            parts.Add($"coefficients = list({string.Join(", ", coefficients.Select(pair => $"{RCode.Symbol(pair.Key)} = {Code(pair.Value)}"))})");
        }

        return parts.Count > 0 ? $"list({string.Join(", ", parts)})" : null;
    }

    /// <summary>A prior's text form has the parameters in the order of the reference's.</summary>
    private static string Code(Prior prior)
    {
        var bare = PriorText.Write(prior with { Lower = prior.Distribution == PriorFamily.Uniform ? prior.Lower : null, Upper = prior.Distribution == PriorFamily.Uniform ? prior.Upper : null });
        var open = bare.IndexOf('(', StringComparison.Ordinal);
        var call = $"make_prior({RCode.Text(bare[..open])}, {bare[(open + 1)..^1]}";
        if (prior.Distribution != PriorFamily.Uniform)
        {
            call += prior.Lower is { } lower ? $", lower = {RCode.Number(lower)}" : "";
            call += prior.Upper is { } upper ? $", upper = {RCode.Number(upper)}" : "";
        }

        return call + ")";
    }
}
