using System.Text;
using System.Text.Json;
using MetaBridge.Specs;

namespace MetaBridge.Agreement;

/// <summary>Keeps our own result beside the reference's where they disagree, so that the two files can be compared with any tool.</summary>
public static class ReceivedResult
{
    /// <summary>Writes <c>&lt;id&gt;.received.json</c> when the report misses; removes an old one when it agrees.</summary>
    /// <param name="theCase">The case.</param>
    /// <param name="report">Its comparison.</param>
    /// <param name="fit">Our fit; called only when it is needed.</param>
    public static void Update(AgreementCase theCase, AgreementReport report, Func<FitResult> fit)
    {
        if (report.Agrees)
        {
            File.Delete(theCase.ReceivedPath);
        }
        else
        {
            TextFile.Write(theCase.ReceivedPath, ToJson(theCase, fit()));
        }
    }

    private static string ToJson(AgreementCase theCase, FitResult fit)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Options(indented: true)))
        {
            writer.WriteStartObject();
            writer.WriteString("case", theCase.Id);
            writer.WriteString("engine", fit.Engine);
            writer.WritePropertyName("spec");
            SpecJson.Write(writer, theCase.Spec);
            ReferenceJson.WriteQuantities(
                writer, [.. fit.Quantities().Select(q => new ReferenceQuantity(q.Name, q.Values, q.Labels))]);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
