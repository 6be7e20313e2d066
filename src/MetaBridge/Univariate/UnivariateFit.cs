using MetaBridge.Agreement;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>The result of an equal-, random- or mixed-effects fit with one effect size per study.</summary>
/// <remarks>
/// k is the number of studies used, p the number of coefficients. All intervals are at <see cref="Level"/>. A number that does not
/// exist for the model (τ²'s standard error in an equal-effects model) is NaN; everything else is finite.
/// </remarks>
public sealed record UnivariateFit : FitResult
{
    private double[]? designValues;

    /// <inheritdoc/>
    public override string Family => UnivariateSpec.FamilyName;

    /// <summary>How τ² was estimated.</summary>
    public required HeterogeneityMethod Method { get; init; }

    /// <summary>How coefficients were tested.</summary>
    public required CoefficientTest Test { get; init; }

    /// <summary>The measure of the effect sizes.</summary>
    public EffectMeasure Measure { get; init; } = EffectMeasure.Given;

    /// <summary>Confidence level of all intervals, in percent.</summary>
    public required double Level { get; init; }

    /// <summary>The coefficients with their tests and intervals; p of them.</summary>
    public required CoefficientTable Coefficients { get; init; }

    /// <summary>Var(β̂), p × p by columns.</summary>
    public required double[] Covariance { get; init; }

    /// <summary>The between-study variance and how it was found.</summary>
    public required TauSquaredEstimate TauSquared { get; init; }

    /// <summary>I² in percent: how much of the total variance is heterogeneity (Higgins &amp; Thompson, 2002).</summary>
    public required double ISquared { get; init; }

    /// <summary>H²: total variance over sampling variance.</summary>
    public required double HSquared { get; init; }

    /// <summary>R² in percent: proportional reduction of τ² by the moderators (Raudenbush, 2009); NaN without moderators, and when no combination of them is constant.</summary>
    public required double RSquared { get; init; }

    /// <summary>τ² of the model without moderators, which <see cref="RSquared"/> compares with; NaN where there is none, or the engine does not report it.</summary>
    public double TauSquaredWithoutModerators { get; init; } = double.NaN;

    /// <summary>The typical sampling variance (k − p)/tr P behind <see cref="ISquared"/>; NaN when a sampling variance is zero.</summary>
    public required double TypicalVariance { get; init; }

    /// <summary>Cochran's Q of (residual) heterogeneity, χ² with k − p degrees of freedom.</summary>
    public required TestResult ResidualHeterogeneity { get; init; }

    /// <summary>The omnibus test QM of <see cref="TestedCoefficients"/>: χ² or F.</summary>
    public required TestResult OmnibusTest { get; init; }

    /// <summary>The coefficients in the omnibus test, counted from 0.</summary>
    public required IReadOnlyList<int> TestedCoefficients { get; init; }

    /// <summary>Denominator degrees of freedom of t and F, k − p; NaN for the normal test.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>The factor s² by which Knapp-Hartung scales Var(β̂); 1 otherwise.</summary>
    public required double VarianceScale { get; init; }

    /// <summary>Log-likelihood, deviance and information criteria under maximum likelihood.</summary>
    public required FitStatistics MaximumLikelihood { get; init; }

    /// <summary>The same under restricted maximum likelihood.</summary>
    public required FitStatistics RestrictedLikelihood { get; init; }

    /// <summary>How many parameters the information criteria count: p, plus one when τ² was estimated.</summary>
    public required int ParameterCount { get; init; }

    /// <summary>Whether the design has an intercept column.</summary>
    public required bool HasIntercept { get; init; }

    /// <summary>The studies that were used, those that were not and why.</summary>
    public required StudyTable Studies { get; init; }

    /// <summary>Redundant moderator columns that were dropped, by name.</summary>
    public IReadOnlyList<string> DroppedColumns { get; init; } = [];

    /// <summary>The model matrix that was fitted, k × p by columns; empty when the engine doesn't report it.</summary>
    public double[] Design
    {
        get => designValues ?? DesignSource?.X ?? [];
        init => designValues = value;
    }

    /// <summary>The design behind <see cref="Design"/>, which makes the column of an intercept alone when it is asked for.</summary>
    internal Design? DesignSource { get; init; }

    /// <summary>The custom weights of the studies used, as given; null when there are none.</summary>
    public double[]? Weights { get; init; }

    /// <summary>Whether all studies count alike in the coefficients, whatever <see cref="Weights"/> says.</summary>
    public bool IsUnweighted { get; init; }

    /// <summary>Predicted values, when asked for.</summary>
    public PredictionTable? Predictions { get; init; }

    /// <summary>Intervals of the heterogeneity, when asked for.</summary>
    public HeterogeneityIntervals? HeterogeneityIntervals { get; init; }

    /// <summary>How many studies were used.</summary>
    public int StudyCount => Studies.EffectSizes.Length;

    /// <summary>Whether τ² was a given value of the model rather than an estimate.</summary>
    public bool IsTauSquaredFixed =>
        Method != HeterogeneityMethod.EqualEffects && ParameterCount == Coefficients.Count;

    /// <inheritdoc/>
    public override double NormalEquationsCondition => UnivariateConditioning.Of(this);

    /// <inheritdoc/>
    /// <remarks>True too when the engine does not report its model matrix.</remarks>
    public override bool SpansConstant =>
        HasIntercept || Design.Length == 0 || Univariate.Design.SpansConstantOf(Design, StudyCount);

    /// <inheritdoc/>
    public override Optimum? Optimum => TauSquared.Optimality is Optimality.ClosedForm or Optimality.Fixed ? null : Method switch
    {
        HeterogeneityMethod.Reml => Maximum("fit.stats.REML", RestrictedLikelihood),
        HeterogeneityMethod.MaximumLikelihood => Maximum("fit.stats.ML", MaximumLikelihood),
        _ => null,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<string> SearchedComponents =>
        TauSquared.Optimality == Optimality.Fixed || Method == HeterogeneityMethod.EqualEffects ? [] : ["tau2"];

    /// <inheritdoc/>
    public override IReadOnlyList<Quantity> Quantities() => UnivariateQuantities.Of(this);

    /// <summary>
    /// For an estimate of 0 by an equation Q(τ²) = target: the target, which Q is not above at 0. Null for other estimates.
    /// </summary>
    internal double? BoundaryTarget => !TauSquared.AtBoundary || TauSquared.Optimality == Optimality.Fixed || !Method.IsQRoot() ? null
        : Method == HeterogeneityMethod.PauleMandelMedian ? Numerics.Distributions.ChiSquaredQuantile(0.5, ResidualHeterogeneity.NumeratorDf) : ResidualHeterogeneity.NumeratorDf;

    private Optimum Maximum(string quantity, FitStatistics statistics) =>
        new(quantity, 0, statistics.LogLikelihood, ["tau2"], TauSquared.AtBoundary);
}
