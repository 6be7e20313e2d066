using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <content>Tests of funnel plot asymmetry, and trim and fill.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>Trim and fill: how many studies are missing on one side of the funnel plot, and the fit with them imputed (Duval &amp; Tweedie, 2000).</summary>
    /// <param name="options">How; null for the estimator L0 on the side that the data suggest.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>: the model has moderators; <see cref="ErrorCode.NotConverged"/>; what fitting may end in.
    /// </exception>
    public TrimAndFillResult TrimAndFill(TrimAndFillOptions? options = null)
    {
        RequireNoModerators("trimfill");
        options ??= new TrimAndFillOptions();
        return new Analysis.TrimAndFill(this, options, options.Side ?? SuggestedSide()).Run();
    }

    /// <summary>A regression test of funnel plot asymmetry (Egger et al., 1997; Sterne &amp; Egger, 2005).</summary>
    /// <param name="model">The model.</param>
    /// <param name="predictor">The predictor.</param>
    /// <param name="sampleSizes">Sample sizes, one per study used; needed for predictors made of them.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>: no sample sizes; <see cref="ErrorCode.RankDeficientDesign"/>: the predictor is redundant; what fitting may end in.
    /// </exception>
    public RegressionTestResult RegressionTest(
        AsymmetryModel model = AsymmetryModel.MetaRegression,
        AsymmetryPredictor predictor = AsymmetryPredictor.StandardError,
        double[]? sampleSizes = null)
    {
        var fit = FitWith(PredictorValues(predictor, sampleSizes), Keywords<AsymmetryPredictor>.Of(predictor), model);
        var last = fit.Coefficients.Count - 1;
        var hasLimit = IsInterceptOnly && predictor is not (AsymmetryPredictor.SampleSize or AsymmetryPredictor.RootSampleSize);
        var b = fit.Coefficients;
        return new RegressionTestResult(
            model, predictor, b.Statistics[last], fit.DegreesOfFreedom, b.PValues[last],
            hasLimit ? b.Estimates[0] : double.NaN, hasLimit ? b.Lower[0] : double.NaN, hasLimit ? b.Upper[0] : double.NaN, fit);
    }

    /// <summary>The rank correlation test of funnel plot asymmetry (Begg &amp; Mazumdar, 1994). The model doesn't matter for it.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.TooFewStudies"/>: fewer than two; <see cref="ErrorCode.NonPositiveVariance"/>.</exception>
    public RankTestResult RankTest() => RankCorrelation.Test(Fit.Studies.EffectSizes, PositiveVariances("ranktest"));

    internal double[] PositiveVariances(string word)
    {
        var zero = Array.FindIndex(Fit.Studies.Variances, v => !(v > 0));
        return zero < 0 ? Fit.Studies.Variances : throw new MetaBridgeException(
            ErrorCode.NonPositiveVariance,
            $"'{word}' needs positive sampling variances; that of study '{Fit.Studies.Labels[zero]}' is {Fit.Studies.Variances[zero]}.",
            new Dictionary<string, object?> { ["study"] = Fit.Studies.Labels[zero], ["value"] = Fit.Studies.Variances[zero] });
    }

    private FunnelSide SuggestedSide()
    {
        var fit = FitWith(Array.ConvertAll(Fit.Studies.Variances, Math.Sqrt), "sei", AsymmetryModel.MetaRegression);
        return fit.Coefficients.Estimates[1] < 0 ? FunnelSide.Right : FunnelSide.Left;
    }

    private UnivariateFit FitWith(double[] predictor, string name, AsymmetryModel model)
    {
        var isWeighted = model == AsymmetryModel.WeightedRegression;
        var input = new UnivariateInput
        {
            EffectSizes = Input.EffectSizes,
            Variances = Input.Variances,
            Design = [.. UnivariateResiduals.DesignOf(Fit), .. predictor],
            ColumnNames = [.. Fit.Coefficients.Names, name],
            Weights = isWeighted ? null : Input.Weights,
        };
        var same = settings with { EvaluateAtTauSquared = null, TestedCoefficients = null };
        var fit = UnivariateEngine.Fit(input, isWeighted
            ? same with { Method = HeterogeneityMethod.EqualEffects, Test = CoefficientTest.KnappHartung, Weighted = true, TauSquared = null }
            : same);
        // A constant predictor may be taken for the intercept, without a word.
        return fit.Coefficients.Count == Fit.Coefficients.Count + 1 ? fit : throw new MetaBridgeException(
            ErrorCode.RankDeficientDesign, $"The predictor '{name}' of the test of asymmetry is a combination of the other columns of the model matrix.");
    }

    private double[] PredictorValues(AsymmetryPredictor predictor, double[]? sampleSizes)
    {
        var v = Fit.Studies.Variances;
        if (predictor is AsymmetryPredictor.StandardError or AsymmetryPredictor.Variance)
        {
            return predictor == AsymmetryPredictor.Variance ? v : Array.ConvertAll(v, Math.Sqrt);
        }

        if (sampleSizes?.Length != v.Length)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"The predictor '{Keywords<AsymmetryPredictor>.Of(predictor)}' needs sample sizes, one for each of the {v.Length} studies: name their column in 'ni'.");
        }

        return predictor switch
        {
            AsymmetryPredictor.SampleSize => sampleSizes,
            AsymmetryPredictor.InverseSampleSize => Array.ConvertAll(sampleSizes, n => 1 / n),
            AsymmetryPredictor.RootSampleSize => Array.ConvertAll(sampleSizes, Math.Sqrt),
            _ => Array.ConvertAll(sampleSizes, n => 1 / Math.Sqrt(n)),
        };
    }
}
