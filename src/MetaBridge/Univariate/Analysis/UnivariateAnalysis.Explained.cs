using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <content>What the moderators explain.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>How much of the heterogeneity the moderators explain: the reduction of τ² and of I².</summary>
    /// <param name="bootstrap">How to make percentile intervals by a parametric bootstrap; null for none.</param>
    /// <remarks>
    /// The samples are y* ~ N(Xβ̂, diag(v + τ̂²)); both models are fitted to each, and the interval is the percentiles of what comes out (Efron &amp; Tibshirani,
    /// 1993, ch. 13). As R² is cut off at 0, so are the samples. There is no accurate interval of R² in closed form; with fewer than some 40 studies it is wide
    /// (López-López et al., 2014).
    /// </remarks>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/> when there are no moderators, or the model without them is not nested in it; <see cref="ErrorCode.InvalidOption"/>;
    /// <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    public ExplainedHeterogeneity ExplainedHeterogeneity(ExplainedBootstrap? bootstrap = null)
    {
        var without = WithoutModerators();
        var explained = new ExplainedHeterogeneity(
            without.TauSquared.Value,
            Fit.TauSquared.Value,
            Fit.RSquared,
            without.ISquared,
            Fit.ISquared,
            Analysis.ExplainedHeterogeneity.Reduction(without.ISquared, Fit.ISquared));
        return bootstrap is null ? explained : WithIntervals(explained, bootstrap);
    }

    /// <summary>Cochran's Q, split into what the moderators explain and what is left.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/> as for <see cref="ExplainedHeterogeneity"/>, <see cref="ErrorCode.NonPositiveVariance"/> when a sampling variance is 0.
    /// </exception>
    public HeterogeneitySplit HeterogeneitySplit()
    {
        if (Array.IndexOf(input.Variances, 0.0) >= 0)
        {
            throw InputChecks.ZeroVariance(input);
        }

        var total = WithoutModerators().ResidualHeterogeneity;
        var residual = Fit.ResidualHeterogeneity;
        var (q, df) = (Math.Max(0, total.Statistic - residual.Statistic), total.NumeratorDf - residual.NumeratorDf);
        return new HeterogeneitySplit(total, new TestResult(q, df, double.NaN, Distributions.ChiSquaredUpper(q, df)), residual);
    }

    /// <summary>The settings of the model without moderators; its τ² is an estimate even where the model was given one.</summary>
    private UnivariateSettings SettingsWithout => settings with { TauSquared = null, EvaluateAtTauSquared = null, TestedCoefficients = null };

    private UnivariateFit WithoutModerators()
    {
        if (Fit.Coefficients.Count < 2 || !Fit.SpansConstant)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                Fit.Coefficients.Count < 2
                    ? "The model has no moderators that could explain heterogeneity."
                    : "The model has no intercept, so the one without moderators is not part of it and there is no telling what they explain.");
        }

        return UnivariateEngine.Fit(input with { Design = null, ColumnNames = null }, SettingsWithout);
    }

    private ExplainedHeterogeneity WithIntervals(ExplainedHeterogeneity explained, ExplainedBootstrap options)
    {
        var tail = (100 - CheckedLevel(options.Level)) / 200;
        if (options.Replicates < 1)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, $"The option 'bootstrap' is {options.Replicates}; it must be at least 1.", new Dictionary<string, object?> { ["option"] = "bootstrap" });
        }

        var (rSquared, iSquared) = (new List<double>(options.Replicates), new List<double>(options.Replicates));
        var (with, without) = (Refitter(input.Design, settings), Refitter(null, SettingsWithout));
        for (var replicate = 0; replicate < options.Replicates; replicate++)
        {
            if (options.CancellationToken.IsCancellationRequested || settings.CancellationToken.IsCancellationRequested)
            {
                throw new MetaBridgeException(ErrorCode.Cancelled, "The bootstrap was cancelled.");
            }

            var effects = Sample(new CounterRandom(options.Seed, replicate));
            var (full, reduced) = (with.Fit(effects), without.Fit(effects));
            if (full.Status == RefitStatus.Fitted && reduced.Status == RefitStatus.Fitted)
            {
                rSquared.Add(RSquared(full, reduced));
                iSquared.Add(Analysis.ExplainedHeterogeneity.Reduction(reduced.ISquared, full.ISquared));
            }

            options.Progress?.Report((replicate + 1.0) / options.Replicates);
        }

        return explained with { RSquaredInterval = Percentiles([.. rSquared], tail), ExplainedISquaredInterval = Percentiles([.. iSquared], tail) };
    }

    private UnivariateRefitter Refitter(double[]? design, UnivariateSettings how) => new(input.Variances, design, how, input.Weights);

    private double RSquared(UnivariateRefit full, UnivariateRefit reduced)
    {
        if (settings.Method != HeterogeneityMethod.EqualEffects)
        {
            return Analysis.ExplainedHeterogeneity.Reduction(reduced.TauSquared, full.TauSquared);
        }

        // The adjusted R² of the weighted regression.
        double k = Fit.StudyCount, p = Fit.Coefficients.Count;
        return Analysis.ExplainedHeterogeneity.Reduction(reduced.ResidualHeterogeneity / (k - 1), full.ResidualHeterogeneity / (k - p));
    }

    private static (double Lower, double Upper) Percentiles(double[] values, double tail)
    {
        Array.Sort(values);
        return values.Length == 0 ? (double.NaN, double.NaN) : (ChainDiagnostics.Quantile(values, tail), ChainDiagnostics.Quantile(values, 1 - tail));
    }

    /// <summary>Effect sizes as the fitted model makes them.</summary>
    private double[] Sample(CounterRandom random)
    {
        var k = Fit.StudyCount;
        var effects = new double[k];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < Fit.Coefficients.Count; j++)
            {
                effects[i] += Fit.Design[(j * k) + i] * Fit.Coefficients.Estimates[j];
            }

            effects[i] += Math.Sqrt(input.Variances[i] + Fit.TauSquared.Value) * random.Normal();
        }

        return effects;
    }
}
