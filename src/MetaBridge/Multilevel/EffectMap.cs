using MetaBridge.Multilevel.Terms;

namespace MetaBridge.Multilevel;

/// <summary>The random effects of one term: which there are, which rows they act on, and their covariance G at given parameters.</summary>
/// <remarks>
/// Effects are ordered by outer and then inner level. A row has one effect with load 1 (intercepts, inner factors) or q of them with the
/// loads z (random slopes). Effects of different groups are independent.
/// </remarks>
internal sealed class EffectMap
{
    private readonly BoundTerm bound;
    private readonly int[] levelOf;
    private readonly int[] groupOf;
    private readonly int[] representative;
    private readonly int[] firstOfRow;
    private readonly double[] loads;
    private readonly int q;
    private int[][]? members;

    /// <summary>Makes the map.</summary>
    /// <param name="bound">The term on rows in their original order, not yet part of a shape.</param>
    /// <param name="search">Its parameters.</param>
    /// <param name="orderBy">Codes per row, most important first, that order the levels of an intercept term; empty to keep their order.</param>
    public EffectMap(BoundTerm bound, ReadOnlySpan<double> search, IReadOnlyList<int[]> orderBy)
    {
        this.bound = bound;
        bound.Term.Set(search);
        var outer = bound.Outer.Codes;
        (var inner, loads, q) = bound.Term switch
        {
            CorrelatedTerm term => (term.Levels.ToArray(), [], 1),
            UnstructuredTerm { Loads.Length: 0 } term => (term.Levels.ToArray(), [], 1),
            UnstructuredTerm term => ([], term.Loads.ToArray(), term.Size),
            DiagonalSlopesTerm term => ([], term.Loads.ToArray(), term.ParameterCount),
            _ => (Array.Empty<int>(), Array.Empty<double>(), 1),
        };
        var cells = inner.Length > 0 ? Cells(outer, inner) : bound.Outer;
        IReadOnlyList<int[]> keys = inner.Length > 0 ? [outer, inner] : orderBy.Count > 0 ? orderBy : [outer];
        var (position, rows) = Sorted(cells, keys);
        Count = rows.Length * q;
        firstOfRow = Array.ConvertAll(cells.Codes, code => position[code] * q);
        representative = [.. Enumerable.Range(0, Count).Select(e => rows[e / q])];
        levelOf = [.. Enumerable.Range(0, Count).Select(e => IsSlopes ? e % q : inner.Length > 0 ? inner[rows[e]] : outer[rows[e]])];
        groupOf = [.. Enumerable.Range(0, Count).Select(e => bound.Term.Groups[representative[e]])];
    }

    /// <summary>How many effects there are.</summary>
    public int Count { get; }

    /// <summary>The term.</summary>
    public BoundTerm Bound => bound;

    /// <summary>The term's name: <c>district/school</c>, <c>school | district</c>.</summary>
    public string Name => bound.InnerName is { } inner ? $"{inner} | {bound.Name}" : bound.Name;

    /// <summary>Whether effects are random slopes rather than levels of a factor.</summary>
    public bool IsSlopes => loads.Length > 0;

    /// <summary>A row that the effect acts on.</summary>
    public int RowOf(int effect) => representative[effect];

    /// <summary>The effect's outer level.</summary>
    public int OuterOf(int effect) => bound.Outer.Codes[representative[effect]];

    /// <summary>The effect's inner level, slope, or level of an intercept term.</summary>
    public int LevelOf(int effect) => levelOf[effect];

    /// <summary>The first effect of a row.</summary>
    public int EffectOfRow(int row) => firstOfRow[row];

    /// <summary>What the effect is called: <c>11/1</c>, <c>1 | 11</c>.</summary>
    public string NameOf(int effect) => bound.InnerName is null
        ? bound.Outer.Levels[levelOf[effect]]
        : $"{bound.EffectNames[levelOf[effect]]} | {bound.Outer.Levels[OuterOf(effect)]}";

    /// <summary>Cov(u_e, u_f).</summary>
    public double Prior(int e, int f) => groupOf[e] == groupOf[f] ? BetweenLevels(levelOf[e], levelOf[f]) : 0;

    /// <summary>Covariance of the effects of two inner levels (slopes, levels of an intercept term) within a group.</summary>
    public double BetweenLevels(int a, int b) => bound.Term switch
    {
        CorrelatedTerm term => term.Between(a, b),
        UnstructuredTerm term => term.Covariance[(a * term.Size) + b],
        DiagonalSlopesTerm term => a == b ? term.Variances[a] : 0,
        InterceptTerm term => term.CovarianceBetween(a, b),
        _ => 0,
    };

