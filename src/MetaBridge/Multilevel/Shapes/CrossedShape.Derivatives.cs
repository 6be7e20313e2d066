namespace MetaBridge.Multilevel.Shapes;

/// <content>Gradient and average information, with the traces from the selected inverse.</content>
internal sealed partial class CrossedShape
{
    public override void AddGradient(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> inverse, Span<double> gradient)
    {
        SolveInto(y, columns, half, solved);
        var p = columns - 1;
        for (var i = 0; i < k; i++)
        {
            a[i] = solved[(i * columns) + p];
            for (var c = 0; c < p; c++)
            {
                a[i] -= coefficients[c] * solved[(i * columns) + c];
            }
        }

        cholesky.SelectInverse();
        for (var t = 0; t < levels.Length; t++)
        {
            gradient[parameterOf[t]] += 0.5 * (Projected(levels[t], inverse) - Trace(t));
        }

        if (leafParameter >= 0)
        {
            gradient[leafParameter] += 0.5 * (Projected(null, inverse) - LeafTrace());
        }
    }

    public override void AddInformation(ReadOnlySpan<double> inverse, Span<double> information)
    {
        var (m, p) = (ParameterCount, columns - 1);
        var f = new double[k * m];
        for (var t = 0; t < levels.Length; t++)
        {
            var sums = new double[q];
            for (var i = 0; i < k; i++)
            {
                sums[levels[t][i]] += a[i];
            }

            for (var i = 0; i < k; i++)
            {
                f[(i * m) + parameterOf[t]] = sums[levels[t][i]];
            }
        }

        for (var i = 0; i < k && leafParameter >= 0; i++)
        {
            f[(i * m) + leafParameter] = a[i];
        }

        var ff = new double[m * m];
        Multiplied(f, m, new double[m * q], ff);
        var xf = new double[p * m];
        for (var i = 0; i < k; i++)
        {
            for (var x = 0; x < p; x++)
            {
                for (var j = 0; j < m; j++)
                {
                    xf[(x * m) + j] += solved[(i * columns) + x] * f[(i * m) + j];
                }
            }
        }

        AddProjected(ff, xf, inverse, m, p, information);
    }

    // Σ over levels of (1'a)² + (1'U_x) C (1'U_x)'; null for the rows themselves.
    private double Projected(int[]? level, ReadOnlySpan<double> inverse)
    {
        var p = columns - 1;
        var count = level is null ? k : q;
        var sums = new double[count * columns];
        for (var i = 0; i < k; i++)
        {
            var at = (level is null ? i : level[i]) * columns;
            for (var c = 0; c < p; c++)
            {
                sums[at + c] += solved[(i * columns) + c];
            }

            sums[at + p] += a[i];
        }

        var total = 0.0;
        for (var n = 0; n < count; n++)
        {
            var row = sums.AsSpan(n * columns, columns);
            total += row[p] * row[p];
            for (var x = 0; x < p; x++)
            {
                for (var z = 0; z < p; z++)
                {
                    total += row[x] * inverse[(x * p) + z] * row[z];
                }
            }
        }

        return total;
    }

    // tr(Z_t'M⁻¹Z_t).
    private double Trace(int t)
    {
        var (trace, count, largest, variance) = (0.0, 0, 0.0, 0.0);
        for (var e = 0; e < product.Length; e++)
        {
            if (rowOfEntry[e] == columnOfEntry[e] && ownerOf[rowOfEntry[e]] == t)
            {
                var j = rowOfEntry[e];
                variance = scale[j] * scale[j];
                largest = Math.Max(largest, product[e]);
                trace += cholesky.InverseDiagonal(j);
                count++;
            }
        }

        return variance * largest > SmallEffect ? (count - trace) / variance : TraceByColumns(t);
    }

    // Σ_b (B_bb − ‖A^(−½)ΛB e_b‖²) with B = Z'D⁻¹Z.
    private double TraceByColumns(int t)
    {
        var columnsOf = new Dictionary<int, double[]>();
        var trace = 0.0;
        for (var e = 0; e < product.Length; e++)
        {
            var (i, j) = (rowOfEntry[e], columnOfEntry[e]);
            if (ownerOf[j] == t)
            {
                Column(columnsOf, j)[i] += scale[i] * product[e];
            }

            if (ownerOf[i] == t && i != j)
            {
                Column(columnsOf, i)[j] += scale[j] * product[e];
            }

            trace += i == j && ownerOf[i] == t ? product[e] : 0;
        }

        foreach (var column in columnsOf.Values)
        {
            cholesky.HalfSolve(column);
            trace -= Numerics.Dense.DenseKernels.Dot(column, column);
        }

        return trace;
    }

    private double[] Column(Dictionary<int, double[]> all, int j)
    {
        if (!all.TryGetValue(j, out var column))
        {
            all[j] = column = new double[q];
        }

        return column;
    }

    // tr(M⁻¹) = Σ 1/d_i − Σ_i d_i⁻² z_i'Λ A⁻¹ Λz_i; the elements of A⁻¹ that this needs lie on A's pattern.
    private double LeafTrace()
    {
        factorAt ??= LocateEntries();
        var weights = new double[entries.Length];
        var pairs = levels.Length * (levels.Length + 1) / 2;
        var trace = 0.0;
        for (var i = 0; i < k; i++)
        {
            var w = 1 / d[i];
            trace += w;
            for (var e = 0; e < pairs; e++)
            {
                weights[entryAt[(i * pairs) + e]] += w * w;
            }
        }

        for (var e = 0; e < weights.Length; e++)
        {
            var (i, j) = (rowOfEntry[e], columnOfEntry[e]);
            var inverse = i == j ? cholesky.InverseDiagonal(j) : 2 * cholesky.InverseAt(factorAt[e]);
            trace -= weights[e] * scale[i] * scale[j] * inverse;
        }

        return trace;
    }

    private int[] LocateEntries()
    {
        var at = new int[entries.Length];
        for (var e = 0; e < at.Length; e++)
        {
            at[e] = rowOfEntry[e] == columnOfEntry[e] ? -1 : cholesky.EntryOf(columnOfEntry[e], rowOfEntry[e]);
        }

        return at;
    }
}
