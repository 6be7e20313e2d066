namespace MetaBridge.EffectSizes;

/// <summary>metafor's <c>vtype</c>: which estimate of the sampling variance.</summary>
internal enum VarianceType
{
    /// <summary>Large-sample approximation.</summary>
    Ls,

    /// <summary>A second form of it.</summary>
    Ls2,

    /// <summary>A third form of it.</summary>
    Ls3,

    /// <summary>Unbiased.</summary>
    Ub,

    /// <summary>Equal variances in both groups.</summary>
    Ho,

    /// <summary>Stratified sampling.</summary>
    St,

    /// <summary>Cross-sectional sampling.</summary>
    Cs,

    /// <summary>Large-sample with the average over the studies plugged in.</summary>
    Av,

    /// <summary>As Av, with equal variances.</summary>
    AvHo,

    /// <summary>Under the hypothesis of no effect.</summary>
    H0,

    /// <summary>Correlations: the same with the observed correlation, (1 − r²)/(n − 2); H0 is another word for it.</summary>
    H0a,

    /// <summary>Correlations: 1/(n − 1).</summary>
    H0b,

    /// <summary>As Av, in its exact form.</summary>
    Av2,

    /// <summary>The largest that it can be.</summary>
    Max,
}
