namespace MetaBridge.Univariate.Batch;

/// <summary>Whether a refit gave a result.</summary>
public enum RefitStatus
{
    /// <summary>All numbers that exist for the model are there.</summary>
    Fitted,

    /// <summary>Fewer studies than the model needs.</summary>
    TooFewStudies,

    /// <summary>A column of the model matrix is redundant in these rows.</summary>
    RankDeficient,

    /// <summary>A sampling variance is negative, or zero where the estimator can't do with that.</summary>
    NonPositiveVariance,

    /// <summary>An effect size, a sampling variance or a moderator is infinite or NaN.</summary>
    NonFinite,

    /// <summary>A result left the range of floating-point numbers.</summary>
    Overflow,
}

/// <summary>The main numbers of one fit among many; equal to those of <see cref="UnivariateEngine.Fit"/>.</summary>
/// <remarks>When <see cref="Status"/> is not <see cref="RefitStatus.Fitted"/> all numbers are NaN.</remarks>
public readonly record struct UnivariateRefit
{
    /// <summary>Whether there is a result.</summary>
    public RefitStatus Status { get; init; }

    /// <summary>How τ² is known to be the right one.</summary>
    public Optimality Optimality { get; init; }

    /// <summary>τ̂².</summary>
    public double TauSquared { get; init; }

    /// <summary>The first coefficient; the average effect of a model with an intercept alone.</summary>
    public double Estimate { get; init; }

    /// <summary>Its standard error.</summary>
    public double StandardError { get; init; }

    /// <summary>Its z or t value.</summary>
    public double Statistic { get; init; }

    /// <summary>QM, the omnibus test's χ² or F.</summary>
    public double OmnibusStatistic { get; init; }

    /// <summary>QE, Cochran's Q of (residual) heterogeneity; NaN when a sampling variance is zero.</summary>
    public double ResidualHeterogeneity { get; init; }

    /// <summary>I² in percent; NaN when a sampling variance is zero.</summary>
    public double ISquared { get; init; }

    /// <summary>H²; NaN when a sampling variance is zero.</summary>
    public double HSquared { get; init; }

    /// <summary>The factor by which Knapp and Hartung's test scales Var(β̂); 1 for other tests.</summary>
    public double VarianceScale { get; init; }

    /// <summary>A result that isn't there.</summary>
    internal static UnivariateRefit Missing(RefitStatus status) => new()
    {
        Status = status,
        Optimality = Optimality.Unknown,
        TauSquared = double.NaN,
        Estimate = double.NaN,
        StandardError = double.NaN,
        Statistic = double.NaN,
        OmnibusStatistic = double.NaN,
        ResidualHeterogeneity = double.NaN,
        ISquared = double.NaN,
        HSquared = double.NaN,
        VarianceScale = double.NaN,
    };

    /// <summary>This result, unless a number left its range.</summary>
    internal UnivariateRefit Checked(bool hasHeterogeneity)
    {
        // Without residuals Knapp and Hartung's variance is 0, and there is no statistic.
        var isFinite = double.IsFinite(TauSquared) && double.IsFinite(Estimate) && double.IsFinite(StandardError)
            && !(StandardError > 0 && !double.IsFinite(Statistic));
        var isKnown = !hasHeterogeneity
            || (double.IsFinite(ISquared) && double.IsFinite(HSquared) && double.IsFinite(ResidualHeterogeneity));
        return isFinite && isKnown ? this : Missing(RefitStatus.Overflow);
    }
}
