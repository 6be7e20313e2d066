using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Looks up the matrices that a specification names among those that travel with its dataset.</summary>
internal static class SpecifiedMatrices
{
    /// <summary>The given matrices with those of the dataset put in.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.UnknownName"/>: the dataset has no such matrix; <see cref="ErrorCode.SpecificationInvalid"/>: a matrix is given
    /// twice, or its rows are not of the kind that its use needs.
    /// </exception>
    public static MultilevelMatrices Resolve(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices)
    {
        if (spec.CovarianceMatrix is { } v)
        {
            matrices = matrices.Sampling is null && spec.Covariance is null
                ? matrices with { Sampling = Covariance(data.Matrix(v)) }
                : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "'V' is given twice; leave one out.");
        }

        if (spec.KnownCorrelations is { Count: > 0 } known)
        {
            var all = new Dictionary<string, NamedMatrix>(matrices.Correlations, StringComparer.Ordinal);
            foreach (var (term, name) in known)
            {
                all[term] = Named(data.Matrix(name), term);
            }

            matrices = matrices with { Correlations = all };
        }

        return spec.DistanceMatrices is { Count: > 0 } distances
            ? matrices with { Distances = [.. distances.Select(name => name is null ? null : Named(data.Matrix(name), "dist"))] }
            : matrices;
    }

    private static SamplingCovariance Covariance(DatasetMatrix matrix) => matrix.RowNames is null
        ? SamplingCovariance.FromMatrixBlocks(matrix)
        : throw Unsuitable(matrix, "is V, which is over the rows of the dataset, but it has row names");

    private static NamedMatrix Named(DatasetMatrix matrix, string use) => matrix.RowNames is { } names
        ? new NamedMatrix(names, matrix.ToDense())
        : throw Unsuitable(matrix, $"is used for '{use}', which needs row names, but it has none");

    private static MetaBridgeException Unsuitable(DatasetMatrix matrix, string why) => new(
        ErrorCode.SpecificationInvalid, $"The matrix '{matrix.Name}' {why}.", new Dictionary<string, object?> { ["matrix"] = matrix.Name });
}
