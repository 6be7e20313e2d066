using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>The common effect of tables, pooled by Mantel &amp; Haenszel or by Peto.</summary>
/// <remarks>
/// The pooled effect is NaN, with all that follows from it, where the tables have none: no events in one of the groups for a ratio (no
/// non-events either for an odds ratio). The tests of no effect may exist nevertheless. All intervals are at <see cref="Level"/>.
/// </remarks>
public sealed record StratifiedFit : FitResult
{
    /// <inheritdoc/>
    public override string Family => StratifiedSpec.FamilyName;

    /// <summary>How the tables were pooled.</summary>
    public required PoolingMethod Method { get; init; }

    /// <summary>The measure: OR, RR, RD, IRR, IRD or PETO; ratios are on the log scale.</summary>
    public required EffectMeasure Measure { get; init; }

    /// <summary>Confidence level of all intervals, in percent.</summary>
    public required double Level { get; init; }

    /// <summary>The pooled effect with its test and interval, one row called <c>intrcpt</c>.</summary>
    public required CoefficientTable Coefficients { get; init; }

    /// <summary>
    /// Q of heterogeneity: of the tables' effect sizes around the pooled effect, χ² with one less degrees of freedom than there are effect
    /// sizes; Peto's from observed minus expected events.
    /// </summary>
    public required TestResult Heterogeneity { get; init; }

    /// <summary>I² in percent.</summary>
    public required double ISquared { get; init; }

    /// <summary>H².</summary>
    public required double HSquared { get; init; }

    /// <summary>Test of no effect with all margins fixed: Cochran-Mantel-Haenszel (OR), Mantel-Haenszel (IRR); null for other measures.</summary>
    public TestResult? MantelHaenszelTest { get; init; }

    /// <summary>Cochran's test of no effect, with group sizes fixed (OR); null for other measures.</summary>
    public TestResult? CochranTest { get; init; }

    /// <summary>Breslow-Day test of equal odds ratios (OR); null for other measures.</summary>
    public TestResult? BreslowDayTest { get; init; }

    /// <summary>Tarone's test of equal odds ratios (OR); null for other measures.</summary>
    public TestResult? TaroneTest { get; init; }

    /// <summary>How many tables were pooled (k).</summary>
    public required int TableCount { get; init; }

    /// <summary>How many tables have both outcomes and both groups (k.pos; OR and PETO); null for other measures.</summary>
    public int? PositiveCount { get; init; }

    /// <summary>Log-likelihood, deviance and information criteria of the effect sizes at the pooled effect, as metafor defines them.</summary>
    public required FitStatistics MaximumLikelihood { get; init; }

    /// <summary>The same under restricted maximum likelihood.</summary>
    public required FitStatistics RestrictedLikelihood { get; init; }

    /// <summary>The complete tables with their effect sizes (NaN for a table that has none), and the rows that were left out.</summary>
    public required StudyTable Studies { get; init; }

    /// <summary>Of <see cref="Studies"/> those that were kept out of pooling (<see cref="ZeroCellRule.Drop00"/>), counted from 0.</summary>
    public IReadOnlyList<int> NotPooled { get; init; } = [];

    /// <summary>The fit without each table in turn, when asked for.</summary>
    public StratifiedSequence? LeaveOneOut { get; init; }

    /// <summary>The fit to the first table, the first two, and so on, when asked for.</summary>
    public StratifiedSequence? Cumulative { get; init; }

    /// <summary>How many tables have an effect size (k.yi).</summary>
    public int EffectCount => Studies.EffectSizes.Count(double.IsFinite);

    /// <summary>Whether the tables have a pooled effect.</summary>
    public bool IsEstimated => !double.IsNaN(Coefficients.Estimates[0]);

    /// <inheritdoc/>
    public override IReadOnlyList<Quantity> Quantities() => StratifiedQuantities.Of(this);
}

/// <summary>Pooled effects of a sequence of sets of tables; element i belongs to label i.</summary>
/// <param name="Labels">The table that was left out, or added.</param>
/// <param name="Estimates">Pooled effects.</param>
/// <param name="StandardErrors">Their standard errors.</param>
/// <param name="Statistics">z values.</param>
/// <param name="PValues">Two-sided p-values.</param>
/// <param name="Lower">Lower confidence limits.</param>
/// <param name="Upper">Upper confidence limits.</param>
/// <param name="Q">Q of heterogeneity.</param>
/// <param name="QPValues">Its p-values.</param>
/// <param name="ISquared">I² in percent.</param>
/// <param name="HSquared">H².</param>
public sealed record StratifiedSequence(
    IReadOnlyList<string> Labels,
    double[] Estimates,
    double[] StandardErrors,
    double[] Statistics,
    double[] PValues,
    double[] Lower,
    double[] Upper,
    double[] Q,
    double[] QPValues,
    double[] ISquared,
    double[] HSquared);
