namespace MetaBridge.Multilevel;

/// <summary>Union-find over 0 … n − 1, with path halving; the smallest member represents a set.</summary>
internal sealed class DisjointSets
{
    private readonly int[] parent;

    public DisjointSets(int n)
    {
        parent = new int[n];
        for (var i = 0; i < n; i++)
        {
            parent[i] = i;
        }
    }

    /// <summary>The representative of the set that holds <paramref name="i"/>.</summary>
    public int Find(int i)
    {
        while (parent[i] != i)
        {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }

        return i;
    }

    /// <summary>Makes one set of the two that hold <paramref name="i"/> and <paramref name="j"/>.</summary>
    public void Join(int i, int j)
    {
        var (a, b) = (Find(i), Find(j));
        if (a != b)
        {
            parent[Math.Max(a, b)] = Math.Min(a, b);
        }
    }
}
