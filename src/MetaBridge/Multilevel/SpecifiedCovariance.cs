using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Multilevel.Sampling;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Builds the sampling covariance that a specification describes by columns: blocks by cluster.</summary>
internal static class SpecifiedCovariance
{
    /// <summary>The matrices with V put in, where the specification has one.</summary>
    public static MultilevelMatrices Resolve(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices)
    {
        if (spec.Covariance is not { } v)
        {
            return matrices;
        }

        if (matrices.Sampling is not null)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "'V' is both in the specification and given as a matrix; leave one out.");
        }

        var labels = Univariate.UnivariateModel.Labels(spec.LabelColumn, data);
        var hasNames = spec.LabelColumn is not null || data.HasRowLabels;
        return matrices with { Sampling = SamplingCovarianceBuilder.Build(Dependence(v, spec, data) with
        {
            Labels = hasNames ? [.. Enumerable.Range(0, data.RowCount).Select(labels)] : null,
        }) };
    }

    private static ErrorDependence Dependence(CovarianceSpec v, MultilevelSpec spec, Dataset data)
    {
        var isScaled = v.Columns is null || v.ColumnsAreCorrelations;
        var common = new ErrorDependence
        {
            Variances = isScaled ? EffectSizeCalculator.Calculate(spec.Effect, data).Vi : [.. Enumerable.Repeat(1.0, data.RowCount)],
            Clusters = Names(data, v.Cluster)!,
            Subgroups = Names(data, v.Subgroup),
            ChecksDefiniteness = v.ChecksDefiniteness,
            UsesNearest = v.UsesNearest,
        };
        if (v.Columns is { } columns)
        {
            return v.Correlations.Count == 0 ? common with { CorrelationColumns = [.. columns.Select(name => data[name].ToNumbers())] }
                : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "'V' takes either 'rvars', the columns of its blocks, or 'rho'; leave one out.");
        }

        return common with
        {
            Observations = Names(data, v.Observation),
            Types = Names(data, v.Type),
            Times1 = Numbers(data, v.Time1),
            Times2 = Numbers(data, v.Time2),
            Groups1 = Names(data, v.Group1),
            Groups2 = Names(data, v.Group2),
            Weights1 = Numbers(data, v.Weight1),
            Weights2 = Numbers(data, v.Weight2),
            Correlations = v.Correlations,
            Autocorrelation = v.Autocorrelation,
        };
    }

    private static double[]? Numbers(Dataset data, string? name) => name is null ? null : data[name].ToNumbers();

    private static string[]? Names(Dataset data, string? name)
    {
        if (name is null)
        {
            return null;
        }

        var column = data[name];
        var names = new string[column.Count];
        for (var row = 0; row < names.Length; row++)
        {
            names[row] = column.TextAt(row) ?? throw new MetaBridgeException(
                ErrorCode.NonFiniteValue,
                $"Row {row + 1} has no value in '{name}', which V is built from.",
                new Dictionary<string, object?> { ["row"] = row + 1, ["column"] = name });
        }

        return names;
    }
}
