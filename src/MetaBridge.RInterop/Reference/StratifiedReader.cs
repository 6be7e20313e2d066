using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Evaluates a generated call of <c>rma.mh</c> or <c>rma.peto</c> and reads what it returns into our shape.</summary>
internal static class StratifiedReader
{
    private const string Extract =
        """
        used <- fit$not.na.yivi
        table <- function(x) { x <- unclass(x); x$names <- as.character(x$slab)
          lapply(x[c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp", "I2", "H2")], as.numeric) |> c(list(names = x$names)) }
        list(
          beta = number(fit$beta), names = "intrcpt", se = number(fit$se), zval = number(fit$zval), pval = number(fit$pval),
          ci.lb = number(fit$ci.lb), ci.ub = number(fit$ci.ub), I2 = number(fit$I2), H2 = number(fit$H2), QE = number(fit$QE),
          QEp = number(fit$QEp), MH = number(fit$MH), MHp = number(fit$MHp), CO = number(fit$CO), COp = number(fit$COp),
          BD = number(fit$BD), BDp = number(fit$BDp), TA = number(fit$TA), TAp = number(fit$TAp), k = number(fit$k),
          k.yi = number(fit$k.yi), k.pos = number(fit$k.pos), ML = number(fit$fit.stats[, "ML"]), REML = number(fit$fit.stats[, "REML"]),
          yi = number(fit$yi), vi = number(fit$vi), rows = number(fit$ids[used]), slab = as.character(fit$slab)[used],
          dropped = number(fit$ids[!fit$not.na]),
          leave1out = if (ask[["leave1out"]]) table(metafor::leave1out(fit)), cumul = if (ask[["cumul"]]) table(metafor::cumul(fit)))
        """;

    /// <summary>The code that evaluates a call and takes its result apart.</summary>
    public static string CodeFor(string call, StratifiedSpec spec)
    {
        string Asks(FurtherResult word) => FurtherRequest.Asks(spec.Also, word) ? "TRUE" : "FALSE";
        return $"fit <- (function() {{\n{RSnippets.FixedCollation}\n{call}\n}})()\n"
            + $"ask <- c(leave1out = {Asks(FurtherResult.LeaveOneOut)}, cumul = {Asks(FurtherResult.Cumulative)})\n{RSnippets.Helpers}\n{Extract}";
    }

    /// <summary>Reads the result of that code.</summary>
    public static StratifiedFit Read(RList value, StratifiedSpec spec, string engine)
    {
        var fit = new Fields(value);
        var isPeto = spec.Method == PoolingMethod.Peto;
        var measure = isPeto ? EffectMeasure.PetoOddsRatio
            : spec.Effect.Measure == EffectMeasure.Given ? EffectMeasure.OddsRatio : spec.Effect.Measure;
        var isOdds = measure == EffectMeasure.OddsRatio;
        var positive = fit.Number("k.pos");
        return new StratifiedFit
        {
            Engine = engine,
            Method = spec.Method,
            Measure = measure,
            Level = spec.Level,
            Coefficients = fit.Coefficients(),
            Heterogeneity = new TestResult(fit.Number("QE"), Math.Max(fit.Number("k.yi") - 1, 0), double.NaN, fit.Number("QEp")),
            ISquared = fit.Number("I2"),
            HSquared = fit.Number("H2"),
            MantelHaenszelTest = isOdds || measure == EffectMeasure.IncidenceRateRatio ? Test(fit, "MH", 1) : null,
            CochranTest = isOdds ? Test(fit, "CO", 1) : null,
            BreslowDayTest = isOdds ? Test(fit, "BD", positive - 1) : null,
            TaroneTest = isOdds ? Test(fit, "TA", positive - 1) : null,
            TableCount = (int)fit.Number("k"),
            PositiveCount = double.IsNaN(positive) ? null : (int)positive,
            MaximumLikelihood = fit.Statistics("ML"),
            RestrictedLikelihood = fit.Statistics("REML"),
            Studies = fit.Studies(),
            LeaveOneOut = fit.List("leave1out") is { } left ? Sequence(left) : null,
            Cumulative = fit.List("cumul") is { } added ? Sequence(added) : null,
        };
    }

    private static TestResult Test(Fields fit, string name, double df) => new(fit.Number(name), df, double.NaN, fit.Number(name + "p"));

    private static StratifiedSequence Sequence(Fields table) => new(
        table.Texts("names"),
        table.Numbers("estimate"),
        table.Numbers("se"),
        table.Numbers("zval"),
        table.Numbers("pval"),
        table.Numbers("ci.lb"),
        table.Numbers("ci.ub"),
        table.Numbers("Q"),
        table.Numbers("Qp"),
        table.Numbers("I2"),
        table.Numbers("H2"));
}
