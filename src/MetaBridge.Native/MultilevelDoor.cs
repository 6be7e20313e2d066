using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Native;

/// <summary>Carries arrays of the C side to the multilevel engine and its numbers back.</summary>
internal static unsafe class MultilevelDoor
{
    /// <summary>Fits the model of <c>mb_rma_mv</c>.</summary>
    public static void Fit(RmaMvInput* input, RmaMvOutput* output, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(RmaMvInput), "in");
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(RmaMvOutput), "out");
        var p = Buffers.RequireCount(input->ColumnCount, 1, "p");
        RequireArrays(output, p);
        var model = new MultilevelModelReader(input).Read();
        var fit = Interruptible.Run(
            token => MetaAnalysis.Fit(model.Spec, model.Data, model.Matrices, new FitOptions { CancellationToken = token }), poll);
        FullRank.Require(fit.Coefficients, fit.DroppedColumns, p);
        WriteCoefficients(fit, output);
        WriteTests(fit, output);
        WriteSearch(fit, output);
        WriteStatistics(fit.MaximumLikelihood, output->MaximumLikelihood);
        WriteStatistics(fit.RestrictedLikelihood, output->RestrictedLikelihood);
        for (var t = 0; t < fit.Terms.Count; t++)
        {
            WriteTerm(fit.Terms[t], &input->Terms[t]);
        }
    }

    private static void RequireArrays(RmaMvOutput* output, int p)
    {
        Buffers.Require(output->Estimates, p, "beta");
        Buffers.Require(output->StandardErrors, p, "se");
        Buffers.Require(output->Statistics, p, "zval");
        Buffers.Require(output->PValues, p, "pval");
        Buffers.Require(output->Lower, p, "ci_lb");
        Buffers.Require(output->Upper, p, "ci_ub");
        Buffers.Require(output->DegreesOfFreedom, p, "ddf");
        Buffers.Require(output->Covariance, p * p, "vb");
    }

    private static void WriteCoefficients(MultilevelFit fit, RmaMvOutput* output)
    {
        var table = fit.Coefficients;
        var p = table.Count;
        table.Estimates.CopyTo(new Span<double>(output->Estimates, p));
        table.StandardErrors.CopyTo(new Span<double>(output->StandardErrors, p));
        table.Statistics.CopyTo(new Span<double>(output->Statistics, p));
        table.PValues.CopyTo(new Span<double>(output->PValues, p));
        table.Lower.CopyTo(new Span<double>(output->Lower, p));
        table.Upper.CopyTo(new Span<double>(output->Upper, p));
        fit.DegreesOfFreedom.CopyTo(new Span<double>(output->DegreesOfFreedom, p));
        fit.Covariance.CopyTo(new Span<double>(output->Covariance, p * p));
    }

    private static void WriteTests(MultilevelFit fit, RmaMvOutput* output)
    {
        output->HeterogeneityStatistic = fit.ResidualHeterogeneity.Statistic;
        output->HeterogeneityDf = fit.ResidualHeterogeneity.NumeratorDf;
        output->HeterogeneityPValue = fit.ResidualHeterogeneity.PValue;
        output->OmnibusStatistic = fit.OmnibusTest.Statistic;
        output->OmnibusDf = fit.OmnibusTest.NumeratorDf;
        output->OmnibusDenominatorDf = fit.OmnibusTest.DenominatorDf;
        output->OmnibusPValue = fit.OmnibusTest.PValue;
        output->ParameterCount = fit.ParameterCount;
        output->HasIntercept = fit.HasIntercept ? 1 : 0;
    }

    private static void WriteSearch(MultilevelFit fit, RmaMvOutput* output)
    {
        output->Optimality = (int)fit.Search.Optimality;
        output->Converged = fit.Search.Converged ? 1 : 0;
        output->Iterations = fit.Search.Iterations;
        output->Evaluations = fit.Search.Evaluations;
        output->Starts = fit.Search.Starts;
        output->GradientNorm = fit.Search.GradientNorm;
    }

    private static void WriteStatistics(FitStatistics statistics, double* target)
    {
        target[0] = statistics.LogLikelihood;
        target[1] = statistics.Deviance;
        target[2] = statistics.Aic;
        target[3] = statistics.Bic;
        target[4] = statistics.Aicc;
    }

    private static void WriteTerm(RandomTermFit fit, RandomTermRecord* term)
    {
        var variances = fit.Components.Where(c => c.Kind is ComponentKind.SigmaSquared or ComponentKind.TauSquared or ComponentKind.GammaSquared).ToArray();
        var correlations = fit.Components.Where(c => c.Kind is ComponentKind.Rho or ComponentKind.Phi).ToArray();
        Write(variances, term->Variances, term->VariancesFixed, term->VarianceCount, "variance_count");
        // ID and DIAG list a correlation of 0 which is no parameter.
        Write(
            term->CorrelationCount == 0 && correlations is [{ IsFixed: true }] ? [] : correlations,
            term->Correlations,
            term->CorrelationsFixed,
            term->CorrelationCount,
            "correlation_count");
    }

    private static void Write(VarianceComponent[] components, double* values, int* isFixed, int count, string argument)
    {
        if (components.Length != count)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidHandle,
                $"'{argument}' is {count}, but the term has {components.Length}.",
                new Dictionary<string, object?> { ["argument"] = argument, ["length"] = count, ["expected"] = components.Length });
        }

        for (var i = 0; i < count; i++)
        {
            values[i] = components[i].Value;
            isFixed[i] = components[i].IsFixed ? 1 : 0;
        }
    }
}
