namespace MetaBridge;

/// <summary>How to run a fit. Nothing here changes what is estimated.</summary>
public sealed record FitOptions
{
    /// <summary>The defaults.</summary>
    public static FitOptions Default { get; } = new();

    /// <summary>
    /// Evaluates everything at these variance components instead of searching for them, but reports as if they had been estimated: the
    /// "given the reference's variance components" half of an agreement check. By name (<c>tau2</c>, <c>sigma2</c>, <c>rho</c>), in the
    /// order of the result's quantities. To fix a component as a modelling choice, set it in the specification.
    /// </summary>
    public IReadOnlyDictionary<string, double[]>? EvaluateAt { get; init; }

    /// <summary>The same for a model whose only component is τ².</summary>
    public double? EvaluateAtTauSquared
    {
        get => EvaluateAt is not null && EvaluateAt.TryGetValue("tau2", out var values) && values is [var tau2] ? tau2 : null;
        init => EvaluateAt = value is { } tau2 ? new Dictionary<string, double[]> { ["tau2"] = [tau2] } : null;
    }

    /// <summary>
    /// Takes the mean out of the effect sizes before heterogeneity (τ², Q) is computed, also where no combination of the moderators is
    /// constant and the result therefore differs. metafor does so; agreement checks use it to show that a difference is only this.
    /// </summary>
    internal bool CentresEffectSizes { get; init; }

    /// <summary>Stops the work early.</summary>
    public CancellationToken CancellationToken { get; init; }
}
