using System.Text;
using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Agreement;

/// <summary>A reference result as recorded in a <c>&lt;id&gt;.verified.json</c> file, with what it was computed from.</summary>
/// <remarks>
/// The file carries the data's fingerprint and the specification, so that a result for other data is noticed, and a fingerprint of its own
/// numbers, so that an edited digit is. It holds no date, so recording again gives the same file.
/// </remarks>
/// <param name="CaseId">The case.</param>
/// <param name="DataHash">Fingerprint of the data.</param>
/// <param name="Spec">What was fitted.</param>
/// <param name="Result">The numbers with their provenance.</param>
public sealed record RecordedResult(string CaseId, string DataHash, ModelSpec Spec, ReferenceResult Result)
{
    private const int Version = 1;

    /// <summary>Reads a recorded result.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.GoldenMissing"/> when there is no such file, <see cref="ErrorCode.GoldenStale"/> when its numbers were edited,
    /// <see cref="ErrorCode.CaseMalformed"/> or <see cref="ErrorCode.JsonMalformed"/>.
    /// </exception>
    public static RecordedResult Load(string path) => File.Exists(path)
        ? Parse(TextFile.Read(path), Path.GetFileName(path))
        : throw new MetaBridgeException(
            ErrorCode.GoldenMissing,
            $"There is no recorded result '{Path.GetFileName(path)}'.",
            new Dictionary<string, object?> { ["path"] = path });

    /// <summary>Reads a recorded result from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What to call it in messages.</param>
    public static RecordedResult Parse(string json, string source = "recorded result")
    {
        using var document = JsonMembers.Parse(json, source);
        var members = new JsonMembers(document.RootElement, $"{source}: $", ErrorCode.CaseMalformed);
        if (members.Number("version") is not Version)
        {
            throw new MetaBridgeException(ErrorCode.CaseMalformed, $"{members.PlaceOf("version")} must be {Version}.");
        }

        var recorded = new RecordedResult(
            members.RequiredText("case"),
            members.RequiredText("data"),
            members.TryGet("spec", out var spec) ? SpecJson.Read(spec, members.PlaceOf("spec")) : throw members.Missing("spec"),
            new ReferenceResult(
                ReadProvenance(members.RequiredObject("provenance")),
                ReferenceJson.ReadQuantities(members)));
        var fingerprint = members.RequiredText("fingerprint");
        members.RejectUnknown();
        return fingerprint == ReferenceJson.Fingerprint(recorded.Result.Quantities) ? recorded : throw new MetaBridgeException(
            ErrorCode.GoldenStale,
            $"{source}: its numbers were changed after they were recorded.",
            new Dictionary<string, object?> { ["case"] = recorded.CaseId });
    }

    /// <summary>The text of the file.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Options(indented: true)))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("case", CaseId);
            writer.WriteString("data", DataHash);
            writer.WritePropertyName("spec");
            SpecJson.Write(writer, Spec);
            WriteProvenance(writer, Result.Provenance);
            ReferenceJson.WriteQuantities(writer, Result.Quantities);
            writer.WriteString("fingerprint", ReferenceJson.Fingerprint(Result.Quantities));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    public void Save(string path) => TextFile.Write(path, ToJson());

    /// <summary>Checks that the result belongs to this case and data.</summary>
    /// <param name="theCase">The case.</param>
    /// <param name="data">Its data.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.GoldenStale"/>, saying what changed.</exception>
    public void RequireMatch(AgreementCase theCase, Dataset data)
    {
        var changed = CaseId != theCase.Id ? $"the case was '{CaseId}'"
            : DataHash != data.ContentHash() ? $"the data '{theCase.Data}' changed"
            : SpecJson.Write(Spec) != SpecJson.Write(theCase.Spec) ? "the specification changed"
            : null;
        if (changed is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.GoldenStale,
                $"{theCase.Id}: {changed} after the reference result was recorded.",
                new Dictionary<string, object?> { ["case"] = theCase.Id });
        }
    }

    internal static void WriteProvenance(Utf8JsonWriter writer, Provenance provenance)
    {
        writer.WriteStartObject("provenance");
        writer.WriteString("R", provenance.R);
        writer.WriteString("metafor", provenance.Metafor);
        writer.WriteString("metadat", provenance.Metadat);
        if (provenance.Program is { } program)
        {
            writer.WriteString("program", program);
        }

        writer.WriteString("call", provenance.Call);
        writer.WriteStartArray("warnings");
        foreach (var warning in provenance.Warnings)
        {
            writer.WriteStringValue(warning);
        }

        writer.WriteEndArray();
        if (provenance.Search.Count > 0)
        {
            writer.WriteStartArray("search");
            foreach (var search in provenance.Search)
            {
                writer.WriteStringValue(search);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static Provenance ReadProvenance(JsonMembers members)
    {
        var provenance = new Provenance(
            members.RequiredText("R"),
            members.RequiredText("metafor"),
            members.Text("metadat"),
            members.RequiredText("call"),
            members.List("warnings", JsonMembers.AsText) ?? [])
        {
            Program = members.Text("program"),
            Search = members.List("search", JsonMembers.AsText) ?? [],
        };
        members.RejectUnknown();
        return provenance;
    }
}
