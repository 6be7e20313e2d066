namespace MetaBridge.Agreement;

/// <summary>A named number, vector or matrix that the reference reports.</summary>
/// <param name="Name">The name, as in <see cref="Quantity"/>.</param>
/// <param name="Values">The values; NaN where the reference reports none. A matrix is stored by columns.</param>
/// <param name="Labels">Names of the elements, or null.</param>
public sealed record ReferenceQuantity(string Name, double[] Values, IReadOnlyList<string>? Labels = null)
{
    /// <summary>The Monte Carlo standard error of each element; null where the reference simulated nothing.</summary>
    public double[]? Errors { get; init; }
}

/// <summary>Where a reference result comes from.</summary>
/// <param name="R">R's version.</param>
/// <param name="Metafor">metafor's version.</param>
/// <param name="Metadat">metadat's version; null when it is not installed.</param>
/// <param name="Call">The R call.</param>
/// <param name="Warnings">The warnings R raised, in R's words.</param>
public sealed record Provenance(string R, string Metafor, string? Metadat, string Call, IReadOnlyList<string> Warnings)
{
    /// <summary>How the reference's searches for a maximum ended, each with its log-likelihood; empty where there was nothing to tell.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>What computed it, where that is not metafor: the name of a script of r-scripts/reference.</summary>
    public string? Program { get; init; }

    /// <summary>The program that computed it, <c>metafor 3.8.1</c>.</summary>
    public string Engine => Program ?? $"metafor {Metafor}";
}

/// <summary>What the reference found: its numbers and where they come from.</summary>
/// <param name="Provenance">Versions, call and warnings.</param>
/// <param name="Quantities">The numbers.</param>
public sealed record ReferenceResult(Provenance Provenance, IReadOnlyList<ReferenceQuantity> Quantities)
{
    /// <summary>The numbers of a fit that the reference computed.</summary>
    /// <param name="fit">The fit, filled from the reference.</param>
    /// <param name="provenance">Versions, call and warnings.</param>
    public static ReferenceResult From(FitResult fit, Provenance provenance) =>
        new(provenance, [.. fit.Quantities().Select(q => new ReferenceQuantity(q.Name, q.Values, q.Labels) { Errors = q.Errors })]);

    /// <summary>The quantity of that name, or null.</summary>
    public ReferenceQuantity? Find(string name) => Quantities.FirstOrDefault(q => q.Name == name);
}
