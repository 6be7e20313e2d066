using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>The critical values and variances behind a set of predictions.</summary>
/// <param name="Critical">Of the interval of the average effect.</param>
/// <param name="PredictionCritical">Of the prediction interval.</param>
/// <param name="CoefficientsAreKnown">Whether the uncertainty of x'β̂ is left out of the prediction interval.</param>
/// <param name="Heterogeneity">τ²; NaN without heterogeneity in the model, where there is no distribution of true effects to predict from.</param>
/// <param name="NewVariances">Sampling variances of new studies: none, one, or one per row.</param>
internal readonly record struct PredictionRule(
    double Critical, double PredictionCritical, bool CoefficientsAreKnown, double Heterogeneity, double[] NewVariances)
{
    /// <summary>The rule that options stand for.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.LengthMismatch"/>.</exception>
    public static PredictionRule Of(UnivariateFit fit, PredictionOptions options, int rows)
    {
        var level = options.Level ?? fit.Level;
        if (level is not (> 0 and < 100))
        {
            throw Invalid("level", level, "between 0 and 100 percent");
        }

        level = options.Adjust && rows > 1 ? 100 - ((100 - level) / rows) : level;
        var variances = options.NewVariances ?? [];
        if (variances.Length > 1 && variances.Length != rows)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{variances.Length} sampling variances of new studies were given for {rows} predictions; give one, or one for each.",
                new Dictionary<string, object?> { ["values"] = variances.Length, ["rows"] = rows });
        }

        if (variances.Any(v => !(v >= 0 && double.IsFinite(v))))
        {
            throw Invalid("newvi", variances.First(v => !(v >= 0 && double.IsFinite(v))), "a finite variance");
        }

        var isCommonEffect = fit.Method == Specs.HeterogeneityMethod.EqualEffects;
        var critical = CriticalValues.TwoSided(level, fit.DegreesOfFreedom);
        return new PredictionRule(
            critical,
            isCommonEffect || options.IntervalType == PredictionIntervalType.Default ? critical : CriticalValues.TwoSided(level, Degrees(fit, options.IntervalType)),
            options.IntervalType == PredictionIntervalType.Simple,
            isCommonEffect ? double.NaN : fit.TauSquared.Value,
            variances);
    }

    /// <summary>Half the width of a prediction interval.</summary>
    /// <param name="variance">Var(x'β̂).</param>
    /// <param name="row">The row.</param>
    public double PredictionReach(double variance, int row)
    {
        var own = NewVariances.Length switch { 0 => 0, 1 => NewVariances[0], _ => NewVariances[row] };
        return PredictionCritical * Math.Sqrt((CoefficientsAreKnown ? 0 : variance) + Heterogeneity + own);
    }

    private static double Degrees(UnivariateFit fit, PredictionIntervalType type)
    {
        if (type == PredictionIntervalType.Simple)
        {
            return double.NaN;
        }

        // An estimated τ² costs one more.
        var df = fit.StudyCount - (type == PredictionIntervalType.Riley ? fit.ParameterCount : fit.Coefficients.Count);
        return df > 0 ? df : throw new MetaBridgeException(
            ErrorCode.TooFewStudies,
            $"{fit.StudyCount} studies leave no degrees of freedom for a prediction interval of this type; use the type 'default' or 'simple'.",
            new Dictionary<string, object?> { ["studies"] = fit.StudyCount, ["df"] = df });
    }

    private static MetaBridgeException Invalid(string option, double value, string legal) => new(
        ErrorCode.InvalidOption,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The option '{option}' is {value}; it must be {legal}."),
        new Dictionary<string, object?> { ["option"] = option, ["value"] = value });
}
