using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Plots.Tests;

/// <summary>Plot data against what metafor 3.8-1 (R 4.2.2) draws: texts, ticks and polygons of its display list.</summary>
public sealed class ForestPlotTests
{
    private const double Rounding = 1e-10;

    // forest(r, showweights=TRUE)
    private static readonly string[] WeightAnnotations =
    [
        "  5.06%   -0.89 [-2.01,  0.23]", "  6.36%   -1.59 [-2.45, -0.72]", "  4.44%   -1.35 [-2.61, -0.08]", "  9.70%   -1.44 [-1.72, -1.16]",
        "  8.87%   -0.22 [-0.66,  0.23]", " 10.10%   -0.79 [-0.95, -0.62]", "  6.03%   -1.62 [-2.55, -0.70]", " 10.19%    0.01 [-0.11,  0.14]",
        "  8.74%   -0.47 [-0.94, -0.00]", "  8.37%   -1.37 [-1.90, -0.84]", "  9.93%   -0.34 [-0.56, -0.12]", "  3.82%    0.45 [-0.98,  1.88]",
        "  8.40%   -0.02 [-0.54,  0.51]", "100.00%   -0.71 [-1.07, -0.36]",
    ];

    // forest(r, atransf=exp) and forest(r, transf=exp)
    private static readonly string[] RatioAnnotations =
    [
        "0.41 [0.13, 1.26]", "0.20 [0.09, 0.49]", "0.26 [0.07, 0.92]", "0.24 [0.18, 0.31]", "0.80 [0.52, 1.25]", "0.46 [0.39, 0.54]",
        "0.20 [0.08, 0.50]", "1.01 [0.89, 1.14]", "0.63 [0.39, 1.00]", "0.25 [0.15, 0.43]", "0.71 [0.57, 0.89]", "1.56 [0.37, 6.53]",
        "0.98 [0.58, 1.66]", "0.49 [0.34, 0.70]",
    ];

    // summary(d)$ci.lb, $ci.ub; weights(r)
    private static readonly double[] Lower =
    [
        -2.0076674790761619, -2.4499552336635642, -2.6112512570383393, -1.7188014624346246, -0.66108059896772253, -0.94898869265298447,
        -2.5464853739270872, -0.11140991247338974, -0.93502445235355658, -1.9009878318930005, -0.55771864342667765, -0.98433108066786268,
        -0.54104867093603581,
    ];

    private static readonly double[] Weights =
    [
        5.0594827343666582, 6.3646793725630282, 4.4360274026013968, 9.6987470189206846, 8.8684563912428906, 10.095738544239072,
        6.0271814144444678, 10.189439037095664, 8.7431332116381917, 8.367607257885874, 9.9250269998113865, 3.8216290629895808,
        8.4028515522011009,
    ];

    [Fact]
    public void Of_WithWeights_AnnotatesAsMetafor() => Assert.Equal(
        WeightAnnotations, Texts(ForestPlot.Of(Fits.Bcg, new ForestOptions { ShowWeights = true })));

    [Fact]
    public void Of_BackTransformedLabels_AnnotatesAsMetafor()
    {
        var plot = ForestPlot.Of(Fits.Bcg, new ForestOptions { LabelTransformation = BackTransformation.Exponential });

        Assert.Equal(RatioAnnotations, Texts(plot));
        Assert.Equal(["0.05", "0.14", "0.37", "1", "2.72", "7.39"], plot.Axis.Ticks.Select(t => t.Label));
        Assert.Equal([-3.0, -2, -1, 0, 1, 2], plot.Axis.Ticks.Select(t => t.Position));
        Assert.Equal("Risk Ratio (log scale)", plot.Axis.Title);
        Assert.Equal("Risk Ratio [95% CI]", plot.AnnotationHeading);
        Assert.Equal(Fits.Yi[0], plot.Rows[0].Interval.Estimate);
    }

    [Fact]
    public void Of_BackTransformedValues_MovesEverything()
    {
        var plot = ForestPlot.Of(Fits.Bcg, new ForestOptions { ValueTransformation = BackTransformation.Exponential, ShowPrediction = true });

        Assert.Equal(RatioAnnotations, Texts(plot));
        Assert.Equal([0.0, 2, 4, 6, 8], plot.Axis.Ticks.Select(t => t.Position));
        Assert.Equal("Risk Ratio", plot.Axis.Title);
        Assert.Equal(Math.Exp(Fits.Yi[11]), plot.Rows[11].Interval.Estimate);
        Assert.Equal(Math.Exp(-1.8666922179028962), plot.Summary!.Prediction!.Lower, Rounding);
        Assert.Equal(1, plot.ReferenceLine);
    }

