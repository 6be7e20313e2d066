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
            .. Intervals(fit),
            .. fit.Further.SelectMany(table => table.Quantities(isExact)),
        ];
    }

    // Limits of profile-likelihood intervals; infinity where the profile has no end. They don't exist at given components.
    private static IEnumerable<Quantity> Intervals(MultilevelFit fit)
    {
        if (fit.Intervals is not { } intervals)
        {
            return [];
        }

        var sorted = intervals.OrderBy(interval => interval.Component.Kind).ToArray();
        string[] labels = [.. sorted.Select(i => $"{Specs.Keywords<ComponentKind>.Of(i.Component.Kind)} {i.Component.Label}")];
        var lower = Array.ConvertAll(sorted, i => i.LowerKind == BoundKind.Unbounded ? double.NegativeInfinity : i.Lower);
        var upper = Array.ConvertAll(sorted, i => i.UpperKind == BoundKind.Unbounded ? double.PositiveInfinity : i.Upper);
        var width = lower.Zip(upper, (l, u) => double.IsFinite(u - l) ? u - l : 0).ToArray();
        return
        [
            new Quantity("confint.lb", lower, ToleranceClass.Tight, null, labels) { Scale = width },
            new Quantity("confint.ub", upper, ToleranceClass.Tight, null, labels) { Scale = width },
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
