using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Tests.Univariate;

/// <summary>Intervals, predictions and explained heterogeneity against their definitions; metafor's numbers are in the recorded cases.</summary>
public class IntervalTests
{
    private static readonly double[] Y = [-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, -1.62, 0.01, -0.47, -1.37, -0.34, 0.45, -0.02];
    private static readonly double[] V = [0.326, 0.195, 0.415, 0.020, 0.051, 0.0069, 0.223, 0.0040, 0.056, 0.073, 0.0124, 0.533, 0.0714];
    private static readonly double[] Latitude = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33];
    private static readonly string?[] Group = ["a", "a", "b", "b", "c", "a", "b", "c", "c", "b", "a", "c", "a"];
    private static readonly double[] Homogeneous = [0.1, 0.12, 0.11, 0.09, 0.13];
    private static readonly double[] Large = [0.1, 0.2, 0.15, 0.1, 0.3];

    public static TheoryData<HeterogeneityIntervalType> Types() => [.. Enum.GetValues<HeterogeneityIntervalType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void HigherLevels_GiveWiderIntervals(HeterogeneityIntervalType type)
    {
        var analysis = Analysis(type);
        var last = analysis.HeterogeneityIntervals(type, 50);
        foreach (var level in new[] { 80.0, 95, 99, 99.9 })
        {
            var next = analysis.HeterogeneityIntervals(type, level);
            Assert.True(next.TauSquaredLower <= last.TauSquaredLower && next.TauSquaredUpper > last.TauSquaredUpper, $"{type} {level}");
            Assert.True(next.ISquared.Upper <= 100 && next.HSquared.Lower >= 1);
            last = next;
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Scale_ScalesTheLimits_AndShiftDoesNothing(HeterogeneityIntervalType type)
    {
        var plain = Analysis(type).HeterogeneityIntervals(type);
        var scaled = Analysis(type, y => (100 * y) - 7, 100).HeterogeneityIntervals(type);
        Close(plain.TauSquaredLower * 1e4, scaled.TauSquaredLower, 1e-9);
        Close(plain.TauSquaredUpper * 1e4, scaled.TauSquaredUpper, 1e-9);
        Close(plain.ISquared.Upper, scaled.ISquared.Upper, 1e-9);
    }

    [Fact]
    public void GeneralizedQ_EndsAreQuantilesOfItsDistribution_AndTheEstimateIsItsMedian()
    {
        var analysis = Analysis(HeterogeneityIntervalType.GeneralizedQ, method: HeterogeneityMethod.GeneralizedQMedian);
        var interval = analysis.HeterogeneityIntervals();
        var design = Design.Prepare(null, null, Y.Length);
        var q = new GeneralizedQ(Latitude, new VarianceProfile(Y, V, design, true), design);
        Close(0.025, q.UpperTail(interval.TauSquaredLower), 1e-10);
        Close(0.975, q.UpperTail(interval.TauSquaredUpper), 1e-10);
        Close(0.5, q.UpperTail(analysis.Fit.TauSquared.Value), 1e-10);
        Assert.Equal(BoundKind.Value, interval.LowerKind);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1_700)]
    [InlineData(40_000)]
    public void GeneralizedQ_EqualVariances_IsAChiSquare_HoweverManyStudies(int k)
    {
        // Q = Σ (y − ȳ)² is (v + τ²) χ² with k − 1 degrees of freedom; far from its root the tails underflow.
        const double v = 0.05;
        double[] y = [.. Enumerable.Range(0, k).Select(i => Math.Sin(i))];
        var input = new UnivariateInput { EffectSizes = y, Variances = [.. y.Select(_ => v)], Weights = [.. y.Select(_ => 1.0)] };
        var analysis = UnivariateAnalysis.Of(input, new UnivariateSettings { Method = HeterogeneityMethod.GeneralizedQMedian });
        var interval = analysis.HeterogeneityIntervals();
        var mean = y.Average();
        var q = y.Sum(value => (value - mean) * (value - mean));
        Close((q / Distributions.ChiSquaredQuantile(0.975, k - 1)) - v, interval.TauSquaredLower, 1e-10);
        Close((q / Distributions.ChiSquaredQuantile(0.025, k - 1)) - v, interval.TauSquaredUpper, 1e-10);
        Close((q / Distributions.ChiSquaredQuantile(0.5, k - 1)) - v, analysis.Fit.TauSquared.Value, 1e-10);
    }

    [Fact]
    public void GeneralizedQWithEqualVariances_IsTheQProfile()
    {
        // With equal variances every weighting gives the same statistic.
        var v = Enumerable.Repeat(0.1, Y.Length).ToArray();
        var input = new UnivariateInput { EffectSizes = Y, Variances = v, Weights = [.. v.Select(_ => 3.0)] };
        var analysis = UnivariateAnalysis.Of(input, new UnivariateSettings { Method = HeterogeneityMethod.GeneralizedQ });
        var (a, b) = (analysis.HeterogeneityIntervals(HeterogeneityIntervalType.GeneralizedQ), analysis.HeterogeneityIntervals(HeterogeneityIntervalType.QProfile));
        Close(b.TauSquaredLower, a.TauSquaredLower, 1e-9);
        Close(b.TauSquaredUpper, a.TauSquaredUpper, 1e-9);
        var median = UnivariateEngine.Fit(input, new UnivariateSettings { Method = HeterogeneityMethod.GeneralizedQMedian });
        var root = UnivariateEngine.Fit(input, new UnivariateSettings { Method = HeterogeneityMethod.PauleMandelMedian });
        Close(root.TauSquared.Value, median.TauSquared.Value, 1e-9);
    }

    [Theory]
    [InlineData(HeterogeneityMethod.Reml)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood)]
    public void ProfileLikelihood_FallsByHalfTheQuantileAtBothEnds(HeterogeneityMethod method)
    {
        var interval = Analysis(HeterogeneityIntervalType.ProfileLikelihood, method: method).HeterogeneityIntervals(HeterogeneityIntervalType.ProfileLikelihood);
        var drop = Distributions.ChiSquaredQuantile(0.95, 1) / 2;
        var best = LogLikelihood(null);
        Close(best - drop, LogLikelihood(interval.TauSquaredLower), 1e-11);
        Close(best - drop, LogLikelihood(interval.TauSquaredUpper), 1e-11);

        double LogLikelihood(double? at)
        {
            var fit = UnivariateEngine.Fit(new UnivariateInput { EffectSizes = Y, Variances = V }, new UnivariateSettings { Method = method, EvaluateAtTauSquared = at });
            return (method == HeterogeneityMethod.Reml ? fit.RestrictedLikelihood : fit.MaximumLikelihood).LogLikelihood;
        }
    }

    [Fact]
    public void ProfileLikelihood_WithTwoMaxima_HoldsBoth()
    {
        // A hard case: REML has a second maximum at 0, less than two below the highest.
        double[] y = [0.0975, 0.1883, 0.2821, 3.1986, 0.8271, 0.0601, 0.3695, 2.7471, 1.1187, 0.2797];
        double[] v = [0.009034, 0.000945, 0.6772, 0.7888, 0.0955, 0.9678, 0.1072, 2.053, 1.365, 8.139];
        var analysis = UnivariateAnalysis.Of(new UnivariateInput { EffectSizes = y, Variances = v }, new UnivariateSettings());
        var interval = analysis.HeterogeneityIntervals(HeterogeneityIntervalType.ProfileLikelihood);
        Assert.Equal(0, interval.TauSquaredLower);
        Assert.Equal(BoundKind.AtBoundary, interval.LowerKind);
        Assert.True(interval.TauSquaredUpper > analysis.Fit.TauSquared.Value);
    }

    [Fact]
    public void HomogeneousStudies_GiveEmptyAndUnboundedIntervalsAsValues()
    {
        var input = new UnivariateInput { EffectSizes = Homogeneous, Variances = Large, Weights = [.. Large.Select(v => 1 / v)] };
        var analysis = UnivariateAnalysis.Of(input, new UnivariateSettings());
        Assert.Equal(BoundKind.EmptySet, analysis.HeterogeneityIntervals(HeterogeneityIntervalType.QProfile).UpperKind);
        Assert.Equal(BoundKind.EmptySet, analysis.HeterogeneityIntervals(HeterogeneityIntervalType.GeneralizedQ).LowerKind);
        var log = analysis.HeterogeneityIntervals(HeterogeneityIntervalType.WaldLog);
        Assert.Equal((BoundKind.AtBoundary, BoundKind.Unbounded), (log.LowerKind, log.UpperKind));
        Assert.Equal((100, double.PositiveInfinity), (log.ISquared.Upper, log.HSquared.Upper));
        // metafor 3.8-1 gives 0.249079764271.
        Close(0.249079764271, analysis.HeterogeneityIntervals(HeterogeneityIntervalType.ProfileLikelihood).TauSquaredUpper, 1e-10);
    }

    [Fact]
    public void Intervals_ThatDoNotExist_SayWhy()
    {
        var weighted = new UnivariateInput { EffectSizes = Y, Variances = V };
        var dl = UnivariateAnalysis.Of(weighted, new UnivariateSettings { Method = HeterogeneityMethod.DerSimonianLaird });
        Code(ErrorCode.SpecificationInvalid, () => dl.HeterogeneityIntervals(HeterogeneityIntervalType.ProfileLikelihood));
        Code(ErrorCode.SpecificationInvalid, () => dl.HeterogeneityIntervals(HeterogeneityIntervalType.GeneralizedQ));
        Code(ErrorCode.InvalidOption, () => dl.HeterogeneityIntervals(level: 100));
        var equal = UnivariateAnalysis.Of(weighted, new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });
        Code(ErrorCode.SpecificationInvalid, () => equal.HeterogeneityIntervals());
        var given = UnivariateAnalysis.Of(weighted, new UnivariateSettings { TauSquared = 0.1 });
        Code(ErrorCode.SpecificationInvalid, () => given.HeterogeneityIntervals(HeterogeneityIntervalType.Wald));
        Code(ErrorCode.SpecificationInvalid, () => UnivariateEngine.Fit(weighted, new UnivariateSettings { Method = HeterogeneityMethod.GeneralizedQMedian }));
    }

    [Fact]
    public void NewData_ArePredictedAsTheirCodedRows()
    {
        var analysis = Model("~ x * g");
        var newData = new Dataset("new", [new NumberColumn("x", [10, 50]), new TextColumn("g", ["b", "a"])]);
        var options = new PredictionOptions { IntervalType = PredictionIntervalType.Riley, Level = 80 };
        // Coefficients: intrcpt, x, gb, gc, x:gb, x:gc.
        var byHand = analysis.Predict([1, 1, 10, 50, 1, 0, 0, 0, 10, 0, 0, 0], 2, options);
        Assert.Equal(byHand.Predicted, analysis.Predict(newData, options).Predicted);
        Assert.Equal(byHand.PredictionUpper, analysis.Predict(newData, options).PredictionUpper);
        Code(ErrorCode.UnknownName, () => analysis.Predict(new Dataset("new", [new NumberColumn("x", [10]), new TextColumn("g", ["z"])])));
        Code(ErrorCode.NotSupported, () => Model("~ poly(x, 2)").Predict(new Dataset("new", [new NumberColumn("x", [90])])));
    }

    [Fact]
    public void Predictions_FollowTheirOptions()
    {
        var analysis = Model("~ x");
        var plain = analysis.Predict([20.0], 1);
        var exp = analysis.Predict([20.0], 1, new PredictionOptions { Transformation = Math.Exp });
        Close(Math.Exp(plain.Upper[0]), exp.Upper[0], 1e-14);
        Assert.True(double.IsNaN(exp.StandardErrors[0]));
        var negative = analysis.Predict([20.0], 1, new PredictionOptions { Transformation = x => -x });
        Assert.Equal(-plain.PredictionLower[0], negative.PredictionUpper[0]);
        var contrast = analysis.Predict([20.0], 1, new PredictionOptions { WithIntercept = false });
        Close(20 * analysis.Fit.Coefficients.Estimates[1], contrast.Predicted[0], 1e-14);
        var observed = analysis.Predict([20.0], 1, new PredictionOptions { NewVariances = [0.3], IntervalType = PredictionIntervalType.Simple });
        Close(plain.Predicted[0] + (1.959963984540054 * Math.Sqrt(analysis.Fit.TauSquared.Value + 0.3)), observed.PredictionUpper[0], 1e-12);
        Code(ErrorCode.LengthMismatch, () => analysis.Predict([20.0, 30], 2, new PredictionOptions { NewVariances = [0.1, 0.2, 0.3] }));
        Code(ErrorCode.InvalidOption, () => analysis.Predict([20.0], 1, new PredictionOptions { NewVariances = [-1] }));
        Code(ErrorCode.LengthMismatch, () => analysis.Predict([20.0, 1, 2], 1));
    }

    [Fact]
    public void Split_AddsUp_AndTheBootstrapIsDeterministic()
    {
        var analysis = Model("~ x + g");
        var split = analysis.HeterogeneitySplit();
        Close(split.Total.Statistic, split.Explained.Statistic + split.Residual.Statistic, 1e-14);
        Assert.Equal(split.Total.NumeratorDf, split.Explained.NumeratorDf + split.Residual.NumeratorDf);
        var found = analysis.ExplainedHeterogeneity(new ExplainedBootstrap { Replicates = 200, Seed = 5 });
        Assert.Equal(analysis.Fit.RSquared, found.RSquared);
        Assert.Equal(found, analysis.ExplainedHeterogeneity(new ExplainedBootstrap { Replicates = 200, Seed = 5 }));
        var (lower, upper) = found.RSquaredInterval!.Value;
        Assert.InRange(lower, 0, upper);
        Assert.InRange(upper, lower, 100);
        Assert.NotEqual(found, analysis.ExplainedHeterogeneity(new ExplainedBootstrap { Replicates = 200, Seed = 6 }));
        Code(ErrorCode.SpecificationInvalid, () => Model(null).ExplainedHeterogeneity());
        Code(ErrorCode.SpecificationInvalid, () => Model("~ x - 1").HeterogeneitySplit());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Code(ErrorCode.Cancelled, () => analysis.ExplainedHeterogeneity(new ExplainedBootstrap { CancellationToken = cancelled.Token }));
    }

    private static UnivariateAnalysis Analysis(
        HeterogeneityIntervalType type, Func<double, double>? change = null, double scale = 1, HeterogeneityMethod method = HeterogeneityMethod.Reml) => UnivariateAnalysis.Of(
            new UnivariateInput
            {
                EffectSizes = [.. Y.Select(change ?? (y => y))],
                Variances = [.. V.Select(v => v * scale * scale)],
                Weights = type == HeterogeneityIntervalType.GeneralizedQ ? Latitude : null,
            },
            new UnivariateSettings { Method = method });

    private static UnivariateAnalysis Model(string? moderators)
    {
        var data = new Dataset("data", [new NumberColumn("y", Y), new NumberColumn("v", V), new NumberColumn("x", Latitude), new TextColumn("g", Group)]);
        var spec = new UnivariateSpec { Effect = new EffectSpec { Measure = EffectMeasure.Given, Yi = "y", Vi = "v" }, Moderators = moderators };
        return MetaAnalysis.Analyse(spec, data);
    }

    private static void Code(ErrorCode code, Action action) => Assert.Equal(code, Assert.Throws<MetaBridgeException>(action).Code);

    private static void Close(double expected, double actual, double tolerance) => Fixtures.AssertClose(expected, actual, tolerance, "value");
}
