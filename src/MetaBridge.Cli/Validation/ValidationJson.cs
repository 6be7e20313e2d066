using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Validation;

/// <summary>The certificates of a run in one JSON file.</summary>
internal static class ValidationJson
{
    private const int Version = 1;

    public static string Write(IReadOnlyList<CaseOutcome> outcomes)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteNumber("passed", outcomes.Count(outcome => outcome.Passed));
            writer.WriteNumber("failed", outcomes.Count(outcome => !outcome.Passed));
            writer.WriteStartArray("cases");
            foreach (var outcome in outcomes)
            {
                WriteOutcome(writer, outcome);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteOutcome(Utf8JsonWriter writer, CaseOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("id", outcome.Id);
        writer.WriteBoolean("passed", outcome.Passed);
        if (outcome.Problem is { } problem)
        {
            writer.WriteStartObject("problem");
            writer.WriteString("code", problem.Code.ToLabel());
            writer.WriteString("message", problem.Message);
            writer.WriteEndObject();
        }

        if (outcome.Certificate is { } certificate)
        {
            writer.WritePropertyName("certificate");
            certificate.Write(writer);
        }

        writer.WriteEndObject();
    }
}
