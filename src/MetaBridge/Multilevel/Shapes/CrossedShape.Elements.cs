namespace MetaBridge.Multilevel.Shapes;

/// <content>Elements of M and its inverse. (M⁻¹)_ii = 1/d_i − d_i⁻² z_i'Λ A⁻¹ Λz_i needs A⁻¹ on the pattern of A only.</content>
internal sealed partial class CrossedShape
{
    public override int[] Components()
    {
        var sets = new DisjointSets(q);
        for (var i = 0; i < k; i++)
        {
            foreach (var level in levels)
            {
                sets.Join(levels[0][i], level[i]);
            }
        }

        var number = new Dictionary<int, int>();
        var component = new int[k];
        for (var i = 0; i < k; i++)
        {
            var root = levels.Length > 0 ? sets.Find(levels[0][i]) : i;
            if (!number.TryGetValue(root, out component[i]))
            {
                component[i] = number[root] = number.Count;
            }
        }

        return component;
    }

    public override double[] Diagonal()
    {
        var diagonal = (double[])d.Clone();
        for (var i = 0; i < k; i++)
        {
            foreach (var level in levels)
            {
                diagonal[i] += scale[level[i]] * scale[level[i]];
            }
        }

        return diagonal;
    }

    public override double[] InverseDiagonal()
    {
        cholesky.SelectInverse();
        factorAt ??= LocateEntries();
        var pairs = levels.Length * (levels.Length + 1) / 2;
        var diagonal = new double[k];
        for (var i = 0; i < k; i++)
        {
            var w = 1 / d[i];
            var sum = w;
            for (var e = 0; e < pairs; e++)
            {
                var entry = entryAt[(i * pairs) + e];
                var (a, b) = (rowOfEntry[entry], columnOfEntry[entry]);
                sum -= w * w * scale[a] * scale[b] * (a == b ? cholesky.InverseDiagonal(a) : 2 * cholesky.InverseAt(factorAt[entry]));
            }

            diagonal[i] = sum;
        }

        return diagonal;
    }

    public override double[] CovarianceBlock(ReadOnlySpan<int> rows)
    {
        var n = rows.Length;
        var block = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = i == j ? d[rows[i]] : 0;
                foreach (var level in levels)
                {
                    sum += level[rows[i]] == level[rows[j]] ? scale[level[rows[i]]] * scale[level[rows[i]]] : 0;
                }

                block[(i * n) + j] = block[(j * n) + i] = sum;
            }
        }

        return block;
    }

    // One solve per row on the side of the random effects.
    public override double[] InverseBlock(ReadOnlySpan<int> rows)
    {
        var n = rows.Length;
        var block = new double[n * n];
        var half = new double[n * q];
        for (var j = 0; j < n; j++)
        {
            var column = half.AsSpan(j * q, q);
            foreach (var level in levels)
            {
                column[level[rows[j]]] += scale[level[rows[j]]] / d[rows[j]];
            }

            cholesky.HalfSolve(column);
            for (var i = 0; i <= j; i++)
            {
                var sum = (i == j ? 1 / d[rows[j]] : 0) - Numerics.Dense.DenseKernels.Dot(column, half.AsSpan(i * q, q));
                block[(i * n) + j] = block[(j * n) + i] = sum;
            }
        }

        return block;
    }

    // Var(u | y) = σ² (A⁻¹)_jj for the effects that A holds; an effect per row goes with D.
    public override double[] Reductions(EffectMap map, int firstParameter)
    {
        var reductions = new double[map.Count];
        if (firstParameter == leafParameter)
        {
            var inverse = InverseDiagonal();
            for (var e = 0; e < map.Count; e++)
            {
                reductions[e] = map.Prior(e, e) * map.Prior(e, e) * inverse[map.RowOf(e)];
            }

            return reductions;
        }

        cholesky.SelectInverse();
        var level = levels[Array.IndexOf(parameterOf, firstParameter)];
        for (var e = 0; e < map.Count; e++)
        {
            reductions[e] = map.Prior(e, e) * (1 - cholesky.InverseDiagonal(level[map.RowOf(e)]));
        }

        return reductions;
    }
}
