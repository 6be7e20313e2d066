using MetaBridge.Errors;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>What diagnostics leave out one at a time: rows, or the clusters of a column.</summary>
/// <param name="Names">What the cases are called.</param>
/// <param name="Rows">The rows of each, increasing.</param>
/// <param name="AreIndependent">For each whether M connects its rows with no other row.</param>
internal sealed record Cases(IReadOnlyList<string> Names, int[][] Rows, bool[] AreIndependent)
{
    public int Count => Rows.Length;

    /// <summary>Every row by itself.</summary>
    public static Cases OfRows(FittedModel model)
    {
        var rows = Enumerable.Range(0, model.RowCount).Select(i => new[] { i }).ToArray();
        return new Cases(model.Fit.Studies.Labels, rows, Independent(model, rows));
    }

    /// <summary>The levels of a factor.</summary>
    public static Cases Of(FittedModel model, Grouping levels)
    {
        var lists = new List<int>[levels.Levels.Count];
        for (var i = 0; i < levels.Codes.Length; i++)
        {
            (lists[levels.Codes[i]] ??= []).Add(i);
        }

        var rows = Array.ConvertAll(lists, list => list.ToArray());
        return new Cases(levels.Levels, rows, Independent(model, rows));
    }

    private static bool[] Independent(FittedModel model, int[][] rows)
    {
        var component = model.Components;
        var sizes = new int[component.DefaultIfEmpty(-1).Max() + 1];
        foreach (var c in component)
        {
            sizes[c]++;
        }

        return Array.ConvertAll(rows, own => own.GroupBy(i => component[i]).All(part => part.Count() == sizes[part.Key]));
    }
}
