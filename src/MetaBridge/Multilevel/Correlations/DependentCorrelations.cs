using MetaBridge.Errors;
using MetaBridge.Multilevel.Sampling;

namespace MetaBridge.Multilevel.Correlations;

/// <summary>Correlations of the same persons as outcomes, with the covariance of their sampling errors: metafor's <c>rcalc</c>.</summary>
/// <param name="Outcomes">The correlations, or their r-to-z transforms, in the order of the table.</param>
/// <param name="SampleSizes">The sample size used for each row's study.</param>
/// <param name="Sampling">V, a block per study; NaN where a correlation that a covariance needs is missing.</param>
public sealed record DependentCorrelations(IReadOnlyList<double> Outcomes, IReadOnlyList<double> SampleSizes, SamplingCovariance Sampling)
{
    // Below this sample size the large-sample covariance means nothing.
    private const double LeastSampleSize = 5;

    /// <summary>Computes the covariances of Olkin and Finn (1990).</summary>
    /// <remarks>
    /// With N(st, uv) = ½ r_st r_uv (r_su² + r_sv² + r_tu² + r_tv²) + r_su r_tv + r_sv r_tu − (r_st r_su r_sv + r_st r_tu r_tv + r_su r_tu r_uv +
    /// r_sv r_tv r_uv) the covariance is N/(n − 1), and of Fisher's z N/((1 − r_st²)(1 − r_uv²)(n − 3)) (Steiger, 1980). It is positive
    /// definite where the study's correlation matrix is. Cost: Σ m² for m correlations of a study.
    /// </remarks>
    /// <param name="table">The correlations.</param>
    /// <param name="toFisherZ">Whether to transform to z = artanh r.</param>
    /// <param name="rule">The common sample size of a study.</param>
    /// <param name="checksDefiniteness">Whether complete blocks must be positive definite.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/> (a correlation outside −1 to 1), <see cref="ErrorCode.DuplicateName"/> (a pair twice in a study),
    /// <see cref="ErrorCode.SpecificationInvalid"/> (a variable with itself), <see cref="ErrorCode.BlockNotPositiveDefinite"/>,
    /// <see cref="ErrorCode.LengthMismatch"/>.
    /// </exception>
    public static DependentCorrelations Of(
        CorrelationTable table, bool toFisherZ = false, SampleSizeRule rule = SampleSizeRule.Minimum, bool checksDefiniteness = true)
    {
        Check(table);
        var k = table.Correlations.Count;
        var outcomes = new double[k];
        var sizes = new double[k];
        var blocks = new List<SamplingBlock>();
        foreach (var rows in Studies(table.Studies))
        {
            var n = CommonSize(rows, table.SampleSizes, rule);
            var study = new StudyCorrelations(table, rows);
            foreach (var row in rows)
            {
                sizes[row] = n;
                outcomes[row] = toFisherZ ? Math.Atanh(table.Correlations[row]) : table.Correlations[row];
            }

            blocks.Add(new SamplingBlock(rows, study.Covariance(toFisherZ, n >= LeastSampleSize ? n - (toFisherZ ? 3 : 1) : double.NaN)));
        }

        var labels = Enumerable.Range(0, k).Select(i => $"{table.First[i]}.{table.Second[i]}").ToArray();
        if (checksDefiniteness)
        {
            CheckBlocks(table, blocks, labels);
        }

        return new DependentCorrelations(outcomes, sizes, SamplingCovariance.FromBlocks(k, blocks));
    }

    private static IEnumerable<List<int>> Studies(IReadOnlyList<string> studies)
    {
        var found = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var order = new List<List<int>>();
        for (var row = 0; row < studies.Count; row++)
        {
            if (!found.TryGetValue(studies[row], out var rows))
            {
                found[studies[row]] = rows = [];
                order.Add(rows);
            }

            rows.Add(row);
        }

        return order;
    }

    private static double CommonSize(List<int> rows, IReadOnlyList<double> sizes, SampleSizeRule rule)
    {
        var known = rows.Select(row => sizes[row]).Where(n => !double.IsNaN(n)).ToArray();
        return known.Length == 0 ? double.NaN : rule switch
        {
            SampleSizeRule.Minimum => known.Min(),
            SampleSizeRule.HarmonicMean => known.Length / known.Sum(n => 1 / n),
            _ => known.Average(),
        };
    }

    private static void Check(CorrelationTable table)
    {
        var k = table.Correlations.Count;
        if (table.Studies.Count != k || table.First.Count != k || table.Second.Count != k || table.SampleSizes.Count != k)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"There are {k} correlations, {table.Studies.Count} studies, {table.First.Count} and {table.Second.Count} variables and {table.SampleSizes.Count} sample sizes.",
                new Dictionary<string, object?> { ["length"] = k });
        }

        for (var i = 0; i < k; i++)
        {
            if (Math.Abs(table.Correlations[i]) > 1)
            {
                throw Complaint(table, i, ErrorCode.InvalidOption, $"has the correlation {table.Correlations[i]:R}; it must be between -1 and 1");
            }

            if (table.First[i] == table.Second[i])
            {
                throw Complaint(table, i, ErrorCode.SpecificationInvalid, "pairs a variable with itself");
            }
        }
    }

    internal static MetaBridgeException Complaint(CorrelationTable table, int row, ErrorCode code, string what) => new(
        code,
        $"Row {row + 1} ({table.First[row]}.{table.Second[row]}, study '{table.Studies[row]}') {what}.",
        new Dictionary<string, object?> { ["row"] = row + 1, ["study"] = table.Studies[row], ["value"] = table.Correlations[row] });

    private static void CheckBlocks(CorrelationTable table, List<SamplingBlock> blocks, string[] labels)
    {
        var variances = new double[table.Correlations.Count];
        foreach (var block in blocks)
        {
            for (var i = 0; i < block.Rows.Count; i++)
            {
                variances[block.Rows[i]] = block[i, i];
            }
        }

        var check = new BlockDefiniteness(new ErrorDependence { Variances = variances, Clusters = table.Studies, Labels = labels });
        foreach (var block in blocks.Where(block => !Array.Exists(block.Values, double.IsNaN)))
        {
            check.Passed([.. block.Rows], block.Values);
        }
    }
}
