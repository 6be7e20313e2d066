using System.Globalization;
using System.Text;
using MetaBridge.Bayes;

namespace MetaBridge.Native;

/// <summary>Named tables on their way to C: an index as text, all numbers in one array, table after table, column after column.</summary>
/// <remarks>
/// The index has three lines per table: name, rows and columns; the columns' names; the rows' names; each separated by tabs. A table of texts has no columns.
/// </remarks>
internal sealed class NamedTables
{
    private readonly StringBuilder index = new();
    private readonly List<double> numbers = [];

    /// <summary>The index.</summary>
    public string Index => index.ToString();

    /// <summary>The numbers.</summary>
    public double[] Numbers => [.. numbers];

    /// <summary>Adds a table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Names of its rows.</param>
    /// <param name="columns">Its columns, as long as there are rows.</param>
    public void Add(string name, IReadOnlyList<string> rows, params (string Name, IEnumerable<double> Values)[] columns) => Add(name, rows, rows.Count, columns);

    /// <summary>Adds a table whose rows have no names.</summary>
    public void Add(string name, int rowCount, params (string Name, IEnumerable<double> Values)[] columns) => Add(name, [], rowCount, columns);

    /// <summary>Adds texts.</summary>
    public void AddTexts(string name, IReadOnlyList<string> texts) => Add(name, texts);

    /// <summary>Adds posterior summaries with the errors of their five numbers.</summary>
    public void AddSummaries(string name, IReadOnlyList<PosteriorRow> rows, IReadOnlyList<string>? names = null)
    {
        (string Name, Func<PosteriorRow, Estimate> Pick)[] columns =
        [
            ("mean", row => row.Mean), ("sd", row => row.Sd), ("lower", row => row.Lower), ("median", row => row.Median), ("upper", row => row.Upper),
        ];
        Add(
            name,
            names ?? [.. rows.Select(row => row.Name)],
            [
                .. columns.Select(column => (column.Name, rows.Select(row => column.Pick(row).Value))),
                .. columns.Select(column => (column.Name + ".error", rows.Select(row => column.Pick(row).Error))),
            ]);
    }

    private void Add(string name, IReadOnlyList<string> rows, int rowCount, (string Name, IEnumerable<double> Values)[] columns)
    {
        index.Append(Clean(name)).Append('\t').Append(rowCount.ToString(CultureInfo.InvariantCulture)).Append('\t')
            .Append(columns.Length.ToString(CultureInfo.InvariantCulture)).Append('\n');
        index.AppendJoin('\t', columns.Select(column => Clean(column.Name))).Append('\n');
        index.AppendJoin('\t', rows.Select(Clean)).Append('\n');
        foreach (var (_, values) in columns)
        {
            numbers.AddRange(values);
        }
    }

    /// <summary>Names hold no separators.</summary>
    private static string Clean(string text) => text.AsSpan().IndexOfAny('\t', '\n', '\r') < 0 ? text
        : text.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ');
}
