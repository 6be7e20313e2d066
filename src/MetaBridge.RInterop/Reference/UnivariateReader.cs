using MetaBridge.Data;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Evaluates a generated call of <c>metafor::rma</c> and reads what it returns into our shape.</summary>
internal static class UnivariateReader
{
    // confint solves Q(τ²) = quantile by uniroot, 1.2e-4 by default; the control tightens it to what the class Tight asks for.
    private const string Extract =
        """
        list(
          beta = number(fit$beta), names = rownames(fit$beta), se = number(fit$se), zval = number(fit$zval), pval = number(fit$pval),
          ci.lb = number(fit$ci.lb), ci.ub = number(fit$ci.ub), vb = number(fit$vb),
          tau2 = number(fit$tau2), se.tau2 = number(fit$se.tau2), I2 = number(fit$I2), H2 = number(fit$H2), R2 = number(fit$R2),
          vt = number(fit$vt), QE = number(fit$QE), QEp = number(fit$QEp), QEdf = number(fit$k - fit$p),
          QM = number(fit$QM), QMp = number(fit$QMp), QMdf = number(fit$QMdf), btt = number(fit$btt), ddf = number(fit$ddf),
          s2w = number(fit$s2w), parms = number(fit$parms), ML = number(fit$fit.stats[, "ML"]), REML = number(fit$fit.stats[, "REML"]),
          intercept = isTRUE(fit$int.incl), yi = number(fit$yi), vi = number(fit$vi), weights = as.numeric(fit$weights), rows = number(rows), slab = label(fit$slab),
          dropped = number(fit$ids[!fit$not.na]), redundant = sub("^X", "", names(fit$coef.na)[fit$coef.na]),
          tables = tables,
          predict = if (ask[["predict"]]) { p <- unclass(stats::predict(fit)); lapply(p[c("pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub")], as.numeric) },
          confint = if (ask[["confint"]]) {
            ci <- stats::confint(fit, type = "QP", control = list(tol = 1e-12))
            list(lb = ci$random["tau^2", "ci.lb"], ub = ci$random["tau^2", "ci.ub"],
                 empty = isTRUE(ci$ci.null), below = identical(ci$lb.sign, "<"), above = identical(ci$ub.sign, ">"))
          })
        """;

    /// <summary>The code that evaluates a call and takes its result apart.</summary>
    public static string CodeFor(string call, UnivariateSpec spec)
    {
        var also = spec.Also ?? [];
        var hasVariance = spec.Method != HeterogeneityMethod.EqualEffects;
        var (predict, confint) = (also.Contains(FurtherResult.Predictions), hasVariance && also.Contains(FurtherResult.HeterogeneityIntervals));
        return $"fit <- (function() {{\n{RSnippets.FixedCollation}\n{call}\n}})()\nask <- c(predict = {Logical(predict)}, confint = {Logical(confint)})\n{RSnippets.Helpers}\n{UnivariateFurther.CodeFor(call, spec)}\n{Extract}";
    }

    /// <summary>Reads the result of that code.</summary>
    public static UnivariateFit Read(RList value, UnivariateSpec spec, string engine)
    {
        var fit = new Fields(value);
        var qmDf = fit.Numbers("QMdf");
        return new UnivariateFit
        {
            Engine = engine,
            Method = spec.Method,
            Test = spec.Test,
            Measure = spec.Effect.Measure,
            Level = spec.Level,
            Coefficients = fit.Coefficients(),
            Covariance = fit.Numbers("vb"),
            Weights = fit.Numbers("weights") is { Length: > 0 } weights ? weights : null,
            IsUnweighted = !spec.Weighted,
            TauSquared = new TauSquaredEstimate(
                fit.Number("tau2"), fit.Number("se.tau2"), spec.TauSquared is null ? Optimality.Unknown : Optimality.Fixed),
            ISquared = fit.Number("I2"),
            HSquared = fit.Number("H2"),
            RSquared = fit.Number("R2"),
            TypicalVariance = fit.Number("vt"),
            ResidualHeterogeneity = new TestResult(fit.Number("QE"), fit.Number("QEdf"), double.NaN, fit.Number("QEp")),
            OmnibusTest = new TestResult(fit.Number("QM"), qmDf[0], qmDf.Length > 1 ? qmDf[1] : double.NaN, fit.Number("QMp")),
            TestedCoefficients = [.. fit.Numbers("btt").Select(i => (int)i - 1)],
            DegreesOfFreedom = fit.Number("ddf"),
            VarianceScale = fit.Number("s2w"),
            MaximumLikelihood = fit.Statistics("ML"),
            RestrictedLikelihood = fit.Statistics("REML"),
            ParameterCount = (int)fit.Number("parms"),
            HasIntercept = fit.Flag("intercept"),
            Studies = fit.Studies(),
            DroppedColumns = fit.Texts("redundant"),
            Further = fit.Tables(),
            Predictions = fit.List("predict") is { } predictions ? Predictions(predictions) : null,
            HeterogeneityIntervals = fit.List("confint") is { } intervals ? Intervals(intervals, fit.Number("vt")) : null,
        };
    }

    private static PredictionTable Predictions(Fields table)
    {
        var predicted = table.Numbers("pred");
        return new(
            predicted,
            table.Numbers("se"),
            table.Numbers("ci.lb"),
            table.Numbers("ci.ub"),
            PredictionLimits("pi.lb"),
            PredictionLimits("pi.ub"));

        // Equal-effects models have no prediction interval.
        double[] PredictionLimits(string name) =>
            table.Numbers(name) is { Length: > 0 } limits ? limits : [.. predicted.Select(_ => double.NaN)];
    }

    private static HeterogeneityIntervals Intervals(Fields intervals, double typicalVariance)
    {
        var isEmpty = intervals.Flag("empty");
        var lower = intervals.Number("lb");
        return new(
            lower,
            intervals.Number("ub"),
            isEmpty ? BoundKind.EmptySet : intervals.Flag("below") || lower == 0 ? BoundKind.AtBoundary : BoundKind.Value,
            isEmpty ? BoundKind.EmptySet : intervals.Flag("above") ? BoundKind.Unbounded : BoundKind.Value,
            typicalVariance);
    }

    private static string Logical(bool value) => value ? "TRUE" : "FALSE";
}
