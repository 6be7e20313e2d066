using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>How one word is answered.</summary>
internal delegate IEnumerable<FurtherTable> UnivariateAnswer(UnivariateAnalysis analysis, FurtherOptions options);

/// <summary>What <see cref="UnivariateSpec.Also"/> may ask for: the words of each topic.</summary>
internal static class UnivariateFurther
{
    private static readonly IReadOnlyDictionary<FurtherResult, UnivariateAnswer>[] Topics =
    [
        IntervalTables.Known, RegressionTables.Known, DiagnosticTables.Known, AsymmetryTables.Known,
    ];

    /// <summary>The tables of one request.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/> for a word that this family has no table for.</exception>
    public static IEnumerable<FurtherTable> Of(FurtherRequest request, UnivariateAnalysis analysis)
    {
        foreach (var topic in Topics)
        {
            if (topic.TryGetValue(request.Result, out var answer))
            {
                return answer(analysis, request.Options);
            }
        }

        var word = Keywords<FurtherResult>.Of(request.Result);
        throw new MetaBridgeException(
            ErrorCode.NotSupported,
            $"'{word}' does not exist for the family '{UnivariateSpec.FamilyName}'; it has predict, confint{string.Concat(Topics.SelectMany(topic => topic.Keys).Select(known => ", " + Keywords<FurtherResult>.Of(known)))}.",
            new Dictionary<string, object?> { ["also"] = word });
    }
}
