namespace MetaBridge.Multilevel.Shapes;

/// <content>Elements of M and its inverse.</content>
/// <remarks>
/// With T_N the covariance of a node's rows from the levels below, T_N' = T_N + s 11' and t = T'⁻¹1 built upward (t_i(Leaf) = w_i,
/// t_i(l) = t_i(l + 1)/(1 + s_l A_l)), repeated use of Sherman and Morrison's formula gives
/// (M⁻¹)_ij = δ_ij w_i − Σ s_l/(1 + s_l A_l) t_i(l + 1) t_j(l + 1) over the levels l that put i and j into the same node.
/// </remarks>
internal sealed partial class NestedShape
{
    private NodePaths? known;

    private NodePaths Paths => known ??= new NodePaths(this);

    public override int[] Components()
    {
        var component = new int[k];
        var paths = Paths;
        for (var i = 0; i < k; i++)
        {
            component[layout.Order[i]] = Leaf == 0 ? i : paths.Node(0, i);
        }

        return component;
    }

    public override double[] Diagonal()
    {
        var total = s.Sum();
        var diagonal = new double[k];
        for (var i = 0; i < k; i++)
        {
            diagonal[layout.Order[i]] = v[i] + total;
        }

        return diagonal;
    }

    public override double[] InverseDiagonal()
    {
        var diagonal = new double[k];
        var paths = Paths;
        for (var i = 0; i < k; i++)
        {
            var t = weights[i];
            var value = t;
            for (var l = Leaf - 1; l >= 0; l--)
            {
                var (shrink, loss) = Close(l, paths.Node(l, i));
                value -= loss * t * t;
                t *= shrink;
            }

            diagonal[layout.Order[i]] = value;
        }

        return diagonal;
    }

