using MetaBridge.Agreement;

namespace MetaBridge.Univariate;

/// <summary>Names the numbers of a <see cref="UnivariateFit"/> for comparison.</summary>
internal static class UnivariateQuantities
{
    public static IReadOnlyList<Quantity> Of(UnivariateFit fit)
    {
        var names = fit.Coefficients.Names;
        // A closed-form τ² follows from the data by the same sums on both sides, so everything after it is exact too.
        var isClosedForm = fit.Method.IsClosedForm() || fit.TauSquared.Optimality == Optimality.Fixed;
        var main = isClosedForm ? ToleranceClass.Exact : ToleranceClass.Tight;
        var tail = isClosedForm ? ToleranceClass.ExactTail : ToleranceClass.Tight;
        var list = new List<Quantity>
        {
            new("yi", fit.Studies.EffectSizes, ToleranceClass.Exact),
            new("vi", fit.Studies.Variances, ToleranceClass.Exact),
            new("k", [fit.StudyCount], ToleranceClass.Exact),
            new("p", [fit.Coefficients.Count], ToleranceClass.Exact),
            new("parms", [fit.ParameterCount], ToleranceClass.Exact),
            new("tau2", [fit.TauSquared.Value], main),
            new("se.tau2", [fit.TauSquared.StandardError], main),
            new("beta", fit.Coefficients.Estimates, main, Labels: names),
            new("se", fit.Coefficients.StandardErrors, main, Labels: names),
            new("zval", fit.Coefficients.Statistics, main, Labels: names),
            new("pval", fit.Coefficients.PValues, tail, ToleranceClass.ExactTail, names),
            new("ci.lb", fit.Coefficients.Lower, tail, ToleranceClass.ExactTail, names),
            new("ci.ub", fit.Coefficients.Upper, tail, ToleranceClass.ExactTail, names),
            new("vb", fit.Covariance, main),
            new("QE", [fit.ResidualHeterogeneity.Statistic], ToleranceClass.Exact),
            new("QEdf", [fit.ResidualHeterogeneity.NumeratorDf], ToleranceClass.Exact),
            new("QEp", [fit.ResidualHeterogeneity.PValue], ToleranceClass.ExactTail, ToleranceClass.ExactTail),
            new("QM", [fit.OmnibusTest.Statistic], main),
            new("QMdf", [fit.OmnibusTest.NumeratorDf, fit.OmnibusTest.DenominatorDf], ToleranceClass.Exact),
            new("QMp", [fit.OmnibusTest.PValue], tail, ToleranceClass.ExactTail),
            new("I2", [fit.ISquared], main),
            new("H2", [fit.HSquared], main),
            // R² needs a second fit (without moderators), which is never given the reference's τ².
            // metafor before 5.0-1 reports it for models with an intercept column only.
            new("R2", [fit.RSquared], main, Given: null) { IsNewInReference = !fit.HasIntercept },
            new("s2w", [fit.VarianceScale], main),
            new("ddf", [fit.DegreesOfFreedom], ToleranceClass.Exact),
            Statistics("fit.stats.ML", fit.MaximumLikelihood),
            Statistics("fit.stats.REML", fit.RestrictedLikelihood),
        };
        AddPredictions(list, fit.Predictions, main, tail);
        AddIntervals(list, fit.HeterogeneityIntervals);
        list.AddRange(fit.Further.SelectMany(table => table.Quantities(isClosedForm)));
        return UnivariateScales.Apply(fit, list);
    }

    private static Quantity Statistics(string name, FitStatistics s) => new(
        name,
        [s.LogLikelihood, s.Deviance, s.Aic, s.Bic, s.Aicc],
        ToleranceClass.LogLikelihood,
        ToleranceClass.LogLikelihood,
        ["ll", "dev", "AIC", "BIC", "AICc"]);

    private static void AddPredictions(List<Quantity> list, PredictionTable? table, ToleranceClass main, ToleranceClass tail)
    {
        if (table is null)
        {
            return;
        }

        list.Add(new("pred", table.Predicted, main));
        list.Add(new("pred.se", table.StandardErrors, main));
        list.Add(new("pred.ci.lb", table.Lower, tail, ToleranceClass.ExactTail));
        list.Add(new("pred.ci.ub", table.Upper, tail, ToleranceClass.ExactTail));
        list.Add(new("pred.pi.lb", table.PredictionLower, tail, ToleranceClass.ExactTail));
        list.Add(new("pred.pi.ub", table.PredictionUpper, tail, ToleranceClass.ExactTail));
    }

    private static void AddIntervals(List<Quantity> list, HeterogeneityIntervals? intervals)
    {
        if (intervals is null)
        {
            return;
        }

        list.Add(new("confint.tau2", [intervals.TauSquaredLower, intervals.TauSquaredUpper], ToleranceClass.Tight, ToleranceClass.Tight));
        list.Add(new("confint.I2", [intervals.ISquared.Lower, intervals.ISquared.Upper], ToleranceClass.Tight, ToleranceClass.Tight));
        list.Add(new("confint.H2", [intervals.HSquared.Lower, intervals.HSquared.Upper], ToleranceClass.Tight, ToleranceClass.Tight));
    }
}
