using System.Text.Json;
using System.Text.RegularExpressions;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Agreement;

/// <summary>A case: data, what to fit to it, and words about it. One <c>&lt;id&gt;.case.json</c> file; docs/cases.md has the format.</summary>
/// <param name="Id">The identifier, which is also the file's name.</param>
/// <param name="Title">What the case shows, in one line.</param>
/// <param name="Data">A dataset's name, or a path of a CSV or JSON file relative to the case file.</param>
/// <param name="Spec">What to fit.</param>
public sealed partial record AgreementCase(string Id, string Title, string Data, ModelSpec Spec)
{
    /// <summary>The end of a case file's name.</summary>
    public const string CaseSuffix = ".case.json";

    /// <summary>The end of the name of a recorded reference result.</summary>
    public const string VerifiedSuffix = ".verified.json";

    /// <summary>The end of the name of our result, written where it misses.</summary>
    public const string ReceivedSuffix = ".received.json";

    /// <summary>The published source of the analysis; null when there is none.</summary>
    public string? Citation { get; init; }

    /// <summary>Remarks, such as the reason of an explained difference; null when there are none.</summary>
    public string? Notes { get; init; }

    /// <summary>The folder of the case file, against which <see cref="Data"/> is resolved; empty when read from text.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Path of the recorded reference result.</summary>
    public string VerifiedPath => Path.Combine(Folder, Id + VerifiedSuffix);

    /// <summary>Path of our result, written where it misses.</summary>
    public string ReceivedPath => Path.Combine(Folder, Id + ReceivedSuffix);

    /// <summary>Reads a case file.</summary>
    /// <param name="path">Its path; the file name is the identifier followed by <c>.case.json</c>.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.FileNotReadable"/>, <see cref="ErrorCode.JsonMalformed"/>, <see cref="ErrorCode.CaseMalformed"/> or what is
    /// wrong with its specification.
    /// </exception>
    public static AgreementCase Load(string path)
    {
        var name = Path.GetFileName(path);
        var read = Parse(TextFile.Read(path), name) with { Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "" };
        return name == read.Id + CaseSuffix
            ? read
            : throw Malformed($"{name}: the id '{read.Id}' must be the file's name without '{CaseSuffix}'.", read.Id);
    }

    /// <summary>Reads a case from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="MetaBridgeException">As for <see cref="Load"/>.</exception>
    public static AgreementCase Parse(string json, string source = "case")
    {
        using var document = JsonMembers.Parse(json, source);
        var members = new JsonMembers(document.RootElement, $"{source}: $", ErrorCode.CaseMalformed);
        var id = members.RequiredText("id");
        if (!IdPattern().IsMatch(id))
        {
            throw Malformed($"{members.PlaceOf("id")}: '{id}' may have letters, digits, '.', '_' and '-' only.", id);
        }

        var read = new AgreementCase(id, members.RequiredText("title"), members.RequiredText("data"), ReadSpec(members))
        {
            Citation = members.Text("citation"),
            Notes = members.Text("notes"),
        };
        members.RejectUnknown();
        return read;
    }

    private static ModelSpec ReadSpec(JsonMembers members) => members.TryGet("spec", out var spec)
        ? SpecJson.Read(spec, members.PlaceOf("spec"))
        : throw members.Missing("spec");

    private static MetaBridgeException Malformed(string message, string id) =>
        new(ErrorCode.CaseMalformed, message, new Dictionary<string, object?> { ["id"] = id });

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
