using System.Text.Json;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of a <see cref="UnivariateSpec"/>.</summary>
internal static class UnivariateSpecJson
{
    private static readonly UnivariateSpec Defaults = new() { Effect = new EffectSpec() };

    public static UnivariateSpec Read(JsonMembers members) =>
        new()
        {
            Effect = ReadEffect(members.RequiredObject("effect")),
            Moderators = members.Text("mods"),
            Method = Keyword(members, "method", Defaults.Method),
            Test = Keyword(members, "test", Defaults.Test),
            Level = members.Number("level") ?? Defaults.Level,
            TauSquared = members.Number("tau2"),
            WeightColumn = members.Text("weights"),
            Weighted = members.Flag("weighted") ?? Defaults.Weighted,
            TestedCoefficients = members.List("btt", JsonMembers.AsInteger),
            Subset = members.Text("subset"),
            LabelColumn = members.Text("slab"),
            Also = members.List("also", (element, place) => ParseFurther(JsonMembers.AsText(element, place), place)),
        };

    public static void WriteMembers(Utf8JsonWriter writer, UnivariateSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        WriteText(writer, "mods", spec.Moderators);
        writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(spec.Method));
        WriteText(writer, "test", spec.Test == Defaults.Test ? null : Keywords<CoefficientTest>.Of(spec.Test));
        WriteNumber(writer, "level", spec.Level == Defaults.Level ? null : spec.Level);
        WriteNumber(writer, "tau2", spec.TauSquared);
        WriteText(writer, "weights", spec.WeightColumn);
        if (!spec.Weighted)
        {
            writer.WriteBoolean("weighted", false);
        }

        WriteList(writer, "btt", spec.TestedCoefficients, writer.WriteNumberValue);
        WriteText(writer, "subset", spec.Subset);
        WriteText(writer, "slab", spec.LabelColumn);
        WriteList(writer, "also", spec.Also, further => writer.WriteStringValue(further.ToString()));
    }
}
