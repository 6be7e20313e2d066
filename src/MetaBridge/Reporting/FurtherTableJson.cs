using System.Text.Json;
using MetaBridge.Specs;

namespace MetaBridge.Reporting;

/// <summary>The tables beside a fit as JSON: a list, left out when there is none.</summary>
internal static class FurtherTableJson
{
    private const string Member = "further";

    public static void Write(IReadOnlyList<FurtherTable> tables, Utf8JsonWriter writer)
    {
        if (tables.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(Member);
        foreach (var table in tables)
        {
            writer.WriteStartObject();
            writer.WriteString("name", table.Name);
            writer.WriteTexts("rows", table.RowNames);
            writer.WriteStartArray("columns");
            foreach (var column in table.Columns)
            {
                Write(column, writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static FurtherTable[] Read(ResultMembers json) => json.Has(Member)
        ? [.. json.Objects(Member).Select(table => new FurtherTable(
            table.Text("name"), table.Texts("rows"), [.. table.Objects("columns").Select(ReadColumn)]))]
        : [];

    private static void Write(FurtherColumn column, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        writer.WriteString("kind", Keywords<FurtherKind>.Of(column.Kind));
        writer.WriteReals("values", column.Values);
        if (column.Scale is { } scale)
        {
            writer.WriteReals("scale", scale);
        }

        writer.WriteEndObject();
    }

    private static FurtherColumn ReadColumn(ResultMembers json) =>
        new(json.Text("name"), json.Reals("values"), json.Keyword<FurtherKind>("kind"))
        {
            Scale = json.Has("scale") ? json.Reals("scale") : null,
        };
}
