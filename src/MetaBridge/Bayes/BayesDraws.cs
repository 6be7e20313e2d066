namespace MetaBridge.Bayes;

/// <summary>How to sample.</summary>
public sealed record SamplerOptions
{
    /// <summary>Chains, at least 2 so that they can be compared.</summary>
    public int Chains { get; init; } = 4;

    /// <summary>Sweeps per chain that are thrown away while the axes adapt.</summary>
    public int Warmup { get; init; } = 500;

    /// <summary>Draws kept per chain.</summary>
    public int Draws { get; init; } = 1000;

    /// <summary>The seed; the same seed gives the same draws on every machine and with any number of threads.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Called with the share of the work that is done, from any thread.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>A posterior distribution estimated from draws; errors are Monte Carlo standard errors.</summary>
/// <param name="Summary">Mean, SD, interval and median.</param>
/// <param name="RHat">Rank-normalised split R̂.</param>
/// <param name="BulkEss">Effective sample size of the bulk.</param>
/// <param name="TailEss">Effective sample size of the tails.</param>
public sealed record SampledRow(PosteriorRow Summary, double RHat, double BulkEss, double TailEss);

/// <summary>Draws from a posterior with their diagnostics.</summary>
public sealed record BayesDraws
{
    /// <summary>R̂ above this means that the chains have not mixed.</summary>
    public const double RHatLimit = 1.01;

    /// <summary>Fewer effective draws than this per chain make the diagnostics themselves unreliable (Vehtari et al., 2021).</summary>
    public const double EssPerChain = 100;

    /// <summary>One row per parameter.</summary>
    public required IReadOnlyList<SampledRow> Rows { get; init; }

    /// <summary>Draws by parameter: chain, draw.</summary>
    public required IReadOnlyDictionary<string, double[][]> Draws { get; init; }

    /// <summary>A quantile of the draws of a parameter, linear between order statistics.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.UnknownName"/>.</exception>
    public double Quantile(string parameter, double probability) => Draws.TryGetValue(parameter, out var chains)
        ? Numerics.Sampling.ChainDiagnostics.Quantile([.. chains.SelectMany(chain => chain).Order()], probability)
        : throw new Errors.MetaBridgeException(
            Errors.ErrorCode.UnknownName,
            $"There are no draws of '{parameter}'; there are draws of {string.Join(", ", Draws.Keys)}.",
            new Dictionary<string, object?> { ["parameter"] = parameter });

    /// <summary>ln p(y) by bridge sampling.</summary>
    public required Estimate LogMarginalLikelihood { get; init; }

    /// <summary>Whether every R̂ and effective sample size is within its limit.</summary>
    public bool Converged => Rows.All(row => row.RHat < RHatLimit && Math.Min(row.BulkEss, row.TailEss) >= EssPerChain * Draws.Values.First().Length);
}
