using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>The weights W that the user gives instead of the model's own: a column, or a matrix in blocks.</summary>
internal static class CustomWeights
{
    /// <summary>W of the used rows, or null.</summary>
    public static SamplingCovariance? Of(MultilevelSpec spec, MultilevelMatrices matrices, Dataset data, int[] used)
    {
        if (matrices.Weights is null)
        {
            return spec.WeightColumn is { } column ? SamplingCovariance.Diagonal(Diagonal(data[column].ToNumbers(), used)) : null;
        }

        if (spec.WeightColumn is not null)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "'W' is both a column and a matrix; leave one out.");
        }

        if (matrices.Weights.RowCount != data.RowCount)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"W has {matrices.Weights.RowCount} rows, but {data.Name} has {data.RowCount}.",
                new Dictionary<string, object?> { ["rows"] = data.RowCount, ["length"] = matrices.Weights.RowCount });
        }

        var weights = matrices.Weights.Take(used);
        RequireFinite(weights, used);
        return weights;
    }

    private static void RequireFinite(SamplingCovariance weights, int[] used)
    {
        for (var i = 0; i < weights.RowCount; i++)
        {
            if (!double.IsFinite(weights.Variances[i]))
            {
                throw NotFinite(used[i], weights.Variances[i]);
            }
        }

        foreach (var block in weights.Blocks)
        {
            var bad = Array.FindIndex(block.Values, value => !double.IsFinite(value));
            if (bad >= 0)
            {
                throw NotFinite(used[block.Rows[bad / block.Rows.Count]], block.Values[bad]);
            }
        }
    }

    private static MetaBridgeException NotFinite(int row, double value) => new(
        ErrorCode.NonFiniteValue,
        $"Row {row + 1} of W has the value {value}.",
        new Dictionary<string, object?> { ["row"] = row + 1, ["value"] = value });

    private static double[] Diagonal(double[] all, int[] used)
    {
        for (var i = 0; i < used.Length; i++)
        {
            if (!(all[used[i]] >= 0) || !double.IsFinite(all[used[i]]))
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption,
                    $"Row {used[i] + 1} has the weight {all[used[i]]:R}; weights are zero or positive.",
                    new Dictionary<string, object?> { ["row"] = used[i] + 1, ["value"] = all[used[i]] });
            }
        }

        return Array.ConvertAll(used, row => all[row]);
    }
}