    public override double[] CovarianceBlock(ReadOnlySpan<int> rows)
    {
        var (n, paths) = (rows.Length, Paths);
        var at = paths.Positions(rows);
        var block = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = i == j ? v[at[i]] + s[Leaf] : 0;
                for (var l = 0; l < Leaf && paths.Node(l, at[i]) == paths.Node(l, at[j]); l++)
                {
                    sum += s[l];
                }

                block[(i * n) + j] = block[(j * n) + i] = sum;
            }
        }

        return block;
    }

    public override double[] InverseBlock(ReadOnlySpan<int> rows)
    {
        var (n, paths) = (rows.Length, Paths);
        var at = paths.Positions(rows);
        // t_i(l + 1) by level.
        var t = new double[n * Leaf];
        for (var i = 0; i < n; i++)
        {
            var value = weights[at[i]];
            for (var l = Leaf - 1; l >= 0; l--)
            {
                t[(i * Leaf) + l] = value;
                value *= Close(l, paths.Node(l, at[i])).Shrink;
            }
        }

        var block = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = i == j ? weights[at[i]] : 0;
                for (var l = 0; l < Leaf && paths.Node(l, at[i]) is var node && node == paths.Node(l, at[j]); l++)
                {
                    sum -= Close(l, node).Loss * t[(i * Leaf) + l] * t[(j * Leaf) + l];
                }

                block[(i * n) + j] = block[(j * n) + i] = sum;
            }
        }

        return block;
    }

    public override double[] Reductions(EffectMap map, int firstParameter)
    {
        var paths = Paths;
        var own = layout.Parts.First(part => part.Parameter == firstParameter && part.Form != VarianceForm.Between);
        var between = layout.Parts.Where(part => part.Parameter == firstParameter && part.Form == VarianceForm.Between).ToArray();
        var reductions = new double[map.Count];
        for (var e = 0; e < map.Count; e++)
        {
            var row = paths.Position(map.RowOf(e));
            var b = own.Value(theta);
            var value = b * b * Form(paths, row, own.Level, own.Level);
            if (between is [var outer])
            {
                var a = outer.Value(theta);
                value += (a * a * Form(paths, row, outer.Level, outer.Level)) + (2 * a * b * Form(paths, row, own.Level, outer.Level));
            }

            reductions[e] = value;
        }

        return reductions;
    }

    /// <summary>Sequential prediction from the last row to the first: every row costs the depth of the tree.</summary>
    public override double[] Whiten(ReadOnlySpan<double> r)
    {
        var paths = Paths;
        var precision = Array.ConvertAll(sums, level => new double[level.Length]);
        var weighted = Array.ConvertAll(sums, level => new double[level.Length]);
        var result = new double[k];
        for (var row = k - 1; row >= 0; row--)
        {
            var i = paths.Position(row);
            double mean = 0, variance = 0;
            for (var l = 0; l < Leaf; l++)
            {
                var n = paths.Node(l, i);
                var f = 1 / (1 + (s[l] * precision[l][n]));
                (mean, variance) = (mean + (s[l] * f * (weighted[l][n] - (precision[l][n] * mean))), (variance * f * f) + (s[l] * f));
            }

            result[row] = (r[row] - mean) / Math.Sqrt(v[i] + s[Leaf] + variance);
            TakeIn(paths, i, r[row], precision, weighted);
        }

        return result;
    }

    private void TakeIn(NodePaths paths, int i, double r, double[][] precision, double[][] weighted)
    {
        var (a, b) = (weights[i], weights[i] * r);
        for (var l = Leaf - 1; l >= 0; l--)
        {
            var n = paths.Node(l, i);
            var (oldA, oldB) = (precision[l][n], weighted[l][n]);
            var (newA, newB) = (oldA + a, oldB + b);
            (precision[l][n], weighted[l][n]) = (newA, newB);
            var (before, after) = (1 / (1 + (s[l] * oldA)), 1 / (1 + (s[l] * newA)));
            (a, b) = ((newA * after) - (oldA * before), (newB * after) - (oldB * before));
        }
    }

    // 1 over the row's node of the finer level, M⁻¹, 1 over its node of the coarser (or same) level.
    private double Form(NodePaths paths, int row, int fine, int coarse)
    {
        // Sums over the fine and the coarse node of t(l), updated level by level upward.
        var f = fine == Leaf ? weights[row] : sums[fine][paths.Node(fine, row)] * Close(fine, paths.Node(fine, row)).Shrink;
        for (var l = fine - 1; l >= coarse; l--)
        {
            f *= Close(l, paths.Node(l, row)).Shrink;
        }

        var c = coarse == Leaf ? weights[row] : sums[coarse][paths.Node(coarse, row)] * Close(coarse, paths.Node(coarse, row)).Shrink;
        var value = f;
        for (var l = coarse - 1; l >= 0; l--)
        {
            var (shrink, loss) = Close(l, paths.Node(l, row));
            value -= loss * f * c;
            f *= shrink;
            c *= shrink;
        }

        return value;
    }

    // 1/(1 + sA) and s/(1 + sA).
    private (double Shrink, double Loss) Close(int l, int node)
    {
        var shrink = 1 / (1 + (s[l] * sums[l][node]));
        return (shrink, s[l] * shrink);
    }

    /// <summary>The node of every row at every level.</summary>
    private sealed class NodePaths
    {
        private readonly int[][] nodes;
        private readonly int[] position;

        public NodePaths(NestedShape shape)
        {
            var leaf = shape.Leaf;
            nodes = new int[leaf][];
            for (var l = leaf - 1; l >= 0; l--)
            {
                nodes[l] = new int[shape.k];
                if (l == leaf - 1)
                {
                    var starts = shape.ChildrenOf(l);
                    for (var n = 0; n + 1 < starts.Length; n++)
                    {
                        nodes[l].AsSpan(starts[n], starts[n + 1] - starts[n]).Fill(n);
                    }
                }
                else
                {
                    for (var i = 0; i < shape.k; i++)
                    {
                        nodes[l][i] = shape.layout.Parents[l + 1][nodes[l + 1][i]];
                    }
                }
            }

            position = new int[shape.k];
            for (var i = 0; i < shape.k; i++)
            {
                position[shape.layout.Order[i]] = i;
            }
        }

        /// <summary>The node of a row in the layout's order.</summary>
        public int Node(int level, int i) => nodes[level][i];

        /// <summary>Where an original row stands in the layout's order.</summary>
        public int Position(int row) => position[row];

        public int[] Positions(ReadOnlySpan<int> rows)
        {
            var at = new int[rows.Length];
            for (var i = 0; i < at.Length; i++)
            {
                at[i] = position[rows[i]];
            }

            return at;
        }
    }
}
