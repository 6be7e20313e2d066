using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of single studies.</summary>
internal static class DiagnosticCode
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
        };
}
