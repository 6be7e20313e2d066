using MetaBridge.Agreement;

namespace MetaBridge.Bayes;

/// <summary>Names the numbers of a <see cref="BayesFit"/> for comparison.</summary>
internal static class BayesQuantities
{
    public static IReadOnlyList<Quantity> Of(BayesFit fit)
    {
        var isSampled = fit.Sampling is not null;
        var list = new List<Quantity>
        {
            new("yi", fit.Studies.EffectSizes, ToleranceClass.Exact, Given: null),
            new("vi", fit.Studies.Variances, ToleranceClass.Exact, Given: null),
            new("k", [fit.StudyCount], ToleranceClass.Exact, Given: null),
            isSampled
                ? new("logml", [fit.LogMarginalLikelihood.Value], ToleranceClass.MonteCarlo, Given: null) { Errors = [fit.LogMarginalLikelihood.Error], IsNewInReference = true }
                : new("logml", [fit.LogMarginalLikelihood.Value], ToleranceClass.Quadrature, Given: null) { Scale = [1] },
        };
        AddTable(list, "estimates", fit.Estimates, isSampled);
        AddTable(list, "heterogeneity", fit.Heterogeneity, isSampled);
        return list;
    }

    private static void AddTable(List<Quantity> list, string prefix, IReadOnlyList<PosteriorRow> rows, bool isSampled)
    {
        var names = rows.Select(row => row.Name).ToArray();
        // A posterior mean or quantile near zero is a difference of numbers of the size of the standard deviation.
        var scale = rows.Select(row => row.Sd.Value).ToArray();
        Add("mean", row => row.Mean);
        Add("sd", row => row.Sd);
        Add("lower", row => row.Lower);
        Add("median", row => row.Median);
        Add("upper", row => row.Upper);

        void Add(string column, Func<PosteriorRow, Estimate> value)
        {
            double[] values = [.. rows.Select(row => value(row).Value)];
            list.Add(isSampled
                ? new Quantity($"{prefix}.{column}", values, ToleranceClass.MonteCarlo, Given: null, names) { Errors = [.. rows.Select(row => value(row).Error)] }
                : new Quantity($"{prefix}.{column}", values, ToleranceClass.Quadrature, Given: null, names) { Scale = scale });
        }
    }
}
