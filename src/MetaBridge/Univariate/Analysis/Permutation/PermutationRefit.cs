using MetaBridge.Inference;
using MetaBridge.Specs;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Fits one permutation after another, for one thread and without allocation.</summary>
internal sealed class PermutationRefit
{
    private readonly UnivariateRefitter refitter;
    private readonly int[][] sets;
    private readonly double[] work;
    private readonly bool isRatio;

    /// <param name="input">The data.</param>
    /// <param name="design">X; null for an intercept alone.</param>
    /// <param name="settings">How to fit; its tested coefficients are the first of the sets.</param>
    /// <param name="sets">Sets of coefficients that are tested together.</param>
    public PermutationRefit(UnivariateInput input, double[]? design, UnivariateSettings settings, int[][] sets)
    {
        refitter = new UnivariateRefitter(input.Variances, design, settings, input.Weights);
        this.sets = sets;
        Omnibus = new double[sets.Length];
        var most = sets.Max(set => set.Length);
        work = new double[most * (most + 1)];
        isRatio = settings.Test != CoefficientTest.Normal;
    }

    /// <summary>Coefficients of the last fit, p.</summary>
    public ReadOnlySpan<double> Estimates => refitter.Estimates;

    /// <summary>Their z or t values, p.</summary>
    public ReadOnlySpan<double> Statistics => refitter.Statistics;

    /// <summary>Its omnibus statistics, one per set.</summary>
    public double[] Omnibus { get; }

    /// <summary>Fits other effect sizes; false when there is no fit.</summary>
    public bool Fit(ReadOnlySpan<double> effectSizes) => Take(refitter.Fit(effectSizes));

    /// <summary>Fits with the rows of X in another order; false when there is no fit.</summary>
    public bool FitOrder(ReadOnlySpan<double> effectSizes, ReadOnlySpan<int> order) => Take(refitter.FitPermuted(effectSizes, order));

    private bool Take(UnivariateRefit fit)
    {
        if (fit.Status != RefitStatus.Fitted)
        {
            return false;
        }

        Omnibus[0] = fit.OmnibusStatistic;
        for (var set = 1; set < sets.Length; set++)
        {
            if (!WaldTests.TryQuadraticForm(refitter.Estimates, refitter.Covariance, sets[set], work, out var statistic))
            {
                return false;
            }

            Omnibus[set] = isRatio ? statistic / sets[set].Length : statistic;
        }

        return true;
    }
}
