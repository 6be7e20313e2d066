using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>What <see cref="MultilevelSpec.Also"/> may ask for, and how each is answered: one line per word.</summary>
internal static class FurtherParts
{
    private static readonly Dictionary<FurtherResult, Func<MultilevelAnalysis, IEnumerable<FurtherTable>>> Known = new()
    {
        [FurtherResult.Predictions] = analysis => [analysis.Predict().ToFurther()],
        [FurtherResult.RandomEffects] = analysis => analysis.RandomEffects().Select(table => table.ToFurther()),
        [FurtherResult.Residuals] = analysis => analysis.Residuals(analysis.Spec.ClusterColumn).ToFurther(),
        [FurtherResult.Influence] = analysis => [analysis.Influence(analysis.Spec.ClusterColumn).ToFurther()],
        [FurtherResult.LeaveOneOut] = analysis => analysis.LeaveOneOut(
            analysis.Spec.ClusterColumn, cancellation: analysis.Options.CancellationToken).ToFurther(),
        [FurtherResult.Heterogeneity] = analysis => analysis.Heterogeneity().ToFurther(),
        [FurtherResult.Weights] = analysis => [analysis.Weights().ToFurther()],
        [FurtherResult.Robust] = analysis => InferenceTables.Robust(analysis),
        [FurtherResult.ComponentCovariance] = analysis => [InferenceTables.Covariance(analysis.ComponentCovariance())],
        [FurtherResult.Profiles] = InferenceTables.Profiles,
    };

    /// <summary>The tables of one request; the words have no options yet.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/> for a word that this family has no table for.</exception>
    public static IEnumerable<FurtherTable> Of(FurtherRequest request, MultilevelAnalysis analysis)
    {
        request.Options.RequireKnown();
        var word = Keywords<FurtherResult>.Of(request.Result);
        return Known.TryGetValue(request.Result, out var answer) ? answer(analysis) : throw new MetaBridgeException(
            ErrorCode.NotSupported,
            $"'{word}' does not exist for the family '{MultilevelSpec.FamilyName}'.",
            new Dictionary<string, object?> { ["also"] = word });
    }
}
