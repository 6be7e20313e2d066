using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>Predictions from a fit.</summary>
public static class UnivariatePrediction
{
    /// <summary>Predicted average effects: one row for an intercept-only model, else one per study used.</summary>
    public static PredictionTable Predict(this UnivariateFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var p = fit.Coefficients.Count;
        if (p == 1 && fit.HasIntercept)
        {
            return AtDesign(fit, [1.0], 1);
        }

        if (fit.Design.Length != fit.StudyCount * p)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, $"The fit by {fit.Engine} doesn't hold its model matrix.");
        }

        return AtDesign(fit, fit.Design, fit.StudyCount);
    }

    /// <summary>Predicted average effects at new moderator values.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="moderators">
    /// Rows × columns values by columns, for the coefficients in their order; the intercept's column is left out, or given.
    /// </param>
    /// <param name="rows">How many rows.</param>
    /// <returns>x'β̂ with the interval of the average effect and, for random effects, of the true effect of a new study.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.NonFiniteValue"/>.</exception>
    public static PredictionTable Predict(this UnivariateFit fit, ReadOnlySpan<double> moderators, int rows)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var p = fit.Coefficients.Count;
        var bad = moderators.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
        {
            throw new MetaBridgeException(ErrorCode.NonFiniteValue, $"Value {bad + 1} of the new moderators is {moderators[bad]}.");
        }

        if (moderators.Length == rows * p)
        {
            return AtDesign(fit, moderators, rows);
        }

        if (!fit.HasIntercept || moderators.Length != rows * (p - 1))
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{moderators.Length} moderator values were given for {rows} rows; the model has {p} coefficients.",
                new Dictionary<string, object?> { ["values"] = moderators.Length, ["rows"] = rows, ["coefficients"] = p });
        }

        var x = new double[rows * p];
        x.AsSpan(0, rows).Fill(1);
        moderators.CopyTo(x.AsSpan(rows));
        return AtDesign(fit, x, rows);
    }

    private static PredictionTable AtDesign(UnivariateFit fit, ReadOnlySpan<double> x, int rows)
    {
        var p = fit.Coefficients.Count;
        var critical = CriticalValues.TwoSided(fit.Level, fit.DegreesOfFreedom);
        var isCommonEffect = fit.Method == Specs.HeterogeneityMethod.EqualEffects;
        var table = new PredictionTable(
            new double[rows], new double[rows], new double[rows], new double[rows], new double[rows], new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            var (mean, variance) = Row(fit, x, rows, i, p);
            var se = Math.Sqrt(variance);
            // Without heterogeneity in the model there is no distribution of true effects to predict from.
            var spread = isCommonEffect ? double.NaN : Math.Sqrt(variance + fit.TauSquared.Value);
            table.Predicted[i] = mean;
            table.StandardErrors[i] = se;
            table.Lower[i] = mean - (critical * se);
            table.Upper[i] = mean + (critical * se);
            table.PredictionLower[i] = mean - (critical * spread);
            table.PredictionUpper[i] = mean + (critical * spread);
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
