using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of asymmetry and bias: regression and rank tests, trim and fill, fail-safe N, excess significance.</summary>
internal static class AsymmetryTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
    };
}