    /// <summary>Cov(u_e, y_i).</summary>
    public double WithOutcome(int effect, int row)
    {
        var first = firstOfRow[row];
        if (!IsSlopes)
        {
            return Prior(effect, first);
        }

        var sum = 0.0;
        for (var a = 0; a < q && groupOf[effect] == groupOf[first]; a++)
        {
            sum += loads[(row * q) + a] * Prior(effect, first + a);
        }

        return sum;
    }

    /// <summary>The predictors of a row of random slopes.</summary>
    public double[] LoadsOf(int row) => loads[(row * q)..((row + 1) * q)];

    /// <summary>All effects of the given rows and of the groups that these belong to, once each.</summary>
    public IEnumerable<int> EffectsOf(ReadOnlySpan<int> rows)
    {
        var groups = new HashSet<int>();
        foreach (var row in rows)
        {
            groups.Add(groupOf[firstOfRow[row]]);
        }

        return groups.SelectMany(group => Members[group]);
    }

    /// <summary>Effects by group.</summary>
    public int[][] Members
    {
        get
        {
            if (members is null)
            {
                var lists = new List<int>[groupOf.DefaultIfEmpty(-1).Max() + 1];
                for (var e = 0; e < Count; e++)
                {
                    (lists[groupOf[e]] ??= []).Add(e);
                }

                members = Array.ConvertAll(lists, list => list is null ? [] : list.ToArray());
            }

            return members;
        }
    }

    /// <summary>G Z'V for k × n values V by rows: Count × n by rows.</summary>
    public double[] Spread(ReadOnlySpan<double> values, int n)
    {
        var sums = new double[Count * n];
        for (var i = 0; i < firstOfRow.Length; i++)
        {
            for (var a = 0; a < q; a++)
            {
                var load = IsSlopes ? loads[(i * q) + a] : 1;
                for (var c = 0; c < n; c++)
                {
                    sums[((firstOfRow[i] + a) * n) + c] += load * values[(i * n) + c];
                }
            }
        }

        var result = new double[sums.Length];
        foreach (var group in Members)
        {
            SpreadGroup(group, sums, n, result);
        }

        return result;
    }

    private void SpreadGroup(int[] group, double[] sums, int n, double[] result)
    {
        // Two different effects of a group have the same covariance: sums over the group do.
        var isCompound = group.Length > 2 && bound.Term is CorrelatedTerm
        {
            Structure: Specs.CovarianceStructure.CompoundSymmetry or Specs.CovarianceStructure.Identity,
        };
        var common = isCompound ? Prior(group[0], group[1]) : 0;
        for (var c = 0; c < n; c++)
        {
            var total = 0.0;
            foreach (var f in group)
            {
                total += sums[(f * n) + c];
            }

            foreach (var e in group)
            {
                var value = common * total;
                if (isCompound)
                {
                    value += (Prior(e, e) - common) * sums[(e * n) + c];
                }
                else
                {
                    foreach (var f in group)
                    {
                        value += Prior(e, f) * sums[(f * n) + c];
                    }
                }

                result[(e * n) + c] = value;
            }
        }
    }

    private static Grouping Cells(int[] outer, int[] inner) => Grouping.Within(
        new Grouping(outer, new string[outer.DefaultIfEmpty(-1).Max() + 1]), new Grouping(inner, new string[inner.DefaultIfEmpty(-1).Max() + 1]));

    // Where each level goes, and a row of the level that goes first, second, …
    private static (int[] Position, int[] Rows) Sorted(Grouping cells, IReadOnlyList<int[]> keys)
    {
        var first = new int[cells.Levels.Count];
        Array.Fill(first, -1);
        for (var i = cells.Codes.Length - 1; i >= 0; i--)
        {
            first[cells.Codes[i]] = i;
        }

        var order = Enumerable.Range(0, first.Length).ToArray();
        Array.Sort(order, (a, b) =>
        {
            foreach (var key in keys)
            {
                if (key[first[a]].CompareTo(key[first[b]]) is var sign && sign != 0)
                {
                    return sign;
                }
            }

            return a.CompareTo(b);
        });
        var position = new int[first.Length];
        for (var i = 0; i < order.Length; i++)
        {
            position[order[i]] = i;
        }

        return (position, Array.ConvertAll(order, level => first[level]));
    }
}
