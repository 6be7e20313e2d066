using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of asymmetry and bias.</summary>
internal static class AsymmetryCode
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
        };
}
