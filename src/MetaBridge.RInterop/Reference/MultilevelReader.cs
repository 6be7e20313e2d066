using System.Globalization;
using MetaBridge.Data.Formulas;
using MetaBridge.Multilevel;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Evaluates generated calls of <c>metafor::rma.mv</c> and reads the best of their results into our shape.</summary>
internal static class MultilevelReader
{
    /// <summary>The R variable with the matrices of the dataset.</summary>
    public const string MatricesName = ".metabridge.matrices";

    private static readonly string Search = Embedding.RHarnessText.Read("multilevel.R");

    private const string Extract =
        """
        inner <- function(with, names, levels, values, correlations, fix.values, fix.correlations, nlevels)
          if (isTRUE(with)) list(names = as.character(names), levels = as.character(levels[[1]]), values = number(values),
            correlations = number(correlations), fix.values = as.logical(fix.values), fix.correlations = as.logical(fix.correlations),
            nlevels = number(nlevels)[2])
        list(
          control = found$control, search = found$said, beta = number(fit$beta), names = rownames(fit$beta), se = number(fit$se), zval = number(fit$zval),
          pval = number(fit$pval), ci.lb = number(fit$ci.lb), ci.ub = number(fit$ci.ub), vb = number(fit$vb), ddf = number(fit$ddf),
          sigma2 = if (isTRUE(fit$withS)) number(fit$sigma2), s.names = as.character(fit$s.names), s.nlevels = number(fit$s.nlevels),
          fix.sigma2 = as.logical(fit$vc.fix$sigma2),
          g = inner(fit$withG, fit$g.names, fit$g.levels.f, fit$tau2, fit$rho, fit$vc.fix$tau2, fit$vc.fix$rho, fit$g.nlevels.f),
          h = inner(fit$withH, fit$h.names, fit$h.levels.f, fit$gamma2, fit$phi, fit$vc.fix$gamma2, fit$vc.fix$phi, fit$h.nlevels.f),
          QE = number(fit$QE), QEp = number(fit$QEp), QEdf = number(fit$k - fit$p),
          QM = number(fit$QM), QMp = number(fit$QMp), QMdf = number(fit$QMdf), btt = number(fit$btt), parms = number(fit$parms),
          ML = number(fit$fit.stats[, "ML"]), REML = number(fit$fit.stats[, "REML"]), intercept = isTRUE(fit$int.incl),
          yi = number(fit$yi), vi = number(fit$vi), rows = number(rows), slab = label(fit$slab), dropped = number(fit$ids[!fit$not.na]),
          redundant = sub("^X", "", names(fit$coef.na)[fit$coef.na]), tables = if (exists("tables", inherits = FALSE)) tables,
          intervals = if (ask.intervals) metabridge_intervals(fit))
        """;

    /// <summary>The code that searches with a call and takes the result apart.</summary>
    /// <param name="call">The call, without control.</param>
    /// <param name="spec">What else is wanted.</param>
    public static string CodeFor(RCall call, MultilevelSpec spec)
    {
        var asksForIntervals = FurtherRequest.Asks(spec.Also, FurtherResult.HeterogeneityIntervals);
        return $$"""
            {{Search}}
            {{MatricesName}} <- lapply({{MatricesName}}, metabridge_matrix)
            found <- (function(envir) {
            {{RSnippets.FixedCollation}}
            metabridge_search(quote({{call}}), envir)
            })(environment())
            fit <- found$fit
            ask.intervals <- {{(asksForIntervals ? "TRUE" : "FALSE")}}
            {{RSnippets.Helpers}}
            {{MultilevelFurther.CodeFor(call, spec)}}
            {{Extract}}
            """;
    }

    /// <summary>The R code of a matrix of the dataset, as the code sees it.</summary>
    public static string MatrixCode(string name) => $"{MatricesName}[[{RCode.Text(name)}]]";

