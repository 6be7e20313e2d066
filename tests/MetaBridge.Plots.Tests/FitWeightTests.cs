using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots.Tests;

/// <summary>Plots of fits with custom weights or none, against R 4.2.2 with metafor 3.8-1.</summary>
/// <remarks>
/// <c>d &lt;- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)</c>,
/// <c>w &lt;- c(3,1,4,1,5,9,2,6,5,3,5,8,0.5)</c>,
/// <c>r &lt;- rma(yi, vi, data=d, mods=~ablat, test="knha", weights=w, control=list(threshold=1e-12, maxiter=1000))</c>, the same with
/// <c>weighted=FALSE</c>, and <c>rstandard(r)$se</c>, <c>rstandard(r)$resid</c>, <c>weights(r)</c>.
/// </remarks>
public sealed class FitWeightTests
{
    private const double Rounding = 1e-10;

    private static readonly double[] W = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 0.5];

    private static readonly double[] Latitudes = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33];

    private static readonly double[] WeightedErrors =
    [
        0.59758671342820147, 0.56029513086768801, 0.63568426876733031, 0.39968340765027077, 0.30660078185315143, 0.27237170251083231,
        0.53417274893751665, 0.25301519574623094, 0.35999983318434653, 0.40450766298361096, 0.29019498354433421, 0.66771690499710679,
        0.41588755794629778,
    ];

    private static readonly double[] UnweightedErrors =
    [
        0.57823047085992829, 0.43366036873514596, 0.64329050349444239, 0.32348545877675738, 0.32118609782966601, 0.30491989537988684,
        0.47875078877548372, 0.28104436100264685, 0.35448313215425126, 0.37959033521672364, 0.29277215211338936, 0.72974118267612986,
        0.37740976256187431,
    ];

    // The same with w[3] = 0 and test="z".
    private static readonly double[] ErrorsWithoutTheThird =
    [
        0.58799559831796533, 0.55818225469321359, 0.73417956283379926, 0.40200026060015026, 0.30574475982105437, 0.26137799749649548,
        0.53448254290308606, 0.25202041538963516, 0.36027437396740292, 0.40244241770521144, 0.29062536839404574, 0.6529349769973416,
        0.41802400945346629,
    ];

    // method="EE" with weights w.
    private static readonly double[] EqualEffectsErrors =
    [
        0.53115832771164495, 0.46400416079156592, 0.57786910315451212, 0.2548737770948688, 0.19548034009303059, 0.18730818183189732,
        0.45354130098013323, 0.12913808660688281, 0.24564840652029418, 0.29722610093791774, 0.14725491382768627, 0.62044199089960439,
        0.29932826238537741,
    ];

    private static readonly double[] Design = [.. Enumerable.Repeat(1.0, 13), .. Latitudes];

    private static readonly double[] WeightShares =
    [
        5.71428571428571441, 1.90476190476190488, 7.61904761904761951, 1.90476190476190488, 9.52380952380952372, 17.14285714285714235,
        3.80952380952380976, 11.42857142857142883, 9.52380952380952372, 5.71428571428571441, 9.52380952380952372, 15.23809523809523903,
        0.95238095238095244,
    ];

    public static TheoryData<string> Models => ["weights", "weighted=FALSE", "zero weight", "EE", "own"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Of_ModeratorsAndWeights_HasTheResidualErrorsOfMetafor(string model)
    {
        var (fit, expected) = Model(model);

        var points = FunnelPlot.Of(fit).Points;

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], points[i].StandardError, Rounding);
            Assert.Equal(Fits.Yi[i] - fit.Predictions!.Predicted[i], points[i].Effect);
        }
    }

    [Fact]
    public void Of_WeightsWithoutTheModelMatrix_IsRefused() => Assert.Equal(
        ErrorCode.NotSupported,
        Assert.Throws<MetaBridgeException>(() => FunnelPlot.Of(Fits.BcgAblat with { Weights = W })).Code);

    [Fact]
    public void Of_CustomWeights_ShowsThem()
    {
        var rows = ForestPlot.Of(Fits.Bcg with { Weights = W }).Rows;

        for (var i = 0; i < W.Length; i++)
        {
            Assert.Equal(WeightShares[i], rows[i].Weight, Rounding);
        }
    }

    [Fact]
    public void Of_Unweighted_ShowsEqualWeights() => Assert.All(
        ForestPlot.Of(Fits.Bcg with { Weights = W, IsUnweighted = true }).Rows,
        row => Assert.Equal(7.6923076923076925, row.Weight, Rounding));

    private static (UnivariateFit Fit, double[] Errors) Model(string name)
    {
        var fit = Fits.BcgAblat with { Design = Design };
        return name switch
        {
            "weights" => (fit with { Weights = W }, WeightedErrors),
            "weighted=FALSE" => (fit with { IsUnweighted = true }, UnweightedErrors),
            "zero weight" => (fit with { Weights = [.. W.Select((w, i) => i == 2 ? 0 : w)] }, ErrorsWithoutTheThird),
            "EE" => (fit with { Weights = W, TauSquared = new(0, double.NaN, Optimality.Fixed) }, EqualEffectsErrors),
            _ => (fit, FunnelPlotTests.ResidualErrors),
        };
    }
}
