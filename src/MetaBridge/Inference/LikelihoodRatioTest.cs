using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Inference;

/// <summary>What the likelihood-ratio statistic is compared with.</summary>
public enum LikelihoodRatioReference
{
    /// <summary>χ² with as many degrees of freedom as parameters are tested: none of them on the boundary.</summary>
    [Keyword("chi-square", "chi-square")]
    ChiSquare,

    /// <summary>½χ²(d − 1) + ½χ²(d): one variance is tested to be 0 (Self &amp; Liang, 1987, case 5; Stram &amp; Lee, 1994).</summary>
    [Keyword("mixture", "half chi-square with one degree of freedom less, half chi-square")]
    Mixture,

    /// <summary>χ²(d) as an upper bound of the p-value: several variances, or a correlation that vanishes with its variance; simulate for an exact one.</summary>
    [Keyword("bound", "chi-square as an upper bound")]
    UpperBound,
}

/// <summary>The likelihood-ratio test of a model against one with fewer parameters.</summary>
/// <param name="Statistic">2(ℓ_full − ℓ_reduced), not below 0.</param>
/// <param name="Df">d, how many parameters are tested.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="PValue">The p-value by that reference.</param>
/// <param name="ChiSquarePValue">The upper tail of χ²(d) alone, as metafor's <c>anova()</c> gives it.</param>
/// <param name="Method">REML or ML: by which likelihood.</param>
/// <param name="WasRefitted">Whether both models were fitted again by ML, because REML likelihoods with different moderators don't compare.</param>
/// <param name="Full">The statistics of the full model.</param>
/// <param name="Reduced">Those of the reduced model.</param>
public sealed record LikelihoodRatioTest(
    double Statistic,
    int Df,
    LikelihoodRatioReference Reference,
    double PValue,
    double ChiSquarePValue,
    HeterogeneityMethod Method,
    bool WasRefitted,
    Univariate.FitStatistics Full,
    Univariate.FitStatistics Reduced)
{
    internal static LikelihoodRatioTest Of(
        double statistic, int df, LikelihoodRatioReference reference, HeterogeneityMethod method, bool wasRefitted, Univariate.FitStatistics full, Univariate.FitStatistics reduced)
    {
        var q = Math.Max(0, statistic);
        var plain = Tail(q, df);
        var p = reference == LikelihoodRatioReference.Mixture ? 0.5 * (Tail(q, df - 1) + plain) : plain;
        return new LikelihoodRatioTest(q, df, reference, p, plain, method, wasRefitted, full, reduced);
    }

    // χ² with no degrees of freedom is the constant 0.
    private static double Tail(double q, int df) => df == 0 ? (q > 0 ? 0 : 1) : Distributions.ChiSquaredUpper(q, df);
}
