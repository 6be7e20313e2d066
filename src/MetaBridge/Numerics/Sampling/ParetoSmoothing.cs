namespace MetaBridge.Numerics.Sampling;

/// <summary>Pareto-smoothed importance weights.</summary>
/// <remarks>
/// Vehtari, Simpson, Gelman, Yao &amp; Gabry (2024), "Pareto smoothed importance sampling": the largest weights are replaced by quantiles of a generalised Pareto
/// distribution that is fitted to them (Zhang &amp; Stephens, 2009), whose shape k̂ tells how many moments the weights have.
/// </remarks>
internal static class ParetoSmoothing
{
    /// <summary>Fewer weights than this in the tail are left as they are.</summary>
    private const int SmallestTail = 5;

    /// <summary>The weakly informative prior of k: ten observations at one half.</summary>
    private const double PriorCount = 10, PriorShape = 0.5;

    /// <summary>k̂ above this makes an estimate from so many draws unreliable.</summary>
    public static double Limit(int draws) => Math.Min(1 - (1 / Math.Log10(draws)), 0.7);

    /// <summary>Smooths.</summary>
    /// <param name="logWeights">ln of the weights up to a constant.</param>
    /// <returns>ln of the smoothed weights, the largest at most 0, and k̂; 0 where the weights have no tail.</returns>
    public static (double[] LogWeights, double K) Smooth(double[] logWeights)
    {
        var count = logWeights.Length;
        var top = logWeights.Max();
        var smoothed = Array.ConvertAll(logWeights, log => log - top);
        var tail = (int)Math.Ceiling(Math.Min(0.2 * count, 3 * Math.Sqrt(count)));
        var order = Enumerable.Range(0, count).OrderBy(i => smoothed[i]).ToArray();
        var cut = Math.Exp(smoothed[order[^(tail + 1)]]);
        var excesses = order[^tail..].Select(i => Math.Exp(smoothed[i]) - cut).ToArray();
        if (tail < SmallestTail || !(excesses[^1] > 1e-12 * cut) || !(excesses[tail / 4] > 0))
        {
            return (smoothed, 0);
        }

        var (k, sigma) = Fit(excesses);
        for (var n = 0; n < tail; n++)
        {
            var p = (n + 0.5) / tail;
            var quantile = Math.Abs(k) < 1e-12 ? -sigma * Math.Log(1 - p) : sigma / k * (Math.Pow(1 - p, -k) - 1);
            smoothed[order[count - tail + n]] = Math.Min(Math.Log(quantile + cut), 0);
        }

        return (smoothed, k);
    }

    /// <summary>Shape and scale of a generalised Pareto distribution: the posterior mean of Zhang &amp; Stephens (2009) on a grid, with the shape drawn to its prior.</summary>
    /// <param name="sorted">Positive excesses in rising order.</param>
    public static (double Shape, double Scale) Fit(double[] sorted)
    {
        var n = sorted.Length;
        var grid = 30 + (int)Math.Sqrt(n);
        var quarter = sorted[(int)((n / 4.0) + 0.5) - 1];
        double[] theta = new double[grid], log = new double[grid];
        for (var j = 0; j < grid; j++)
        {
            theta[j] = (1 / sorted[^1]) + ((1 - Math.Sqrt(grid / (j + 0.5))) / (3 * quarter));
            var shape = ShapeOf(theta[j]);
            log[j] = n * (Math.Log(-theta[j] / shape) - shape - 1);
        }

        var top = log.Max();
        double sum = 0, mean = 0;
        for (var j = 0; j < grid; j++)
        {
            var weight = Math.Exp(log[j] - top);
            (sum, mean) = (sum + weight, mean + (weight * theta[j]));
        }

        var k = ShapeOf(mean / sum);
        return (((n * k) + (PriorCount * PriorShape)) / (n + PriorCount), -k / (mean / sum));

        double ShapeOf(double t) => sorted.Average(x => Stirling.LogOnePlus(-t * x));
    }
}
