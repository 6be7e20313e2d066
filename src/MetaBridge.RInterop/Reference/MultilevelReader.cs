using System.Globalization;
using MetaBridge.Multilevel;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Evaluates generated calls of <c>metafor::rma.mv</c> and reads the best of their results into our shape.</summary>
internal static class MultilevelReader
{
    // Searches whose log-likelihoods differ by rounding only are equally good; the first is kept.
    private const string ChooseBest =
        """
        ok <- vapply(fits, inherits, TRUE, what = "rma")
        if (!any(ok)) stop(conditionMessage(fits[[1]]))
        loglik <- vapply(fits, function(f) if (inherits(f, "rma")) as.numeric(stats::logLik(f)) else -Inf, 0)
        best <- if (all(is.na(loglik))) which(ok)[1] else which.max(loglik)
        fit <- fits[[best]]
        """;

    private const string Extract =
        """
        inner <- function(with, names, levels, values, correlations, fix.values, fix.correlations, nlevels)
          if (isTRUE(with)) list(names = as.character(names), levels = as.character(levels[[1]]), values = number(values),
            correlations = number(correlations), fix.values = as.logical(fix.values), fix.correlations = as.logical(fix.correlations),
            nlevels = number(nlevels)[2])
        list(
          best = number(best), beta = number(fit$beta), names = rownames(fit$beta), se = number(fit$se), zval = number(fit$zval),
          pval = number(fit$pval), ci.lb = number(fit$ci.lb), ci.ub = number(fit$ci.ub), vb = number(fit$vb), ddf = number(fit$ddf),
          sigma2 = if (isTRUE(fit$withS)) number(fit$sigma2), s.names = as.character(fit$s.names), s.nlevels = number(fit$s.nlevels),
          fix.sigma2 = as.logical(fit$vc.fix$sigma2),
          g = inner(fit$withG, fit$g.names, fit$g.levels.f, fit$tau2, fit$rho, fit$vc.fix$tau2, fit$vc.fix$rho, fit$g.nlevels.f),
          h = inner(fit$withH, fit$h.names, fit$h.levels.f, fit$gamma2, fit$phi, fit$vc.fix$gamma2, fit$vc.fix$phi, fit$h.nlevels.f),
          QE = number(fit$QE), QEp = number(fit$QEp), QEdf = number(fit$k - fit$p),
          QM = number(fit$QM), QMp = number(fit$QMp), QMdf = number(fit$QMdf), btt = number(fit$btt), parms = number(fit$parms),
          ML = number(fit$fit.stats[, "ML"]), REML = number(fit$fit.stats[, "REML"]), intercept = isTRUE(fit$int.incl),
          yi = number(fit$yi), vi = number(fit$vi), rows = number(rows), slab = label(fit$slab), dropped = number(fit$ids[!fit$not.na]),
          redundant = sub("^X", "", names(fit$coef.na)[fit$coef.na]), tables = if (exists("tables", inherits = FALSE)) tables)
        """;

    /// <summary>The code that evaluates the calls and takes the best result apart.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="stopsAtFirst">Whether to be content with the first that ends without an error.</param>
    /// <param name="spec">What else is wanted.</param>
    public static string CodeFor(IReadOnlyList<RCall> calls, bool stopsAtFirst, MultilevelSpec spec)
    {
        var attempts = string.Join(",\n", calls.Select(call => $"function() {call}"));
        return $$"""
            fits <- (function() {
            {{RSnippets.FixedCollation}}
            found <- list()
            for (call in list({{attempts}})) {
              found <- c(found, list(tryCatch(call(), error = function(e) e)))
              if ({{(stopsAtFirst ? "TRUE" : "FALSE")}} && inherits(found[[length(found)]], "rma")) break
            }
            found
            })()
            {{ChooseBest}}
            {{RSnippets.Helpers}}
            {{MultilevelFurther.CodeFor(calls, spec)}}
            {{Extract}}
            """;
    }

    /// <summary>Which of the calls was the best, counted from 0.</summary>
    public static int BestOf(RList value) => (int)new Fields(value).Number("best") - 1;

