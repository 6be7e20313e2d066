using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Fits one permutation after another, for one thread and without allocation.</summary>
internal sealed class PermutationRefit(UnivariateInput input, double[]? design, UnivariateSettings settings)
{
    private readonly UnivariateRefitter refitter = new(input.Variances, design, settings, input.Weights);

    /// <summary>Coefficients of the last fit, p.</summary>
    public ReadOnlySpan<double> Estimates => refitter.Estimates;

    /// <summary>Their z or t values, p.</summary>
    public ReadOnlySpan<double> Statistics => refitter.Statistics;

    /// <summary>Its omnibus statistic.</summary>
    public double Omnibus { get; private set; }

    /// <summary>Fits other effect sizes; false when there is no fit.</summary>
    public bool Fit(ReadOnlySpan<double> effectSizes) => Take(refitter.Fit(effectSizes));

    /// <summary>Fits with the rows of X in another order; false when there is no fit.</summary>
    public bool FitOrder(ReadOnlySpan<double> effectSizes, ReadOnlySpan<int> order) => Take(refitter.FitPermuted(effectSizes, order));

    private bool Take(UnivariateRefit fit)
    {
        Omnibus = fit.OmnibusStatistic;
        return fit.Status == RefitStatus.Fitted;
    }
}
