using MetaBridge.Specs;

namespace MetaBridge.Inference;

/// <summary>Corrects p-values for the number of tests.</summary>
public static class PValueAdjustments
{
    /// <summary>Adjusted p-values in the order of the given ones; NaN stays NaN and does not count.</summary>
    /// <param name="values">p-values.</param>
    /// <param name="method">How; see <see cref="PValueAdjustment"/>.</param>
    /// <returns>As many values, not above 1.</returns>
    public static double[] Adjust(IReadOnlyList<double> values, PValueAdjustment method)
    {
        ArgumentNullException.ThrowIfNull(values);
        var result = values.ToArray();
        int[] order = [.. Enumerable.Range(0, result.Length).Where(i => !double.IsNaN(result[i])).OrderBy(i => result[i])];
        var adjusted = Sorted(Array.ConvertAll(order, i => result[i]), method);
        for (var i = 0; i < order.Length; i++)
        {
            result[order[i]] = adjusted[i];
        }

        return result;
    }

    // p is sorted upwards.
    private static double[] Sorted(double[] p, PValueAdjustment method)
    {
        var m = p.Length;
        return method switch
        {
            PValueAdjustment.Bonferroni => Array.ConvertAll(p, value => Math.Min(1, m * value)),
            PValueAdjustment.Holm => RunningMaximum(p, i => m - i),
            PValueAdjustment.Hochberg => RunningMinimum(p, i => m - i),
            PValueAdjustment.BenjaminiHochberg => RunningMinimum(p, i => m / (i + 1.0)),
            PValueAdjustment.BenjaminiYekutieli => RunningMinimum(p, i => Harmonic(m) * m / (i + 1.0)),
            PValueAdjustment.Hommel => Hommel(p),
            _ => p,
        };
    }

    private static double Harmonic(int m) => Enumerable.Range(1, m).Sum(i => 1.0 / i);

    private static double[] RunningMaximum(double[] p, Func<int, double> factor)
    {
        var highest = 0.0;
        return [.. p.Select((value, i) => highest = Math.Max(highest, Math.Min(1, factor(i) * value)))];
    }

    private static double[] RunningMinimum(double[] p, Func<int, double> factor)
    {
        var (result, lowest) = (new double[p.Length], 1.0);
        for (var i = p.Length - 1; i >= 0; i--)
        {
            result[i] = lowest = Math.Min(lowest, factor(i) * p[i]);
        }

        return result;
    }

    // A hypothesis is rejected when Simes's test rejects every set that holds it: for sets of j hypotheses the worst ones are the j largest p-values.
    private static double[] Hommel(double[] p)
    {
        var m = p.Length;
        var result = (double[])p.Clone();
        for (var j = 2; j <= m; j++)
        {
            var smallest = double.PositiveInfinity;
            for (var i = 1; i <= j; i++)
            {
                smallest = Math.Min(smallest, j * p[m - j + i - 1] / i);
            }

            // Sets of j that hold a hypothesis outside the j largest: that one with the j − 1 largest.
            var others = double.PositiveInfinity;
            for (var i = 2; i <= j; i++)
            {
                others = Math.Min(others, j * p[m - j + i - 1] / i);
            }

            for (var h = 0; h < m; h++)
            {
                result[h] = Math.Max(result[h], h >= m - j ? smallest : Math.Min(j * p[h], others));
            }
        }

        return Array.ConvertAll(result, value => Math.Min(1, value));
    }
}
