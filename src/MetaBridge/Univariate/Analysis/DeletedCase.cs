namespace MetaBridge.Univariate.Analysis;

/// <summary>What a study looks like from the fit without it.</summary>
/// <param name="Fit">The fit to the other studies.</param>
/// <param name="Residual">y_i − x_i'β̂₍₋i₎.</param>
/// <param name="FittedVariance">x_i'Var(β̂₍₋i₎)x_i.</param>
/// <param name="ResidualError">The deleted residual's standard error.</param>
/// <param name="Change">x_i'(β̂ − β̂₍₋i₎).</param>
internal sealed record DeletedCase(ReducedFit Fit, double Residual, double FittedVariance, double ResidualError, double Change)
{
    /// <summary>The study without which the rest was fitted; null when it can't be.</summary>
    /// <remarks>
    /// Knapp and Hartung's factor s² of the reduced fit scales v_i + τ₍₋i₎² too, as in metafor's <c>rstudent</c>: the variance of the deleted residual is
    /// s²(v_i + τ²₍₋i₎) + x_i'Var(β̂₍₋i₎)x_i, where Var(β̂₍₋i₎) has the factor already.
    /// </remarks>
    public static DeletedCase? Of(UnivariateFit whole, double[] design, int study, ReducedFit? reduced)
    {
        if (reduced is null)
        {
            return null;
        }

        int k = whole.StudyCount, p = whole.Coefficients.Count;
        double fitted = 0, change = 0, variance = 0;
        for (var j = 0; j < p; j++)
        {
            var x = design[(j * k) + study];
            fitted += x * reduced.Coefficients.Estimates[j];
            change += x * (whole.Coefficients.Estimates[j] - reduced.Coefficients.Estimates[j]);
            for (var l = 0; l < p; l++)
            {
                variance += x * design[(l * k) + study] * reduced.Covariance[(l * p) + j];
            }
        }

        var total = (reduced.VarianceScale * (whole.Studies.Variances[study] + reduced.TauSquared)) + variance;
        return new DeletedCase(reduced, whole.Studies.EffectSizes[study] - fitted, variance, Math.Sqrt(total), change);
    }
}
