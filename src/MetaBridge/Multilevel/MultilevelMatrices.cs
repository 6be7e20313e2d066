namespace MetaBridge.Multilevel;

/// <summary>The matrices of a model that don't fit into columns of a dataset.</summary>
public sealed record MultilevelMatrices
{
    /// <summary>None.</summary>
    public static MultilevelMatrices None { get; } = new();

    /// <summary>The sampling covariance, one row per row of the dataset; null when it is given as a column of variances.</summary>
    public SamplingCovariance? Sampling { get; init; }

    /// <summary>Known correlation matrices by the name of the grouping variable of their <c>~ 1 | id</c> term.</summary>
    public IReadOnlyDictionary<string, NamedMatrix> Correlations { get; init; } = new Dictionary<string, NamedMatrix>();

    /// <summary>
    /// Distances between the levels of the inner variable of each spatial term (or lags of an AR or HAR term), in the order of the terms;
    /// null for coordinates (or ranks).
    /// </summary>
    public IReadOnlyList<NamedMatrix?> Distances { get; init; } = [];
}

/// <summary>A symmetric matrix whose rows and columns have names.</summary>
/// <param name="Names">The names.</param>
/// <param name="Values">n × n values, by rows.</param>
public sealed record NamedMatrix(IReadOnlyList<string> Names, double[] Values);
