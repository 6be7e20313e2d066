using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Agreement;

/// <summary>Quantities in JSON: <c>"tau2": [0.31324…]</c>, or with labels <c>"beta": {"intrcpt": −0.71…, "ablat": …}</c>.</summary>
internal static class ReferenceJson
{
    private const string ErrorsMember = "errors";

    public static void WriteQuantities(Utf8JsonWriter writer, IReadOnlyList<ReferenceQuantity> quantities)
    {
        writer.WriteStartObject("quantities");
        foreach (var quantity in quantities)
        {
            writer.WritePropertyName(quantity.Name);
            if (quantity.Labels is null)
            {
                WriteValues(writer, quantity.Values);
            }
            else
            {
                WriteLabelled(writer, quantity);
            }
        }

        writer.WriteEndObject();
        if (quantities.Any(quantity => quantity.Errors is not null))
        {
            writer.WriteStartObject(ErrorsMember);
            foreach (var quantity in quantities.Where(quantity => quantity.Errors is not null))
            {
                writer.WritePropertyName(quantity.Name);
                WriteValues(writer, quantity.Errors!);
            }

            writer.WriteEndObject();
        }
    }

    public static void WriteValues(Utf8JsonWriter writer, IEnumerable<double> values)
    {
        writer.WriteStartArray();
        foreach (var value in values)
        {
            JsonText.WriteFullPrecision(writer, value);
        }

        writer.WriteEndArray();
    }

    /// <summary>The quantities of a document, with their Monte Carlo errors where it has them.</summary>
    public static IReadOnlyList<ReferenceQuantity> ReadQuantities(JsonMembers document)
    {
        var members = document.RequiredObject("quantities");
        var errors = document.TryGet(ErrorsMember, out _) ? document.RequiredObject(ErrorsMember) : null;
        return [.. members.Names.ToArray().Select(name => ReadQuantity(members, name) with { Errors = ReadErrors(errors, name) })];
    }

    /// <summary>A fingerprint of all names, labels and digits.</summary>
    public static string Fingerprint(IReadOnlyList<ReferenceQuantity> quantities)
    {
        var text = new StringBuilder();
        foreach (var quantity in quantities)
        {
            text.Append(quantity.Name).Append('\t').AppendJoin('\t', quantity.Labels ?? []);
            foreach (var value in quantity.Values.Concat(quantity.Errors ?? []))
            {
                // NaN has many bit patterns and one meaning here.
                text.Append('\n').Append(double.IsNaN(value) ? "NA" : value.ToString("R", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static double[]? ReadErrors(JsonMembers? errors, string name) =>
        errors is not null && errors.TryGet(name, out _) ? [.. errors.List(name, JsonText.ReadFullPrecision)!] : null;

    private static void WriteLabelled(Utf8JsonWriter writer, ReferenceQuantity quantity)
    {
        writer.WriteStartObject();
        for (var i = 0; i < quantity.Values.Length; i++)
        {
            writer.WritePropertyName(quantity.Labels![i]);
            JsonText.WriteFullPrecision(writer, quantity.Values[i]);
        }

        writer.WriteEndObject();
    }

    private static ReferenceQuantity ReadQuantity(JsonMembers members, string name)
    {
        _ = members.TryGet(name, out var value);
        if (value.ValueKind == JsonValueKind.Array)
        {
            return new(name, [.. members.List(name, JsonText.ReadFullPrecision)!]);
        }

        var labelled = new JsonMembers(value, members.PlaceOf(name), ErrorCode.CaseMalformed);
        var labels = labelled.Names.ToArray();
        return new(name, [.. labels.Select(Value)], labels);

        double Value(string label)
        {
            _ = labelled.TryGet(label, out var element);
            return JsonText.ReadFullPrecision(element, labelled.PlaceOf(label));
        }
    }
}
