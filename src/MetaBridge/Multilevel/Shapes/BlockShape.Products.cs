namespace MetaBridge.Multilevel.Shapes;

/// <content>Derivatives of M times any columns, and draws.</content>
internal sealed partial class BlockShape
{
    /// <summary>The blocks.</summary>
    public BlockLayout Layout => layout;

    public override double[] ApplyDerivative(int parameter, ReadOnlySpan<double> b, int count)
    {
        var t = TermOf(parameter);
        var result = new double[b.Length];
        var (column, product) = (new double[layout.Largest], new double[layout.Largest]);
        for (var block = 0; block < layout.Count; block++)
        {
            var (start, n) = (layout.Starts[block], layout.Starts[block + 1] - layout.Starts[block]);
            for (var c = 0; c < count; c++)
            {
                for (var i = 0; i < n; i++)
                {
                    column[i] = b[(layout.Order[start + i] * count) + c];
                }

                terms[t].Apply(start, n, parameter - firstParameter[t], column.AsSpan(0, n), product.AsSpan(0, n));
                for (var i = 0; i < n; i++)
                {
                    result[(layout.Order[start + i] * count) + c] = product[i];
                }
            }
        }

        return result;
    }

    public override double[] Sample(Func<double> normal)
    {
        var result = new double[layout.Order.Length];
        var z = new double[layout.Largest];
        for (var block = 0; block < layout.Count; block++)
        {
            var (start, n) = (layout.Starts[block], layout.Starts[block + 1] - layout.Starts[block]);
            var l = factors.AsSpan((int)offsets[block], n * n);
            for (var i = 0; i < n; i++)
            {
                z[i] = normal();
                var sum = 0.0;
                for (var j = 0; j <= i; j++)
                {
                    sum += l[(i * n) + j] * z[j];
                }

                result[layout.Order[start + i]] = sum;
            }
        }

        return result;
    }

    private int TermOf(int parameter)
    {
        var t = 0;
        while (parameter >= firstParameter[t + 1])
        {
            t++;
        }

        return t;
    }
}
