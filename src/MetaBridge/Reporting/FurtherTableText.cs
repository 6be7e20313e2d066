using System.Globalization;
using System.Text;

namespace MetaBridge.Reporting;

/// <summary>The tables beside a fit as text.</summary>
internal static class FurtherTableText
{
    public static void Write(StringBuilder text, IReadOnlyList<FurtherTable> tables, int digits)
    {
        foreach (var table in tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{table.Name}:\n\n");
            var rows = new List<string[]>(table.RowNames.Count + 1) { (string[])["", .. table.Columns.Select(column => column.Name)] };
            for (var i = 0; i < table.RowNames.Count; i++)
            {
                rows.Add([table.RowNames[i], .. table.Columns.Select(column => Cell(column, i, digits))]);
            }

            Append(text, rows);
        }
    }

    private static string Cell(FurtherColumn column, int row, int digits) => column.Kind == FurtherKind.Count
        ? column.Values[row].ToString("0.##########", CultureInfo.InvariantCulture)
        : RNumbers.Fixed(column.Values[row], digits);

    // The first column to the left, the others to the right.
    private static void Append(StringBuilder text, List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
    }
}
