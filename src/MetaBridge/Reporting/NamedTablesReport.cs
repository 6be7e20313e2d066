using System.Text;
using System.Text.Json;

namespace MetaBridge.Reporting;

/// <summary>Named tables with notes, as text and as JSON.</summary>
public static class NamedTablesReport
{
    /// <summary>The tables one after the other, then the notes.</summary>
    /// <param name="tables">Tables.</param>
    /// <param name="notes">Sentences.</param>
    /// <param name="digits">Decimals.</param>
    public static string ToText(IReadOnlyList<FurtherTable> tables, IReadOnlyList<string> notes, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(notes);
        var text = new StringBuilder();
        FurtherTableText.Write(text, tables, digits);
        foreach (var note in notes)
        {
            text.Append("\nNote: ").Append(note).Append('\n');
        }

        return text.ToString().TrimStart('\n');
    }

    /// <summary>An object with the members <c>further</c> (the tables) and <c>notes</c>.</summary>
    /// <param name="tables">Tables.</param>
    /// <param name="notes">Sentences.</param>
    public static string ToJson(IReadOnlyList<FurtherTable> tables, IReadOnlyList<string> notes)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(notes);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            FurtherTableJson.Write(tables, writer);
            writer.WriteTexts("notes", notes);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
