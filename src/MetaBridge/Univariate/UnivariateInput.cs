using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>Complete data of a univariate model as plain arrays: what <see cref="UnivariateEngine"/> works on.</summary>
/// <remarks>No value is missing; rows with missing values were taken out before.</remarks>
public sealed record UnivariateInput
{
    /// <summary>y: k observed effect sizes.</summary>
    public required double[] EffectSizes { get; init; }

    /// <summary>v: k sampling variances.</summary>
    public required double[] Variances { get; init; }

    /// <summary>X: k × p by columns, with its intercept column if there is to be one; null for an intercept alone.</summary>
    public double[]? Design { get; init; }

    /// <summary>Names of the p columns of <see cref="Design"/>; null for generated ones.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>Custom weights, k of them, or null.</summary>
    public double[]? Weights { get; init; }

    /// <summary>Study labels, or null for 1, 2, 3, …</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Rows of the studies in their dataset counted from 0, or null for 0, 1, 2, …</summary>
    public int[]? Rows { get; init; }

    /// <summary>Rows that were left out.</summary>
    public IReadOnlyList<DroppedStudy> Dropped { get; init; } = [];
}

/// <summary>What to estimate from a <see cref="UnivariateInput"/>: the numeric part of a <see cref="UnivariateSpec"/>.</summary>
public sealed record UnivariateSettings
{
    /// <summary>How τ² is estimated.</summary>
    public HeterogeneityMethod Method { get; init; } = HeterogeneityMethod.Reml;

    /// <summary>How coefficients are tested.</summary>
    public CoefficientTest Test { get; init; } = CoefficientTest.Normal;

    /// <summary>The measure, which only labels the result.</summary>
    public EffectMeasure Measure { get; init; } = EffectMeasure.Given;

    /// <summary>Confidence level in percent.</summary>
    public double Level { get; init; } = 95;

    /// <summary>A fixed τ², or null to estimate it.</summary>
    public double? TauSquared { get; init; }

    /// <summary>τ² at which everything is evaluated as if it had been estimated, or null.</summary>
    public double? EvaluateAtTauSquared { get; init; }

    /// <summary>As in <see cref="FitOptions.CentresEffectSizes"/>.</summary>
    internal bool CentresEffectSizes { get; init; }

    /// <summary>False for unweighted estimation of the coefficients.</summary>
    public bool Weighted { get; init; } = true;

    /// <summary>Coefficients in the omnibus test counted from 1, or null for all but the intercept.</summary>
    public IReadOnlyList<int>? TestedCoefficients { get; init; }

    /// <summary>Further results to compute: predictions and intervals of the heterogeneity. The other tables are <see cref="Analysis.UnivariateAnalysis"/>'s.</summary>
    public IReadOnlyList<FurtherResult> Also { get; init; } = [];

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }
}
