using MetaBridge.Multilevel.Terms;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Which of metafor's component vectors a random term fills.</summary>
internal enum TermRole
{
    /// <summary>An intercept term: sigma2.</summary>
    Sigma,

    /// <summary>The first inner-outer term: tau2 and rho.</summary>
    Tau,

    /// <summary>The second inner-outer term: gamma2 and phi.</summary>
    Gamma,
}

/// <summary>A random term on the rows of a model, with what it is called and which of its parameters are fixed.</summary>
internal sealed record BoundTerm
{
    /// <summary>The term.</summary>
    public required CovarianceTerm Term { get; init; }

    /// <summary>Its role.</summary>
    public required TermRole Role { get; init; }

    /// <summary>Name of the grouping (<c>district/school</c>) or of the outer factor.</summary>
    public required string Name { get; init; }

    /// <summary>The grouping or outer factor.</summary>
    public required Grouping Outer { get; init; }

    /// <summary>Name of the inner factor; null for an intercept term.</summary>
    public string? InnerName { get; init; }

    /// <summary>Names of the effects: inner levels, or columns of the random slopes.</summary>
    public IReadOnlyList<string> EffectNames { get; init; } = [];

    /// <summary>Inner levels all of whose rows are incomplete.</summary>
    public IReadOnlyList<string> LostLevels { get; init; } = [];

    /// <summary>The structure; null for an intercept term.</summary>
    public CovarianceStructure? Structure { get; init; }

    /// <summary>Fixed natural values, null where estimated.</summary>
    public required double?[] Fixed { get; init; }

    /// <summary>Whether the result lists a correlation of 0 which is no parameter of the term (ID, DIAG).</summary>
    public bool ListsZeroCorrelation { get; init; }
}
