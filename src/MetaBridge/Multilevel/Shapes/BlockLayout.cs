using MetaBridge.Multilevel.Terms;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>How the rows fall into blocks that no random term and no sampling covariance connects.</summary>
internal sealed class BlockLayout
{
    private BlockLayout(int[] order, int[] starts)
    {
        Order = order;
        Starts = starts;
    }

    /// <summary>New row i is old row <c>Order[i]</c>; rows of a block are neighbours and keep their order.</summary>
    public int[] Order { get; }

    /// <summary>First new row of every block, and k at the end.</summary>
    public int[] Starts { get; }

    /// <summary>How many blocks.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Rows of the largest block.</summary>
    public int Largest => Enumerable.Range(0, Count).Select(b => Starts[b + 1] - Starts[b]).DefaultIfEmpty(0).Max();

    /// <summary>Σ n³ over the blocks.</summary>
    public double CubicCost => Enumerable.Range(0, Count).Sum(b => Math.Pow(Starts[b + 1] - Starts[b], 3));

    /// <summary>Connects rows by union-find.</summary>
    public static BlockLayout Of(int k, SamplingCovariance sampling, IEnumerable<CovarianceTerm> terms)
    {
        var sets = new DisjointSets(k);
        foreach (var block in sampling.Blocks)
        {
            foreach (var row in block.Rows)
            {
                sets.Join(block.Rows[0], row);
            }
        }

        foreach (var term in terms)
        {
            Connect(sets, term.Groups);
        }

        var keys = new int[k];
        var order = new int[k];
        for (var i = 0; i < k; i++)
        {
            (keys[i], order[i]) = (sets.Find(i), i);
        }

        Array.Sort(keys, order, Comparer<int>.Default);
        return WithStableRows(keys, order);
    }

    private static BlockLayout WithStableRows(int[] keys, int[] order)
    {
        var starts = new List<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1])
            {
                starts.Add(i);
            }
        }

        starts.Add(keys.Length);
        for (var b = 0; b + 1 < starts.Count; b++)
        {
            Array.Sort(order, starts[b], starts[b + 1] - starts[b]);
        }

        return new BlockLayout(order, [.. starts]);
    }

    private static void Connect(DisjointSets sets, ReadOnlySpan<int> groups)
    {
        var first = new Dictionary<int, int>();
        for (var i = 0; i < groups.Length; i++)
        {
            if (!first.TryAdd(groups[i], i))
            {
                sets.Join(first[groups[i]], i);
            }
        }
    }
}
