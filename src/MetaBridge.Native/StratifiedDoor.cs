using MetaBridge.EffectSizes;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;

namespace MetaBridge.Native;

/// <summary>Carries tables of the C side to the stratified engine and its numbers back.</summary>
internal static unsafe class StratifiedDoor
{
    /// <summary>Fits the model of <c>mb_rma_mh</c>.</summary>
    public static void Fit(RmaMhInput* input, RmaMhOutput* output, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(RmaMhInput), "in");
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(RmaMhOutput), "out");
        var count = Buffers.RequireCount(input->TableCount, 0, "k");
        var effects = Buffers.Require(output->EffectSizes, count, "yi");
        var variances = Buffers.Require(output->Variances, count, "vi");
        var pooled = Buffers.Require(output->Pooled, count, "pooled");
        poll.ThrowIfCancelled();
        var settings = ReadSettings(input);
        var fit = StratifiedEngine.Fit(new StratifiedInput { Counts = ReadCounts(input, count, settings.Measure) }, settings);
        poll.ThrowIfCancelled();
        WriteTables(fit, effects, variances, pooled);
        WriteEstimate(fit, output);
        WriteTests(fit, output);
        WriteStatistics(fit.MaximumLikelihood, output->MaximumLikelihood);
        WriteStatistics(fit.RestrictedLikelihood, output->RestrictedLikelihood);
    }

    private static EffectInputs ReadCounts(RmaMhInput* input, int count, EffectMeasure measure)
    {
        var isTime = measure is EffectMeasure.IncidenceRateRatio or EffectMeasure.IncidenceRateDifference;
        return new EffectInputs()
            .Set(isTime ? EffectRole.X1i : EffectRole.Ai, Buffers.Require(input->First, count, "first").ToArray())
            .Set(isTime ? EffectRole.T1i : EffectRole.Bi, Buffers.Require(input->FirstRest, count, "first_rest").ToArray())
            .Set(isTime ? EffectRole.X2i : EffectRole.Ci, Buffers.Require(input->Second, count, "second").ToArray())
            .Set(isTime ? EffectRole.T2i : EffectRole.Di, Buffers.Require(input->SecondRest, count, "second_rest").ToArray());
    }

    private static StratifiedSettings ReadSettings(RmaMhInput* input) => new()
    {
        Method = Keywords<PoolingMethod>.Parse(Utf8Text.Read(input->Method, "method"), "method"),
        Measure = input->Measure is null
            ? EffectMeasure.Given
            : Keywords<EffectMeasure>.Parse(Utf8Text.Read(input->Measure, "measure"), "measure"),
        Observed = new(input->Add[0], RuleOf(input->ObservedTo), input->Drop00[0] != 0),
        Pooling = new(input->Add[1], RuleOf(input->PoolingTo), input->Drop00[1] != 0),
        ContinuityCorrection = input->Correct != 0,
        Level = input->Level,
    };

    private static AddRule RuleOf(byte* word) => Keywords<AddRule>.Parse(Utf8Text.Read(word, "to"), "to");

    private static void WriteTables(StratifiedFit fit, Span<double> effects, Span<double> variances, Span<int> pooled)
    {
        effects.Fill(double.NaN);
        variances.Fill(double.NaN);
        pooled.Clear();
        var studies = fit.Studies;
        for (var i = 0; i < studies.Rows.Length; i++)
        {
            var row = studies.Rows[i];
            (effects[row], variances[row], pooled[row]) = (studies.EffectSizes[i], studies.Variances[i], 1);
        }

        foreach (var i in fit.NotPooled)
        {
            pooled[studies.Rows[i]] = 0;
        }
    }

    private static void WriteEstimate(StratifiedFit fit, RmaMhOutput* output)
    {
        var c = fit.Coefficients;
        output->PooledCount = fit.TableCount;
        output->EffectCount = fit.EffectCount;
        output->PositiveCount = fit.PositiveCount ?? -1;
        output->Estimate = c.Estimates[0];
        output->StandardError = c.StandardErrors[0];
        output->Statistic = c.Statistics[0];
        output->PValue = c.PValues[0];
        output->Lower = c.Lower[0];
        output->Upper = c.Upper[0];
    }

    private static void WriteTests(StratifiedFit fit, RmaMhOutput* output)
    {
        output->HeterogeneityStatistic = fit.Heterogeneity.Statistic;
        output->HeterogeneityDf = fit.Heterogeneity.NumeratorDf;
        output->HeterogeneityPValue = fit.Heterogeneity.PValue;
        output->ISquared = fit.ISquared;
        output->HSquared = fit.HSquared;
        (output->Cochran, output->CochranPValue) = Of(fit.CochranTest);
        (output->MantelHaenszel, output->MantelHaenszelPValue) = Of(fit.MantelHaenszelTest);
        (output->BreslowDay, output->BreslowDayPValue) = Of(fit.BreslowDayTest);
        (output->Tarone, output->TaronePValue) = Of(fit.TaroneTest);
    }

    private static (double Statistic, double PValue) Of(TestResult? test) =>
        test is null ? (double.NaN, double.NaN) : (test.Statistic, test.PValue);

    private static void WriteStatistics(FitStatistics statistics, double* target)
    {
        target[0] = statistics.LogLikelihood;
        target[1] = statistics.Deviance;
        target[2] = statistics.Aic;
        target[3] = statistics.Bic;
        target[4] = statistics.Aicc;
    }
}