    [Fact]
    public void Of_RandomEffects_HasTheNumbersOfMetafor()
    {
        var plot = ForestPlot.Of(Fits.Bcg, new ForestOptions { ShowPrediction = true });

        Assert.Equal(13, plot.Rows.Count);
        for (var i = 0; i < plot.Rows.Count; i++)
        {
            Assert.Equal(Lower[i], plot.Rows[i].Interval.Lower, Rounding);
            Assert.Equal(Weights[i], plot.Rows[i].Weight, Rounding * 100);
        }

        Assert.Equal(new PlotInterval(-0.71453234215813966, -1.0668976388103528, -0.36216704550592649), plot.Summary!.Interval);
        Assert.Equal(-1.8666922179028962, plot.Summary.Prediction!.Lower, Rounding);
        Assert.Equal(0.43762753358661677, plot.Summary.Prediction.Upper, Rounding);
        Assert.Equal("RE Model", plot.Summary.Label);
        Assert.Equal("Log[RR] [95% CI]", plot.AnnotationHeading);
    }

    [Fact]
    public void Of_KnappHartung_PredictsWithTheTQuantile()
    {
        var plot = ForestPlot.Of(Fits.BcgKnappHartung, new ForestOptions { ShowPrediction = true });

        Assert.Equal(-1.9960168341962121, plot.Summary!.Prediction!.Lower, Rounding);
        Assert.Equal(0.5669521498799327, plot.Summary.Prediction.Upper, Rounding);
    }

    [Fact]
    public void Of_EqualEffects_HasNoPredictionInterval()
    {
        var plot = ForestPlot.Of(Fits.BcgEqualEffects, new ForestOptions { ShowPrediction = true });

        Assert.Equal("EE Model", plot.Summary!.Label);
        Assert.Null(plot.Summary.Prediction);
        Assert.Equal("-0.43 [-0.51, -0.35]", plot.Summary.Annotation.Text);
        Assert.Equal(41.401389870996276, plot.Rows[7].Weight, Rounding * 100);
    }

    [Fact]
    public void Of_Moderators_ShowsFittedValues()
    {
        var confidence = ForestPlot.Of(Fits.BcgAblat);
        var prediction = ForestPlot.Of(Fits.BcgAblat, new ForestOptions { ShowPrediction = true });

        Assert.Null(confidence.Summary);
        Assert.Equal(new PlotInterval(-1.0290076905053323, -1.3811623312311418, -0.67685304977952265), confidence.Rows[0].Fitted);
        Assert.Equal(-1.7317651568375609, prediction.Rows[0].Fitted!.Lower);
        Assert.Equal(-0.32625022417310345, prediction.Rows[0].Fitted!.Upper);
        Assert.All(ForestPlot.Of(Fits.BcgAblat with { Predictions = null }).Rows, row => Assert.Null(row.Fitted));
    }

    // forest() on escalc(measure="GEN") data with the measure set: x-axis title and right heading.
    [Theory]
    [InlineData(EffectMeasure.OddsRatio, false, "Log Odds Ratio", "Log[OR] [95% CI]")]
    [InlineData(EffectMeasure.OddsRatio, true, "Odds Ratio (log scale)", "Odds Ratio [95% CI]")]
    [InlineData(EffectMeasure.IncidenceRateRatio, true, "Incidence Rate Ratio (log scale)", "Rate Ratio [95% CI]")]
    [InlineData(EffectMeasure.RatioOfMeans, false, "Log Ratio of Means", "Log[RoM] [95% CI]")]
    [InlineData(EffectMeasure.FisherZ, true, "Correlation Coefficient", "Correlation [95% CI]")]
    [InlineData(EffectMeasure.LogitProportion, true, "Proportion (logit scale)", "Proportion [95% CI]")]
    [InlineData(EffectMeasure.LogIncidenceRate, true, "Incidence Rate (log scale)", "Rate [95% CI]")]
    [InlineData(EffectMeasure.MeanDifference, false, "Mean Difference", "MD [95% CI]")]
    [InlineData(EffectMeasure.Given, false, "Observed Outcome", "Estimate [95% CI]")]
    public void Of_Measure_NamesTheAxisAsMetafor(EffectMeasure measure, bool transformed, string title, string heading)
    {
        var options = new ForestOptions { LabelTransformation = transformed ? BackTransformations.For(measure) : BackTransformation.None };

        var plot = ForestPlot.Of(Fits.Bcg with { Measure = measure }, options);

        Assert.Equal(title, plot.Axis.Title);
        Assert.Equal(heading, plot.AnnotationHeading);
    }

