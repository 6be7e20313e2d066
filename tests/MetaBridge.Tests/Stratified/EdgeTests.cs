using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using Xunit;

namespace MetaBridge.Tests.Stratified;

/// <summary>Tables that say nothing, and input that is refused.</summary>
public sealed class EdgeTests
{
    private static readonly Tables NoEvents = new([0, 0, 0], [10, 20, 30], [0, 0, 0], [10, 22, 31]);
    private static readonly Tables NoFirstEvents = new([0, 0, 0], [10, 20, 30], [1, 2, 3], [10, 22, 31]);

    [Theory]
    [InlineData(EffectMeasure.OddsRatio)]
    [InlineData(EffectMeasure.RiskRatio)]
    [InlineData(EffectMeasure.IncidenceRateRatio)]
    public void Ratio_WithoutEventsInOneGroup_DoesNotExist(EffectMeasure measure)
    {
        var fit = NoFirstEvents.Fit(measure);
        Assert.False(fit.IsEstimated);
        Assert.All([fit.Coefficients.StandardErrors[0], fit.Coefficients.PValues[0], fit.Heterogeneity.Statistic, fit.MaximumLikelihood.Aic], Missing);
        Assert.Equal(3, fit.EffectCount);
        Assert.Equal(measure == EffectMeasure.RiskRatio, fit.MantelHaenszelTest is null);
        Assert.True(fit.MantelHaenszelTest is null || fit.MantelHaenszelTest.PValue is > 0 and < 1);
    }

    /// <summary>metafor 3.8-1: <c>rma.mh(ai=c(0,0,0), bi=c(10,20,30), ci=c(1,2,3), di=c(10,22,31))</c>.</summary>
    [Fact]
    public void Tests_WithoutEventsInOneGroup_AreThoseOfMetafor()
    {
        var fit = NoFirstEvents.Fit(EffectMeasure.OddsRatio);
        Assert.Equal(3.603757, fit.MantelHaenszelTest!.Statistic, 6);
        Assert.Equal(3.690341, fit.CochranTest!.Statistic, 6);
        Assert.Equal(0, fit.PositiveCount);
    }

    [Fact]
    public void Fit_WithoutEvents_IsNoneForRatiosZeroForDifferencesAndAnErrorForPeto()
    {
        Assert.False(NoEvents.Fit(EffectMeasure.OddsRatio).IsEstimated);
        Missing(NoEvents.Fit(EffectMeasure.OddsRatio).MantelHaenszelTest!.Statistic);
        var difference = NoEvents.Fit(EffectMeasure.RiskDifference);
        Assert.Equal((0, 0), (difference.Coefficients.Estimates[0], difference.Coefficients.StandardErrors[0]));
        Assert.Equal((0, 1), (difference.Heterogeneity.Statistic, difference.Heterogeneity.PValue));
        Assert.Equal(ErrorCode.NoData, Code(() => NoEvents.Fit(EffectMeasure.PetoOddsRatio)));
    }

    [Fact]
    public void RiskRatio_WithEventsAlone_IsOneWithoutVariance()
    {
        var fit = new Tables([10, 20, 30], [0, 0, 0], [10, 22, 31], [0, 0, 0]).Fit(EffectMeasure.RiskRatio);
        Assert.Equal((0, 0), (fit.Coefficients.Estimates[0], fit.Coefficients.StandardErrors[0]));
    }

    [Theory]
    [InlineData(EffectMeasure.OddsRatio)]
    [InlineData(EffectMeasure.RiskRatio)]
    [InlineData(EffectMeasure.RiskDifference)]
    [InlineData(EffectMeasure.PetoOddsRatio)]
    public void TablesWithoutSubjects_OrWithOne_AddNothing(EffectMeasure measure)
    {
        var with = new Tables([4, 0, 1, 9], [5, 0, 0, 7], [2, 0, 0, 8], [9, 0, 0, 6]).Fit(measure);
        var without = new Tables([4, 9], [5, 7], [2, 8], [9, 6]).Fit(measure);
        Assert.Equal(without.Coefficients.Estimates[0], with.Coefficients.Estimates[0], 14);
        Assert.Equal(without.Coefficients.StandardErrors[0], with.Coefficients.StandardErrors[0], 14);
        Assert.Equal(without.PositiveCount, with.PositiveCount);
        Assert.Equal(without.MantelHaenszelTest?.Statistic ?? 0, with.MantelHaenszelTest?.Statistic ?? 0, 14);
        Assert.Equal((4, 2), (with.TableCount, with.EffectCount));
    }

