using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>The design of ln τ: its intercept is ln τ itself, so only the other columns are coefficients.</summary>
/// <param name="Full">With the intercept.</param>
/// <param name="Slopes">Without, k × q by columns.</param>
/// <param name="SlopeNames">Names of those columns.</param>
internal sealed record BayesScaleDesign(BayesDesign Full, double[] Slopes, string[] SlopeNames)
{
    /// <summary>Builds it.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/> without an intercept or without a moderator.</exception>
    public static BayesScaleDesign Build(string formula, Dataset data, int[] rows, bool standardize, FactorContrast contrast)
    {
        var full = BayesDesign.Build(formula, data, rows, standardize, contrast);
        if (full.Names.Length < 2 || !full.IsIntercept[0])
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"The scale formula '{formula}' needs an intercept, which is tau itself, and at least one moderator.");
        }

        return new BayesScaleDesign(full, full.Values[rows.Length..], full.Names[1..]);
    }
}
