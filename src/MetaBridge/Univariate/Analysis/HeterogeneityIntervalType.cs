using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>How a confidence interval of τ² is found.</summary>
public enum HeterogeneityIntervalType
{
    /// <summary>The τ² at which the generalised Q statistic with weights 1/(v + τ²) equals quantiles of χ² (Viechtbauer, 2007); exact.</summary>
    [Keyword("QP", "Q-profile")]
    QProfile,

    /// <summary>The τ² at which the Q statistic with given weights is a quantile of its exact distribution (Jackson, 2013); exact.</summary>
    [Keyword("GENQ", "generalised Q statistic with given weights")]
    GeneralizedQ,

    /// <summary>Where twice the profile log-likelihood, ML or REML as the fit, is the quantile of χ²₁ below its maximum (Hardy &amp; Thompson, 1996).</summary>
    [Keyword("PL", "profile likelihood")]
    ProfileLikelihood,

    /// <summary>τ̂² ± z se (Biggerstaff &amp; Tweedie, 1997), cut off at 0.</summary>
    [Keyword("Wald", "Wald interval of tau^2")]
    Wald,

    /// <summary>exp(ln τ̂² ± z se/τ̂²).</summary>
    [Keyword("Wald.log", "Wald interval of ln tau^2")]
    WaldLog,

    /// <summary>(τ̂ ± z se/(2 τ̂))², cut off at 0.</summary>
    [Keyword("Wald.sqrt", "Wald interval of tau")]
    WaldSqrt,

    /// <summary>From the test-based interval of ln H with H² = Q/(k − p) (Higgins &amp; Thompson, 2002, appendix).</summary>
    [Keyword("HT", "test-based interval of H")]
    HigginsThompson,
}