    [Fact]
    public void MissingCounts_AreLeftOutWithTheReason()
    {
        var fit = new Tables([4, double.NaN, 9], [5, 3, 7], [2, 5, 8], [9, 4, 6]).Fit(EffectMeasure.OddsRatio);
        Assert.Equal(2, fit.TableCount);
        Assert.Equal([0, 2], fit.Studies.Rows);
        Assert.Contains("ai", Assert.Single(fit.Studies.Dropped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TablesKeptOutOfPooling_KeepTheirEffectSizes()
    {
        var tables = new Tables([0, 4, 9], [3, 5, 7], [0, 2, 8], [4, 9, 6]);
        var settings = new StratifiedSettings { Observed = ZeroCellRule.ForEffects with { Drop00 = false }, Pooling = ZeroCellRule.ForPooling with { Drop00 = true } };
        var fit = tables.Fit(EffectMeasure.OddsRatio, settings);
        Assert.Equal((2, 3), (fit.TableCount, fit.EffectCount));
        Assert.Equal([0], fit.NotPooled);
        Assert.Equal(2, fit.Heterogeneity.NumeratorDf);
    }

    [Fact]
    public void WrongInput_IsRefusedWithItsCode()
    {
        Assert.Equal(ErrorCode.InvalidCount, Code(() => new Tables([1], [1], [-1], [1]).Fit(EffectMeasure.OddsRatio)));
        Assert.Equal(ErrorCode.InvalidCount, Code(() => new Tables([1], [0], [1], [1]).Fit(EffectMeasure.IncidenceRateRatio)));
        Assert.Equal(ErrorCode.NonFiniteValue, Code(() => new Tables([1], [1], [double.PositiveInfinity], [1]).Fit(EffectMeasure.OddsRatio)));
        Assert.Equal(ErrorCode.NumericOverflow, Code(() => new Tables([1e200], [1e200], [1e200], [1e200]).Fit(EffectMeasure.OddsRatio)));
        Assert.Equal(ErrorCode.NoData, Code(() => new Tables([double.NaN], [1], [1], [1]).Fit(EffectMeasure.OddsRatio)));
        Assert.Equal(ErrorCode.NoData, Code(() => NoEvents.Fit(EffectMeasure.OddsRatio, new StratifiedSettings { Pooling = ZeroCellRule.ForEffects })));
        Assert.Equal(ErrorCode.InvalidOption, Code(() => NoFirstEvents.Fit(EffectMeasure.StandardizedMeanDifference)));
        Assert.Equal(ErrorCode.InvalidOption, Code(() => NoFirstEvents.Fit(EffectMeasure.OddsRatio, new StratifiedSettings { Level = 100 })));
        Assert.Equal(ErrorCode.InvalidOption, Code(() => NoFirstEvents.Fit(EffectMeasure.OddsRatio, new StratifiedSettings { Pooling = new(-1, AddRule.All, false) })));
        Assert.Equal(ErrorCode.NotSupported, Code(() => NoFirstEvents.Fit(EffectMeasure.OddsRatio, new StratifiedSettings { Also = [FurtherResult.Robust] })));
        Assert.Equal(ErrorCode.Cancelled, Code(() => NoFirstEvents.Fit(EffectMeasure.OddsRatio, new StratifiedSettings { CancellationToken = new(true) })));
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => StratifiedEngine.Fit(
            new StratifiedInput { Counts = new EffectInputs().Set(EffectRole.Ai, [1]) }, new StratifiedSettings())));
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => StratifiedEngine.Fit(
            new StratifiedInput { Counts = new EffectInputs().Set(EffectRole.Ai, [1]), Labels = [] }, new StratifiedSettings())));
    }

    [Fact]
    public void RulesInTheEffect_AreRefused()
    {
        var data = new Dataset("d", [new NumberColumn("x", [1, 2])]);
        var effect = new EffectSpec { Ai = "x", Bi = "x", Ci = "x", Di = "x", Drop00 = true };
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => MetaAnalysis.Fit(new StratifiedSpec { Effect = effect }, data)));
    }

    private static void Missing(double value) => Assert.True(double.IsNaN(value), $"{value}");

    private static ErrorCode Code(Func<object> fit) => Assert.Throws<MetaBridgeException>(() => { fit(); }).Code;
}
