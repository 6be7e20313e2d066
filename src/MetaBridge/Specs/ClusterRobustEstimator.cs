namespace MetaBridge.Specs;

/// <summary>Cluster-robust (sandwich) covariances of the coefficients. n is the number of clusters, k of outcomes, p of coefficients.</summary>
public enum ClusterRobustEstimator
{
    /// <summary>Residuals as they are (Liang &amp; Zeger, 1986): metafor's <c>adjust = FALSE</c>.</summary>
    [Keyword("CR0", "residuals as they are")]
    Cr0,

    /// <summary>CR0 · n/(n − 1).</summary>
    [Keyword("CR1", "CR0 n/(n-1)", Aliases = "Stata2")]
    Cr1,

    /// <summary>CR0 · n/(n − p): metafor's <c>adjust = TRUE</c>.</summary>
    [Keyword("CR1p", "CR0 n/(n-p)")]
    Cr1p,

    /// <summary>CR0 · n/(n − 1) · (k − 1)/(k − p), as Stata does.</summary>
    [Keyword("CR1S", "CR0 n/(n-1) (k-1)/(k-p)", Aliases = "Stata1")]
    Cr1S,

    /// <summary>Bias-reduced linearisation: unbiased when the model is right (Bell &amp; McCaffrey, 2002; Pustejovsky &amp; Tipton, 2018).</summary>
    [Keyword("CR2", "bias-reduced linearisation")]
    Cr2,

    /// <summary>Residuals as if each cluster had been left out (Bell &amp; McCaffrey, 2002).</summary>
    [Keyword("CR3", "leave-one-cluster-out residuals")]
    Cr3,
}

/// <summary>What cluster-robust tests are compared with.</summary>
public enum ClusterRobustReference
{
    /// <summary>t and F with n − p degrees of freedom.</summary>
    [Keyword("residual", "number of clusters less coefficients")]
    Residual,

    /// <summary>Satterthwaite's t and, for several coefficients, Hotelling's T² approximated by Zhang's method (HTZ).</summary>
    [Keyword("satterthwaite", "Satterthwaite and Hotelling-T^2 (Zhang)", Aliases = "HTZ")]
    Satterthwaite,
}