    /// <summary>Reads the result of that code.</summary>
    public static MultilevelFit Read(RList value, MultilevelSpec spec, string engine)
    {
        var fit = new Fields(value);
        var qmDf = fit.Numbers("QMdf");
        var p = fit.Numbers("beta").Length;
        var ddf = fit.Numbers("ddf");
        return new MultilevelFit
        {
            Engine = engine,
            Method = spec.Method,
            Test = spec.Test,
            Level = spec.Level,
            Coefficients = fit.Coefficients(),
            Covariance = fit.Numbers("vb"),
            DegreesOfFreedom = ddf.Length == p ? ddf : [.. Enumerable.Repeat(ddf.Length > 0 ? ddf[0] : double.NaN, p)],
            Terms = [.. Intercepts(fit), .. Structured(fit, spec)],
            ResidualHeterogeneity = new TestResult(fit.Number("QE"), fit.Number("QEdf"), double.NaN, fit.Number("QEp")),
            OmnibusTest = new TestResult(fit.Number("QM"), qmDf[0], qmDf.Length > 1 ? qmDf[1] : double.NaN, fit.Number("QMp")),
            TestedCoefficients = [.. fit.Numbers("btt").Select(i => (int)i - 1)],
            MaximumLikelihood = fit.Statistics("ML"),
            RestrictedLikelihood = fit.Statistics("REML"),
            ParameterCount = (int)fit.Number("parms"),
            HasIntercept = fit.Flag("intercept"),
            HasCustomWeights = spec.WeightColumn is not null,
            Studies = fit.Studies(),
            Search = new ComponentSearchReport(Optimality.Unknown, true, double.NaN, double.NaN, [], 0, 0, 0, ""),
            DroppedColumns = fit.Texts("redundant"),
            Further = MultilevelFurther.Read(fit),
        };
    }

    private static IEnumerable<RandomTermFit> Intercepts(Fields fit)
    {
        var (values, names, levels, isFixed) = (fit.Numbers("sigma2"), fit.Texts("s.names"), fit.Numbers("s.nlevels"), fit.Numbers("fix.sigma2"));
        return values.Select((value, i) => new RandomTermFit(
            names[i], null, null, (int)levels[i], [], false, [new VarianceComponent(ComponentKind.SigmaSquared, names[i], value, isFixed[i] == 1)]));
    }

    private static IEnumerable<RandomTermFit> Structured(Fields fit, MultilevelSpec spec)
    {
        if (fit.List("g") is { } g)
        {
            yield return Term(g, spec.Structures[0], ComponentKind.TauSquared, ComponentKind.Rho);
        }

        if (fit.List("h") is { } h)
        {
            yield return Term(h, spec.Structures[Math.Min(1, spec.Structures.Count - 1)], ComponentKind.GammaSquared, ComponentKind.Phi);
        }
    }

    private static RandomTermFit Term(Fields term, CovarianceStructure structure, ComponentKind variance, ComponentKind correlation)
    {
        var (names, levels) = (term.Texts("names"), term.Texts("levels"));
        var inner = string.Join(" + ", names[..^1]);
        var (values, correlations) = (term.Numbers("values"), term.Numbers("correlations"));
        var (fixedValues, fixedCorrelations) = (term.Numbers("fix.values"), term.Numbers("fix.correlations"));
        var isPaired = structure is CovarianceStructure.Unstructured or CovarianceStructure.General;
        var pairs = isPaired ? Pairs(levels).ToArray() : [];
        VarianceComponent[] components =
        [
            .. values.Select((value, i) => new VarianceComponent(
                variance, values.Length > 1 ? levels[i] : inner, value, IsFixed(fixedValues, i))),
            .. correlations.Select((value, i) => new VarianceComponent(
                correlation, isPaired ? pairs[i] : inner, value, IsFixed(fixedCorrelations, i))),
        ];
        return new RandomTermFit(names[^1], inner, structure, (int)term.Number("nlevels"), levels, false, components);
    }

    private static bool IsFixed(double[] flags, int i) => flags.Length > 0 && flags[Math.Min(i, flags.Length - 1)] == 1;

    private static IEnumerable<string> Pairs(string[] levels)
    {
        for (var a = 0; a < levels.Length; a++)
        {
            for (var b = a + 1; b < levels.Length; b++)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{levels[a]}-{levels[b]}");
            }
        }
    }
}
