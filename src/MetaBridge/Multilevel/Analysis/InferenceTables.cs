using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Robust tests, the covariance of the components and profiles as tables beside a fit.</summary>
internal static class InferenceTables
{
    private const int ProfileSteps = 20;

    /// <summary>The coefficients and, as a table of its own, the omnibus test.</summary>
    public static IEnumerable<FurtherTable> Robust(MultilevelAnalysis analysis)
    {
        var column = analysis.Spec.ClusterColumn ?? throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid, "Cluster-robust tests need a column of clusters: 'cluster' (--cluster).");
        var fit = analysis.Robust(column, analysis.Spec.Robust ?? ClusterRobustEstimator.Cr2);
        return RobustTables.Of(fit);
    }

    /// <summary>Standard errors and the matrix.</summary>
    public static FurtherTable Covariance(ComponentCovariance covariance)
    {
        var n = covariance.Names.Count;
        return new FurtherTable(
            "vvc",
            covariance.Names,
            [
                new FurtherColumn("estimate", covariance.Estimates),
                new FurtherColumn("se", covariance.StandardErrors),
                .. Enumerable.Range(0, n).Select(j => new FurtherColumn(
                    covariance.Names[j], [.. Enumerable.Range(0, n).Select(i => covariance.Values[(i * n) + j])])),
            ]);
    }

    /// <summary>A table per estimated component.</summary>
    public static IEnumerable<FurtherTable> Profiles(MultilevelAnalysis analysis)
    {
        foreach (var index in analysis.EstimatedComponents())
        {
            var profile = analysis.Profile(index, null, ProfileSteps);
            yield return new FurtherTable(
                $"profile[{profile.Name}]",
                [.. Enumerable.Repeat("", profile.Points.Count)],
                [
                    new FurtherColumn("value", [.. profile.Points.Select(point => point.Value)], FurtherKind.Searched),
                    new FurtherColumn("ll", [.. profile.Points.Select(point => point.LogLikelihood)], FurtherKind.Searched),
                ]);
        }
    }
}
