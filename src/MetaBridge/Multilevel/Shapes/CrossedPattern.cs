using MetaBridge.Numerics.Sparse;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>Which random effects occur together in a row, in a fill-reducing order.</summary>
internal sealed record CrossedPattern
{
    /// <summary>How many random effects.</summary>
    public required int Size { get; init; }

    /// <summary>For each term the effect (in elimination order) of every row.</summary>
    public required int[][] Levels { get; init; }

    /// <summary>The term of each effect.</summary>
    public required int[] OwnerOf { get; init; }

    /// <summary>Upper triangle by columns.</summary>
    public required int[] ColumnStarts { get; init; }

    /// <summary>Row of each entry.</summary>
    public required int[] Rows { get; init; }

    /// <summary>Column of each entry.</summary>
    public required int[] ColumnOfEntry { get; init; }

    /// <summary>For each row of data the entries of its pairs of effects.</summary>
    public required int[] EntryAt { get; init; }

    /// <summary>Analyses groupings.</summary>
    public static CrossedPattern Of(int k, int[][] codes, int[] counts)
    {
        var offsets = new int[counts.Length + 1];
        for (var t = 0; t < counts.Length; t++)
        {
            offsets[t + 1] = offsets[t] + counts[t];
        }

        var q = offsets[^1];
        var neighbours = new HashSet<int>[q];
        for (var j = 0; j < q; j++)
        {
            neighbours[j] = [];
        }

        for (var i = 0; i < k; i++)
        {
            for (var s = 0; s < codes.Length; s++)
            {
                for (var t = 0; t < s; t++)
                {
                    var (a, b) = (offsets[s] + codes[s][i], offsets[t] + codes[t][i]);
                    neighbours[a].Add(b);
                    neighbours[b].Add(a);
                }
            }
        }

        var order = MinimumDegree.Order(neighbours);
        var position = new int[q];
        var owner = new int[q];
        for (var j = 0; j < q; j++)
        {
            position[order[j]] = j;
        }

        for (var t = 0; t < counts.Length; t++)
        {
            for (var j = offsets[t]; j < offsets[t + 1]; j++)
            {
                owner[position[j]] = t;
            }
        }

        int[][] levels = [.. codes.Select((code, t) => Array.ConvertAll(code, c => position[offsets[t] + c]))];
        return Index(k, q, levels, owner);
    }

    private static CrossedPattern Index(int k, int q, int[][] levels, int[] owner)
    {
        var pairs = levels.Length * (levels.Length + 1) / 2;
        var keys = new long[k * pairs];
        for (int i = 0, at = 0; i < k; i++)
        {
            for (var s = 0; s < levels.Length; s++)
            {
                for (var t = 0; t <= s; t++)
                {
                    var (a, b) = (levels[s][i], levels[t][i]);
                    keys[at++] = ((long)Math.Max(a, b) * q) + Math.Min(a, b);
                }
            }
        }

        var distinct = keys.Distinct().ToArray();
        Array.Sort(distinct);
        var starts = new int[q + 1];
        var (rows, columns) = (new int[distinct.Length], new int[distinct.Length]);
        for (var e = 0; e < distinct.Length; e++)
        {
            (columns[e], rows[e]) = ((int)(distinct[e] / q), (int)(distinct[e] % q));
            starts[columns[e] + 1]++;
        }

        for (var j = 0; j < q; j++)
        {
            starts[j + 1] += starts[j];
        }

        return new CrossedPattern
        {
            Size = q,
            Levels = levels,
            OwnerOf = owner,
            ColumnStarts = starts,
            Rows = rows,
            ColumnOfEntry = columns,
            EntryAt = Array.ConvertAll(keys, key => Array.BinarySearch(distinct, key)),
        };
    }
}
