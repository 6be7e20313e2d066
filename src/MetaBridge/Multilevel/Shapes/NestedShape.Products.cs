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

    public override double[] ApplyDerivative(int parameter, ReadOnlySpan<double> b, int count)
    {
        var slopes = new double[Leaf + 1];
        foreach (var part in layout.Parts)
        {
            var (first, second) = part.Slopes(theta);
            slopes[part.Level] += part.Parameter == parameter ? first : 0;
            slopes[part.Level] += part.Parameter + 1 == parameter && part.Form != VarianceForm.Whole ? second : 0;
        }

        var result = new double[b.Length];
        for (var c = 0; c < count; c++)
        {
            SpreadColumn(slopes, b, count, c, result, i => slopes[Leaf]);
        }

        return result;
    }

    // M = T + s 11' over a node's rows, T from the levels below: with e ~ N(0, T), x = e + 1 (√(1 + sA) − 1) 1'T⁻¹e / A has covariance M
    // (A = 1'T⁻¹1), for negative s too. From the rows upward.
    public override double[] Sample(Func<double> normal)
    {
        var result = new double[k];
        var shift = Array.ConvertAll(sums, level => new double[level.Length]);
        var e = new double[k];
        var up = Array.ConvertAll(sums, level => new double[level.Length]);
        for (var i = 0; i < k; i++)
        {
            e[i] = normal() / Math.Sqrt(weights[i]);
        }

        for (var l = Leaf - 1; l >= 0; l--)
        {
            for (var n = 0; n < up[l].Length; n++)
            {
                for (var child = ChildrenOf(l)[n]; child < ChildrenOf(l)[n + 1]; child++)
                {
                    up[l][n] += l == Leaf - 1 ? weights[child] * e[child] : up[l + 1][child] / (1 + (s[l + 1] * sums[l + 1][child]));
                }

                // 1'T⁻¹x = B √(1 + sA) when B = 1'T⁻¹e; M⁻¹ divides it by 1 + sA again, which the next level does.
                var root = Math.Sqrt(1 + (s[l] * sums[l][n]));
                shift[l][n] = (root - 1) * up[l][n] / sums[l][n];
                up[l][n] *= root;
            }
        }

        for (var l = 1; l < Leaf; l++)
        {
            for (var n = 0; n < shift[l].Length; n++)
            {
                shift[l][n] += shift[l - 1][layout.Parents[l][n]];
            }
        }

        for (int n = 0, i = 0; i < k; i++)
        {
            n += Leaf > 0 && i >= ChildrenOf(Leaf - 1)[n + 1] ? 1 : 0;
            result[layout.Order[i]] = e[i] + (Leaf > 0 ? shift[Leaf - 1][n] : 0);
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

    private void MultiplyColumn(ReadOnlySpan<double> b, int count, int c, double[] result) =>
        SpreadColumn(s, b, count, c, result, i => v[i] + s[Leaf]);

    // Σ_l scale_l (sums within the nodes of level l) and the rows' own diagonal.
    private void SpreadColumn(double[] scale, ReadOnlySpan<double> b, int count, int c, double[] result, Func<int, double> diagonal)
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
                totalsOf[l][n] = (scale[l] * totalsOf[l][n]) + (l > 0 ? totalsOf[l - 1][layout.Parents[l][n]] : 0);
            }
        }

        for (int n = 0, i = 0; i < k; i++)
        {
            n += Leaf > 0 && i >= ChildrenOf(Leaf - 1)[n + 1] ? 1 : 0;
            var at = (layout.Order[i] * count) + c;
            result[at] = (diagonal(i) * b[at]) + (Leaf > 0 ? totalsOf[Leaf - 1][n] : 0);
        }
    }
}
