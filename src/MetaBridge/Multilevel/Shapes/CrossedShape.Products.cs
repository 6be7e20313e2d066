namespace MetaBridge.Multilevel.Shapes;

/// <content>Derivatives of M times any columns, and draws.</content>
internal sealed partial class CrossedShape
{
    public override double[] ApplyDerivative(int parameter, ReadOnlySpan<double> b, int count)
    {
        if (parameter == leafParameter)
        {
            return b.ToArray();
        }

        var own = levels[Array.IndexOf(parameterOf, parameter)];
        var result = new double[b.Length];
        var sums = new double[q];
        for (var c = 0; c < count; c++)
        {
            Array.Clear(sums);
            for (var i = 0; i < k; i++)
            {
                sums[own[i]] += b[(i * count) + c];
            }

            for (var i = 0; i < k; i++)
            {
                result[(i * count) + c] = sums[own[i]];
            }
        }

        return result;
    }

    public override double[] Sample(Func<double> normal)
    {
        var effects = new double[q];
        for (var j = 0; j < q; j++)
        {
            effects[j] = scale[j] * normal();
        }

        var result = new double[k];
        for (var i = 0; i < k; i++)
        {
            result[i] = Math.Sqrt(d[i]) * normal();
            foreach (var level in levels)
            {
                result[i] += effects[level[i]];
            }
        }

        return result;
    }
}
