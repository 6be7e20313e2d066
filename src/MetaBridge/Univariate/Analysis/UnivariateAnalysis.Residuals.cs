using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate.Analysis;

/// <content>Residuals, predicted effects of studies, and each study's part.</content>
public sealed partial class UnivariateAnalysis
{
    // A study with a hat value within this of 1 determines a coefficient alone: its residual and the residual's variance are zero but for rounding.
    private const double NoLeverageLeft = 1e-10;

    /// <summary>Raw, standardised, conditional and deleted residuals.</summary>
    /// <remarks>A study that alone determines a coefficient (hat value 1) has residual 0 with standard error 0; its standardised residual is reported as 0.</remarks>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.Cancelled"/>.</exception>
    public ResidualTable Residuals()
    {
        var (y, v) = (Fit.Studies.EffectSizes, Fit.Studies.Variances);
        var tau2 = Fit.TauSquared.Value;
        var alone = Array.ConvertAll(Fit.HatValues(), h => h > 1 - NoLeverageLeft);
        var raw = y.Zip(UnivariateResiduals.FittedValues(Fit)).Select((pair, i) => alone[i] ? 0 : pair.First - pair.Second).ToArray();
        var errors = Fit.ResidualStandardErrors().Select((se, i) => alone[i] ? 0 : se).ToArray();
        var own = UnivariateResiduals.HasOwnWeights(Fit);
        var shares = Array.ConvertAll(v, x => own ? x / (x + tau2) : double.NaN);
        var cases = DeletedCases();
        return new ResidualTable
        {
            Labels = Fit.Studies.Labels,
            Raw = raw,
            StandardErrors = errors,
            Standardized = [.. raw.Select((r, i) => alone[i] ? 0 : r / errors[i])],
            Pearson = [.. raw.Select((r, i) => r / Math.Sqrt(v[i] + tau2))],
            Conditional = [.. raw.Zip(shares, (r, share) => r * share)],
            ConditionalErrors = [.. errors.Zip(shares, (se, share) => se * share)],
            Deleted = [.. cases.Select(c => c?.Residual ?? double.NaN)],
            DeletedErrors = [.. cases.Select(c => c?.ResidualError ?? double.NaN)],
        };
    }

    /// <summary>Each study's part in the heterogeneity and in the result (Baujat et al., 2002; with moderators and random effects as by Viechtbauer, 2021).</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.Cancelled"/>.</exception>
    public BaujatTable Baujat()
    {
        var pearson = Residuals().Pearson;
        return new BaujatTable(
            Fit.Studies.Labels, Array.ConvertAll(pearson, r => r * r), [.. DeletedCases().Select(c => c is null ? double.NaN : c.Change * c.Change / c.FittedVariance)]);
    }

    /// <summary>Predicted random effects: τ²/(v + τ²) (y − x'β̂).</summary>
    /// <remarks>With λ = τ²/(v + τ²) the variance is λv + λ²x'Var(β̂)x; the intervals are normal or t, as the tests of the fit.</remarks>
    /// <param name="level">Level of the intervals in percent; null for that of the fit.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: the weights are not the model's own; <see cref="ErrorCode.InvalidOption"/>: the level.</exception>
    public EffectPredictionTable RandomEffects(double? level = null) => PredictEffects(
        level, (lambda, residual, _) => lambda * residual, (lambda, v, variance) => (lambda * v) + (lambda * lambda * variance));

    /// <summary>Predicted true effects of the studies: λy + (1 − λ)x'β̂ with λ = τ²/(v + τ²).</summary>
    /// <remarks>The variance is λv + (1 − λ)²x'Var(β̂)x.</remarks>
    /// <inheritdoc cref="RandomEffects"/>
    public EffectPredictionTable BestPredictions(double? level = null) => PredictEffects(
        level, (lambda, residual, fitted) => fitted + (lambda * residual), (lambda, v, variance) => (lambda * v) + ((1 - lambda) * (1 - lambda) * variance));

    private EffectPredictionTable PredictEffects(
        double? level, Func<double, double, double, double> predict, Func<double, double, double, double> variance)
    {
        if (!UnivariateResiduals.HasOwnWeights(Fit))
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "Effects of studies are predicted with the model's own weights only; this fit has others.");
        }

        var (k, y, v) = (Fit.StudyCount, Fit.Studies.EffectSizes, Fit.Studies.Variances);
        var critical = CriticalValues.TwoSided(CheckedLevel(level), Fit.DegreesOfFreedom);
        var x = UnivariateResiduals.DesignOf(Fit);
        var fitted = UnivariateResiduals.FittedValues(Fit);
        double[] predicted = new double[k], se = new double[k], lower = new double[k], upper = new double[k];
        for (var i = 0; i < k; i++)
        {
            var lambda = Fit.TauSquared.Value == 0 ? 0 : Fit.TauSquared.Value / (v[i] + Fit.TauSquared.Value);
            var study = i;
            predicted[i] = predict(lambda, y[i] - fitted[i], fitted[i]);
            se[i] = Math.Sqrt(variance(lambda, v[i], QuadraticForm(Fit.Covariance, j => x[(j * k) + study])));
            lower[i] = predicted[i] - (critical * se[i]);
            upper[i] = predicted[i] + (critical * se[i]);
        }

        return new EffectPredictionTable(Fit.Studies.Labels, predicted, se, lower, upper);
    }
}
