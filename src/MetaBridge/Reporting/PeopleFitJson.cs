using System.Text.Json;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>The JSON form of a <see cref="PeopleFit"/>.</summary>
internal static class PeopleFitJson
{
    public static void Write(PeopleFit fit, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("family", fit.Family);
        writer.WriteString("engine", fit.Engine);
        FurtherTableJson.Write(fit.Further, writer);
        writer.WriteTexts("notes", fit.Notes);
        writer.WriteTexts("components", fit.ComponentColumns);
        FitJsonParts.WriteDropped(fit.Dropped, writer);
        writer.WriteEndObject();
    }

    public static PeopleFit Read(ResultMembers json) => new()
    {
        FamilyName = json.Text("family"),
        Engine = json.Text("engine"),
        Further = FurtherTableJson.Read(json),
        Notes = json.Texts("notes"),
        ComponentColumns = json.Texts("components"),
        Dropped = FitJsonParts.ReadDropped(json),
    };
}
