using MetaBridge.Agreement;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>Names the numbers of a <see cref="MultilevelFit"/> for comparison.</summary>
internal static class MultilevelQuantities
{
    public static IReadOnlyList<Quantity> Of(MultilevelFit fit)
    {
        var names = fit.Coefficients.Names;
        var isExact = !fit.HasFreeComponents;
        var main = isExact ? ToleranceClass.Exact : ToleranceClass.Tight;
        var tail = isExact ? ToleranceClass.ExactTail : ToleranceClass.Tight;
        List<Quantity> list =
        [
            new("yi", fit.Studies.EffectSizes, ToleranceClass.Exact),
            new("vi", fit.Studies.Variances, ToleranceClass.Exact),
            new("k", [fit.StudyCount], ToleranceClass.Exact),
            new("p", [fit.Coefficients.Count], ToleranceClass.Exact),
            new("parms", [fit.ParameterCount], ToleranceClass.Exact),
            .. Components(fit, main),
            new("beta", fit.Coefficients.Estimates, main, Labels: names),
            new("se", fit.Coefficients.StandardErrors, main, Labels: names),
            new("zval", fit.Coefficients.Statistics, main, Labels: names),
            new("pval", fit.Coefficients.PValues, tail, ToleranceClass.ExactTail, names),
            new("ci.lb", fit.Coefficients.Lower, tail, ToleranceClass.ExactTail, names),
            new("ci.ub", fit.Coefficients.Upper, tail, ToleranceClass.ExactTail, names),
            new("vb", fit.Covariance, main),
            new("ddf", fit.DegreesOfFreedom, ToleranceClass.Exact),
            new("QE", [fit.ResidualHeterogeneity.Statistic], ToleranceClass.Exact),
            new("QEdf", [fit.ResidualHeterogeneity.NumeratorDf], ToleranceClass.Exact),
            new("QEp", [fit.ResidualHeterogeneity.PValue], ToleranceClass.ExactTail, ToleranceClass.ExactTail),
            new("QM", [fit.OmnibusTest.Statistic], main),
            new("QMdf", [fit.OmnibusTest.NumeratorDf, fit.OmnibusTest.DenominatorDf], ToleranceClass.Exact),
            new("QMp", [fit.OmnibusTest.PValue], tail, ToleranceClass.ExactTail),
            Statistics("fit.stats.ML", fit.MaximumLikelihood),
            Statistics("fit.stats.REML", fit.RestrictedLikelihood),
        ];
        var scales = UnivariateScales.OfCoefficients(fit.Coefficients, fit.OmnibusTest);
        scales["QE"] = [UnivariateScales.WeightedSumOfSquares(fit.Studies, 0)];
        return
        [
            .. list.ConvertAll(q => scales.TryGetValue(q.Name, out var scale) ? q with { Scale = scale } : q),
            .. fit.Further.SelectMany(table => table.Quantities(isExact)),
        ];
    }

    // What a model has none of is no quantity.
    private static IEnumerable<Quantity> Components(MultilevelFit fit, ToleranceClass main) =>
        fit.ComponentsByKind().Select(group => new Quantity(
            Specs.Keywords<ComponentKind>.Of(group.Key),
            [.. group.Select(c => c.Value)],
            main,
            ToleranceClass.Exact,
            [.. group.Select(c => c.Label)]));

    private static Quantity Statistics(string name, FitStatistics s) => new(
        name,
        [s.LogLikelihood, s.Deviance, s.Aic, s.Bic, s.Aicc],
        ToleranceClass.LogLikelihood,
        ToleranceClass.LogLikelihood,
        ["ll", "dev", "AIC", "BIC", "AICc"]);
}
