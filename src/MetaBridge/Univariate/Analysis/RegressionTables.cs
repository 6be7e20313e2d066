using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of meta-regression: hypotheses, slopes, permutation tests, variance inflation, robust tests.</summary>
internal static class RegressionTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
    };
}
