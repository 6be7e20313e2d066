namespace MetaBridge.Multilevel.Correlations;

/// <summary>A regression from a correlation or covariance matrix: the arguments of metafor's <c>matreg</c>.</summary>
public sealed record CorrelationRegressionInput
{
    /// <summary>The matrix R with the names of its variables; the lower triangle is read.</summary>
    public required NamedMatrix Matrix { get; init; }

    /// <summary>The outcome variable, counted from 0.</summary>
    public required int Outcome { get; init; }

    /// <summary>The predictor variables, counted from 0.</summary>
    public required IReadOnlyList<int> Predictors { get; init; }

    /// <summary>The sample size behind R; null when <see cref="ElementCovariance"/> is given.</summary>
    public double? SampleSize { get; init; }

    /// <summary>
    /// The covariance of the elements of R by columns of the lower triangle, m × m: r₂₁, r₃₁, …, r₃₂, …; for a covariance matrix with its
    /// diagonal. The lower triangle is read. Null when <see cref="SampleSize"/> is given.
    /// </summary>
    public double[]? ElementCovariance { get; init; }

    /// <summary>Whether R is a covariance matrix.</summary>
    public bool IsCovariance { get; init; }

    /// <summary>The means of the variables, for an intercept; null where unknown. Only for a covariance matrix.</summary>
    public IReadOnlyList<double>? Means { get; init; }

    /// <summary>Whether R and <see cref="ElementCovariance"/> are of Fisher's z.</summary>
    public bool IsFisherZ { get; init; }

    /// <summary>Whether a matrix of the predictors that is not positive definite is replaced by the nearest one that is.</summary>
    public bool UsesNearest { get; init; }

    /// <summary>Confidence level in percent, 0 to 100.</summary>
    public double Level { get; init; } = 95;
}
