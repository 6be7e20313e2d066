using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Sampling;

/// <summary>What is known of the dependence of k sampling errors: the arguments of metafor's <c>vcalc</c> as plain lists.</summary>
/// <remarks>Each list has k elements. Names are compared letter by letter.</remarks>
public sealed record ErrorDependence
{
    /// <summary>The sampling variances; NaN where unknown, which makes the row's covariances unknown too.</summary>
    public required IReadOnlyList<double> Variances { get; init; }

    /// <summary>The cluster of each row; errors of different clusters are independent.</summary>
    public required IReadOnlyList<string> Clusters { get; init; }

    /// <summary>Subgroups of persons within clusters, independent of each other; null for none.</summary>
    public IReadOnlyList<string>? Subgroups { get; init; }

    /// <summary>Observations of one construct; null when not distinguished.</summary>
    public IReadOnlyList<string>? Observations { get; init; }

    /// <summary>Types of construct; null when not distinguished.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Time of measurement (of the first condition); null when all are concurrent.</summary>
    public IReadOnlyList<double>? Times1 { get; init; }

    /// <summary>Time of measurement of the second condition; null for the same as in the first.</summary>
    public IReadOnlyList<double>? Times2 { get; init; }

    /// <summary>Group of the first condition; null when all rows of a cluster are on the same persons.</summary>
    public IReadOnlyList<string>? Groups1 { get; init; }

    /// <summary>Group of the second condition; null when outcomes are not contrasts.</summary>
    public IReadOnlyList<string>? Groups2 { get; init; }

    /// <summary>Sizes (inverse-variance weights) of the first groups; null for equal ones.</summary>
    public IReadOnlyList<double>? Weights1 { get; init; }

    /// <summary>Sizes of the second groups; null for those of the first.</summary>
    public IReadOnlyList<double>? Weights2 { get; init; }

    /// <summary>One rule with <see cref="Observations"/> or <see cref="Types"/>; two with both: within a type, between types.</summary>
    public IReadOnlyList<CorrelationRule> Correlations { get; init; } = [];

    /// <summary>The correlation of measurements one unit of time apart, −1 to 1; needed with <see cref="Times1"/>.</summary>
    public double? Autocorrelation { get; init; }

    /// <summary>
    /// Correlations within clusters given as columns: element (i, c) belongs to row i and the c-th row of its cluster, of which the
    /// lower triangle is read. When given, only variances, clusters and subgroups are used beside it.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<double>>? CorrelationColumns { get; init; }

    /// <summary>Names of the rows for messages; null for their numbers.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Whether blocks must be positive definite.</summary>
    public bool ChecksDefiniteness { get; init; } = true;

    /// <summary>Whether a block that is not positive definite is replaced by the nearest one that is (Higham, 2002).</summary>
    public bool UsesNearest { get; init; }
}
