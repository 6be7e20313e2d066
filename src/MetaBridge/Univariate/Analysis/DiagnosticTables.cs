using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of single studies: residuals, influence, leaving out, adding one by one, subsets.</summary>
internal static class DiagnosticTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
        [FurtherResult.Influence] = Plain(analysis => analysis.Influence().ToFurther(analysis.Fit)),
        [FurtherResult.Residuals] = Plain(analysis => analysis.Residuals().ToFurther()),
        [FurtherResult.LeaveOneOut] = Plain(analysis => analysis.LeaveOneOut().ToFurther()),
        [FurtherResult.Baujat] = Plain(analysis => analysis.Baujat().ToFurther()),
        [FurtherResult.Weights] = Plain(analysis => new FurtherTable(
            "weights", analysis.Fit.Studies.Labels, [new("weight", analysis.Fit.StudyWeights())])),
        [FurtherResult.Cumulative] = Cumulative,
        [FurtherResult.RandomEffects] = (analysis, options) => [analysis.RandomEffects(Level(options)).ToFurther("ranef")],
        [FurtherResult.BestPredictions] = (analysis, options) => [analysis.BestPredictions(Level(options)).ToFurther("blup")],
        [FurtherResult.Subsets] = Subsets,
    };

    private static UnivariateAnswer Plain(Func<UnivariateAnalysis, FurtherTable> table) => (analysis, options) =>
    {
        options.RequireKnown();
        return [table(analysis)];
    };

    private static double? Level(FurtherOptions options)
    {
        options.RequireKnown("level");
        return options.Number("level");
    }

    private static IEnumerable<FurtherTable> Cumulative(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("order");
        yield return options.Text("order") is { } column
            ? analysis.Cumulate(OrderBy(analysis, column)).ToFurther() with { Name = $"cumul[{column}]" }
            : analysis.Cumulate().ToFurther();
    }

    /// <summary>The studies by the values of a column, studies with equal values in their order, missing values last.</summary>
    private static int[] OrderBy(UnivariateAnalysis analysis, string column)
    {
        var found = (analysis.Data ?? throw new MetaBridgeException(
            ErrorCode.MissingColumn, $"The order '{column}' of the cumulative analysis is a column, but the model came without data."))[column];
        var studies = Enumerable.Range(0, analysis.Fit.StudyCount);
        return found is NumberColumn or IntegerColumn
            ? [.. studies.OrderBy(i => double.IsNaN(found.ToNumbers()[i])).ThenBy(i => found.ToNumbers()[i])]
            : [.. studies.OrderBy(i => found.IsMissing(i)).ThenBy(i => found.TextAt(i), StringComparer.Ordinal)];
    }

    private static IEnumerable<FurtherTable> Subsets(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("subsets", "seed", "threads");
        var defaults = new SubsetOptions();
        var asked = defaults with
        {
            MaxSubsets = options.Integer("subsets") ?? defaults.MaxSubsets,
            Seed = options.Integer("seed") ?? defaults.Seed,
            MaxParallel = options.Integer("threads"),
        };
        yield return analysis.Subsets(asked).ToFurther(analysis.Fit);
    }
}
