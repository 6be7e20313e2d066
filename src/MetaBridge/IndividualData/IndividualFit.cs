using MetaBridge.Inference;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>What the first stage found in one study.</summary>
/// <param name="Study">Its name.</param>
/// <param name="People">How many people.</param>
/// <param name="Events">How many events; NaN for continuous outcomes.</param>
/// <param name="Effect">The treatment effect, at the study's mean of the modifier; NaN when the study has none.</param>
/// <param name="EffectVariance">Its variance.</param>
/// <param name="Interaction">By how much the effect changes per unit of the modifier; NaN without one.</param>
/// <param name="InteractionVariance">Its variance.</param>
/// <param name="EffectInteractionCovariance">Covariance of the two.</param>
/// <param name="ModifierMean">The study's mean of the modifier.</param>
/// <param name="Problem">Why the study has no estimates; null when it has.</param>
public sealed record StudyEstimate(
    string Study,
    double People,
    double Events,
    double Effect,
    double EffectVariance,
    double Interaction,
    double InteractionVariance,
    double EffectInteractionCovariance,
    double ModifierMean,
    string? Problem);

/// <summary>The slopes of the treatment effect on a modifier within studies, between people, and between studies, and whether they agree.</summary>
/// <param name="Within">The pooled within-study slope: the effect modification between people.</param>
/// <param name="WithinError">Its standard error.</param>
/// <param name="Between">The slope on the study means: what a meta-regression sees, and what differences between studies can bias.</param>
/// <param name="BetweenError">Its standard error.</param>
/// <param name="Difference">The test of between less within; the two estimates' covariance, which comes from each study's own, enters.</param>
public sealed record SlopeComparison(double Within, double WithinError, double Between, double BetweenError, CoefficientTable Difference);

/// <summary>A two-stage meta-analysis of individual data.</summary>
public sealed record IndividualFit
{
    /// <summary>The first stage: one estimate per study.</summary>
    public required IReadOnlyList<StudyEstimate> Studies { get; init; }

    /// <summary>The pooled treatment effect.</summary>
    public required UnivariateFit Effect { get; init; }

    /// <summary>The pooled within-study interaction; null without a modifier or with no study that has one.</summary>
    public UnivariateFit? Interaction { get; init; }

    /// <summary>The meta-regression of the treatment effects on the study means of the modifier; null without one or with too few studies.</summary>
    public UnivariateFit? Regression { get; init; }

    /// <summary>Both slopes; null where one is missing.</summary>
    public SlopeComparison? Slopes { get; init; }

    /// <summary>Rows that were left out, and why.</summary>
    public required IReadOnlyList<DroppedStudy> Dropped { get; init; }

    /// <summary>What a reader of the numbers must know.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];
}
