namespace MetaBridge.Multilevel;

/// <summary>Which inner levels are seen together in an outer group.</summary>
internal sealed class Cooccurrence(int levels)
{
    private readonly HashSet<(int, int)> pairs = [];

    // Beyond this many levels only the question whether any pair exists is answered.
    private const int MostLevels = 200;

    /// <summary>Whether any two different levels are seen together.</summary>
    public bool Any { get; private set; }

    /// <summary>Whether two levels are seen together.</summary>
    public bool Together(int a, int b) => pairs.Contains((Math.Min(a, b), Math.Max(a, b)));

    /// <summary>Whether every two levels are seen together, but for those that are never seen.</summary>
    public bool AllTogether(int[] unseen)
    {
        for (var a = 0; a < levels; a++)
        {
            for (var b = a + 1; b < levels; b++)
            {
                if (!Together(a, b) && !unseen.Contains(a) && !unseen.Contains(b))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Looks through the groups.</summary>
    public static Cooccurrence Of(Grouping outer, Grouping inner)
    {
        var result = new Cooccurrence(inner.Levels.Count);
        var members = new Dictionary<int, List<int>>();
        for (var i = 0; i < outer.Codes.Length; i++)
        {
            if (!members.TryGetValue(outer.Codes[i], out var list))
            {
                members[outer.Codes[i]] = list = [];
            }

            result.Any |= list.Count > 0 && list[^1] != inner.Codes[i];
            list.Add(inner.Codes[i]);
        }

        if (inner.Levels.Count <= MostLevels)
        {
            foreach (var list in members.Values)
            {
                result.AddPairs([.. list.Distinct()]);
            }
        }

        return result;
    }

    private void AddPairs(int[] levels)
    {
        foreach (var a in levels)
        {
            foreach (var b in levels)
            {
                if (a < b)
                {
                    pairs.Add((a, b));
                }
            }
        }
    }
}