    /// <summary>The control that the call ended with, as R code; null for none.</summary>
    public static string? ControlOf(RList value) => new Fields(value).Texts("control") is [var control] && control != "NA" ? control : null;

    /// <summary>What each search of the reference found, in words.</summary>
    public static string[] SearchOf(RList value) => new Fields(value).Texts("search");

    /// <summary>Reads the result of that code.</summary>
    public static MultilevelFit Read(RList value, MultilevelSpec spec, string engine)
    {
        var fit = new Fields(value);
        var qmDf = fit.Numbers("QMdf");
        var p = fit.Numbers("beta").Length;
        var ddf = fit.Numbers("ddf");
        RandomTermFit[] terms = [.. Intercepts(fit, spec), .. Structured(fit, spec)];
        return new MultilevelFit
        {
            Engine = engine,
            Method = spec.Method,
            Test = spec.Test,
            Level = spec.Level,
            Coefficients = fit.Coefficients(),
            Covariance = fit.Numbers("vb"),
            DegreesOfFreedom = ddf.Length == p ? ddf : [.. Enumerable.Repeat(ddf.Length > 0 ? ddf[0] : double.NaN, p)],
            Terms = terms,
            Intervals = fit.List("intervals") is { } limits ? Intervals(limits, terms) : null,
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
            Further = fit.Tables(),
        };
    }

    private static IEnumerable<RandomTermFit> Intercepts(Fields fit, MultilevelSpec spec)
    {
        var (values, names, levels, isFixed) = (fit.Numbers("sigma2"), fit.Texts("s.names"), fit.Numbers("s.nlevels"), fit.Numbers("fix.sigma2"));
        return values.Select((value, i) => new RandomTermFit(
            names[i], null, null, (int)levels[i], [], spec.KnownCorrelations?.ContainsKey(names[i]) == true, [new VarianceComponent(ComponentKind.SigmaSquared, names[i], value, isFixed[i] == 1)]));
    }

    private static IEnumerable<RandomTermFit> Structured(Fields fit, MultilevelSpec spec)
    {
        var formulas = spec.Random.Select(RandomFormula.Parse).Where(formula => !formula.IsIntercept).ToArray();
        if (fit.List("g") is { } g)
        {
            yield return Term(g, formulas[0], spec.Structures[0], ComponentKind.TauSquared, ComponentKind.Rho);
        }

        if (fit.List("h") is { } h)
        {
            var structure = spec.Structures[Math.Min(1, spec.Structures.Count - 1)];
            yield return Term(h, formulas[1], structure, ComponentKind.GammaSquared, ComponentKind.Phi);
        }
    }

    private static RandomTermFit Term(
        Fields term, RandomFormula formula, CovarianceStructure structure, ComponentKind variance, ComponentKind correlation)
    {
        var names = term.Texts("names");
        var hasSlopes = structure is CovarianceStructure.General or CovarianceStructure.GeneralDiagonal;

        // Of random slopes, metafor's levels are values; the names of the effects stand before the outer factor.
        var levels = hasSlopes ? names[..^1] : term.Texts("levels");
        var inner = string.Join(" + ", hasSlopes ? formula.Inner : names[..^1]);
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

    private static ComponentInterval[] Intervals(Fields limits, RandomTermFit[] terms)
    {
        var (lower, upper) = (limits.Numbers("lb"), limits.Numbers("ub"));
        var free = terms.SelectMany(term => term.Components).Where(component => !component.IsFixed).OrderBy(component => component.Kind);
        return
        [
            .. free.Select((component, i) => new ComponentInterval(
                component, lower[i], upper[i], KindOf(lower[i], component), KindOf(upper[i], component), null)),
        ];
    }

    private static BoundKind KindOf(double limit, VarianceComponent component) =>
        double.IsInfinity(limit) ? BoundKind.Unbounded
        : limit == 0 && component.Kind is ComponentKind.SigmaSquared or ComponentKind.TauSquared or ComponentKind.GammaSquared ? BoundKind.AtBoundary
        : BoundKind.Value;

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
