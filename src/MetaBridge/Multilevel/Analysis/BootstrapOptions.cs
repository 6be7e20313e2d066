namespace MetaBridge.Multilevel.Analysis;

/// <summary>How to run a parametric bootstrap. The result depends on seed and number of replications alone, whatever the number of threads.</summary>
public sealed record BootstrapOptions
{
    /// <summary>How many samples are drawn.</summary>
    public int Replications { get; init; } = 1000;

    /// <summary>Seed; each replication has a random stream of its own.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How many threads at most; null for one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Is told how many replications are done.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }
}
