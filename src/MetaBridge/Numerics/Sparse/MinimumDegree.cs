namespace MetaBridge.Numerics.Sparse;

/// <summary>A fill-reducing order of elimination: the node with the fewest neighbours goes next (Tinney &amp; Walker, 1967; Rose, 1972).</summary>
/// <remarks>
/// Exact degrees on an explicit elimination graph; memory is that of the factor. When the rest of the graph is complete, its order no
/// longer matters. Ties go to the lowest number, so the order is deterministic.
/// </remarks>
internal static class MinimumDegree
{
    /// <summary>The order: position t is eliminated t-th.</summary>
    /// <param name="neighbours">Adjacent nodes of each node, without itself; destroyed.</param>
    public static int[] Order(HashSet<int>[] neighbours)
    {
        var n = neighbours.Length;
        var order = new int[n];
        var queue = new PriorityQueue<int, (int Degree, int Node)>(n);
        for (var i = 0; i < n; i++)
        {
            queue.Enqueue(i, (neighbours[i].Count, i));
        }

        var isDone = new bool[n];
        for (var t = 0; t < n;)
        {
            queue.TryDequeue(out var node, out var priority);
            if (isDone[node] || priority.Degree != neighbours[node].Count)
            {
                continue;
            }

            if (neighbours[node].Count == n - t - 1)
            {
                FillRest(order, t, isDone);
                break;
            }

            order[t++] = node;
            isDone[node] = true;
            Eliminate(neighbours, node, queue);
        }

        return order;
    }

    private static void Eliminate(HashSet<int>[] neighbours, int node, PriorityQueue<int, (int Degree, int Node)> queue)
    {
        var clique = neighbours[node];
        foreach (var a in clique)
        {
            neighbours[a].Remove(node);
            foreach (var b in clique)
            {
                if (a != b)
                {
                    neighbours[a].Add(b);
                }
            }

            queue.Enqueue(a, (neighbours[a].Count, a));
        }

        neighbours[node] = [];
    }

    private static void FillRest(int[] order, int from, bool[] isDone)
    {
        for (var i = 0; i < isDone.Length; i++)
        {
            if (!isDone[i])
            {
                order[from++] = i;
            }
        }
    }
}
