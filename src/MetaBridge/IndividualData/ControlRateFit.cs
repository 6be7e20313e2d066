using MetaBridge.Multilevel;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>The observed log odds of a study's two groups, whose errors are independent.</summary>
/// <param name="Study">Its label.</param>
/// <param name="Control">Log odds of the control group.</param>
/// <param name="ControlVariance">Their variance, 1/events + 1/non-events.</param>
/// <param name="Treated">Log odds of the treated group.</param>
/// <param name="TreatedVariance">Their variance.</param>
public sealed record ControlRateStudy(string Study, double Control, double ControlVariance, double Treated, double TreatedVariance)
{
    /// <summary>Log odds ratio.</summary>
    public double Effect => Treated - Control;

    /// <summary>Its variance.</summary>
    public double EffectVariance => TreatedVariance + ControlVariance;

    /// <summary>Covariance of the errors of the log odds ratio and the control log odds: −Var(control), which a naive regression passes over.</summary>
    public double Covariance => -ControlVariance;
}

/// <summary>The log odds ratio as a function of the true log odds of the control group.</summary>
/// <remarks>
/// (η_c, η_t) ~ N(μ, Σ) over studies; given η_c the treated log odds have mean μ_t + b (η_c − μ_c), b = Σ_ct/Σ_cc, and variance Σ_tt − Σ_ct²/Σ_cc. The log odds
/// ratio η_t − η_c then has the slope b − 1 (van Houwelingen, Arends &amp; Stijnen, 2002; Arends et al., 2000).
/// </remarks>
public sealed record ControlRateFit
{
    /// <summary>The bivariate model by maximum likelihood: coefficients control and treated, in this order.</summary>
    public required MultilevelFit Model { get; init; }

    /// <summary>
    /// Rows <c>intrcpt</c> (log odds ratio at control log odds 0), <c>mean</c> (at their mean) and <c>slope</c> (change per unit of the true control log odds), with
    /// standard errors by the delta method from the inverse observed information and normal tests.
    /// </summary>
    public required CoefficientTable Coefficients { get; init; }

    /// <summary>b, the slope of the treated on the control log odds.</summary>
    public required double TreatedSlope { get; init; }

    /// <summary>Variance of the true log odds ratios at a given control risk.</summary>
    public required double ResidualVariance { get; init; }

    /// <summary>The log odds ratios regressed on the observed control log odds, for comparison: biased.</summary>
    public required UnivariateFit Naive { get; init; }

    /// <summary>The studies used, with the structure of their errors.</summary>
    public required IReadOnlyList<ControlRateStudy> Studies { get; init; }

    /// <summary>Rows that were left out, and why.</summary>
    public IReadOnlyList<DroppedStudy> Dropped { get; init; } = [];

    /// <summary>What a reader of the numbers must know.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [EcologicalCaution.BaselineRisk, EcologicalCaution.NonCollapsible];
}
