using MetaBridge.Errors;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>Models of people and studies as calls of people-reference.R of r-scripts/reference, and what those return as our shape.</summary>
internal static class PeopleReference
{
    /// <summary>The program that computes the reference.</summary>
    public const string Program = "people-reference.R";

    /// <summary>Whether a model needs the R package survival.</summary>
    public static bool NeedsSurvival(ModelSpec spec) => spec is IndividualSpec { Type: OutcomeType.TimeToEvent } and not IndividualSpec { Hazard: HazardModel.Exponential };

    /// <summary>The call.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The R symbol that the data is bound to.</param>
    /// <param name="metafor">The version of metafor that computes effect sizes.</param>
    public static RCall Call(ModelSpec spec, string data, Version metafor) => spec switch
    {
        IndividualSpec individual => TwoStages(individual, data),
        WithinBetweenSpec slopes => Slopes(slopes, data, metafor),
        ControlRateSpec controlRate => ControlRate(controlRate, data),
        _ => throw new MetaBridgeException(ErrorCode.NotSupported, $"The model family '{spec.Family}' has no reference of people and studies."),
    };

    /// <summary>The code that defines the reference and evaluates a call.</summary>
    public static string CodeFor(string call) => $"(function() {{\n{RSnippets.FixedCollation}\n{Script()}\n{call}\n}})()";

    /// <summary>Reads the result of that code.</summary>
    public static PeopleFit Read(RList value, ModelSpec spec, string engine) =>
        new() { Engine = engine, FamilyName = spec.Family, Further = new Fields(value).Tables() };

    private static RCall TwoStages(IndividualSpec spec, string data) => new RCall("two_stage_reference")
        .With("data", RCode.Symbol(data))
        .With("study", RCode.Text(spec.Study))
        .With("treatment", RCode.Text(spec.Treatment))
        .With("outcome", RCode.Text(spec.Outcome))
        .With("type", RCode.Text(Keywords<OutcomeType>.Of(spec.Type)))
        .With("event", Text(spec.Event))
        .With("covariates", spec.Covariates.Count == 0 ? null : $"c({string.Join(", ", spec.Covariates.Select(RCode.Text))})")
        .With("modifier", Text(spec.Modifier))
        .With("frequency", Text(spec.Frequency))
        .With("hazard", spec.Type == OutcomeType.TimeToEvent ? RCode.Text(Keywords<HazardModel>.Of(spec.Hazard)) : null)
        .With("ties", NeedsSurvival(spec) ? RCode.Text(Keywords<TieMethod>.Of(spec.Ties)) : null)
        .With("separation", RCode.Text(Keywords<SeparationRule>.Of(spec.Separation)))
        .With("method", RCode.Text(Keywords<HeterogeneityMethod>.Of(spec.Method)))
        .With("test", RCode.Text(Keywords<CoefficientTest>.Of(spec.Test)))
        .With("level", RCode.Number(spec.Level));

    private static RCall Slopes(WithinBetweenSpec spec, string data, Version metafor)
    {
        if (spec.Test is not (CoefficientTest.Normal or CoefficientTest.StudentT))
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "The reference of slopes within and between studies has z and t tests only.");
        }

        var isGiven = spec.Effect.Measure == EffectMeasure.Given;
        return new RCall("within_between_reference")
            .With("data", Frame(spec.Effect, data, metafor))
            .With("yi", RCode.Text(isGiven ? spec.Effect.Yi ?? "yi" : "yi"))
            .With("vi", RCode.Text(isGiven ? spec.Effect.Vi ?? ".vi" : "vi"))
            .With("study", RCode.Text(spec.Study))
            .With("covariate", RCode.Text(spec.Covariate))
            .With("size", Text(spec.Size))
            .With("method", RCode.Text(Keywords<HeterogeneityMethod>.Of(spec.Method)))
            .With("test", RCode.Text(Keywords<CoefficientTest>.Of(spec.Test)))
            .With("level", RCode.Number(spec.Level));
    }

    private static string Frame(EffectSpec effect, string data, Version metafor)
    {
        if (effect.Measure == EffectMeasure.Given)
        {
            return effect.Vi is null && effect.Sei is { } sei ? $"cbind({RCode.Symbol(data)}, .vi = {RCode.Symbol(data)}[[{RCode.Text(sei)}]]^2)" : RCode.Symbol(data);
        }

        var call = new RCall("metafor::escalc");
        EffectCall.AddTo(call, effect, metafor, data);
        return call.With("data", RCode.Symbol(data)).With("append", "TRUE").ToString();
    }

    private static RCall ControlRate(ControlRateSpec spec, string data) => new RCall("control_rate_reference")
        .With("data", RCode.Symbol(data))
        .With("ai", Text(spec.Effect.Ai))
        .With("ci", Text(spec.Effect.Ci))
        .With("bi", Text(spec.Effect.Bi))
        .With("di", Text(spec.Effect.Di))
        .With("n1i", Text(spec.Effect.N1i))
        .With("n2i", Text(spec.Effect.N2i))
        .With("level", RCode.Number(spec.Level));

    private static string? Text(string? word) => word is null ? null : RCode.Text(word);

    private static string Script()
    {
        using var stream = typeof(PeopleReference).Assembly.GetManifestResourceStream(Program)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
