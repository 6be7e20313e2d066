using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>Priors as JSON, in the words of RoBMA's <c>prior()</c>.</summary>
/// <remarks><c>{"distribution": "normal", "parameters": {"mean": 0, "sd": 1}, "truncation": {"lower": 0}}</c></remarks>
internal static class PriorJson
{
    public static Prior Read(JsonElement element, string place) => element.ValueKind == JsonValueKind.String
        ? PriorText.Parse(element.GetString()!, place)
        : Read(new JsonMembers(element, place, ErrorCode.SpecificationInvalid));

    public static Prior Read(JsonMembers members)
    {
        var prior = new Prior
        {
            Distribution = SpecJsonParts.Parse<PriorFamily>(members.RequiredText("distribution"), "distribution", members.PlaceOf("distribution")),
        };
        var parameters = members.RequiredObject("parameters");
        foreach (var name in parameters.Names)
        {
            parameters.TryGet(name, out var value);
            prior = PriorForm.With(prior, name, JsonMembers.AsNumber(value, parameters.PlaceOf(name)), members.Place);
        }

        if (members.Object("truncation") is { } truncation)
        {
            prior = Truncated(prior, truncation);
        }

        members.RejectUnknown();
        return prior;
    }

    public static void Write(Utf8JsonWriter writer, string name, Prior? prior)
    {
        if (prior is not null)
        {
            writer.WritePropertyName(name);
            Write(writer, prior);
        }
    }

    public static void Write(Utf8JsonWriter writer, Prior prior)
    {
        writer.WriteStartObject();
        writer.WriteString("distribution", Keywords<PriorFamily>.Of(prior.Distribution));
        writer.WriteStartObject("parameters");
        foreach (var (parameter, value) in PriorForm.ValuesOf(prior))
        {
            writer.WriteNumber(parameter, value);
        }

        writer.WriteEndObject();
        if (!PriorForm.HasOwnBounds(prior) && (prior.Lower is not null || prior.Upper is not null))
        {
            writer.WriteStartObject("truncation");
            WriteBound(writer, "lower", prior.Lower);
            WriteBound(writer, "upper", prior.Upper);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static Prior Truncated(Prior prior, JsonMembers truncation)
    {
        if (PriorForm.HasOwnBounds(prior))
        {
            throw new MetaBridgeException(
                ErrorCode.PriorInvalid,
                $"{truncation.Place}: the distribution '{Keywords<PriorFamily>.Of(prior.Distribution)}' cannot be truncated.",
                new Dictionary<string, object?> { ["place"] = truncation.Place });
        }

        var cut = prior with { Lower = Bound(truncation, "lower"), Upper = Bound(truncation, "upper") };
        truncation.RejectUnknown();
        return cut;
    }

    /// <summary>A bound at infinity is none.</summary>
    private static double? Bound(JsonMembers members, string name)
    {
        if (!members.TryGet(name, out var value))
        {
            return null;
        }

        var bound = JsonText.ReadFullPrecision(value, members.PlaceOf(name));
        return double.IsInfinity(bound) ? null : bound;
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, double? bound)
    {
        if (bound is { } number)
        {
            writer.WritePropertyName(name);
            JsonText.WriteFullPrecision(writer, number);
        }
    }
}
