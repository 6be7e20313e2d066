namespace MetaBridge.Univariate.Analysis;

/// <summary>What moderators explain of the heterogeneity, in percent.</summary>
/// <param name="TauSquaredWithout">τ̂² of the same model without moderators; 0 for equal effects.</param>
/// <param name="TauSquared">τ̂² of the model, the residual heterogeneity.</param>
/// <param name="RSquared">100 max(0, (τ̂²₀ − τ̂²)/τ̂²₀) (Raudenbush, 2009); for equal effects the adjusted R² of the weighted regression.</param>
/// <param name="ISquaredWithout">I² without moderators.</param>
/// <param name="ISquared">I² of the model.</param>
/// <param name="ExplainedISquared">100 max(0, (I²₀ − I²)/I²₀): the part of the heterogeneity's share in the total variance that the moderators explain.</param>
public sealed record ExplainedHeterogeneity(
    double TauSquaredWithout, double TauSquared, double RSquared, double ISquaredWithout, double ISquared, double ExplainedISquared)
{
    /// <summary>A bootstrap interval of <see cref="RSquared"/>; null when none was asked for.</summary>
    public (double Lower, double Upper)? RSquaredInterval { get; init; }

    /// <summary>A bootstrap interval of <see cref="ExplainedISquared"/>; null when none was asked for.</summary>
    public (double Lower, double Upper)? ExplainedISquaredInterval { get; init; }

    /// <summary>The percentage by which a number fell, not below 0; 0 when there was nothing to reduce.</summary>
    internal static double Reduction(double without, double with) => without > 0 ? 100 * Math.Max(0, (without - with) / without) : without <= 0 ? 0 : double.NaN;
}

/// <summary>How the bootstrap interval of the explained heterogeneity is made.</summary>
public sealed record ExplainedBootstrap
{
    /// <summary>How many samples.</summary>
    public int Replicates { get; init; } = 1000;

    /// <summary>The seed; the same seed gives the same numbers.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Confidence level in percent; null for the fit's.</summary>
    public double? Level { get; init; }

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Receives the finished part, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }
}

/// <summary>Cochran's Q with weights 1/v: the total about the mean, what the moderators explain, and what is left; total = explained + residual.</summary>
/// <param name="Total">Q without moderators, χ² with k − 1 degrees of freedom.</param>
/// <param name="Explained">The difference, χ² with p − 1 degrees of freedom: QM of the equal-effects model.</param>
/// <param name="Residual">QE, χ² with k − p degrees of freedom.</param>
public sealed record HeterogeneitySplit(TestResult Total, TestResult Explained, TestResult Residual);
