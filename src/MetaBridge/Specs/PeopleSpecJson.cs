using System.Text.Json;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of the models of people and studies.</summary>
internal static class PeopleSpecJson
{
    private static readonly IndividualSpec Individual = new() { Study = "", Treatment = "", Outcome = "", Type = OutcomeType.Continuous };
    private static readonly WithinBetweenSpec Slopes = new() { Effect = new EffectSpec(), Study = "", Covariate = "" };
    private static readonly ControlRateSpec Control = new() { Effect = new EffectSpec() };

    public static IndividualSpec ReadIndividual(JsonMembers members) => new()
    {
        Study = members.RequiredText("study"),
        Treatment = members.RequiredText("treatment"),
        Outcome = members.RequiredText("outcome"),
        Type = Parse<OutcomeType>(members.RequiredText("type"), "type", members.PlaceOf("type")),
        Event = members.Text("event"),
        Covariates = members.List("covariates", JsonMembers.AsText) ?? [],
        Modifier = members.Text("modifier"),
        Frequency = members.Text("frequency"),
        Hazard = Keyword(members, "hazard", Individual.Hazard),
        Ties = Keyword(members, "ties", Individual.Ties),
        Separation = Keyword(members, "separation", Individual.Separation),
        Method = Keyword(members, "method", Individual.Method),
        Test = Keyword(members, "test", Individual.Test),
        Level = members.Number("level") ?? Individual.Level,
    };

    public static WithinBetweenSpec ReadWithinBetween(JsonMembers members) => new()
    {
        Effect = ReadEffect(members.RequiredObject("effect")),
        Study = members.RequiredText("study"),
        Covariate = members.RequiredText("covariate"),
        Size = members.Text("size"),
        Method = Keyword(members, "method", Slopes.Method),
        Test = Keyword(members, "test", Slopes.Test),
        Level = members.Number("level") ?? Slopes.Level,
    };

    public static ControlRateSpec ReadControlRate(JsonMembers members) => new()
    {
        Effect = ReadEffect(members.RequiredObject("effect")),
        Level = members.Number("level") ?? Control.Level,
    };

    public static void WriteMembers(Utf8JsonWriter writer, IndividualSpec spec)
    {
        writer.WriteString("study", spec.Study);
        writer.WriteString("treatment", spec.Treatment);
        writer.WriteString("outcome", spec.Outcome);
        writer.WriteString("type", Keywords<OutcomeType>.Of(spec.Type));
        WriteText(writer, "event", spec.Event);
        WriteList(writer, "covariates", spec.Covariates.Count == 0 ? null : spec.Covariates, writer.WriteStringValue);
        WriteText(writer, "modifier", spec.Modifier);
        WriteText(writer, "frequency", spec.Frequency);
        WriteText(writer, "hazard", spec.Hazard == Individual.Hazard ? null : Keywords<HazardModel>.Of(spec.Hazard));
        WriteText(writer, "ties", spec.Ties == Individual.Ties ? null : Keywords<TieMethod>.Of(spec.Ties));
        WriteText(writer, "separation", spec.Separation == Individual.Separation ? null : Keywords<SeparationRule>.Of(spec.Separation));
        WriteRest(writer, spec.Method, spec.Test, Individual.Test, spec.Level);
    }

    public static void WriteMembers(Utf8JsonWriter writer, WithinBetweenSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        writer.WriteString("study", spec.Study);
        writer.WriteString("covariate", spec.Covariate);
        WriteText(writer, "size", spec.Size);
        WriteRest(writer, spec.Method, spec.Test, Slopes.Test, spec.Level);
    }

    public static void WriteMembers(Utf8JsonWriter writer, ControlRateSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        WriteNumber(writer, "level", spec.Level == Control.Level ? null : spec.Level);
    }

    private static void WriteRest(Utf8JsonWriter writer, HeterogeneityMethod method, CoefficientTest test, CoefficientTest defaultTest, double level)
    {
        writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(method));
        WriteText(writer, "test", test == defaultTest ? null : Keywords<CoefficientTest>.Of(test));
        WriteNumber(writer, "level", level == Individual.Level ? null : level);
    }
}
