using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Tests.Univariate;

/// <summary>What trim and fill, tests of asymmetry and measures of bias must satisfy whatever the data.</summary>
public class AsymmetryTests
{
    private const double Near = 1e-9;

    private static UnivariateSettings Settings { get; } = new();

    [Theory]
    [InlineData(MissingStudiesEstimator.L0)]
    [InlineData(MissingStudiesEstimator.R0)]
    [InlineData(MissingStudiesEstimator.Q0)]
    public void TrimAndFill_SymmetricData_AddsNothing(MissingStudiesEstimator estimator)
    {
        // Symmetric but for small differences, without which equal deviations would get unequal ranks.
        double[] y = [-0.8, 0.81, 0.5, -0.51, -0.3, 0.31, 0.1, -0.11], v = [.. y.Select(_ => 0.1)];
        var analysis = Of(y, v);
        foreach (var side in Enum.GetValues<FunnelSide>())
        {
            var result = analysis.TrimAndFill(new TrimAndFillOptions { Side = side, Estimator = estimator });
            Assert.Equal(0, result.MissingCount);
            Assert.Empty(result.FilledEffects);
            Assert.Equal(analysis.Fit.Coefficients.Estimates[0], result.Fit.Coefficients.Estimates[0], Near);
        }
    }

    [Theory]
    [InlineData(1, HeterogeneityMethod.Reml)]
    [InlineData(2, HeterogeneityMethod.EqualEffects)]
    [InlineData(3, HeterogeneityMethod.DerSimonianLaird)]
    public void TrimAndFill_MirroredData_GivesTheMirrorImage(int seed, HeterogeneityMethod method)
    {
        var data = new StudyData(seed, 14, 1).All;
        var settings = new UnivariateSettings { Method = method };
        var right = UnivariateAnalysis.Of(data, settings).TrimAndFill(new TrimAndFillOptions { Side = FunnelSide.Right });
        var left = UnivariateAnalysis.Of(data with { EffectSizes = [.. data.EffectSizes.Select(y => -y)] }, settings)
            .TrimAndFill(new TrimAndFillOptions { Side = FunnelSide.Left });
        Assert.Equal((right.MissingCount, right.StandardError), (left.MissingCount, left.StandardError));
        Assert.Equal(right.FilledEffects, left.FilledEffects.Select(y => -y), (a, b) => Math.Abs(a - b) < Near);
        Assert.Equal(right.Fit.Coefficients.Estimates[0], -left.Fit.Coefficients.Estimates[0], Near);
    }

