using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Residuals of a multilevel fit; one element per outcome used.</summary>
/// <param name="Labels">The outcomes.</param>
/// <param name="Marginal">y − Xβ̂.</param>
/// <param name="StandardErrors">Standard errors of the marginal residuals.</param>
/// <param name="Standardized">Marginal residuals over these (internally standardised).</param>
/// <param name="Pearson">Marginal residuals over √M_ii.</param>
/// <param name="Cholesky">Marginal residuals made uncorrelated.</param>
/// <param name="Conditional">y − Xβ̂ − Zû.</param>
/// <param name="ConditionalStandardErrors">Their standard errors; NaN with custom weights.</param>
/// <param name="Deleted">y_i − x_i'β̂ from the other rows or clusters; NaN where these don't determine β.</param>
/// <param name="DeletedStandardErrors">Their standard errors.</param>
/// <param name="Clusters">Statistics by cluster, where a cluster was named.</param>
public sealed record MultilevelResiduals(
    IReadOnlyList<string> Labels,
    double[] Marginal,
    double[] StandardErrors,
    double[] Standardized,
    double[] Pearson,
    double[] Cholesky,
    double[] Conditional,
    double[] ConditionalStandardErrors,
    double[] Deleted,
    double[] DeletedStandardErrors,
    ClusterResiduals? Clusters)
{
    /// <summary>Deleted residuals over their standard errors (externally standardised, studentised).</summary>
    public double[] Studentized => [.. Deleted.Select((value, i) => value / DeletedStandardErrors[i])];

    internal IEnumerable<FurtherTable> ToFurther()
    {
        var unit = FurtherScales.Unit(Labels.Count);
        var word = Keywords<FurtherResult>.Of(FurtherResult.Residuals);
        yield return new FurtherTable(word, Labels,
        [
            new("resid", Marginal) { Scale = StandardErrors },
            new("se", StandardErrors),
            new("z", Standardized) { Scale = unit },
            new("pearson", Pearson) { Scale = unit },
            new("cholesky", Cholesky) { Scale = unit },
            new("conditional", Conditional) { Scale = StandardErrors },
            new("deleted", Deleted) { Scale = DeletedStandardErrors },
            new("deleted.se", DeletedStandardErrors),
            new("deleted.z", Studentized) { Scale = unit },
        ]);
        if (Clusters is { } clusters)
        {
            yield return new FurtherTable($"{word}[cluster]", clusters.Names,
            [
                new("k", [.. clusters.Counts.Select(count => (double)count)], FurtherKind.Count),
                new("X2", clusters.Internal) { Scale = FurtherScales.Unit(clusters.Names.Count) },
                new("deleted.X2", clusters.External) { Scale = FurtherScales.Unit(clusters.Names.Count) },
            ]);
        }
    }
}

/// <summary>Multivariate standardised residuals of clusters; about χ² with <see cref="Counts"/> degrees of freedom.</summary>
/// <param name="Names">The clusters.</param>
/// <param name="Counts">Outcomes in each.</param>
/// <param name="Internal">r_c'Var(r_c)⁻¹r_c; NaN where the variance is singular.</param>
/// <param name="External">The same of the deleted residuals.</param>
public sealed record ClusterResiduals(IReadOnlyList<string> Names, IReadOnlyList<int> Counts, double[] Internal, double[] External);
