using MetaBridge.Agreement;

namespace MetaBridge;

/// <summary>The outcome of a fit: one immutable shape per model family, filled by our engine or from R.</summary>
public abstract record FitResult
{
    /// <summary>The model family.</summary>
    public abstract string Family { get; }

    /// <summary>Which program computed it, such as <c>MetaBridge 0.1.0</c> or <c>metafor 3.8.1</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>The log-likelihood that the search for variance components maximised; null when there was no such search.</summary>
    public virtual Optimum? Optimum => null;

    /// <summary>
    /// Names of the quantities that a search found and everything else follows from: what <see cref="FitOptions.EvaluateAt"/> takes. Empty
    /// when there was no search.
    /// </summary>
    public virtual IReadOnlyList<string> SearchedComponents => [];

    /// <summary>
    /// Condition number of the normal equations X'WX. An engine that solves them, as metafor does, loses up to its logarithm in
    /// digits; one that factorises the design itself loses half as many.
    /// </summary>
    public virtual double NormalEquationsCondition => 1;

    /// <summary>Whether adding a constant to all effect sizes changes the coefficients only, because a combination of the moderators is constant.</summary>
    public virtual bool SpansConstant => true;

    /// <summary>The tables that the specification asked for with <c>also</c>.</summary>
    public IReadOnlyList<FurtherTable> Further { get; init; } = [];

    /// <summary>Every number of the result by name, with the tolerance class in which two engines must agree on it.</summary>
    public abstract IReadOnlyList<Quantity> Quantities();
}
