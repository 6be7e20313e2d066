using MetaBridge.Bayes;

namespace MetaBridge.Reporting;

/// <summary>A fit by (restricted) maximum likelihood beside a posterior of the same model, quantity by quantity.</summary>
public sealed record SideBySideTable
{
    /// <summary>What computed the left side: <c>rma.mv (REML)</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Level of the confidence intervals, in percent.</summary>
    public required double ConfidenceLevel { get; init; }

    /// <summary>Level of the credible intervals, in percent.</summary>
    public required double CredibleLevel { get; init; }

    /// <summary>One row per coefficient, then those of the heterogeneity table.</summary>
    public required IReadOnlyList<SideBySideRow> Rows { get; init; }
}

/// <summary>One quantity by both.</summary>
/// <param name="Name">Its name among the posterior's.</param>
/// <param name="Estimate">The maximum likelihood estimate; NaN where that model has no such quantity.</param>
/// <param name="Lower">Lower confidence limit; NaN where there is none.</param>
/// <param name="Upper">Upper confidence limit; NaN where there is none.</param>
/// <param name="Posterior">The posterior's numbers.</param>
public sealed record SideBySideRow(string Name, double Estimate, double Lower, double Upper, PosteriorRow Posterior);
