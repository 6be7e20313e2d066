using MetaBridge.Multilevel.Terms;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>Groupings that lie within each other like boxes, and how the parameters of the terms make up the variance of each.</summary>
/// <remarks>
/// Levels count from the coarsest; the last level, <see cref="LeafLevel"/>, stands for the rows themselves. A term with compound symmetry
/// is two nested intercepts: τ²ρ between the outer groups and τ²(1 − ρ) between the inner ones.
/// </remarks>
internal sealed class NestedLayout
{
    private NestedLayout(int[] order, int[][] starts, int[][] parents, IReadOnlyList<VariancePart> parts, int parameterCount)
    {
        Order = order;
        Starts = starts;
        Parents = parents;
        Parts = parts;
        ParameterCount = parameterCount;
    }

    /// <summary>New row i is old row <c>Order[i]</c>.</summary>
    public int[] Order { get; }

    /// <summary>For each level the first child (a node of the next level, or a row) of every node, and the number of children at the end.</summary>
    public int[][] Starts { get; }

    /// <summary>For each level but the coarsest the node of the level above; for the leaf level not stored.</summary>
    public int[][] Parents { get; }

    /// <summary>Which parameter adds to the variance of which level.</summary>
    public IReadOnlyList<VariancePart> Parts { get; }

    /// <summary>m.</summary>
    public int ParameterCount { get; }

    /// <summary>Number of grouping levels above the rows, and the index of the rows' own level.</summary>
    public int LeafLevel => Starts.Length;

    /// <summary>The layout, or null when V is not diagonal, a term is of another kind, or groupings cross.</summary>
    public static NestedLayout? TryOf(int k, SamplingCovariance sampling, CovarianceTerm[] terms)
    {
        if (sampling.Blocks.Count > 0)
        {
            return null;
        }

        var partitions = new List<(int[] Codes, int Count)>();
        var drafts = new List<(int Partition, int Parameter, VarianceForm Form)>();
        var parameter = 0;
        foreach (var term in terms)
        {
            if (!Describe(term, parameter, partitions, drafts))
            {
                return null;
            }

            parameter += term.ParameterCount;
        }

        return Build(k, partitions, drafts, parameter);
    }

    private static bool Describe(
        CovarianceTerm term, int parameter, List<(int[] Codes, int Count)> partitions, List<(int Partition, int Parameter, VarianceForm Form)> drafts)
    {
        switch (term)
        {
            case InterceptTerm { HasKnownCorrelation: false } intercept:
                partitions.Add((intercept.Levels.ToArray(), intercept.LevelCount));
                drafts.Add((partitions.Count - 1, parameter, VarianceForm.Whole));
                return true;
            case CorrelatedTerm { Structure: CovarianceStructure.CompoundSymmetry or CovarianceStructure.Identity } term2:
                var outer = term2.Groups.ToArray();
                var cells = Grouping.Within(
                    new Grouping(outer, new string[outer.Max() + 1]), new Grouping(term2.Levels.ToArray(), new string[term2.Levels.ToArray().Max() + 1]));
                partitions.Add((cells.Codes, cells.Levels.Count));
                drafts.Add((partitions.Count - 1, parameter, term2.HasCorrelation ? VarianceForm.Within : VarianceForm.Whole));
                if (term2.HasCorrelation)
                {
                    partitions.Add((outer, outer.Max() + 1));
                    drafts.Add((partitions.Count - 1, parameter, VarianceForm.Between));
                }

                return true;
            default:
                return false;
        }
    }

    private static NestedLayout? Build(
        int k, List<(int[] Codes, int Count)> partitions, List<(int Partition, int Parameter, VarianceForm Form)> drafts, int parameterCount)
    {
        var byCoarseness = Enumerable.Range(0, partitions.Count).OrderBy(i => partitions[i].Count).ToArray();
        var levels = new List<(int[] Codes, int Count)>();
        var levelOf = new int[partitions.Count];
        foreach (var i in byCoarseness)
        {
            if (partitions[i].Count == k)
            {
                levelOf[i] = int.MaxValue;
                continue;
            }

            if (levels.Count > 0 && !Refines(partitions[i], levels[^1]))
            {
                return null;
            }

            if (levels.Count == 0 || levels[^1].Count != partitions[i].Count)
            {
                levels.Add(partitions[i]);
            }

            levelOf[i] = levels.Count - 1;
        }

        var parts = drafts.ConvertAll(d => new VariancePart(Math.Min(levelOf[d.Partition], levels.Count), d.Parameter, d.Form));
        return Arrange(k, levels, parts, parameterCount);
    }

