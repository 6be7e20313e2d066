using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Stratified;

/// <summary>Pools tables on plain arrays; knows no datasets, formulas or files.</summary>
/// <remarks>One pass over the tables for the pooled effect, one for the effect sizes and Q; O(k), also with leave-one-out and cumulative results.</remarks>
public static class StratifiedEngine
{
    /// <summary>Fits.</summary>
    /// <param name="input">The tables.</param>
    /// <param name="settings">What to estimate.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NoData"/>, <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.InvalidCount"/>,
    /// <see cref="ErrorCode.NonFiniteValue"/>, <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.SpecificationInvalid"/>,
    /// <see cref="ErrorCode.NumericOverflow"/> or <see cref="ErrorCode.Cancelled"/>; for Peto's method
    /// <see cref="ErrorCode.NoData"/> too when one of the two outcomes never occurs.
    /// </exception>
    public static StratifiedFit Fit(StratifiedInput input, StratifiedSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        StratifiedChecks.ThrowIfCancelled(settings.CancellationToken);
        StratifiedChecks.CheckOptions(settings);
        CheckLengths(input);
        return new StratifiedFitter(input, settings).Fit();
    }

    private static void CheckLengths(StratifiedInput input)
    {
        var count = input.Counts.Count;
        if ((input.Labels is { } labels && labels.Count != count) || (input.Rows is { } rows && rows.Length != count))
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"There are {count} tables, but {input.Labels?.Count ?? count} labels and {input.Rows?.Length ?? count} row numbers.",
                new Dictionary<string, object?> { ["tables"] = count });
        }
    }
}
