namespace MetaBridge.Univariate;

/// <summary>Coefficients with standard errors, test statistics, p-values and interval bounds; element i belongs to name i.</summary>
/// <param name="Names">R's coefficient names; the intercept is <c>intrcpt</c>.</param>
/// <param name="Estimates">β̂.</param>
/// <param name="StandardErrors">Their standard errors.</param>
/// <param name="Statistics">z or t values.</param>
/// <param name="PValues">Two-sided p-values.</param>
/// <param name="Lower">Lower confidence limits.</param>
/// <param name="Upper">Upper confidence limits.</param>
public sealed record CoefficientTable(
    IReadOnlyList<string> Names,
    double[] Estimates,
    double[] StandardErrors,
    double[] Statistics,
    double[] PValues,
    double[] Lower,
    double[] Upper)
{
    /// <summary>How many coefficients there are (p).</summary>
    public int Count => Estimates.Length;
}

/// <summary>How an estimate of τ² is known to be the right one.</summary>
public enum Optimality
{
    /// <summary>A closed form: nothing was searched.</summary>
    ClosedForm,

    /// <summary>Every stationary point on the possible range was isolated and the highest taken.</summary>
    Proven,

    /// <summary>Searched from several starting points over the whole possible range; the highest was taken.</summary>
    MultiStart,

    /// <summary>One local search.</summary>
    Local,

    /// <summary>Given by the user, not estimated.</summary>
    Fixed,

    /// <summary>The engine does not say (R).</summary>
    Unknown,
}

/// <summary>The between-study variance τ² and how it was obtained.</summary>
/// <remarks>Zero is a legitimate estimate, not a failure.</remarks>
/// <param name="Value">τ̂², not negative.</param>
/// <param name="StandardError">Its standard error; NaN when τ² is fixed to zero by the model.</param>
/// <param name="Optimality">How it is known to be the right one.</param>
public sealed record TauSquaredEstimate(double Value, double StandardError, Optimality Optimality)
{
    /// <summary>Whether the estimate is at the boundary of its range.</summary>
    public bool AtBoundary => Value == 0;

    /// <summary>Whether the iteration met its tolerance; true for closed forms.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>How many iterations the search took in all.</summary>
    public int Iterations { get; init; }

    /// <summary>Derivative of the maximised log-likelihood at the estimate; NaN where there is none.</summary>
    public double Score { get; init; } = double.NaN;

    /// <summary>
    /// All stationary points of the log-likelihood on [0, ∞) in increasing order of τ², and 0 where it falls from there; empty
    /// where there is no likelihood. They are all that exist when <see cref="Optimality"/> is <see cref="Optimality.Proven"/>.
    /// </summary>
    public IReadOnlyList<StationaryPoint> StationaryPoints { get; init; } = [];

    /// <summary>The local maxima among <see cref="StationaryPoints"/>.</summary>
    public IReadOnlyList<StationaryPoint> Maxima => [.. StationaryPoints.Where(point => point.IsMaximum)];
}

/// <summary>A stationary point of the (restricted) log-likelihood of τ², or its maximum at the boundary 0.</summary>
/// <param name="TauSquared">Where.</param>
/// <param name="LogLikelihood">How high.</param>
/// <param name="IsMaximum">Whether it is a local maximum; else a local minimum.</param>
public sealed record StationaryPoint(double TauSquared, double LogLikelihood, bool IsMaximum = true);

/// <summary>A test statistic with its degrees of freedom and p-value.</summary>
/// <param name="Statistic">χ² or F.</param>
/// <param name="NumeratorDf">Degrees of freedom (of the numerator).</param>
/// <param name="DenominatorDf">Degrees of freedom of the denominator of F; NaN for χ².</param>
/// <param name="PValue">The upper tail.</param>
public sealed record TestResult(double Statistic, double NumeratorDf, double DenominatorDf, double PValue);

