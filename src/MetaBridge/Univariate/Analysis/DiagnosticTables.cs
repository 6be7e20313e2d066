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
        [FurtherResult.LeaveOneOut] = LeaveOneOut,
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

    private static IEnumerable<FurtherTable> LeaveOneOut(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("cluster", "transf");
        var transformation = StudyKeys.Transformation(options);
        if (options.Text("cluster") is not { } cluster)
        {
            return [analysis.LeaveOneOut().ToFurther(transformation)];
        }

        var (clusters, names) = StudyKeys.Of(analysis, cluster, "cluster").Clusters(analysis.Fit.Studies.Labels);
        return [analysis.LeaveOneClusterOut(clusters, names).ToFurther(transformation) with { Name = $"leave1out[{cluster}]" }];
    }

    private static IEnumerable<FurtherTable> Cumulative(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("order", "collapse", "transf");
        var transformation = StudyKeys.Transformation(options);
        // Without a variable there is nothing to collapse by, as in metafor.
        if (options.Text("order") is not { } variable)
        {
            return [analysis.Cumulate().ToFurther(transformation)];
        }

        var keys = StudyKeys.Of(analysis, variable, "order of the cumulative analysis");
        var (groups, names) = keys.Groups(analysis.Fit.Studies.Labels);
        var table = options.Flag("collapse", false) ? analysis.CumulateGroups(groups, names) : analysis.Cumulate(keys.Order());
        return [table.ToFurther(transformation) with { Name = $"cumul[{variable}]" }];
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
