using MetaBridge.Inference;

namespace MetaBridge;

/// <summary>Cluster-robust tests as tables beside a fit of any family.</summary>
internal static class RobustTables
{
    /// <summary>The coefficients and, as a table of its own, the omnibus test.</summary>
    public static IEnumerable<FurtherTable> Of(ClusterRobustFit fit)
    {
        var c = fit.Coefficients;
        var reach = FurtherScales.Reach(c.Estimates, c.Lower, c.Upper);
        yield return new FurtherTable(
            "robust",
            c.Names,
            [
                new FurtherColumn("se", c.StandardErrors),
                new FurtherColumn("tval", c.Statistics) { Scale = FurtherScales.Unit(c.Count) },
                new FurtherColumn("df", fit.DegreesOfFreedom),
                new FurtherColumn("pval", c.PValues, FurtherKind.Tail),
                new FurtherColumn("ci.lb", c.Lower, FurtherKind.Tail) { Scale = reach },
                new FurtherColumn("ci.ub", c.Upper, FurtherKind.Tail) { Scale = reach },
            ]);
        var test = fit.OmnibusTest;
        yield return new FurtherTable(
            "robust[QM]",
            [""],
            [
                new FurtherColumn("QM", [test?.Statistic ?? double.NaN]),
                new FurtherColumn("df1", [test?.NumeratorDf ?? double.NaN], FurtherKind.Count),
                new FurtherColumn("df2", [test?.DenominatorDf ?? double.NaN]),
                new FurtherColumn("pval", [test?.PValue ?? double.NaN], FurtherKind.Tail),
            ]);
    }
}
