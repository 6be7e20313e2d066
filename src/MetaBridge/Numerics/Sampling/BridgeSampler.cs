namespace MetaBridge.Numerics.Sampling;

/// <summary>ln of the integral of a density from draws: bridge sampling with a normal proposal.</summary>
/// <remarks>
/// Meng &amp; Wong (1996), the iteration in the form of Gronau et al. (2017), "A tutorial on bridge sampling", equation 15. Half of the draws fit the
/// proposal, the other half enter the estimate. The error is the relative mean squared error of Frühwirth-Schnatter (2004), autocorrelation included.
/// </remarks>
internal static class BridgeSampler
{
    private const int MaxRounds = 1000;
    private const double Tolerance = 1e-12;

    /// <summary>Estimates.</summary>
    /// <param name="logDensity">ln of the unnormalised density.</param>
    /// <param name="chains">Draws: chain, draw, coordinate.</param>
    /// <param name="random">A stream for the proposal's draws.</param>
    /// <returns>ln of the integral and its standard error.</returns>
    public static (double LogIntegral, double Error) Estimate(Func<double[], double> logDensity, double[][][] chains, CounterRandom random)
    {
        var n = chains[0][0].Length;
        var fit = chains.SelectMany(chain => chain[..(chain.Length / 2)]).ToArray();
        var kept = chains.Select(chain => chain[(chain.Length / 2)..]).ToArray();
        var (mean, covariance) = SampleMoments.Of(fit, n);
        if (!SampleMoments.TryFactor(covariance, n, out var lower))
        {
            return (double.NaN, double.NaN);
        }

        var posterior = kept.SelectMany(chain => chain).ToArray();
        var proposal = posterior.Select(_ => Draw(mean, lower, random)).ToArray();
        var l1 = Array.ConvertAll(posterior, draw => logDensity(draw) - LogProposal(draw, mean, lower));
        var l2 = Array.ConvertAll(proposal, draw => logDensity(draw) - LogProposal(draw, mean, lower));
        var shift = l1.Order().ElementAt(l1.Length / 2);
        var ess = ChainDiagnostics.Ess(ByChain(l1, kept));
        double s1 = ess / (ess + l2.Length), s2 = 1 - s1, r = 1;
        for (var round = 0; round < MaxRounds; round++)
        {
            var top = l2.Average(l => Math.Exp(l - shift) / ((s1 * Math.Exp(l - shift)) + (s2 * r)));
            var bottom = l1.Average(l => 1 / ((s1 * Math.Exp(l - shift)) + (s2 * r)));
            var next = top / bottom;
            var change = Math.Abs(next - r) / next;
            r = next;
            if (change < Tolerance)
            {
                break;
            }
        }

        var f1 = Array.ConvertAll(l2, l => Weight(l));
        var f2 = Array.ConvertAll(l1, l => 1 / ((s1 * Math.Exp(l - shift) / r) + s2));
        var square = (RelativeVariance(f1) / f1.Length) + (RelativeVariance(f2) / ChainDiagnostics.Ess(ByChain(f2, kept)));
        return (shift + Math.Log(r), Math.Sqrt(square));

        double Weight(double l)
        {
            var p = Math.Exp(l - shift) / r;
            return p / ((s1 * p) + s2);
        }
    }

    private static double[][] ByChain(double[] values, double[][][] chains)
    {
        var length = chains[0].Length;
        return [.. Enumerable.Range(0, chains.Length).Select(c => values[(c * length)..((c + 1) * length)])];
    }

    private static double RelativeVariance(double[] values)
    {
        var mean = values.Average();
        return values.Average(x => (x - mean) * (x - mean)) / (mean * mean);
    }

    private static double[] Draw(double[] mean, double[] lower, CounterRandom random)
    {
        var n = mean.Length;
        var z = Enumerable.Range(0, n).Select(_ => random.Normal()).ToArray();
        return [.. Enumerable.Range(0, n).Select(i => mean[i] + Enumerable.Range(0, i + 1).Sum(j => lower[(i * n) + j] * z[j]))];
    }

    private static double LogProposal(double[] x, double[] mean, double[] lower)
    {
        var n = mean.Length;
        var z = new double[n];
        var log = -0.5 * n * Math.Log(2 * Math.PI);
        for (var i = 0; i < n; i++)
        {
            var sum = x[i] - mean[i];
            for (var j = 0; j < i; j++)
            {
                sum -= lower[(i * n) + j] * z[j];
            }

            z[i] = sum / lower[(i * n) + i];
            log -= Math.Log(lower[(i * n) + i]) + (0.5 * z[i] * z[i]);
        }

        return log;
    }
}
