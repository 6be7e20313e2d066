using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of intervals: of the heterogeneity, of predictions, of R².</summary>
internal static class IntervalTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
    };
}