    // Every group of the finer partition lies in one group of the coarser.
    private static bool Refines((int[] Codes, int Count) fine, (int[] Codes, int Count) coarse)
    {
        var owner = new int[fine.Count];
        Array.Fill(owner, -1);
        for (var i = 0; i < fine.Codes.Length; i++)
        {
            ref var seen = ref owner[fine.Codes[i]];
            if (seen >= 0 && seen != coarse.Codes[i])
            {
                return false;
            }

            seen = coarse.Codes[i];
        }

        return true;
    }

    private static NestedLayout Arrange(int k, List<(int[] Codes, int Count)> levels, IReadOnlyList<VariancePart> parts, int parameterCount)
    {
        var order = new int[k];
        for (var i = 0; i < k; i++)
        {
            order[i] = i;
        }

        for (var l = levels.Count - 1; l >= 0; l--)
        {
            order = CountingSort(order, levels[l].Codes, levels[l].Count);
        }

        var starts = new int[levels.Count][];
        var parents = new int[levels.Count][];
        var nodeOfRow = new int[levels.Count][];
        for (var l = 0; l < levels.Count; l++)
        {
            nodeOfRow[l] = Renumber(order, levels[l].Codes);
        }

        for (var l = 0; l < levels.Count; l++)
        {
            var count = nodeOfRow[l][k - 1] + 1;
            starts[l] = new int[count + 1];
            parents[l] = new int[count];
            for (var i = k - 1; i >= 0; i--)
            {
                var node = nodeOfRow[l][i];
                starts[l][node] = l + 1 < levels.Count ? nodeOfRow[l + 1][i] : i;
                parents[l][node] = l > 0 ? nodeOfRow[l - 1][i] : 0;
            }

            starts[l][count] = l + 1 < levels.Count ? nodeOfRow[l + 1][k - 1] + 1 : k;
        }

        return new NestedLayout(order, starts, parents, parts, parameterCount);
    }

    private static int[] CountingSort(int[] order, int[] codes, int count)
    {
        var at = new int[count + 1];
        foreach (var row in order)
        {
            at[codes[row] + 1]++;
        }

        for (var c = 0; c < count; c++)
        {
            at[c + 1] += at[c];
        }

        var sorted = new int[order.Length];
        foreach (var row in order)
        {
            sorted[at[codes[row]]++] = row;
        }

        return sorted;
    }

    private static int[] Renumber(int[] order, int[] codes)
    {
        var nodes = new int[order.Length];
        for (var i = 1; i < order.Length; i++)
        {
            nodes[i] = nodes[i - 1] + (codes[order[i]] == codes[order[i - 1]] ? 0 : 1);
        }

        return nodes;
    }
}

/// <summary>How a term's first two parameters make a variance.</summary>
internal enum VarianceForm
{
    /// <summary>The first parameter itself.</summary>
    Whole,

    /// <summary>τ²ρ.</summary>
    Between,

    /// <summary>τ²(1 − ρ).</summary>
    Within,
}

/// <summary>A contribution to the variance of a level.</summary>
/// <param name="Level">The level.</param>
/// <param name="Parameter">Index of the term's first parameter.</param>
/// <param name="Form">How it follows from the parameters.</param>
internal readonly record struct VariancePart(int Level, int Parameter, VarianceForm Form)
{
    /// <summary>The value at parameters θ.</summary>
    public double Value(ReadOnlySpan<double> theta) => Form switch
    {
        VarianceForm.Whole => theta[Parameter],
        VarianceForm.Between => theta[Parameter] * theta[Parameter + 1],
        _ => theta[Parameter] * (1 - theta[Parameter + 1]),
    };

    /// <summary>Its derivatives with respect to the first and (unless whole) the second parameter.</summary>
    public (double First, double Second) Slopes(ReadOnlySpan<double> theta) => Form switch
    {
        VarianceForm.Whole => (1, 0),
        VarianceForm.Between => (theta[Parameter + 1], theta[Parameter]),
        _ => (1 - theta[Parameter + 1], -theta[Parameter]),
    };

    /// <summary>Its mixed second derivative.</summary>
    public double Mixed => Form switch { VarianceForm.Whole => 0, VarianceForm.Between => 1, _ => -1 };
}
