using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of meta-regression.</summary>
internal static class RegressionCode
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
        };
}
