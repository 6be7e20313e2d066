namespace MetaBridge.Multilevel.Shapes;

/// <content>Elements of M and its inverse, block by block.</content>
internal sealed partial class BlockShape
{
    private int[]? blockOfRow;
    private int[]? placeOfRow;

    public override int[] Components()
    {
        Locate();
        return (int[])blockOfRow!.Clone();
    }

    public override double[] Diagonal()
    {
        var diagonal = new double[layout.Order.Length];
        for (var b = 0; b < layout.Count; b++)
        {
            var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
            for (var i = 0; i < n; i++)
            {
                diagonal[layout.Order[start + i]] = Product(b, n, i, i);
            }
        }

        return diagonal;
    }

    public override double[] InverseDiagonal()
    {
        var diagonal = new double[layout.Order.Length];
        for (var b = 0; b < layout.Count; b++)
        {
            var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
            Invert(b);
            for (var i = 0; i < n; i++)
            {
                diagonal[layout.Order[start + i]] = inverse[(i * n) + i];
            }
        }

        return diagonal;
    }

    public override double[] CovarianceBlock(ReadOnlySpan<int> rows) => Elements(rows, Product, prepare: null);

    public override double[] InverseBlock(ReadOnlySpan<int> rows) => Elements(rows, (_, n, i, j) => inverse[(i * n) + j], Invert);

    public override double[] Reductions(EffectMap map, int firstParameter)
    {
        var reductions = new double[map.Count];
        for (var b = 0; b < layout.Count; b++)
        {
            var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
            var rows = layout.Order.AsSpan(start, n);
            Invert(b);
            var c = new double[n];
            foreach (var effect in map.EffectsOf(rows))
            {
                for (var i = 0; i < n; i++)
                {
                    c[i] = map.WithOutcome(effect, rows[i]);
                }

                var sum = 0.0;
                for (var i = 0; i < n; i++)
                {
                    sum += c[i] == 0 ? 0 : c[i] * Numerics.Dense.DenseKernels.Dot(inverse.AsSpan(i * n, n), c);
                }

                reductions[effect] = sum;
            }
        }

        return reductions;
    }

    private delegate double Element(int block, int n, int i, int j);

    // Rows of different blocks have nothing in common; 'prepare' is called before the elements of a block are read.
    private double[] Elements(ReadOnlySpan<int> rows, Element element, Action<int>? prepare)
    {
        Locate();
        var n = rows.Length;
        var result = new double[n * n];
        var given = rows.ToArray();
        foreach (var group in Enumerable.Range(0, n).GroupBy(i => blockOfRow![given[i]]))
        {
            var size = layout.Starts[group.Key + 1] - layout.Starts[group.Key];
            prepare?.Invoke(group.Key);
            foreach (var i in group)
            {
                foreach (var j in group)
                {
                    result[(i * n) + j] = element(group.Key, size, placeOfRow![given[i]], placeOfRow[given[j]]);
                }
            }
        }

        return result;
    }

    // (L L')_ij.
    private double Product(int b, int n, int i, int j)
    {
        var length = Math.Min(i, j) + 1;
        var l = factors.AsSpan((int)offsets[b], n * n);
        return Numerics.Dense.DenseKernels.Dot(l.Slice(i * n, length), l.Slice(j * n, length));
    }

    private void Locate()
    {
        if (blockOfRow is not null)
        {
            return;
        }

        var k = layout.Order.Length;
        (blockOfRow, placeOfRow) = (new int[k], new int[k]);
        for (var b = 0; b < layout.Count; b++)
        {
            for (var i = layout.Starts[b]; i < layout.Starts[b + 1]; i++)
            {
                (blockOfRow[layout.Order[i]], placeOfRow[layout.Order[i]]) = (b, i - layout.Starts[b]);
            }
        }
    }
}
