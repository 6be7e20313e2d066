using MetaBridge.Data;

namespace MetaBridge.Multilevel;

/// <summary>The levels of inner factors: those of all selected rows, so that levels lost with incomplete rows keep their place.</summary>
/// <remarks>metafor counts levels after <c>subset</c> and before it omits incomplete rows; AR counts ranks over them.</remarks>
/// <param name="data">The dataset.</param>
/// <param name="selected">Its rows in the subset.</param>
/// <param name="used">Those of them that are complete, in the same order.</param>
internal sealed class InnerLevels(Dataset data, int[] selected, int[] used)
{
    /// <summary>The factor of a column over the used rows.</summary>
    public Grouping Of(string name)
    {
        var column = data[name];
        var known = Array.FindAll(selected, row => !column.IsMissing(row));
        var all = Grouping.Of(known.Length == data.RowCount ? column : column.Take(known));
        if (known.Length == used.Length)
        {
            return all;
        }

        var codes = new int[used.Length];
        for (int i = 0, at = 0; i < used.Length; i++, at++)
        {
            while (known[at] != used[i])
            {
                at++;
            }

            codes[i] = all.Codes[at];
        }

        return new Grouping(codes, all.Levels);
    }
}