    [Fact]
    public void TrimAndFill_Moderators_AreRefused()
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(1, 8, 2).All, Settings);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => analysis.TrimAndFill()).Code);
    }

    [Fact]
    public void RegressionTest_EqualVariances_IsRefused()
    {
        var analysis = Of([1, 2, 3, 4], [1, 1, 1, 1]);
        Assert.Equal(ErrorCode.RankDeficientDesign, Assert.Throws<MetaBridgeException>(() => analysis.RegressionTest()).Code);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(
            () => analysis.RegressionTest(predictor: AsymmetryPredictor.SampleSize)).Code);
    }

    [Fact]
    public void RegressionTest_EffectsOnALineInTheStandardError_HaveItsInterceptAsLimit()
    {
        double[] v = [0.04, 0.09, 0.16, 0.25, 0.36];
        var test = Of([.. v.Select(x => 0.3 + (2 * Math.Sqrt(x)))], v).RegressionTest();
        Assert.Equal(0.3, test.Limit, Near);
        Assert.Equal(2, test.Fit.Coefficients.Estimates[1], Near);
        Assert.Equal("sei", test.Fit.Coefficients.Names[1]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    public void RankTest_MonotoneData_HasTheSmallestPValue(int k)
    {
        double[] v = [.. Enumerable.Range(1, k).Select(i => i * 0.01)];
        var test = Of([.. v.Select(x => 100 * x)], v).RankTest();
        var factorial = Enumerable.Range(2, k - 1).Aggregate(1.0, (a, b) => a * b);
        Assert.True(test.IsExact);
        Assert.Equal(1, test.Tau, Near);
        Assert.Equal(1, test.PValue / (2 / factorial), 1e-6);
    }

    [Fact]
    public void RankTest_Ties_UsesTheNormalDistribution()
    {
        var test = Of([1, 2, 3, 4, 5], [0.1, 0.1, 0.2, 0.3, 0.4]).RankTest();
        Assert.False(test.IsExact);
        Assert.InRange(test.PValue, 0.001, 1);
    }

    [Theory]
    [InlineData(FailSafeType.Rosenberg)]
    [InlineData(FailSafeType.General)]
    public void FailSafe_ThatManyNullStudies_OverturnTheResult(FailSafeType type)
    {
        double[] y = [0.5, 0.7, 0.3, 0.6, 0.9, 0.4], v = [0.05, 0.08, 0.03, 0.06, 0.1, 0.04];
        var settings = new UnivariateSettings { Method = type == FailSafeType.Rosenberg ? HeterogeneityMethod.EqualEffects : HeterogeneityMethod.Reml };
        var n = (int)UnivariateAnalysis.Of(Input(y, v), settings).FailSafeNumber(new FailSafeOptions { Type = type }).Count;
        Assert.True(n > 1);
        var mean = v.Length / v.Sum(x => 1 / x);
        double P(int added) => UnivariateEngine.Fit(Input([.. y, .. new double[added]], [.. v, .. Enumerable.Repeat(mean, added)]), settings).Coefficients.PValues[0];
        Assert.True(P(n) >= 0.05);
        Assert.True(P(n - 1) < 0.05);
    }

    /// <summary>metafor 4 and 5, examples of fsn's help page: 370 studies to p = 0.05, 97 to the average log 0.95, by equal effects. (The averages printed there are those of one study less.)</summary>
    [Fact]
    public void FailSafe_General_EqualEffects_GivesThePublishedNumbers()
    {
        double[] a = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27], b = [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886];
        double[] c = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29], d = [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825];
        var rows = Enumerable.Range(0, 13).ToArray();
        double[] y = [.. rows.Select(i => Math.Log(a[i] / (a[i] + b[i]) / (c[i] / (c[i] + d[i]))))];
        double[] v = [.. rows.Select(i => (1 / a[i]) - (1 / (a[i] + b[i])) + (1 / c[i]) - (1 / (c[i] + d[i])))];
        var analysis = UnivariateAnalysis.Of(Input(y, v), new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });
        var level = analysis.FailSafeNumber(new FailSafeOptions { Type = FailSafeType.General });
        Assert.Equal(370, level.Count);
        var average = analysis.FailSafeNumber(new FailSafeOptions { Type = FailSafeType.General, Target = Math.Log(0.95) });
        Assert.Equal(97, average.Count);
        Assert.True(Math.Abs(average.EstimateWith) <= -Math.Log(0.95));
    }

    [Fact]
    public void FailSafe_Orwin_TargetOfHalfTheMeanNeedsAsManyStudiesAsThereAre()
    {
        var analysis = Of([0.5, 0.7, 0.3], [0.1, 0.2, 0.3]);
        Assert.Equal(3, analysis.FailSafeNumber(new FailSafeOptions { Type = FailSafeType.Orwin }).Count);
        Assert.Equal(0, analysis.FailSafeNumber(new FailSafeOptions { Type = FailSafeType.Orwin, Target = 5 }).Count);
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(
            () => analysis.FailSafeNumber(new FailSafeOptions { Type = FailSafeType.Orwin, Target = 0 })).Code);
    }

    [Fact]
    public void FailSafe_NotSignificant_IsZero()
    {
        var analysis = Of([0.1, -0.1, 0.05], [1, 1, 1]);
        Assert.All(
            new[] { FailSafeType.Rosenthal, FailSafeType.Rosenberg, FailSafeType.General },
            type => Assert.Equal(0, analysis.FailSafeNumber(new FailSafeOptions { Type = type }).Count));
    }

    [Theory]
    [InlineData(ExcessSignificanceTest.Exact)]
    [InlineData(ExcessSignificanceTest.Binomial)]
    [InlineData(ExcessSignificanceTest.ChiSquared)]
    public void ExcessSignificance_AtTheLimit_ThePValueIsTheLimitLevel(ExcessSignificanceTest test)
    {
        double[] y = [0.5, 0.62, 0.3, 0.6, 0.9, 0.2, 0.41], v = [0.05, 0.08, 0.03, 0.06, 0.1, 0.04, 0.03];
        var analysis = Of(y, v);
        var found = analysis.ExcessSignificance(new ExcessSignificanceOptions { Test = test });
        var again = analysis.ExcessSignificance(new ExcessSignificanceOptions { Test = test, Effect = found.Limit });
        Assert.Equal(0.10, again.PValue, 1e-9);
    }

    /// <summary>metafor 3.8-1: tes(y, v, test=, tes.alternative="two.sided")$theta.lim, whose search ends after four to five digits.</summary>
    [Theory]
    [InlineData(ExcessSignificanceTest.Exact, 0.342605270, 0.879958882)]
    [InlineData(ExcessSignificanceTest.Binomial, 0.336482, 0.897499)]
    [InlineData(ExcessSignificanceTest.ChiSquared, 0.377127, 0.788398)]
    public void ExcessSignificance_TwoSidedLimits_AreMetafors(ExcessSignificanceTest test, double lower, double upper)
    {
        double[] y = [0.5, 0.62, 0.3, 0.6, 0.9, 0.2, 0.41], v = [0.05, 0.08, 0.03, 0.06, 0.1, 0.04, 0.03];
        var options = new ExcessSignificanceOptions { Test = test, Excess = TestSides.TwoSided };
        var found = Of(y, v).ExcessSignificance(options);
        Assert.Equal(lower, found.Limit, 5e-5);
        Assert.Equal(upper, found.UpperLimit, 5e-5);
        foreach (var (limit, excess) in (ReadOnlySpan<(double, TestSides)>)[(found.Limit, TestSides.Greater), (found.UpperLimit, TestSides.Less)])
        {
            Assert.Equal(0.05, Of(y, v).ExcessSignificance(options with { Effect = limit, Excess = excess }).PValue, 1e-9);
        }
    }

    [Fact]
    public void ExcessSignificance_EqualPowers_IsTheBinomialTest()
    {
        var analysis = Of([0.9, 0.1, 0.5, 0.8], [0.1, 0.1, 0.1, 0.1]);
        var exact = analysis.ExcessSignificance(new ExcessSignificanceOptions { Effect = 0.3, TauSquared = 0 });
        var binomial = analysis.ExcessSignificance(new ExcessSignificanceOptions { Effect = 0.3, TauSquared = 0, Test = ExcessSignificanceTest.Binomial });
        Assert.Equal(binomial.PValue, exact.PValue, Near);
        Assert.Equal(2, exact.Observed);
        Assert.Equal(0.05, analysis.ExcessSignificance(new ExcessSignificanceOptions { Effect = 0, TauSquared = 0 }).Power[0], Near);
    }

    [Fact]
    public void HenmiCopas_WithoutHeterogeneity_IsTheEqualEffectsEstimate()
    {
        double[] y = [0.31, 0.29, 0.3, 0.32], v = [0.1, 0.2, 0.1, 0.3];
        var found = Of(y, v).HenmiCopasInterval();
        var fit = UnivariateEngine.Fit(Input(y, v), new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });
        Assert.Equal(fit.Coefficients.Estimates[0], found.Estimate, Near);
        Assert.Equal(fit.Coefficients.StandardErrors[0], found.StandardError, Near);
        Assert.Equal(0, found.TauSquared);
        Assert.Equal(found.Estimate, (found.Lower + found.Upper) / 2, Near);
        var scaled = Of([.. y.Select(x => 7 * x)], [.. v.Select(x => 49 * x)]).HenmiCopasInterval();
        Assert.Equal(7 * found.Lower, scaled.Lower, 1e-8);
    }

    [Fact]
    public void Bias_ZeroVariance_IsRefused()
    {
        var analysis = UnivariateAnalysis.Of(Input([1, 2, 3], [0.0, 1, 1]), new UnivariateSettings { Method = HeterogeneityMethod.Hedges });
        Action[] questions = [() => analysis.RankTest(), () => analysis.FailSafeNumber(), () => analysis.ExcessSignificance(), () => analysis.HenmiCopasInterval()];
        Assert.All(questions, ask => Assert.Equal(ErrorCode.NonPositiveVariance, Assert.Throws<MetaBridgeException>(ask).Code));
    }

    private static UnivariateAnalysis Of(double[] y, double[] v) => UnivariateAnalysis.Of(Input(y, v), Settings);

    private static UnivariateInput Input(double[] y, double[] v) => new() { EffectSizes = y, Variances = v };
}
