using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The model of an analysis fitted to some of its studies, τ² estimated again. One instance per thread.</summary>
internal sealed class SubsetFits
{
    private readonly UnivariateFit whole;
    private readonly UnivariateRefitter refitter;
    private readonly UnivariateAnalysis analysis;
    private readonly bool isCentred;

    public SubsetFits(UnivariateAnalysis analysis)
    {
        whole = analysis.Fit;
        this.analysis = analysis;
        isCentred = analysis.Settings.CentresEffectSizes && !whole.SpansConstant;
        refitter = RefitterOf(analysis, analysis.Settings.TauSquared);
    }

    /// <summary>Fits to some of the studies.</summary>
    /// <param name="studies">Their indices among the studies used.</param>
    /// <returns>The fit; null when these studies can't be fitted, or not all of the coefficients exist for them.</returns>
    public ReducedFit? Fit(ReadOnlySpan<int> studies)
    {
        if (isCentred)
        {
            return Centred(studies.ToArray());
        }

        var fit = refitter.FitRows(whole.Studies.EffectSizes, studies);
        return fit.Status == RefitStatus.Fitted ? Result(fit, studies.Length) : null;
    }

    /// <summary>Var(β̂) of all studies at another τ², without Knapp and Hartung's factor.</summary>
    public static double[] CovarianceAt(UnivariateAnalysis analysis, double tau2)
    {
        var all = RefitterOf(analysis, tau2, CoefficientTest.Normal);
        all.Fit(analysis.Fit.Studies.EffectSizes);
        return all.Covariance.ToArray();
    }

    /// <summary>A refitter with the model's settings and model matrix.</summary>
    public static UnivariateRefitter RefitterOf(UnivariateAnalysis analysis, double? tau2, CoefficientTest? test = null)
    {
        var settings = analysis.Settings with { EvaluateAtTauSquared = null, TauSquared = tau2, Test = test ?? analysis.Settings.Test };
        var design = analysis.IsInterceptOnly ? null : analysis.Fit.Design;
        return new UnivariateRefitter(analysis.Input.Variances, design, settings, analysis.Input.Weights);
    }

    // As another engine does it, only to compare with it: the mean of these studies is taken out before heterogeneity is computed.
    private ReducedFit? Centred(int[] studies)
    {
        var (k, p, input) = (whole.StudyCount, whole.Coefficients.Count, analysis.Input);
        double[] Pick(double[] values) => Array.ConvertAll(studies, i => values[i]);
        try
        {
            var fit = UnivariateEngine.Fit(
                new UnivariateInput
                {
                    EffectSizes = Pick(input.EffectSizes),
                    Variances = Pick(input.Variances),
                    Design = [.. Enumerable.Range(0, p).SelectMany(j => Pick(whole.Design[(j * k)..((j + 1) * k)]))],
                    ColumnNames = whole.Coefficients.Names,
                    Weights = input.Weights is { } weights ? Pick(weights) : null,
                },
                analysis.Settings with { EvaluateAtTauSquared = null });
            return fit.Coefficients.Count < p ? null : new ReducedFit(
                studies.Length, fit.Coefficients, fit.Covariance, fit.TauSquared.Value, fit.ResidualHeterogeneity, fit.ISquared, fit.HSquared, fit.VarianceScale);
        }
        catch (MetaBridgeException impossible) when (impossible.Code is ErrorCode.TooFewStudies or ErrorCode.RankDeficientDesign or ErrorCode.NonPositiveVariance)
        {
            return null;
        }
    }

    private ReducedFit Result(in UnivariateRefit fit, int count)
    {
        var p = refitter.CoefficientCount;
        // A single study has no degree of freedom for a t test.
        double df = whole.Test == CoefficientTest.Normal || count == p ? double.NaN : count - p;
        var covariance = refitter.Covariance.ToArray();
        var coefficients = WaldTests.Table(whole.Coefficients.Names, refitter.Estimates.ToArray(), covariance, df, whole.Level);
        var q = fit.ResidualHeterogeneity;
        var pValue = count > p ? Distributions.ChiSquaredUpper(q, count - p) : double.IsNaN(q) ? double.NaN : 1;
        return new ReducedFit(
            count, coefficients, covariance, fit.TauSquared, new TestResult(q, count - p, double.NaN, pValue), fit.ISquared, fit.HSquared, fit.VarianceScale);
    }
}
