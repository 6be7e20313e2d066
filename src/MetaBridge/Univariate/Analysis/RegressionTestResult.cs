using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>What effect sizes are regressed on in a test of funnel plot asymmetry.</summary>
public enum AsymmetryPredictor
{
    /// <summary>The standard error.</summary>
    [Keyword("sei", "standard error")]
    StandardError,

    /// <summary>The sampling variance.</summary>
    [Keyword("vi", "sampling variance")]
    Variance,

    /// <summary>The sample size.</summary>
    [Keyword("ni", "sample size")]
    SampleSize,

    /// <summary>The inverse of the sample size.</summary>
    [Keyword("ninv", "inverse of the sample size")]
    InverseSampleSize,

    /// <summary>The square root of the sample size.</summary>
    [Keyword("sqrtni", "square root of the sample size")]
    RootSampleSize,

    /// <summary>The inverse of the square root of the sample size.</summary>
    [Keyword("sqrtninv", "inverse square root of the sample size")]
    InverseRootSampleSize,
}

/// <summary>The model of a regression test of asymmetry.</summary>
public enum AsymmetryModel
{
    /// <summary>The model of the fit with the predictor as a further moderator.</summary>
    [Keyword("rma", "meta-regression")]
    MetaRegression,

    /// <summary>Weighted regression with weights 1/v and a multiplicative dispersion (Egger et al., 1997).</summary>
    [Keyword("lm", "weighted regression with multiplicative dispersion")]
    WeightedRegression,
}

/// <summary>The result of a regression test of funnel plot asymmetry.</summary>
/// <param name="Model">The model.</param>
/// <param name="Predictor">The predictor.</param>
/// <param name="Statistic">z or t of the predictor's coefficient.</param>
/// <param name="DegreesOfFreedom">Of t; NaN for the normal distribution.</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="Limit">
/// The intercept: the estimate where the predictor is 0, that is for a study without sampling error; NaN with other moderators, and for predictors that grow with precision.
/// </param>
/// <param name="LimitLower">Lower limit of its interval.</param>
/// <param name="LimitUpper">Upper limit.</param>
/// <param name="Fit">The regression; the predictor is its last coefficient. A weighted regression is an equal-effects model with Knapp and Hartung's variance.</param>
public sealed record RegressionTestResult(
    AsymmetryModel Model,
    AsymmetryPredictor Predictor,
    double Statistic,
    double DegreesOfFreedom,
    double PValue,
    double Limit,
    double LimitLower,
    double LimitUpper,
    UnivariateFit Fit);

/// <summary>The result of a rank correlation test of funnel plot asymmetry.</summary>
/// <param name="Tau">Kendall's τ of standardised effect sizes and sampling variances.</param>
/// <param name="PValue">Two-sided; exact without ties, else from the normal distribution.</param>
/// <param name="IsExact">Whether it is exact.</param>
public sealed record RankTestResult(double Tau, double PValue, bool IsExact);
