namespace MetaBridge.Multilevel.Shapes;

/// <content>M and its inverse times any columns.</content>
internal sealed partial class NestedShape
{
    public override double[] Solve(ReadOnlySpan<double> b, int count)
    {
        var result = new double[b.Length];
        for (var c = 0; c < count; c++)
        {
            SolveColumn(b, count, c, result);
        }

        return result;
    }

    public override double[] Multiply(ReadOnlySpan<double> b, int count)
    {
        var result = new double[b.Length];
        for (var c = 0; c < count; c++)
        {
            MultiplyColumn(b, count, c, result);
        }

        return result;
    }

    private void SolveColumn(ReadOnlySpan<double> b, int count, int c, double[] result)
    {
        var up = Array.ConvertAll(sums, level => new double[level.Length]);
        for (var l = Leaf - 1; l >= 0; l--)
        {
            for (var n = 0; n < up[l].Length; n++)
            {
                for (var child = ChildrenOf(l)[n]; child < ChildrenOf(l)[n + 1]; child++)
                {
                    up[l][n] += l == Leaf - 1
                        ? weights[child] * b[(layout.Order[child] * count) + c]
                        : up[l + 1][child] / (1 + (s[l + 1] * sums[l + 1][child]));
                }
            }
        }

        for (var l = 0; l < Leaf; l++)
        {
            for (var n = 0; n < up[l].Length; n++)
            {
                var above = l > 0 ? up[l - 1][layout.Parents[l][n]] : 0;
                var g = (up[l][n] - (sums[l][n] * above)) / (1 + (s[l] * sums[l][n]));
                up[l][n] = above + (s[l] * g);
            }
        }

        for (int n = 0, i = 0; i < k; i++)
        {
            n += Leaf > 0 && i >= ChildrenOf(Leaf - 1)[n + 1] ? 1 : 0;
            var at = (layout.Order[i] * count) + c;
            result[at] = weights[i] * (b[at] - (Leaf > 0 ? up[Leaf - 1][n] : 0));
        }
    }

    private void MultiplyColumn(ReadOnlySpan<double> b, int count, int c, double[] result)
    {
        var totalsOf = Array.ConvertAll(sums, level => new double[level.Length]);
        for (var l = Leaf - 1; l >= 0; l--)
        {
            for (var n = 0; n < totalsOf[l].Length; n++)
            {
                for (var child = ChildrenOf(l)[n]; child < ChildrenOf(l)[n + 1]; child++)
                {
                    totalsOf[l][n] += l == Leaf - 1 ? b[(layout.Order[child] * count) + c] : totalsOf[l + 1][child];
                }
            }
        }

        for (var l = 0; l < Leaf; l++)
        {
            for (var n = 0; n < totalsOf[l].Length; n++)
            {
                totalsOf[l][n] = (s[l] * totalsOf[l][n]) + (l > 0 ? totalsOf[l - 1][layout.Parents[l][n]] : 0);
            }
        }

        for (int n = 0, i = 0; i < k; i++)
        {
            n += Leaf > 0 && i >= ChildrenOf(Leaf - 1)[n + 1] ? 1 : 0;
            var at = (layout.Order[i] * count) + c;
            result[at] = ((v[i] + s[Leaf]) * b[at]) + (Leaf > 0 ? totalsOf[Leaf - 1][n] : 0);
        }
    }
}