/// <summary>Log-likelihood and what is computed from it.</summary>
/// <param name="LogLikelihood">The maximised log-likelihood.</param>
/// <param name="Deviance">−2 times its distance from the saturated model (ML), or −2 times itself (REML).</param>
/// <param name="Aic">Akaike's criterion.</param>
/// <param name="Bic">The Bayesian criterion.</param>
/// <param name="Aicc">Akaike's criterion with the small-sample correction.</param>
public sealed record FitStatistics(double LogLikelihood, double Deviance, double Aic, double Bic, double Aicc);

/// <summary>The studies of a fit.</summary>
/// <param name="EffectSizes">y of the studies used.</param>
/// <param name="Variances">v of the studies used.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="Rows">Their rows in the dataset, counted from 0; null for 0, 1, 2, …</param>
/// <param name="Dropped">The rows that were left out and why.</param>
public sealed record StudyTable(
    double[] EffectSizes,
    double[] Variances,
    IReadOnlyList<string> Labels,
    int[]? Rows,
    IReadOnlyList<DroppedStudy> Dropped)
{
    private int[]? rows = Rows;

    /// <summary>Their rows in the dataset, counted from 0.</summary>
    public int[] Rows
    {
        get => rows ??= [.. Enumerable.Range(0, EffectSizes.Length)];
        init => rows = value;
    }
}

/// <summary>A row that was not used.</summary>
/// <param name="Row">The row in the dataset, counted from 0.</param>
/// <param name="Label">Its label.</param>
/// <param name="Reason">Why, for people: <c>missing value in 'ablat'</c>.</param>
public sealed record DroppedStudy(int Row, string Label, string Reason);

/// <summary>Predicted average effects with confidence and prediction intervals; element i belongs to row i.</summary>
/// <param name="Predicted">x'β̂.</param>
/// <param name="StandardErrors">Their standard errors.</param>
/// <param name="Lower">Lower confidence limits.</param>
/// <param name="Upper">Upper confidence limits.</param>
/// <param name="PredictionLower">Lower limits for the true effect of a new study.</param>
/// <param name="PredictionUpper">Upper limits for the true effect of a new study.</param>
public sealed record PredictionTable(
    double[] Predicted,
    double[] StandardErrors,
    double[] Lower,
    double[] Upper,
    double[] PredictionLower,
    double[] PredictionUpper);

/// <summary>What an interval's end is.</summary>
public enum BoundKind
{
    /// <summary>A root of the defining equation.</summary>
    Value,

    /// <summary>The parameter's boundary (zero): every smaller value is still inside the interval.</summary>
    AtBoundary,

    /// <summary>No end was found up to the largest value searched.</summary>
    Unbounded,

    /// <summary>The interval is empty: even τ² = 0 is rejected from below (Q is too small).</summary>
    EmptySet,
}

/// <summary>Confidence intervals of the heterogeneity.</summary>
/// <param name="TauSquaredLower">Lower limit of τ².</param>
/// <param name="TauSquaredUpper">Upper limit of τ².</param>
/// <param name="LowerKind">What the lower limit is.</param>
/// <param name="UpperKind">What the upper limit is.</param>
/// <param name="TypicalVariance">The typical variance that turns τ² into I² and H².</param>
public sealed record HeterogeneityIntervals(
    double TauSquaredLower,
    double TauSquaredUpper,
    BoundKind LowerKind,
    BoundKind UpperKind,
    double TypicalVariance)
{
    /// <summary>I² in percent at the limits.</summary>
    public (double Lower, double Upper) ISquared => (ToISquared(TauSquaredLower), ToISquared(TauSquaredUpper));

    /// <summary>H² at the limits.</summary>
    public (double Lower, double Upper) HSquared =>
        ((TauSquaredLower / TypicalVariance) + 1, (TauSquaredUpper / TypicalVariance) + 1);

    /// <summary>τ at the limits.</summary>
    public (double Lower, double Upper) Tau => (Math.Sqrt(TauSquaredLower), Math.Sqrt(TauSquaredUpper));

    private double ToISquared(double tau2) => double.IsInfinity(tau2) ? 100 : 100 * tau2 / (TypicalVariance + tau2);
}