    [Theory]
    [InlineData("VR", "Log Variability Ratio", "Variability Ratio (log scale)", "VR [95% CI]")]
    [InlineData("PETO", "Log Odds Ratio", "Odds Ratio (log scale)", "Odds Ratio [95% CI]")]
    [InlineData("SDLN", "Log Standard Deviation", "Standard Deviation (log scale)", "SD [95% CI]")]
    public void Of_LogMeasure_NamesTheAxisAsMetafor(string keyword, string plain, string onScale, string heading)
    {
        var measure = Keywords<EffectMeasure>.Parse(keyword, "measure");
        var fit = Fits.Bcg with { Measure = measure };

        var transformed = ForestPlot.Of(fit, new ForestOptions { LabelTransformation = BackTransformations.For(measure) });

        Assert.Equal(plain, ForestPlot.Of(fit).Axis.Title);
        Assert.Equal(onScale, transformed.Axis.Title);
        Assert.Equal(heading, transformed.AnnotationHeading);
    }

    // forest(rma(c(.1,.2,.35), c(.02,.03,.01), measure="ZCOR"), atransf=transf.ztor), and PLO with transf.ilogit.
    [Theory]
    [InlineData(EffectMeasure.FisherZ, "0.10 [-0.18, 0.36]", "0.34 [ 0.15, 0.50]")]
    [InlineData(EffectMeasure.LogitProportion, "0.52 [0.46, 0.59]", "0.59 [0.54, 0.63]")]
    [InlineData(EffectMeasure.LogIncidenceRate, "1.11 [0.84, 1.46]", "1.42 [1.17, 1.73]")]
    public void Of_BackTransformation_MatchesMetafor(EffectMeasure measure, string first, string third)
    {
        var fit = Fits.Simple([.1, .2, .35], [.02, .03, .01]) with { Measure = measure };

        var plot = ForestPlot.Of(fit, new ForestOptions { LabelTransformation = BackTransformations.For(measure) });

        Assert.Equal(first, plot.Rows[0].Annotation.Text);
        Assert.Equal(third, plot.Rows[2].Annotation.Text);
    }

    // forest(rma(.5, .04))$at, forest(rma(c(.1,5,.3,.8), c(.01,3,.02,.05)))$at
    [Fact]
    public void Of_NoLimits_ChoosesTheTicksOfMetafor()
    {
        var one = ForestPlot.Of(Fits.Simple([.5], [.04]));
        var four = ForestPlot.Of(Fits.Simple([.1, 5, .3, .8], [.01, 3, .02, .05]));

        Assert.Equal(["0", "0.2", "0.4", "0.6", "0.8", "1"], one.Axis.Ticks.Select(t => t.Label));
        Assert.Equal(["-2", "0", "2", "4", "6", "8", "10"], four.Axis.Ticks.Select(t => t.Label));
        Assert.Equal("Study 1", one.Rows[0].Label);
    }

    // forest(r, alim=c(-1,2))$at
    [Fact]
    public void Of_GivenLimits_SpacesTicksEvenly() => Assert.Equal(
        [-1, -.25, .5, 1.25, 2],
        ForestPlot.Of(Fits.Bcg, new ForestOptions { AxisLimits = (-1, 2) }).Axis.Ticks.Select(t => t.Position));

    [Fact]
    public void Of_GivenTicks_UsesThem()
    {
        double[] at = [Math.Log(.05), Math.Log(.25), 0, Math.Log(4)];

        var plot = ForestPlot.Of(Fits.Bcg, new ForestOptions { TickPositions = at, LabelTransformation = BackTransformation.Exponential });

        Assert.Equal(["0.05", "0.25", "1", "4"], plot.Axis.Ticks.Select(t => t.Label));
        Assert.Equal(Math.Log(.05), plot.Axis.Lower);
        Assert.True(plot.Axis.Upper >= 1.8761578818106202);
    }

