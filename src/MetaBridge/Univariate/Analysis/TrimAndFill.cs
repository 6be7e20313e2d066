using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Trim and fill (Duval &amp; Tweedie, 2000, Biometrics 56, 455-463; JASA 95, 89-98).</summary>
/// <remarks>
/// Effects are mirrored where studies are missing on the right, so that the extreme ones are the large ones, and sorted. Repeatedly the k₀ largest are
/// trimmed, the mean of the others is estimated, and k₀ from the signed ranks of all deviations from it, until k₀ stays. With S the sum of
/// the ranks of positive deviations: L₀ = (4S − k(k + 1))/(2k − 1), Q₀ = k − ½ − √(2k² − 4S + ¼), R₀ = k − (largest rank of a negative one) − 1.
/// </remarks>
internal sealed class TrimAndFill
{
    private readonly UnivariateAnalysis analysis;
    private readonly TrimAndFillOptions options;
    private readonly int k;
    private readonly double sign;
    private readonly int[] order;
    private readonly double[] sorted;

    public TrimAndFill(UnivariateAnalysis analysis, TrimAndFillOptions options, FunnelSide side)
    {
        this.analysis = analysis;
        this.options = options;
        k = analysis.Fit.StudyCount;
        sign = side == FunnelSide.Right ? -1 : 1;
        var y = analysis.Fit.Studies.EffectSizes;
        order = [.. Enumerable.Range(0, k).OrderBy(i => sign * y[i])];
        sorted = Array.ConvertAll(order, i => sign * y[i]);
        Side = side;
    }

    private FunnelSide Side { get; }

    public TrimAndFillResult Run()
    {
        var refitter = SubsetFits.RefitterOf(analysis, analysis.Settings.TauSquared);
        var (missing, before, raw, mean) = (0, -1, 0.0, 0.0);
        for (var iteration = 0; missing != before; iteration++)
        {
            if (iteration == options.MaxIterations)
            {
                throw new MetaBridgeException(ErrorCode.NotConverged, $"Trim and fill did not settle on a number of missing studies in {iteration} iterations.");
            }

            before = missing;
            mean = Mean(refitter, k - missing);
            raw = Estimate(mean);
            missing = (int)Math.Max(0, Math.Round(raw));
        }

        var filled = order[(k - missing)..];
        var effects = Array.ConvertAll(sorted[(k - missing)..], y => Limited(sign * ((2 * mean) - y)));
        var variances = Array.ConvertAll(filled, i => analysis.Fit.Studies.Variances[i]);
        return new TrimAndFillResult(
            Side, options.Estimator, missing, StandardError(raw), options.Estimator == MissingStudiesEstimator.R0 ? Math.Pow(0.5, missing + 1) : double.NaN,
            effects, variances, Refit(effects, variances, filled));
    }

    private double Limited(double y) => options.Limits is { } limits ? Math.Clamp(y, limits.Lower, limits.Upper) : y;

    private double Mean(UnivariateRefitter refitter, int used)
    {
        var fit = refitter.FitRows(analysis.Fit.Studies.EffectSizes, order.AsSpan(0, Math.Max(0, used)));
        return fit.Status == RefitStatus.Fitted ? sign * fit.Estimate : throw new MetaBridgeException(
            ErrorCode.NotConverged, $"Trim and fill would trim all but {used} of {k} studies, to which the model can't be fitted.");
    }

    private double Estimate(double mean)
    {
        // Ranks of absolute deviations; equal ones in their order.
        var ranked = Enumerable.Range(0, k).OrderBy(i => Math.Abs(sorted[i] - mean)).ToArray();
        double sum = 0, largestNegative = 0;
        for (var rank = 1; rank <= k; rank++)
        {
            var deviation = sorted[ranked[rank - 1]] - mean;
            sum += deviation > 0 ? rank : 0;
            largestNegative = deviation < 0 ? rank : largestNegative;
        }

        return options.Estimator switch
        {
            MissingStudiesEstimator.L0 => ((4 * sum) - ((double)k * (k + 1))) / ((2 * k) - 1),
            MissingStudiesEstimator.R0 => k - largestNegative - 1,
            _ => k - 0.5 - Math.Sqrt((2.0 * k * k) - (4 * sum) + 0.25),
        };
    }

    private double StandardError(double k0)
    {
        double n = k;
        if (options.Estimator == MissingStudiesEstimator.R0)
        {
            return Math.Sqrt((2 * Math.Max(0, k0)) + 2);
        }

        var variance = ((n * (n + 1) * ((2 * n) + 1)) + (10 * k0 * k0 * k0) + (27 * k0 * k0) + (17 * k0)
            - (18 * n * k0 * k0) - (18 * n * k0) + (6 * n * n * k0)) / 24;
        return options.Estimator == MissingStudiesEstimator.L0
            ? 4 * Math.Sqrt(variance) / ((2 * n) - 1)
            : 2 * Math.Sqrt(variance) / Math.Sqrt(((n - 0.5) * (n - 0.5)) - (k0 * ((2 * n) - k0 - 1)));
    }

    private UnivariateFit Refit(double[] effects, double[] variances, int[] sources)
    {
        var input = analysis.Input;
        var names = analysis.Fit.Studies.Labels;
        return UnivariateEngine.Fit(
            new UnivariateInput
            {
                EffectSizes = [.. input.EffectSizes, .. effects],
                Variances = [.. input.Variances, .. variances],
                Weights = input.Weights is null ? null : [.. input.Weights, .. sources.Select(i => input.Weights[i])],
                Labels = [.. names, .. effects.Select((_, i) => $"Filled {i + 1}")],
            },
            analysis.Settings with { EvaluateAtTauSquared = null });
    }
}
