namespace MetaBridge.Specs;

/// <summary>Covariance structures of the random effects of an <c>~ inner | outer</c> term, G over the levels of the inner factor.</summary>
public enum CovarianceStructure
{
    /// <summary>Compound symmetry: one τ², one correlation ρ.</summary>
    [Keyword("CS", "compound symmetry")]
    CompoundSymmetry,

    /// <summary>Heteroscedastic compound symmetry: a τ² per level, one ρ.</summary>
    [Keyword("HCS", "heteroscedastic compound symmetry")]
    HeteroscedasticCompoundSymmetry,

    /// <summary>Unstructured: a τ² per level, a ρ per pair of levels.</summary>
    [Keyword("UN", "unstructured")]
    Unstructured,

    /// <summary>One τ², no correlation.</summary>
    [Keyword("ID", "scaled identity")]
    Identity,

    /// <summary>A τ² per level, no correlation.</summary>
    [Keyword("DIAG", "diagonal")]
    Diagonal,

    /// <summary>First-order autoregression over the ordered levels: ρ to the power of the difference in rank.</summary>
    [Keyword("AR", "autoregressive")]
    Autoregressive,

    /// <summary>Autoregression with a τ² per level.</summary>
    [Keyword("HAR", "heteroscedastic autoregressive")]
    HeteroscedasticAutoregressive,

    /// <summary>Autoregression in continuous time: ρ to the power of the difference in time.</summary>
    [Keyword("CAR", "continuous-time autoregressive")]
    ContinuousAutoregressive,

    /// <summary>Exponential in distance: exp(−d/ρ).</summary>
    [Keyword("SPEXP", "spatial, exponential")]
    SpatialExponential,

    /// <summary>Gaussian in distance: exp(−d²/ρ²).</summary>
    [Keyword("SPGAU", "spatial, Gaussian")]
    SpatialGaussian,

    /// <summary>Linear in distance: 1 − d/ρ for d &lt; ρ, else 0.</summary>
    [Keyword("SPLIN", "spatial, linear")]
    SpatialLinear,

    /// <summary>Rational quadratic in distance: 1 / (1 + d²/ρ²).</summary>
    [Keyword("SPRAT", "spatial, rational quadratic")]
    SpatialRational,

    /// <summary>Spherical in distance: 1 − 1.5 d/ρ + 0.5 (d/ρ)³ for d &lt; ρ, else 0.</summary>
    [Keyword("SPSPH", "spatial, spherical")]
    SpatialSpherical,

    /// <summary>Unstructured covariance of random slopes: inner is a formula.</summary>
    [Keyword("GEN", "random slopes, unstructured")]
    General,

    /// <summary>Independent random slopes.</summary>
    [Keyword("GDIAG", "random slopes, diagonal")]
    GeneralDiagonal,
}
