using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>How a permutation test is done.</summary>
public sealed record PermutationOptions
{
    /// <summary>Every distinct permutation instead of a sample; done in any case when there are not more of them than <see cref="Iterations"/>.</summary>
    public bool Exact { get; init; }

    /// <summary>How many sampled permutations; the first is the data as they are.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>Seed of the sample; the same seed gives the same permutations whatever the number of threads.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The alternative of the coefficients' tests; the omnibus test has one tail.</summary>
    public PermutationAlternative Alternative { get; init; }

    /// <summary>What both tails are.</summary>
    public TwoSidedPermutation TwoSided { get; init; }

    /// <summary>What is compared.</summary>
    public PermutationStatistic Statistic { get; init; }

    /// <summary>Values within this of each other count as equal.</summary>
    public double ComparisonTolerance { get; init; } = Math.Sqrt(2.220446049250313e-16);

    /// <summary>Coefficients, counted from 0, whose confidence intervals come from permutations too; null for none.</summary>
    public IReadOnlyList<int>? Intervals { get; init; }

    /// <summary>Sets of coefficients, counted from 0, that are tested together, each by an omnibus test of its own; null for the set of the fit.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? TestedSets { get; init; }

    /// <summary>Whether the ends of intervals are where the two-sided p-value is α, instead of where a one-sided one is α/2.</summary>
    public bool IntervalsByTwoSidedTests { get; init; }

    /// <summary>Whether the result keeps the statistics of every permutation.</summary>
    public bool KeepsDistribution { get; init; }

    /// <summary>Most threads at work; null for as many as there are processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Told how much of the work is done, from 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }
}
