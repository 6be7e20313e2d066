using System.Text.Json;
using MetaBridge.Errors;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of a <see cref="UnivariateSpec"/>.</summary>
internal static class UnivariateSpecJson
{
    private static readonly UnivariateSpec Defaults = new() { Effect = new EffectSpec() };

    public static UnivariateSpec Read(JsonMembers members)
    {
        var methods = Methods(members);
        return new()
        {
            Effect = ReadEffect(members.RequiredObject("effect")),
            Moderators = members.Text("mods"),
            Method = methods[0],
            Fallbacks = methods.Count > 1 ? [.. methods.Skip(1)] : null,
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
    }

    // One word, or a list of them.
    private static IReadOnlyList<HeterogeneityMethod> Methods(JsonMembers members)
    {
        if (!members.IsList("method"))
        {
            return [Keyword(members, "method", Defaults.Method)];
        }

        var methods = members.List("method", (element, place) => Parse<HeterogeneityMethod>(JsonMembers.AsText(element, place), "method", place));
        return methods is { Count: > 0 } ? methods : throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid, $"{members.PlaceOf("method")} is an empty list; name a method.", new Dictionary<string, object?> { ["member"] = "method" });
    }

    public static void WriteMembers(Utf8JsonWriter writer, UnivariateSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        WriteText(writer, "mods", spec.Moderators);
        if (spec.Fallbacks is { Count: > 0 } fallbacks)
        {
            WriteList(writer, "method", [spec.Method, .. fallbacks], method => writer.WriteStringValue(Keywords<HeterogeneityMethod>.Of(method)));
        }
        else
        {
            writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(spec.Method));
        }

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
