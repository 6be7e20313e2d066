using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Native;

/// <summary>Callers have room for as many coefficients as their design has columns, and name them themselves.</summary>
internal static class FullRank
{
    /// <summary>Refuses a design with redundant columns.</summary>
    /// <param name="coefficients">The coefficients that were estimated.</param>
    /// <param name="dropped">The redundant columns.</param>
    /// <param name="columns">How many columns the caller gave.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RankDeficientDesign"/>.</exception>
    public static void Require(CoefficientTable coefficients, IReadOnlyList<string> dropped, int columns)
    {
        if (coefficients.Count != columns)
        {
            throw new MetaBridgeException(
                ErrorCode.RankDeficientDesign,
                $"The design has {columns} columns, but only {coefficients.Count} of them are independent; redundant: {string.Join(", ", dropped)}.",
                new Dictionary<string, object?> { ["columns"] = columns, ["rank"] = coefficients.Count });
        }
    }
}
