using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Native;

/// <summary>Carries arrays of the C side to the univariate engine and its numbers back.</summary>
internal static unsafe class UnivariateDoor
{
    /// <summary>Fits the model of <c>mb_rma_uni</c>.</summary>
    public static void Fit(RmaUniInput* input, RmaUniOutput* output, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(RmaUniInput), "in");
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(RmaUniOutput), "out");
        RequireArrays(output, Buffers.RequireCount(input->ColumnCount, 1, "p"));
        poll.ThrowIfCancelled();
        var fit = UnivariateEngine.Fit(ReadData(input), ReadSettings(input));
        poll.ThrowIfCancelled();
        FullRank.Require(fit.Coefficients, fit.DroppedColumns, input->ColumnCount);
        WriteCoefficients(fit, output);
        WriteHeterogeneity(fit, output);
        WriteTests(fit, output);
        WriteStatistics(fit.MaximumLikelihood, output->MaximumLikelihood);
        WriteStatistics(fit.RestrictedLikelihood, output->RestrictedLikelihood);
    }

    /// <summary>Fits the model of <c>mb_rma_uni_tables</c> and answers its requests.</summary>
    public static void Tables(RmaUniInput* input, byte* data, byte* ask, TableBuffers* output, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(RmaUniInput), "in");
        TableDelivery.Require(output);
        var requests = FurtherRequest.ParseList(Utf8Text.Read(ask, "ask"));
        var dataset = Utf8Text.ReadOptional(data) is { } json ? Dataset.ParseJson(json) : null;
        var (studies, settings) = (ReadData(input), ReadSettings(input));
        TableDelivery.Deliver(Interruptible.Run(cancellation => Answer(studies, settings with { CancellationToken = cancellation }, dataset, requests), poll), output);
    }

    private static NamedTables Answer(UnivariateInput studies, UnivariateSettings settings, Dataset? data, IReadOnlyList<FurtherRequest> requests)
    {
        var analysis = UnivariateAnalysis.Of(studies, settings, data);
        var tables = new NamedTables();
        foreach (var table in requests.SelectMany(analysis.Tables))
        {
            tables.Add(table.Name, table.RowNames, [.. table.Columns.Select(column => (column.Name, (IEnumerable<double>)column.Values))]);
        }

        return tables;
    }

    private static UnivariateInput ReadData(RmaUniInput* input)
    {
        var k = Buffers.RequireCount(input->StudyCount, 0, "k");
        return new UnivariateInput
        {
            EffectSizes = Buffers.Require(input->EffectSizes, k, "yi").ToArray(),
            Variances = Buffers.Require(input->Variances, k, "vi").ToArray(),
            Design = input->Design is null ? null : Buffers.Optional(input->Design, checked(k * input->ColumnCount)).ToArray(),
            ColumnNames = input->Design is null ? null : ReadNames(input),
            Weights = input->Weights is null ? null : Buffers.Optional(input->Weights, k).ToArray(),
        };
    }

    private static string[]? ReadNames(RmaUniInput* input)
    {
        var names = Utf8Text.ReadOptional(input->ColumnNames)?.Split('\n');
        return names is null || names.Length == input->ColumnCount ? names : throw new MetaBridgeException(
            ErrorCode.LengthMismatch,
            $"There are {names.Length} names for {input->ColumnCount} columns.",
            new Dictionary<string, object?> { ["names"] = names.Length, ["columns"] = input->ColumnCount });
    }

    private static UnivariateSettings ReadSettings(RmaUniInput* input) => new()
    {
        // The first of several methods in turn always gives an estimate.
        Method = MethodSequence.Parse(Utf8Text.Read(input->Method, "method"))[0],
        Test = Keywords<CoefficientTest>.Parse(Utf8Text.Read(input->Test, "test"), "test"),
        Level = input->Level,
        TauSquared = double.IsNaN(input->TauSquared) ? null : input->TauSquared,
        Weighted = input->Weighted != 0,
        TestedCoefficients = input->Tested is null || input->TestedCount == 0
            ? null
            : Buffers.Optional(input->Tested, Buffers.RequireCount(input->TestedCount, 0, "btt_count")).ToArray(),
    };

    private static void RequireArrays(RmaUniOutput* output, int p)
    {
        Buffers.Require(output->Estimates, p, "beta");
        Buffers.Require(output->StandardErrors, p, "se");
        Buffers.Require(output->Statistics, p, "zval");
        Buffers.Require(output->PValues, p, "pval");
        Buffers.Require(output->Lower, p, "ci_lb");
        Buffers.Require(output->Upper, p, "ci_ub");
        Buffers.Require(output->Covariance, p * p, "vb");
    }

    private static void WriteCoefficients(UnivariateFit fit, RmaUniOutput* output)
    {
        var table = fit.Coefficients;
        var p = table.Count;
        table.Estimates.CopyTo(new Span<double>(output->Estimates, p));
        table.StandardErrors.CopyTo(new Span<double>(output->StandardErrors, p));
        table.Statistics.CopyTo(new Span<double>(output->Statistics, p));
        table.PValues.CopyTo(new Span<double>(output->PValues, p));
        table.Lower.CopyTo(new Span<double>(output->Lower, p));
        table.Upper.CopyTo(new Span<double>(output->Upper, p));
        fit.Covariance.CopyTo(new Span<double>(output->Covariance, p * p));
    }

    private static void WriteHeterogeneity(UnivariateFit fit, RmaUniOutput* output)
    {
        output->TauSquared = fit.TauSquared.Value;
        output->TauSquaredStandardError = fit.TauSquared.StandardError;
        output->Optimality = (int)fit.TauSquared.Optimality;
        output->Converged = fit.TauSquared.Converged ? 1 : 0;
        output->Iterations = fit.TauSquared.Iterations;
        output->ISquared = fit.ISquared;
        output->HSquared = fit.HSquared;
        output->RSquared = fit.RSquared;
        output->TypicalVariance = fit.TypicalVariance;
        output->HeterogeneityStatistic = fit.ResidualHeterogeneity.Statistic;
        output->HeterogeneityDf = fit.ResidualHeterogeneity.NumeratorDf;
        output->HeterogeneityPValue = fit.ResidualHeterogeneity.PValue;
    }

    private static void WriteTests(UnivariateFit fit, RmaUniOutput* output)
    {
        output->OmnibusStatistic = fit.OmnibusTest.Statistic;
        output->OmnibusDf = fit.OmnibusTest.NumeratorDf;
        output->OmnibusDenominatorDf = fit.OmnibusTest.DenominatorDf;
        output->OmnibusPValue = fit.OmnibusTest.PValue;
        output->VarianceScale = fit.VarianceScale;
        output->DegreesOfFreedom = fit.DegreesOfFreedom;
        output->ParameterCount = fit.ParameterCount;
        output->HasIntercept = fit.HasIntercept ? 1 : 0;
    }

    private static void WriteStatistics(FitStatistics statistics, double* target)
    {
        target[0] = statistics.LogLikelihood;
        target[1] = statistics.Deviance;
        target[2] = statistics.Aic;
        target[3] = statistics.Bic;
        target[4] = statistics.Aicc;
    }
}