    [Fact]
    public void Of_Order_SortsRowsAndKeepsThemTogether()
    {
        var byEffect = ForestPlot.Of(Fits.Bcg, new ForestOptions { Order = ForestOrder.Effect });
        var byPrecision = ForestPlot.Of(Fits.Bcg, new ForestOptions { Order = ForestOrder.Precision });

        Assert.Equal("Vandiviere et al, 1973", byEffect.Rows[0].Label);
        Assert.Equal(Fits.Yi.Order(), byEffect.Rows.Select(row => row.Interval.Estimate));
        Assert.Equal("TPT Madras, 1980", byPrecision.Rows[0].Label);
        Assert.Equal(Weights[7], byPrecision.Rows[0].Weight, 1e-8);
    }

    [Fact]
    public void Of_PointSizes_LieBetweenTheLimits()
    {
        var sizes = ForestPlot.Of(Fits.Bcg).Rows.Select(row => row.PointSize).ToArray();

        Assert.Equal(0.5, sizes.Min());
        Assert.Equal(1.5, sizes.Max());
        Assert.All(ForestPlot.Of(Fits.Simple([1, 2], [.1, .1])).Rows, row => Assert.Equal(1, row.PointSize));
    }

    [Fact]
    public void Of_OneStudyWithoutVariance_TakesAllWeight()
    {
        var fit = Fits.Summary([1, 2], [0, .1], ["a", "b"], 1, .1, .8, 1.2, 0);

        Assert.Equal([100.0, 0.0], ForestPlot.Of(fit).Rows.Select(row => row.Weight));
    }

    [Fact]
    public void Of_Heterogeneity_IsWrittenOut() => Assert.Equal(
        "Q = 152.23, df = 12, p < 0.001; I² = 92.2%, τ² = 0.31",
        ForestPlot.Of(Fits.Bcg, new ForestOptions { ShowHeterogeneity = true }).Summary!.Note);

    [Fact]
    public void Of_BothTransformations_IsRefused() => Refused(ErrorCode.InvalidOption, new ForestOptions
    {
        LabelTransformation = BackTransformation.Exponential,
        ValueTransformation = BackTransformation.Exponential,
    });

    [Fact]
    public void Of_UnusableOptions_AreRefused()
    {
        Refused(ErrorCode.InvalidOption, new ForestOptions { Digits = 16 });
        Refused(ErrorCode.InvalidOption, new ForestOptions { Steps = 1 });
        Refused(ErrorCode.InvalidOption, new ForestOptions { AxisLimits = (1, 1) });
        Refused(ErrorCode.InvalidOption, new ForestOptions { AxisLimits = (double.NaN, 1) });
        Refused(ErrorCode.InvalidOption, new ForestOptions { TickPositions = [] });
        Refused(ErrorCode.InvalidOption, new ForestOptions { ReferenceLine = double.NaN });
        Refused(ErrorCode.InvalidOption, new ForestOptions { PointSizes = (2, 1) });
        Refused(ErrorCode.InvalidOption, new ForestOptions { Weights = [.. Enumerable.Repeat(-1.0, 13)] });
        Refused(ErrorCode.LengthMismatch, new ForestOptions { Labels = ["one"] });
        Refused(ErrorCode.LengthMismatch, new ForestOptions { Weights = [1] });
    }

    [Fact]
    public void Of_NoStudiesOrBadNumbers_AreRefused()
    {
        Assert.Equal(ErrorCode.NoData, Assert.Throws<MetaBridgeException>(() => ForestPlot.Of(Fits.Simple([], []))).Code);
        var error = Assert.Throws<MetaBridgeException>(() => ForestPlot.Of(Fits.Simple([1, double.NaN], [1, 1])));
        Assert.Equal(ErrorCode.NonFiniteValue, error.Code);
        Assert.Contains("'2'", error.Message, StringComparison.Ordinal);
    }

    private static void Refused(ErrorCode code, ForestOptions options) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => ForestPlot.Of(Fits.Bcg, options)).Code);

    private static IEnumerable<string> Texts(ForestPlot plot) =>
        plot.Rows.Select(row => row.Annotation.Text).Append(plot.Summary!.Annotation.Text);
}
