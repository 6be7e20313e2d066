using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>In which coordinates the components are.</summary>
public enum ComponentParametrisation
{
    /// <summary>Variances and correlations.</summary>
    [Keyword("varcor", "variances and correlations")]
    Correlations,

    /// <summary>Variances and, for UN and GEN, covariances in the place of correlations.</summary>
    [Keyword("varcov", "variances and covariances")]
    Covariances,
}

/// <summary>The asymptotic covariance of the components: the inverse of the observed information (metafor's <c>vvc</c>).</summary>
/// <param name="Parametrisation">In which coordinates.</param>
/// <param name="Names">Names of the estimated components; m of them.</param>
/// <param name="Estimates">Their values in these coordinates.</param>
/// <param name="Values">m × m; NaN in the rows and columns of components on the boundary.</param>
/// <param name="AtBoundary">Whether a component lies on the boundary (or has no meaning because another does), so that it was treated as known.</param>
public sealed record ComponentCovariance(
    ComponentParametrisation Parametrisation, IReadOnlyList<string> Names, double[] Estimates, double[] Values, IReadOnlyList<bool> AtBoundary)
{
    /// <summary>Standard errors; NaN for components on the boundary.</summary>
    public double[] StandardErrors => [.. Enumerable.Range(0, Names.Count).Select(i => Math.Sqrt(Values[(i * Names.Count) + i]))];
}
