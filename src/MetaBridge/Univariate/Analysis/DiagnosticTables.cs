using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of single studies: residuals, influence, leaving out, adding one by one, subsets.</summary>
internal static class DiagnosticTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
    };
}
