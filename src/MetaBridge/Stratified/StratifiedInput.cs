using MetaBridge.EffectSizes;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>The tables of a stratified model as plain arrays: what <see cref="StratifiedEngine"/> works on.</summary>
public sealed record StratifiedInput
{
    /// <summary>
    /// Counts by role: ai, bi, ci, di (or totals n1i, n2i instead of bi, di), or x1i, x2i, t1i, t2i. A table with a NaN is left out.
    /// </summary>
    public required EffectInputs Counts { get; init; }

    /// <summary>Labels of the tables, or null for 1, 2, 3, …</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Rows of the tables in their dataset counted from 0, or null for 0, 1, 2, …</summary>
    public int[]? Rows { get; init; }

    /// <summary>Rows that were left out before.</summary>
    public IReadOnlyList<DroppedStudy> Dropped { get; init; } = [];
}

/// <summary>What to estimate from a <see cref="StratifiedInput"/>: the numeric part of a <see cref="StratifiedSpec"/>.</summary>
public sealed record StratifiedSettings
{
    /// <summary>How the tables are pooled.</summary>
    public PoolingMethod Method { get; init; } = PoolingMethod.MantelHaenszel;

    /// <summary>The measure; <see cref="EffectMeasure.Given"/> for the default of the method, OR or PETO.</summary>
    public EffectMeasure Measure { get; init; } = EffectMeasure.Given;

    /// <summary>Zero cells in the effect sizes of single tables.</summary>
    public ZeroCellRule Observed { get; init; } = ZeroCellRule.ForEffects;

    /// <summary>Zero cells in what is pooled.</summary>
    public ZeroCellRule Pooling { get; init; } = ZeroCellRule.ForPooling;

    /// <summary>Whether the (Cochran-)Mantel-Haenszel test subtracts 1/2.</summary>
    public bool ContinuityCorrection { get; init; } = true;

    /// <summary>Confidence level in percent.</summary>
    public double Level { get; init; } = 95;

    /// <summary>Further results to compute: <see cref="FurtherResult.LeaveOneOut"/>, <see cref="FurtherResult.Cumulative"/>.</summary>
    public IReadOnlyList<FurtherResult> Also { get; init; } = [];

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }
}
