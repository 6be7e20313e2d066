using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Correlations;
using MetaBridge.Multilevel.Sampling;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Carries codes and numbers of the C side to the builders of sampling covariances, and the blocks back.</summary>
internal static unsafe class CovarianceDoor
{
    /// <summary>Builds the covariance of <c>mb_vcalc</c>.</summary>
    public static void Errors(VcalcInput* input, double* output, long length, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(VcalcInput), "in");
        var k = Buffers.RequireCount(input->RowCount, 0, "k");
        var clusters = Buffers.Require(input->Clusters, k, "cluster").ToArray();
        var rows = RowsOf(clusters, Buffers.RequireCount(input->ClusterCount, 0, "cluster_count"), "cluster");
        poll.ThrowIfCancelled();
        var v = SamplingCovarianceBuilder.Build(Dependence(input, k, Named(clusters, Utf8Text.ReadOptional(input->Names))));
        poll.ThrowIfCancelled();
        WriteBlocks(v, rows, output, length);
    }

    /// <summary>Computes the outcomes and covariances of <c>mb_rcalc</c>.</summary>
    public static void Correlations(RcalcInput* input, double* yi, double* ni, double* output, long length, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(RcalcInput), "in");
        var k = Buffers.RequireCount(input->RowCount, 0, "k");
        var studies = Buffers.Require(input->Studies, k, "study").ToArray();
        var rows = RowsOf(studies, Buffers.RequireCount(input->StudyCount, 0, "study_count"), "study");
        var variables = Utf8Text.ReadOptional(input->Variables);
        var table = new CorrelationTable
        {
            Studies = Named(studies, Utf8Text.ReadOptional(input->Names)),
            First = Named(Buffers.Require(input->First, k, "var1").ToArray(), variables),
            Second = Named(Buffers.Require(input->Second, k, "var2").ToArray(), variables),
            Correlations = Buffers.Require(input->Correlations, k, "ri").ToArray(),
            SampleSizes = Buffers.Require(input->SampleSizes, k, "ni").ToArray(),
        };
        var rule = Keywords<SampleSizeRule>.Parse(Utf8Text.Read(input->Rule, "nfun"), "nfun");
        poll.ThrowIfCancelled();
        var found = DependentCorrelations.Of(table, input->ToFisherZ != 0, rule, input->ChecksDefiniteness != 0);
        poll.ThrowIfCancelled();
        found.Outcomes.ToArray().CopyTo(Buffers.Require(yi, k, "yi"));
        found.SampleSizes.ToArray().CopyTo(Buffers.Require(ni, k, "ni_out"));
        WriteBlocks(found.Sampling, rows, output, length);
    }

    private static ErrorDependence Dependence(VcalcInput* input, int k, string[] clusters)
    {
        var common = new ErrorDependence
        {
            Variances = Buffers.Require(input->Variances, k, "vi").ToArray(),
            Clusters = clusters,
            ChecksDefiniteness = input->ChecksDefiniteness != 0,
            UsesNearest = input->UsesNearest != 0,
        };
        if (input->ColumnCount > 0)
        {
            Buffers.Require(input->Columns, 0, "rvars");
            var columns = new double[input->ColumnCount][];
            for (var j = 0; j < columns.Length; j++)
            {
                columns[j] = new ReadOnlySpan<double>(input->Columns + ((long)j * k), k).ToArray();
            }

            return common with { CorrelationColumns = columns };
        }

        return common with
        {
            Observations = Codes(input->Observations, k),
            Types = Codes(input->Types, k),
            Groups1 = Codes(input->Groups1, k),
            Groups2 = Codes(input->Groups2, k),
            Times1 = Numbers(input->Times1, k),
            Times2 = Numbers(input->Times2, k),
            Weights1 = Numbers(input->Weights1, k),
            Weights2 = Numbers(input->Weights2, k),
            Correlations = [.. Rule(input->Within, input->WithinCount, "within"), .. Rule(input->Between, input->BetweenCount, "between")],
            Autocorrelation = double.IsNaN(input->Autocorrelation) ? null : input->Autocorrelation,
        };
    }

    // Codes are names to the builder, so a matrix gets theirs.
    private static CorrelationRule[] Rule(double* values, int count, string name) => count switch
    {
        <= 0 => [],
        1 => [CorrelationRule.Of(Buffers.Require(values, 1, name)[0])],
        _ => [CorrelationRule.Of([.. Enumerable.Range(0, count).Select(CodeName)], Buffers.Require(values, checked(count * count), name).ToArray())],
    };

    private static string[]? Codes(int* codes, int k) => codes is null ? null : [.. new ReadOnlySpan<int>(codes, k).ToArray().Select(CodeName)];

    private static double[]? Numbers(double* values, int k) => values is null ? null : new ReadOnlySpan<double>(values, k).ToArray();

    private static string CodeName(int code) => code.ToString(CultureInfo.InvariantCulture);

    private static string[] Named(int[] codes, string? names)
    {
        var table = names?.Split('\n') ?? [];
        return Array.ConvertAll(codes, code => (uint)code < (uint)table.Length ? table[code] : CodeName(code));
    }

    private static List<int>[] RowsOf(int[] codes, int count, string name)
    {
        var rows = new List<int>[count];
        for (var c = 0; c < count; c++)
        {
            rows[c] = [];
        }

        for (var i = 0; i < codes.Length; i++)
        {
            if ((uint)codes[i] >= (uint)count)
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidHandle,
                    $"'{name}' holds {codes[i]}; codes are counted from 0 to {count - 1}.",
                    new Dictionary<string, object?> { ["argument"] = name });
            }

            rows[codes[i]].Add(i);
        }

        return rows;
    }

    // Lower triangles by columns. A block that is not correlated is only known by its variances.
    private static void WriteBlocks(SamplingCovariance v, List<int>[] rows, double* output, long length)
    {
        var needed = rows.Sum(own => (long)own.Count * (own.Count + 1) / 2);
        if (output is null || length != needed)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidHandle,
                $"'out' has {length} elements; the blocks have {needed}.",
                new Dictionary<string, object?> { ["argument"] = "out", ["length"] = length });
        }

        var blockOf = v.Blocks.ToDictionary(block => block.Rows[0]);
        long at = 0;
        foreach (var own in rows)
        {
            var block = own.Count > 0 ? blockOf.GetValueOrDefault(own[0]) : null;
            for (var j = 0; j < own.Count; j++)
            {
                for (var i = j; i < own.Count; i++)
                {
                    output[at++] = block is not null ? block[i, j] : i == j ? v.Variances[own[i]] : 0;
                }
            }
        }
    }
}
