namespace MetaBridge.Multilevel.Correlations;

/// <summary>Correlations of pairs of variables in studies, one per row.</summary>
public sealed record CorrelationTable
{
    /// <summary>The study of each row.</summary>
    public required IReadOnlyList<string> Studies { get; init; }

    /// <summary>The first variable of each row.</summary>
    public required IReadOnlyList<string> First { get; init; }

    /// <summary>The second variable of each row.</summary>
    public required IReadOnlyList<string> Second { get; init; }

    /// <summary>The correlations; NaN where missing.</summary>
    public required IReadOnlyList<double> Correlations { get; init; }

    /// <summary>The sample sizes; NaN where missing, which takes the study's other ones.</summary>
    public required IReadOnlyList<double> SampleSizes { get; init; }

    /// <summary>The correlations of whole matrices, each by columns of the lower triangle: r₂₁, r₃₁, …, r₃₂, ….</summary>
    /// <param name="matrices">A name, a correlation matrix (of which the lower triangle is read) and a sample size per study.</param>
    public static CorrelationTable FromMatrices(IReadOnlyList<(string Study, NamedMatrix Matrix, double SampleSize)> matrices)
    {
        var (studies, first, second) = (new List<string>(), new List<string>(), new List<string>());
        var (r, n) = (new List<double>(), new List<double>());
        foreach (var (study, matrix, size) in matrices)
        {
            var count = matrix.Names.Count;
            for (var j = 0; j < count; j++)
            {
                for (var i = j + 1; i < count; i++)
                {
                    studies.Add(study);
                    first.Add(matrix.Names[j]);
                    second.Add(matrix.Names[i]);
                    r.Add(matrix.Values[(i * count) + j]);
                    n.Add(size);
                }
            }
        }

        return new CorrelationTable { Studies = studies, First = first, Second = second, Correlations = r, SampleSizes = n };
    }
}
