using System.Runtime.InteropServices;

namespace MetaBridge.Multilevel.Shapes;

/// <content>The way down: residual weights, the gradient by level, and the average information.</content>
internal sealed partial class NestedShape
{
    public override void AddGradient(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> inverse, Span<double> gradient)
    {
        Array.Clear(levelGradient);
        for (var l = 0; l < Leaf; l++)
        {
            Descend(l, coefficients, inverse);
        }

        if (columns == 2)
        {
            DescendToRowsOfTwo(coefficients[0], inverse[0]);
        }
        else
        {
            DescendToRows(coefficients, inverse);
        }

        foreach (var part in layout.Parts)
        {
            var (first, second) = part.Slopes(theta);
            gradient[part.Parameter] += levelGradient[part.Level] * first;
            if (part.Form != VarianceForm.Whole)
            {
                gradient[part.Parameter + 1] += levelGradient[part.Level] * second;
            }
        }
    }

    public override void AddInformation(ReadOnlySpan<double> inverse, Span<double> information)
    {
        var levels = Leaf + 1;
        var (ff, xf) = LevelInformation();
        var byLevel = new double[levels * levels];
        AddProjected(ff, xf, inverse, levels, columns - 1, byLevel);
        var m = ParameterCount;
        var slopes = new double[levels * m];
        foreach (var part in layout.Parts)
        {
            var (first, second) = part.Slopes(theta);
            slopes[(part.Level * m) + part.Parameter] += first;
            if (part.Form != VarianceForm.Whole)
            {
                slopes[(part.Level * m) + part.Parameter + 1] += second;
                information[(part.Parameter * m) + part.Parameter + 1] -= part.Mixed * levelGradient[part.Level];
                information[((part.Parameter + 1) * m) + part.Parameter] -= part.Mixed * levelGradient[part.Level];
            }
        }

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                for (var a = 0; a < levels; a++)
                {
                    for (var b = 0; b < levels; b++)
                    {
                        information[(i * m) + j] += slopes[(a * m) + i] * byLevel[(a * levels) + b] * slopes[(b * m) + j];
                    }
                }
            }
        }
    }

    // g, h, the level's derivative, and what the nodes below inherit.
    private void Descend(int l, ReadOnlySpan<double> coefficients, ReadOnlySpan<double> inverse)
    {
        var variance = s[l];
        var total = 0.0;
        Span<double> g = columns <= 32 ? stackalloc double[columns] : new double[columns];
        for (var n = 0; n < sums[l].Length; n++)
        {
            var parent = layout.Parents[l][n];
            var kappa = 0.0;
            ReadOnlySpan<double> inherited = default;
            if (l > 0)
            {
                kappa = spread[l - 1][parent];
                inherited = offsets[l - 1].AsSpan(parent * columns, columns);
            }

            var shrink = 1 / (1 + (variance * sums[l][n]));
            var a = shrink * sums[l][n];
            for (var c = 0; c < columns; c++)
            {
                var before = l > 0 ? inherited[c] : 0;
                g[c] = (shrink * projections[l][(n * columns) + c]) - (a * before);
                offsets[l][(n * columns) + c] = before + (variance * g[c]);
            }

            spread[l][n] = (kappa * shrink * shrink) + (variance * shrink);
            var residual = Residual(g, coefficients);
            totals[l][n] = residual;
            total += 0.5 * ((residual * residual) - a + (a * a * kappa) + Quadratic(g, inverse));
        }

        levelGradient[l] = total;
    }

    private void DescendToRows(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> inverse)
    {
        var total = 0.0;
        var finest = Leaf - 1;
        int[] starts = finest >= 0 ? ChildrenOf(finest) : [0, k];
        Span<double> g = columns <= 32 ? stackalloc double[columns] : new double[columns];
        for (var n = 0; n + 1 < starts.Length; n++)
        {
            var kappa = finest >= 0 ? spread[finest][n] : 0;
            var inherited = finest >= 0 ? offsets[finest].AsSpan(n * columns, columns) : [];
            for (var i = starts[n]; i < starts[n + 1]; i++)
            {
                var w = weights[i];
                for (var c = 0; c < g.Length; c++)
                {
                    g[c] = w * (y[(i * columns) + c] - (finest >= 0 ? inherited[c] : 0));
                }

                var residual = Residual(g, coefficients);
                residualWeights[i] = residual;
                total += (residual * residual) - w + (w * w * kappa) + Quadratic(g, inverse);
            }
        }

        levelGradient[Leaf] = 0.5 * total;
    }

    // The same for an intercept alone, with everything in registers.
    private void DescendToRowsOfTwo(double gamma, double inverse)
    {
        var finest = Leaf - 1;
        int[] starts = finest >= 0 ? ChildrenOf(finest) : [0, k];
        var rows = MemoryMarshal.Cast<double, (double X, double Y)>(y);
        var total = 0.0;
        for (var n = 0; n + 1 < starts.Length; n++)
        {
            var (kappa, x, r) = finest >= 0
                ? (spread[finest][n], offsets[finest][2 * n], offsets[finest][(2 * n) + 1] - (gamma * offsets[finest][2 * n])) : (0, 0, 0);
            double squares = 0, weight = 0, weightSquares = 0, design = 0;
            for (var i = starts[n]; i < starts[n + 1]; i++)
            {
                var w = weights[i];
                var (y0, y1) = rows[i];
                var g = w * (y0 - x);
                var residual = w * (y1 - (gamma * y0) - r);
                residualWeights[i] = residual;
                squares += residual * residual;
                weight += w;
                weightSquares += w * w;
                design += g * g;
            }

            total += squares - weight + (kappa * weightSquares) + (inverse * design);
        }

        levelGradient[Leaf] = 0.5 * total;
    }

    private static double Residual(ReadOnlySpan<double> g, ReadOnlySpan<double> coefficients)
    {
        var sum = g[^1];
        for (var c = 0; c < coefficients.Length; c++)
        {
            sum -= coefficients[c] * g[c];
        }

        return sum;
    }

    private static double Quadratic(ReadOnlySpan<double> g, ReadOnlySpan<double> inverse)
    {
        var p = g.Length - 1;
        if (p == 1)
        {
            return inverse[0] * g[0] * g[0];
        }

        var sum = 0.0;
        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < p; b++)
            {
                sum += g[a] * inverse[(a * p) + b] * g[b];
            }
        }

        return sum;
    }

    // F'M⁻¹F and X'M⁻¹F for the columns F_l = Z_l Z_l'a, which are constant within the nodes of level l.
    private (double[] FF, double[] XF) LevelInformation()
    {
        var (levels, p) = (Leaf + 1, columns - 1);
        var (ff, xf) = (new double[levels * levels], new double[p * levels]);
        var below = Array.Empty<double>();
        Span<double> path = stackalloc double[levels];
        for (var l = Leaf - 1; l >= 0; l--)
        {
            var count = sums[l].Length;
            var own = new double[count * levels];
            for (var n = 0; n < count; n++)
            {
                var f = own.AsSpan(n * levels, levels);
                if (l == Leaf - 1)
                {
                    FillPath(n, path);
                    TakeRowInformation(n, path, f, ff, xf);
                }
                else
                {
                    AddChildren(l, n, below, f);
                }

                var loss = s[l] / (1 + (s[l] * sums[l][n]));
                for (var a = 0; a < levels; a++)
                {
                    for (var b = 0; b < levels; b++)
                    {
                        ff[(a * levels) + b] -= loss * f[a] * f[b];
                    }

                    for (var x = 0; x < p; x++)
                    {
                        xf[(x * levels) + a] -= loss * f[a] * projections[l][(n * columns) + x];
                    }
                }
            }

            below = own;
        }

        if (Leaf == 0)
        {
            TakeRowInformation(0, path, new double[1], ff, xf);
        }

        return (ff, xf);
    }

    private void AddChildren(int l, int n, double[] below, Span<double> f)
    {
        var levels = f.Length;
        for (var child = ChildrenOf(l)[n]; child < ChildrenOf(l)[n + 1]; child++)
        {
            var shrink = 1 / (1 + (s[l + 1] * sums[l + 1][child]));
            for (var a = 0; a < levels; a++)
            {
                f[a] += shrink * below[(child * levels) + a];
            }
        }
    }

    private void FillPath(int finestNode, Span<double> path)
    {
        for (int l = Leaf - 1, n = finestNode; l >= 0; l--)
        {
            path[l] = totals[l][n];
            n = layout.Parents[l][n];
        }
    }

    // Rows of one finest node: all columns but the leaf's are constant on it.
    private void TakeRowInformation(int n, ReadOnlySpan<double> path, Span<double> f, double[] ff, double[] xf)
    {
        var (levels, p) = (Leaf + 1, columns - 1);
        var (from, to) = Leaf > 0 ? (ChildrenOf(Leaf - 1)[n], ChildrenOf(Leaf - 1)[n + 1]) : (0, k);
        double sum = 0, square = 0, weight = 0;
        for (var i = from; i < to; i++)
        {
            var wa = weights[i] * residualWeights[i];
            sum += wa;
            square += wa * residualWeights[i];
            weight += weights[i];
            for (var x = 0; x < p; x++)
            {
                xf[(x * levels) + Leaf] += wa * y[(i * columns) + x];
            }
        }

        f[Leaf] = sum;
        ff[(Leaf * levels) + Leaf] += square;
        for (var a = 0; a < Leaf; a++)
        {
            f[a] = path[a] * weight;
            ff[(a * levels) + Leaf] += path[a] * sum;
            ff[(Leaf * levels) + a] += path[a] * sum;
            for (var b = 0; b < Leaf; b++)
            {
                ff[(a * levels) + b] += path[a] * path[b] * weight;
            }

            for (var x = 0; x < p; x++)
            {
                xf[(x * levels) + a] += path[a] * projections[Leaf - 1][(n * columns) + x];
            }
        }
    }
}
