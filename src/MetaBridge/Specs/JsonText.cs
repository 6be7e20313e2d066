using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetaBridge.Specs;

/// <summary>How this project writes JSON: UTF-8 as it is, two spaces, numbers that read back the same.</summary>
internal static class JsonText
{
    public static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        IndentSize = 2,
        NewLine = "\n",
        // The files are read by people and by JSON parsers, never embedded in HTML, so letters such as ä and > stay legible.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a number with 17 significant digits; null for NaN and NA, a text for the infinities, which JSON lacks.</summary>
    public static void WriteFullPrecision(Utf8JsonWriter writer, double value)
    {
        if (double.IsNaN(value))
        {
            writer.WriteNullValue();
        }
        else if (double.IsInfinity(value))
        {
            writer.WriteStringValue(value > 0 ? "Inf" : "-Inf");
        }
        else
        {
            writer.WriteRawValue(value.ToString("G17", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Reads what <see cref="WriteFullPrecision"/> wrote.</summary>
    public static double ReadFullPrecision(JsonElement element, string place) => element switch
    {
        { ValueKind: JsonValueKind.Null } => double.NaN,
        { ValueKind: JsonValueKind.String } when element.ValueEquals("Inf") => double.PositiveInfinity,
        { ValueKind: JsonValueKind.String } when element.ValueEquals("-Inf") => double.NegativeInfinity,
        _ => JsonMembers.AsNumber(element, place),
    };
}
