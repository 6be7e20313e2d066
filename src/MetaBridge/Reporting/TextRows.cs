using System.Text;

namespace MetaBridge.Reporting;

/// <summary>Rows of text in columns, as R prints a table: the first column to the left, the others to the right.</summary>
internal static class TextRows
{
    /// <summary>Writes the rows and an empty line.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="rows">The rows, the header first.</param>
    /// <param name="firstWidth">The least width of the first column.</param>
    public static void Write(StringBuilder text, IReadOnlyList<string[]> rows, int firstWidth)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        widths[0] = Math.Max(widths[0], firstWidth);
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        text.Append('\n');
    }
}
