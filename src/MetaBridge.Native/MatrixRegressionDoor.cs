using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Correlations;

namespace MetaBridge.Native;

/// <summary>Carries a matrix of the C side to the regression from it, and its numbers back.</summary>
internal static unsafe class MatrixRegressionDoor
{
    /// <summary>Fits the regression of <c>mb_matreg</c>.</summary>
    public static void Fit(MatregInput* input, MatregOutput* output, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(MatregInput), "in");
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(MatregOutput), "out");
        var fit = CorrelationRegression.Fit(Read(input));
        poll.ThrowIfCancelled();
        var table = fit.Coefficients;
        Copy(table.Estimates, output->Estimates, "beta");
        Copy(table.StandardErrors, output->StandardErrors, "se");
        Copy(table.Statistics, output->Statistics, "stat");
        Copy(table.PValues, output->PValues, "pval");
        Copy(table.Lower, output->Lower, "ci_lb");
        Copy(table.Upper, output->Upper, "ci_ub");
        Copy(fit.Covariance, output->Covariance, "vb");
        output->DegreesOfFreedom = fit.DegreesOfFreedom;
        (output->RSquared, output->AdjustedRSquared) = (fit.RSquared, fit.AdjustedRSquared);
        (output->Test, output->TestDf) = (fit.Test.Statistic, fit.Test.NumeratorDf);
        (output->TestDenominatorDf, output->TestPValue) = (fit.Test.DenominatorDf, fit.Test.PValue);
    }

    private static CorrelationRegressionInput Read(MatregInput* input)
    {
        var p = Buffers.RequireCount(input->VariableCount, 1, "p");
        var m = Buffers.RequireCount(input->PredictorCount, 1, "m");
        var elements = input->IsCovariance != 0 ? p * (p + 1) / 2 : p * (p - 1) / 2;
        var names = Utf8Text.Read(input->Names, "names").Split('\n');
        return new CorrelationRegressionInput
        {
            Matrix = new NamedMatrix(names, ByRows(Buffers.Require(input->Matrix, checked(p * p), "r"), p)),
            Outcome = input->Outcome,
            Predictors = Buffers.Require(input->Predictors, m, "x").ToArray(),
            SampleSize = double.IsNaN(input->SampleSize) ? null : input->SampleSize,
            ElementCovariance = input->ElementCovariance is null ? null
                : ByRows(new ReadOnlySpan<double>(input->ElementCovariance, checked(elements * elements)), elements),
            IsCovariance = input->IsCovariance != 0,
            Means = input->Means is null ? null : new ReadOnlySpan<double>(input->Means, p).ToArray(),
            IsFisherZ = input->IsFisherZ != 0,
            UsesNearest = input->UsesNearest != 0,
            Level = input->Level,
        };
    }

    private static double[] ByRows(ReadOnlySpan<double> columns, int n)
    {
        var rows = new double[n * n];
        for (var at = 0; at < rows.Length; at++)
        {
            rows[at] = columns[((at % n) * n) + (at / n)];
        }

        return rows;
    }

    private static void Copy(double[] values, double* target, string name) => values.CopyTo(Buffers.Require(target, values.Length, name));
}
