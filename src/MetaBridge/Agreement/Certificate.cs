using System.Text;
using System.Text.Json;
using MetaBridge.Specs;

namespace MetaBridge.Agreement;

/// <summary>A machine-readable statement of an agreement check: what was compared with what, every number of both sides, the verdict.</summary>
/// <param name="Id">The case, or what the user's data is called.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Data">The data's name.</param>
/// <param name="DataHash">Fingerprint of the data.</param>
/// <param name="Spec">What was fitted.</param>
/// <param name="Provenance">Versions of R and its packages, call, warnings.</param>
/// <param name="IsLive">Whether the reference ran now; false when its recorded result was used.</param>
/// <param name="Report">The comparison.</param>
public sealed record Certificate(
    string Id,
    string Title,
    string Data,
    string DataHash,
    ModelSpec Spec,
    Provenance Provenance,
    bool IsLive,
    AgreementReport Report)
{
    private const int Version = 1;

    /// <summary>The certificate as JSON text.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Options(indented: true)))
        {
            Write(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>Writes the certificate as a JSON object.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteString("id", Id);
        writer.WriteString("title", Title);
        writer.WriteString("verdict", Word(Report.Verdict));
        writer.WriteString("engine", Report.OurEngine);
        writer.WriteString("reference", Report.ReferenceEngine);
        writer.WriteString("mode", IsLive ? "live" : "recorded");
        writer.WriteString("data", Data);
        writer.WriteString("dataHash", DataHash);
        writer.WritePropertyName("spec");
        SpecJson.Write(writer, Spec);
        RecordedResult.WriteProvenance(writer, Provenance);
        writer.WriteStartArray("explanations");
        foreach (var explanation in Report.Explanations)
        {
            writer.WriteStringValue(explanation.Text);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("quantities");
        foreach (var comparison in Report.Comparisons)
        {
            WriteComparison(writer, comparison);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteComparison(Utf8JsonWriter writer, QuantityComparison comparison)
    {
        writer.WriteStartObject();
        writer.WriteString("name", comparison.Name);
        writer.WriteString("half", comparison.Half == ComparisonHalf.Given ? "given" : "end-to-end");
        writer.WriteString("class", comparison.Class.ToString());
        writer.WriteNumber("bound", comparison.Bound);
        writer.WriteString("verdict", Word(comparison.Verdict));
        if (comparison.Reason != MissReason.None)
        {
            writer.WriteString("reason", comparison.Reason.ToString());
        }

        WriteList(writer, "ours", comparison.Ours);
        WriteList(writer, "theirs", comparison.Reference);
        WriteList(writer, "absolute", comparison.AbsoluteDifferences);
        WriteList(writer, "relative", comparison.RelativeDifferences);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, double[] values)
    {
        writer.WritePropertyName(name);
        ReferenceJson.WriteValues(writer, values);
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Agrees => "agrees",
        Verdict.Explained => "explained",
        _ => "misses",
    };
}
