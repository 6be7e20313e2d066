namespace MetaBridge.Specs;

/// <summary>How a known correlation matrix R is scaled before use: metafor's <c>Rscale</c>.</summary>
public enum CorrelationScaling
{
    /// <summary>As it is.</summary>
    [Keyword("none", "as it is", Aliases = "FALSE, 0")]
    None,

    /// <summary>To a correlation matrix.</summary>
    [Keyword("cor", "to a correlation matrix", Aliases = "TRUE, 1")]
    Correlation,

    /// <summary>To a correlation matrix, then (R − min R) / (1 − min R).</summary>
    [Keyword("cor0", "to a correlation matrix with smallest element 0", Aliases = "2")]
    CorrelationFromZero,

    /// <summary>R − min R.</summary>
    [Keyword("cov0", "less its smallest element", Aliases = "3")]
    CovarianceFromZero,
}
