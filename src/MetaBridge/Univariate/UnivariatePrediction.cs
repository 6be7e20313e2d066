using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>Predictions from a fit.</summary>
public static class UnivariatePrediction
{
    private static readonly PredictionOptions Defaults = new();

    /// <summary>Predicted average effects: one row for an intercept-only model, else one per study used.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="options">How; null for the fit's level and test.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.LengthMismatch"/> for options; <see cref="ErrorCode.NotSupported"/> when the fit has no model matrix.
    /// </exception>
    public static PredictionTable Predict(this UnivariateFit fit, PredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var p = fit.Coefficients.Count;
        if (p == 1 && fit.HasIntercept)
        {
            return AtDesign(fit, [1.0], 1, options ?? Defaults);
        }

        if (fit.Design.Length != fit.StudyCount * p)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, $"The fit by {fit.Engine} doesn't hold its model matrix.");
        }

        return AtDesign(fit, fit.Design, fit.StudyCount, options ?? Defaults);
    }

    /// <summary>Predicted average effects at new moderator values.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="moderators">
    /// Rows × columns values by columns, for the coefficients in their order; the intercept's column is left out, or given.
    /// </param>
    /// <param name="rows">How many rows.</param>
    /// <param name="options">How; null for the fit's level and test.</param>
    /// <returns>x'β̂ with the interval of the average effect and, for random effects, of the effect of a new study.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.NonFiniteValue"/> or <see cref="ErrorCode.InvalidOption"/>.
    /// </exception>
    public static PredictionTable Predict(this UnivariateFit fit, ReadOnlySpan<double> moderators, int rows, PredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return AtDesign(fit, DesignOf(fit, moderators, rows, options ?? Defaults), rows, options ?? Defaults);
    }

    /// <summary>The rows of a model matrix for new moderator values, rows × p by columns.</summary>
    internal static ReadOnlySpan<double> DesignOf(UnivariateFit fit, ReadOnlySpan<double> moderators, int rows, PredictionOptions options)
    {
        var p = fit.Coefficients.Count;
        var bad = moderators.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
        {
            throw new MetaBridgeException(ErrorCode.NonFiniteValue, $"Value {bad + 1} of the new moderators is {moderators[bad]}.");
        }

        if (moderators.Length == rows * p)
        {
            return moderators;
        }

        if (!fit.HasIntercept || moderators.Length != rows * (p - 1))
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{moderators.Length} moderator values were given for {rows} rows; the model has {p} coefficients{(fit.HasIntercept ? " with the intercept" : "")}: {string.Join(", ", fit.Coefficients.Names)}.",
                new Dictionary<string, object?> { ["values"] = moderators.Length, ["rows"] = rows, ["coefficients"] = p });
        }

        var x = new double[rows * p];
        x.AsSpan(0, rows).Fill(options.WithIntercept ? 1 : 0);
        moderators.CopyTo(x.AsSpan(rows));
        return x;
    }

    private static PredictionTable AtDesign(UnivariateFit fit, ReadOnlySpan<double> x, int rows, PredictionOptions options)
    {
        var rule = PredictionRule.Of(fit, options, rows);
        var table = new PredictionTable(
            new double[rows], new double[rows], new double[rows], new double[rows], new double[rows], new double[rows]);
        var transformation = options.Transformation;
        for (var i = 0; i < rows; i++)
        {
            var (mean, variance) = Row(fit, x, rows, i, fit.Coefficients.Count);
            var se = Math.Sqrt(variance);
            var (reach, spread) = (rule.Critical * se, rule.PredictionReach(variance, i));
            table.StandardErrors[i] = transformation is null ? se : double.NaN;
            (_, table.PredictionLower[i], table.PredictionUpper[i]) = Transformed.Interval(transformation, mean, mean - spread, mean + spread);
            (table.Predicted[i], table.Lower[i], table.Upper[i]) = Transformed.Interval(transformation, mean, mean - reach, mean + reach);
        }

        return table;
    }

    private static (double Mean, double Variance) Row(UnivariateFit fit, ReadOnlySpan<double> x, int rows, int row, int p)
    {
        double mean = 0, variance = 0;
        for (var j = 0; j < p; j++)
        {
            var xj = x[(j * rows) + row];
            mean += xj * fit.Coefficients.Estimates[j];
            for (var l = 0; l < p; l++)
            {
                variance += xj * x[(l * rows) + row] * fit.Covariance[(l * p) + j];
            }
        }

        return (mean, Math.Max(0, variance));
    }
}
