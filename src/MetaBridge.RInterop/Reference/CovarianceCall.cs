using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>Translates a sampling covariance by columns to a call of <c>metafor::vcalc</c>.</summary>
internal static class CovarianceCall
{
    /// <summary>The call without its data.</summary>
    /// <param name="v">What to build.</param>
    /// <param name="variances">The sampling variances as R code.</param>
    public static RCall Of(CovarianceSpec v, string variances) =>
        new RCall("metafor::vcalc")
            .With("vi", v.Columns is null || v.ColumnsAreCorrelations ? variances : "1")
            .WithColumn("cluster", v.Cluster)
            .WithColumn("subgroup", v.Subgroup)
            .With("rvars", v.Columns is { } columns ? $"c({string.Join(", ", columns.Select(RCode.Symbol))})" : null)
            .With("obs", Names(v.Observation, v))
            .With("type", Names(v.Type, v))
            .WithColumn("time1", v.Time1)
            .WithColumn("time2", v.Time2)
            .WithColumn("grp1", v.Group1)
            .WithColumn("grp2", v.Group2)
            .WithColumn("w1", v.Weight1)
            .WithColumn("w2", v.Weight2)
            .With("rho", Rules(v.Correlations))
            .With("phi", v.Autocorrelation is { } phi ? RCode.Number(phi) : null)
            .With("checkpd", v.ChecksDefiniteness ? null : "FALSE")
            .With("nearpd", v.UsesNearest ? "TRUE" : null);

    // Before 4.0-0 metafor took numbers as positions in the matrix, not as its names.
    private static string? Names(string? column, CovarianceSpec v) => column is null ? null
        : v.Correlations.Any(rule => rule.Common is null) ? $"as.character({RCode.Symbol(column)})" : RCode.Symbol(column);

    private static string? Rules(IReadOnlyList<CorrelationRule> rules) => rules.Count switch
    {
        0 => null,
        1 => Rule(rules[0]),
        _ when rules.All(rule => rule.Common is not null) => $"c({string.Join(", ", rules.Select(Rule))})",
        _ => $"list({string.Join(", ", rules.Select(Rule))})",
    };

    private static string Rule(CorrelationRule rule)
    {
        if (rule.Common is { } common)
        {
            return RCode.Number(common);
        }

        var names = $"c({string.Join(", ", rule.Names!.Select(RCode.Text))})";
        return $"matrix(c({string.Join(", ", rule.Values!.Select(RCode.Number))}), nrow = {rule.Names!.Count}, byrow = TRUE, dimnames = list({names}, {names}))";
    }
}
