using MetaBridge.Bayes;

namespace MetaBridge.Native;

/// <summary>Residuals and influence of a Bayesian fit as tables; a number that there is none of is NaN.</summary>
/// <param name="tables">Where they go.</param>
internal sealed class DiagnosticTables(BayesTables tables)
{
    /// <summary>Adds those by study, and by cluster where there are clusters.</summary>
    public void Add(BayesFit fit, BayesPosterior posterior)
    {
        var byStudy = posterior.Diagnostics();
        AddResiduals(byStudy.Residuals);
        AddInfluence("", byStudy);
        if (fit.ClusterNames.Count > 0)
        {
            AddInfluence("cluster ", posterior.ClusterDiagnostics());
        }
    }

    private void AddResiduals(IReadOnlyList<ResidualRow> rows)
    {
        (string, IEnumerable<double>) Column(string name, Func<ResidualRow, Estimate?> pick) => (name, rows.Select(row => pick(row)?.Value ?? double.NaN));
        tables.Add(
            "residuals",
            [.. rows.Select(row => row.Study)],
            Column("marginal", row => row.Marginal),
            Column("cluster", row => row.Cluster),
            Column("estimate", row => row.Estimate),
            Column("pearson", row => row.Standardized),
            Column("rstudent", row => row.Studentized),
            Column("pit", row => row.PredictedProbability));
    }

    private void AddInfluence(string prefix, BayesDiagnostics diagnostics)
    {
        var rows = diagnostics.Influence;
        string[] units = [.. rows.Select(row => row.Unit)];
        (string, IEnumerable<double>) Column(string name, Func<InfluenceRow, Estimate?> pick) => (name, rows.Select(row => pick(row)?.Value ?? double.NaN));
        tables.Add(
            prefix + "influence",
            units,
            Column("dffits", row => row.Dffits),
            Column("cook.d", row => row.CooksDistance),
            Column("cov.r", row => row.CovarianceRatio),
            Column("tau.del", row => row.Tau),
            Column("rho.del", row => row.Rho),
            ("pareto_k", rows.Select(row => row.ParetoK)));
        tables.Add(prefix + "dfbetas", units, [.. diagnostics.Coefficients.Select((name, c) => Column(name, row => row.DfBetas[c]))]);
    }
}
