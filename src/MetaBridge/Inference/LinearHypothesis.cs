using MetaBridge.Errors;

namespace MetaBridge.Inference;

/// <summary>The hypothesis L β = r about q combinations of the coefficients.</summary>
public sealed record LinearHypothesis
{
    private LinearHypothesis(IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<double> rightSide) => (Rows, RightSide) = (rows, rightSide);

    /// <summary>L: q rows of p weights.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rows { get; }

    /// <summary>r, q values.</summary>
    public IReadOnlyList<double> RightSide { get; }

    /// <summary>Any combinations.</summary>
    /// <param name="rows">L: q rows of p weights.</param>
    /// <param name="rightSide">r; null for zeros.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.InvalidOption"/> (no row, a row of zeros).</exception>
    public static LinearHypothesis Of(IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<double>? rightSide = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var right = rightSide ?? new double[rows.Count];
        if (rows.Count == 0 || rows.Any(row => row.Count != rows[0].Count) || right.Count != rows.Count)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                "A hypothesis needs at least one row, rows of one length, and one right-hand side per row.",
                new Dictionary<string, object?> { ["rows"] = rows.Count, ["length"] = right.Count });
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].All(weight => weight == 0) || !rows[i].Append(right[i]).All(double.IsFinite))
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption,
                    $"Row {i + 1} of the hypothesis is zero or not finite.",
                    new Dictionary<string, object?> { ["row"] = i + 1 });
            }
        }

        return new LinearHypothesis([.. rows.Select(row => row.ToArray())], [.. right]);
    }

    /// <summary>That some coefficients are zero.</summary>
    /// <param name="count">p.</param>
    /// <param name="coefficients">Which, counted from 0.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> when there is no such coefficient.</exception>
    public static LinearHypothesis Zero(int count, params IReadOnlyList<int> coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        foreach (var index in coefficients.Where(index => index < 0 || index >= count))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"There is no coefficient {index + 1}; the model has {count}.",
                new Dictionary<string, object?> { ["option"] = "btt", ["value"] = index + 1 });
        }

        return Of([.. coefficients.Select(index => Enumerable.Range(0, count).Select(j => j == index ? 1.0 : 0).ToArray())]);
    }
}
