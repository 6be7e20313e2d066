namespace MetaBridge.Numerics.Sampling;

/// <summary>Convergence diagnostics of several chains of one quantity.</summary>
/// <remarks>
/// Vehtari, Gelman, Simpson, Carpenter &amp; Bürkner (2021), "Rank-normalization, folding, and localization: an improved R̂ for assessing convergence of
/// MCMC". Chains are split in halves; effective sample sizes sum autocorrelations by Geyer's initial monotone sequence.
/// </remarks>
internal static class ChainDiagnostics
{
    /// <summary>The larger of rank-normalised split R̂ of the draws and of their distances from the median.</summary>
    public static double RHat(double[][] chains)
    {
        var split = Split(chains);
        return Math.Max(PlainRHat(RankNormal(split)), PlainRHat(RankNormal(Folded(split))));
    }

    /// <summary>Effective sample size of the rank-normalised draws.</summary>
    public static double BulkEss(double[][] chains) => Ess(RankNormal(Split(chains)));

    /// <summary>The smaller effective sample size of the 5 and 95 percent quantiles.</summary>
    public static double TailEss(double[][] chains) => Math.Min(QuantileEss(chains, 0.05), QuantileEss(chains, 0.95));

    /// <summary>Monte Carlo standard error of the mean.</summary>
    public static double MeanError(double[][] chains) => Sd(chains) / Math.Sqrt(Ess(Split(chains)));

    /// <summary>Monte Carlo standard error of the standard deviation, from the effective size of squared deviations (Kenney &amp; Keeping, 1951).</summary>
    public static double SdError(double[][] chains)
    {
        var all = chains.SelectMany(chain => chain).ToArray();
        var mean = all.Average();
        var squares = chains.Select(chain => Array.ConvertAll(chain, x => (x - mean) * (x - mean))).ToArray();
        var second = squares.SelectMany(x => x).Average();
        var fourth = squares.SelectMany(x => x).Average(x => x * x);
        var ess = Ess(Split(squares));
        return Math.Sqrt(Math.Max(fourth - (second * second), 0) / ess / 4 / second);
    }

    /// <summary>Monte Carlo standard error of a quantile: half the distance between the quantiles one standard error of its probability away.</summary>
    public static double QuantileError(double[][] chains, double probability)
    {
        var ess = QuantileEss(chains, probability);
        var sorted = chains.SelectMany(chain => chain).Order().ToArray();
        var spread = Math.Sqrt(probability * (1 - probability) / ess);
        return (Quantile(sorted, Math.Min(probability + spread, 1)) - Quantile(sorted, Math.Max(probability - spread, 0))) / 2;
    }

    /// <summary>The quantile of sorted draws, linear between order statistics (R's type 7).</summary>
    public static double Quantile(double[] sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>Standard deviation over all chains.</summary>
    public static double Sd(double[][] chains)
    {
        var all = chains.SelectMany(chain => chain).ToArray();
        var mean = all.Average();
        return Math.Sqrt(all.Sum(x => (x - mean) * (x - mean)) / (all.Length - 1));
    }

    /// <summary>Effective sample size of chains as they are.</summary>
    public static double Ess(double[][] chains)
    {
        int m = chains.Length, n = chains[0].Length;
        var means = Array.ConvertAll(chains, chain => chain.Average());
        var variances = chains.Select((chain, c) => chain.Sum(x => (x - means[c]) * (x - means[c])) / (n - 1)).ToArray();
        var within = variances.Average();
        var total = within * (n - 1) / n;
        if (m > 1)
        {
            var grand = means.Average();
            total += means.Sum(x => (x - grand) * (x - grand)) / (m - 1);
        }

        if (!(total > 0))
        {
            return m * (double)n;
        }

        double Correlation(int lag)
        {
            var sum = 0.0;
            for (var c = 0; c < m; c++)
            {
                var chain = chains[c];
                for (var i = 0; i < n - lag; i++)
                {
                    sum += (chain[i] - means[c]) * (chain[i + lag] - means[c]);
                }
            }

            return 1 - ((within - (sum / n / m * n / (n - 1))) / total);
        }

        double time = -1, previous = double.PositiveInfinity;
        for (var lag = 0; lag + 1 < n; lag += 2)
        {
            var pair = (lag == 0 ? 1 : Correlation(lag)) + Correlation(lag + 1);
            if (pair < 0)
            {
                break;
            }

            previous = Math.Min(previous, pair);
            time += 2 * previous;
        }

        var draws = m * (double)n;
        return Math.Min(draws / Math.Max(time, 1 / Math.Log10(draws)), draws * Math.Log10(draws));
    }

    private static double QuantileEss(double[][] chains, double probability)
    {
        var limit = Quantile([.. chains.SelectMany(chain => chain).Order()], probability);
        return Ess(Split([.. chains.Select(chain => Array.ConvertAll(chain, x => x <= limit ? 1.0 : 0.0))]));
    }

    private static double PlainRHat(double[][] chains)
    {
        var n = chains[0].Length;
        var means = Array.ConvertAll(chains, chain => chain.Average());
        var within = chains.Select((chain, c) => chain.Sum(x => (x - means[c]) * (x - means[c])) / (n - 1)).Average();
        var grand = means.Average();
        var between = means.Sum(x => (x - grand) * (x - grand)) / (chains.Length - 1);
        return within > 0 ? Math.Sqrt(((double)(n - 1) / n) + (between / within)) : 1;
    }

    private static double[][] Split(double[][] chains)
    {
        var half = chains[0].Length / 2;
        return [.. chains.SelectMany(chain => (double[][])[chain[..half], chain[^half..]])];
    }

    private static double[][] Folded(double[][] chains)
    {
        var median = Quantile([.. chains.SelectMany(chain => chain).Order()], 0.5);
        return [.. chains.Select(chain => Array.ConvertAll(chain, x => Math.Abs(x - median)))];
    }

    /// <summary>Normal scores of average ranks, Φ⁻¹((r − 3/8)/(S + 1/4)) (Blom, 1958).</summary>
    private static double[][] RankNormal(double[][] chains)
    {
        var n = chains[0].Length;
        var values = chains.SelectMany(chain => chain).ToArray();
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var scores = new double[values.Length];
        for (var first = 0; first < order.Length;)
        {
            var last = first;
            while (last + 1 < order.Length && values[order[last + 1]] == values[order[first]])
            {
                last++;
            }

            var rank = ((first + last) / 2.0) + 1;
            var score = -Distributions.NormalUpperQuantile((rank - 0.375) / (values.Length + 0.25));
            for (; first <= last; first++)
            {
                scores[order[first]] = score;
            }
        }

        return [.. Enumerable.Range(0, chains.Length).Select(c => scores[(c * n)..((c + 1) * n)])];
    }
}
