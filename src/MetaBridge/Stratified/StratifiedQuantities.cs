using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>Names the numbers of a <see cref="StratifiedFit"/> for comparison; all are closed forms.</summary>
internal static class StratifiedQuantities
{
    private const double Percent = 100;
    private const double StandardUnit = 1;
    private static readonly string[] StatisticNames = ["ll", "dev", "AIC", "BIC", "AICc"];

    public static IReadOnlyList<Quantity> Of(StratifiedFit fit)
    {
        var c = fit.Coefficients;
        var scales = UnivariateScales.OfCoefficients(c, fit.Heterogeneity);
        double[] effects = [.. fit.Studies.EffectSizes.Where(y => !double.IsNaN(y))];
        double[] variances = [.. fit.Studies.Variances.Where((_, i) => !double.IsNaN(fit.Studies.EffectSizes[i]))];
        var squares = Squares(effects, variances);
        var list = new List<Quantity>
        {
            Exact("yi", effects, [.. variances.Select(Math.Sqrt)]),
            Exact("vi", variances),
            Exact("k", [fit.TableCount]),
            Exact("k.yi", [effects.Length]),
            Exact("k.pos", [fit.PositiveCount ?? double.NaN]),
            Exact("beta", c.Estimates, scales["beta"], c.Names),
            Exact("se", c.StandardErrors, labels: c.Names),
            Exact("zval", c.Statistics, scales["zval"], c.Names),
            Tail("pval", c.PValues, labels: c.Names),
            Tail("ci.lb", c.Lower, scales["ci.lb"], c.Names),
            Tail("ci.ub", c.Upper, scales["ci.ub"], c.Names),
            Exact("QE", [fit.Heterogeneity.Statistic], [squares]),
            Tail("QEp", [fit.Heterogeneity.PValue]),
            Exact("I2", [fit.ISquared], [Percent]),
            Exact("H2", [fit.HSquared], [squares / Math.Max(fit.Heterogeneity.NumeratorDf, 1)]),
        };
        AddTest(list, "MH", fit.MantelHaenszelTest);
        AddTest(list, "CO", fit.CochranTest);
        AddTest(list, "BD", fit.BreslowDayTest);
        AddTest(list, "TA", fit.TaroneTest);
        list.Add(Statistics("fit.stats.ML", fit.MaximumLikelihood));
        list.Add(Statistics("fit.stats.REML", fit.RestrictedLikelihood));
        AddSequence(list, FurtherResult.LeaveOneOut, fit.LeaveOneOut, squares);
        AddSequence(list, FurtherResult.Cumulative, fit.Cumulative, squares);
        return list;
    }

    private static Quantity Exact(string name, double[] values, double[]? scale = null, IReadOnlyList<string>? labels = null) =>
        new(name, values, ToleranceClass.Exact, Labels: labels) { Scale = scale };

    private static Quantity Tail(string name, double[] values, double[]? scale = null, IReadOnlyList<string>? labels = null) =>
        new(name, values, ToleranceClass.ExactTail, ToleranceClass.ExactTail, labels) { Scale = scale };

    private static Quantity Statistics(string name, FitStatistics s) => new(
        name, [s.LogLikelihood, s.Deviance, s.Aic, s.Bic, s.Aicc], ToleranceClass.LogLikelihood, ToleranceClass.LogLikelihood, StatisticNames);

    // The statistics are squares in units of a standard error, the last two sums of such squares.
    private static void AddTest(List<Quantity> list, string name, TestResult? test)
    {
        if (test is not null)
        {
            list.Add(Exact(name, [test.Statistic], [StandardUnit]));
            list.Add(Tail(name + "p", [test.PValue]));
        }
    }

    private static void AddSequence(List<Quantity> list, FurtherResult word, StratifiedSequence? table, double squares)
    {
        if (table is null)
        {
            return;
        }

        var prefix = Keywords<FurtherResult>.Of(word) + ".";
        var reach = table.Estimates.Select((b, i) => Math.Abs(b) + ((table.Upper[i] - table.Lower[i]) / 2)).Select(Finite).ToArray();
        double[] All(double value) => [.. table.Estimates.Select(_ => value)];
        list.Add(Exact(prefix + "estimate", table.Estimates, [.. table.StandardErrors.Select(Finite)]));
        list.Add(Exact(prefix + "se", table.StandardErrors));
        list.Add(Exact(prefix + "zval", table.Statistics, All(StandardUnit)));
        list.Add(Tail(prefix + "pval", table.PValues));
        list.Add(Tail(prefix + "ci.lb", table.Lower, reach));
        list.Add(Tail(prefix + "ci.ub", table.Upper, reach));
        list.Add(Exact(prefix + "Q", table.Q, All(squares)));
        list.Add(Tail(prefix + "Qp", table.QPValues));
        list.Add(Exact(prefix + "I2", table.ISquared, All(Percent)));
        list.Add(Exact(prefix + "H2", table.HSquared, All(squares)));
    }

    /// <summary>Σ y²/v: Q is a difference from it.</summary>
    private static double Squares(double[] effects, double[] variances)
    {
        var sum = effects.Zip(variances, (y, v) => y * y / v).Sum();
        return double.IsFinite(sum) ? sum : 0;
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
