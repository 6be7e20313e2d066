using MetaBridge.Agreement;

namespace MetaBridge.Bayes;

/// <summary>Names the numbers of a <see cref="BayesFit"/> for comparison.</summary>
internal static class BayesQuantities
{
    public static IReadOnlyList<Quantity> Of(BayesFit fit)
    {
        var list = new List<Quantity>
        {
            new("yi", fit.Studies.EffectSizes, ToleranceClass.Exact, Given: null),
            new("vi", fit.Studies.Variances, ToleranceClass.Exact, Given: null),
            new("k", [fit.StudyCount], ToleranceClass.Exact, Given: null),
            new("logml", [fit.LogMarginalLikelihood.Value], ToleranceClass.Quadrature, Given: null) { Scale = [1] },
        };
        AddTable(list, "estimates", fit.Estimates);
        AddTable(list, "heterogeneity", fit.Heterogeneity);
        return list;
    }

    private static void AddTable(List<Quantity> list, string prefix, IReadOnlyList<PosteriorRow> rows)
    {
        var names = rows.Select(row => row.Name).ToArray();
        // A posterior mean or quantile near zero is a difference of numbers of the size of the standard deviation.
        var scale = rows.Select(row => row.Sd.Value).ToArray();
        Add("mean", row => row.Mean);
        Add("sd", row => row.Sd);
        Add("lower", row => row.Lower);
        Add("median", row => row.Median);
        Add("upper", row => row.Upper);

        void Add(string column, Func<PosteriorRow, Estimate> value) => list.Add(new Quantity(
            $"{prefix}.{column}", [.. rows.Select(row => value(row).Value)], ToleranceClass.Quadrature, Given: null, names) { Scale = scale });
    }
}
