using MetaBridge.Data.Formulas;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of meta-regression.</summary>
internal static class RegressionCode
{
    // Coefficients that are meant by positions, ranges or parts of their names, and how a set of them is written.
    internal const string SetHelpers =
        """
        positions <- function(items) sort(unique(unlist(lapply(items, function(item) if (grepl("^[0-9]+(:[0-9]+)?$", item)) {
          ends <- as.integer(strsplit(item, ":")[[1]]); ends[1]:ends[length(ends)]
        } else grep(item, rownames(fit$beta), fixed = TRUE)))))
        written <- function(set) {
          parts <- split(set, cumsum(c(1, diff(set) != 1)))
          paste(vapply(parts, function(x) if (length(x) == 1) paste(x) else paste0(x[1], ":", x[length(x)]), ""), collapse = ",")
        }
        """;

    // Rows of the model matrix at chosen values: numbers are 0 and factors at their first level unless they are named.
    private const string MatrixHelpers =
        """
        frame <- stats::model.frame(mods, data, na.action = stats::na.pass); terms <- attr(frame, "terms"); levels.of <- stats::.getXlevels(terms, frame)
        first <- lapply(stats::setNames(nm = all.vars(mods)), function(v) {
          l <- levels.of[[v]]; if (is.null(l)) l <- levels.of[[paste0("factor(", v, ")")]]
          if (is.null(l)) 0 else if (is.numeric(data[[v]])) as.numeric(l[1]) else l[1]
        })
        row.at <- function(...) {
          values <- first; given <- list(...); values[names(given)] <- given
          X <- stats::model.matrix(terms, stats::model.frame(stats::delete.response(terms), as.data.frame(values, check.names = FALSE), xlev = levels.of))
          colnames(X)[colnames(X) == "(Intercept)"] <- "intrcpt"
          X[1, rownames(fit$beta)]
        }
        levels.at <- function(v) { l <- levels.of[[v]]; if (is.null(l)) l <- levels.of[[paste0("factor(", v, ")")]]; l }
        used.levels <- function(v) { l <- levels.at(v); l[l %in% as.character(data[[v]][rows])] }
        as.value <- function(v, x) if (is.numeric(data[[v]])) as.numeric(x) else x
        combine <- function(name, names, L, adjust) {
          tests <- lapply(seq_len(nrow(L)), function(i) metafor:::anova.rma(fit, X = L[i, ]))
          each <- function(what) vapply(tests, function(a) as.numeric(a[[what]][1]), 0)
          b <- each("Xb"); se <- each("se"); df <- each("ddf"); crit <- if (is.na(df[1])) stats::qnorm(1 - fit$level / 2) else stats::qt(1 - fit$level / 2, df)
          p <- each("pval")
          kept <- integer(); for (i in seq_len(nrow(L))) if (qr(L[c(kept, i), , drop = FALSE])$rank > length(kept)) kept <- c(kept, i)
          joint <- metafor:::anova.rma(fit, X = L[kept, , drop = FALSE])
          list(further(name, names, c(list(estimate = b, se = se, zval = each("zval"), df = df, pval = p, ci.lb = b - crit * se, ci.ub = b + crit * se),
            if (!is.null(adjust)) list(pval.adj = stats::p.adjust(p, adjust)))),
            further(paste0(name, "[QM]"), "", list(QM = joint$QM, df1 = joint$QMdf[1], df2 = joint$QMdf[2], pval = joint$QMp)))
        }
        """;

    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
            [FurtherResult.LinearHypotheses] = Hypotheses,
            [FurtherResult.SimpleSlopes] = Slopes,
            [FurtherResult.FactorContrasts] = Contrasts,
            [FurtherResult.PermutationTests] = PermutationCode.For,
            [FurtherResult.VarianceInflation] = Inflation,
            [FurtherResult.Robust] = (_, options) => RobustCode.For(options),
        };

    private static string Hypotheses(UnivariateSpec spec, FurtherOptions options) =>
        options.Has("X") || options.Has("L") ? Combinations(options)
        : options.Has("reduced") || options.Has("drop") || options.Has("method") ? LikelihoodRatio(spec, options)
        : $$"""
            {{SetHelpers}}
            sets <- {{Sets(options, "list(fit$btt)")}}
            tests <- lapply(sets, function(set) stats::anova(fit, btt = set))
            p <- vapply(tests, function(a) a$QMp, 0)
            list(further("anova", vapply(sets, written, ""), c(list(QM = vapply(tests, function(a) a$QM, 0), df1 = vapply(tests, function(a) as.numeric(a$QMdf[1]), 0),
              df2 = vapply(tests, function(a) as.numeric(a$QMdf[2]), 0), pval = p){{(options.Text("adjust") is { } adjust ? $", list(pval.adj = stats::p.adjust(p, {RCode.Text(adjust)}))" : "")}})))
            """;

    private static string Combinations(FurtherOptions options)
    {
        var name = options.Has("X") ? "X" : "L";
        var right = options.Numbers("rhs");
        return $$"""
            L <- matrix({{Numbers(options.Numbers(name)!)}}, ncol = fit$p, byrow = TRUE)
            rhs <- rep_len({{Numbers(right ?? [0])}}, nrow(L))
            a <- stats::anova(fit, X = L, rhs = rhs)
            b <- as.numeric(a$Xb); se <- as.numeric(a$se); df <- rep_len(a$ddf, length(b)); p <- as.numeric(a$pval)
            crit <- if (is.na(df[1])) stats::qnorm(1 - fit$level / 2) else stats::qt(1 - fit$level / 2, df)
            QMdf <- if (is.null(a$QMdf)) c(nrow(L), df[1]) else a$QMdf
            list(further("anova", seq_len(nrow(L)), c(list(estimate = b, se = se, zval = a$zval, df = df, pval = p, ci.lb = b - crit * se, ci.ub = b + crit * se){{(options.Text("adjust") is { } adjust ? $", list(pval.adj = stats::p.adjust(p, {RCode.Text(adjust)}))" : "")}})),
              further("anova[QM]", "", list(QM = number(a$QM), df1 = nrow(L), df2 = QMdf[2], pval = number(a$QMp))))
            """;
    }

    private static string LikelihoodRatio(UnivariateSpec spec, FurtherOptions options)
    {
        var refits = options.Flag("refit", false) && spec.Method != HeterogeneityMethod.EqualEffects;
        var method = Keywords<HeterogeneityMethod>.Of(refits ? HeterogeneityMethod.MaximumLikelihood : spec.Method);
        var reducedMethod = options.Text("method") is { } other && Keywords<HeterogeneityMethod>.Parse(other, "method") == HeterogeneityMethod.EqualEffects ? "EE" : method;
        var mods = options.Text("reduced") is { } formula
            ? (Formula.Parse(formula) is { TermLabels.Count: 0, HasIntercept: true } ? "mods = NULL" : $"mods = {Formula.Parse(formula).ToR()}")
            : options.Has("drop") ? $"mods = fit$X.f[, -positions({Texts(options.Texts("drop")!)}), drop = FALSE], intercept = FALSE" : "";
        return $$"""
            {{SetHelpers}}
            full <- refit(method = "{{method}}")
            reduced <- refit(method = "{{reducedMethod}}"{{(mods.Length > 0 ? ", btt = NULL, " + mods : "")}})
            a <- suppressWarnings(stats::anova(full, reduced))
            stat <- function(name) c(a$fit.stats.f[[name]], a$fit.stats.r[[name]])
            equal <- full$method %in% c("FE", "EE", "CE")
            explained <- if (equal) 100 * max(0, 1 - (full$QE / (full$k - full$p)) / (reduced$QE / (reduced$k - reduced$p))) else if (reduced$tau2 > 0) 100 * max(0, (reduced$tau2 - full$tau2) / reduced$tau2) else 0
            list(further("anova[models]", c("Full", "Reduced"), list(df = c(a$parms.f, a$parms.r), AIC = stat("AIC"), BIC = stat("BIC"), AICc = stat("AICc"), logLik = stat("ll"),
                QE = c(a$QE.f, a$QE.r), tau2 = c(a$tau2.f, a$tau2.r))),
              further("anova[LRT]", "", list(LRT = a$LRT, df = a$parms.f - a$parms.r, pval = a$pval, pval.boundary = NA, R2 = explained)))
            """;
    }

    private static string Slopes(UnivariateSpec spec, FurtherOptions options)
    {
        var (of, at) = (RCode.Text(options.Text("of") ?? ""), options.Text("at"));
        return Mods(spec, $$"""
            {{Settings(at, options, isFactorFirst: false)}}
            L <- do.call(rbind, lapply(settings, function(s) do.call(row.at, c(stats::setNames(list(1), {{of}}), s)) - do.call(row.at, c(stats::setNames(list(0), {{of}}), s))))
            names <- if (length(labels)) paste({{of}}, labels, sep = " | ") else {{of}}
            combine("slopes", names, L, {{(options.Text("adjust") is { } adjust ? RCode.Text(adjust) : "NULL")}})
            """);
    }

    private static string Contrasts(UnivariateSpec spec, FurtherOptions options)
    {
        var of = RCode.Text(options.Text("of") ?? "");
        return Mods(spec, $$"""
            {{Settings(options.Text("at"), options, isFactorFirst: true)}}
            levels <- used.levels({{of}})
            pairs <- utils::combn(length(levels), 2)
            L <- NULL; names <- NULL
            for (i in seq_along(settings)) for (j in seq_len(ncol(pairs))) {
              a <- levels[pairs[1, j]]; b <- levels[pairs[2, j]]
              at <- function(level) do.call(row.at, c(stats::setNames(list(as.value({{of}}, level)), {{of}}), settings[[i]]))
              L <- rbind(L, at(b) - at(a)); names <- c(names, paste0(b, " - ", a, if (length(labels)) paste0(" | ", labels[i])))
            }
            combine("contrasts", names, L, {{RCode.Text(options.Text("adjust") ?? "holm")}})
            """);
    }

    private static string Mods(UnivariateSpec spec, string code) => $"mods <- {Formula.Parse(spec.Moderators ?? "~ 1").ToR()}\n{MatrixHelpers}\n{code}";

    private static string Settings(string? at, FurtherOptions options, bool isFactorFirst) => at is null
        ? "settings <- list(list()); labels <- NULL"
        : $$"""
            at <- {{RCode.Text(at)}}
            values <- {{(options.Texts("values") is { } values ? Texts(values) : "NULL")}}
            if (is.null(levels.at(at))) {
              x <- fit$X[, at]
              values <- if (is.null(values)) mean(x) + c(-1, 0, 1) * stats::sd(x) else as.numeric(values)
              labels <- paste(at, "=", sub("(E[+-])(\\d)$", "\\10\\2", toupper(vapply(values, function(v) format(signif(v, 6), digits = 6), ""))))
            } else {
              if (is.null(values)) values <- used.levels(at)
              labels <- paste(at, "=", values)
              values <- lapply(values, function(v) as.value(at, v))
            }
            settings <- lapply(values, function(v) stats::setNames(list(v), at))
            """;

    private static string Inflation(UnivariateSpec spec, FurtherOptions options)
    {
        var isSets = options.Has("btt") || options.Has("sets");
        // Two generators draw two samples: what was simulated has no values to compare with.
        var simulates = options.Text("sim") is not (null or "FALSE" or "false");
        var names = isSets ? "vapply(sets, written, \"\")" : "rownames(fit$beta)[unlist(sets)]";
        return $$"""
            {{SetHelpers}}
            sets <- {{Sets(options, $"as.list((if (fit$int.incl && !{(options.Flag("intercept", false) ? "TRUE" : "FALSE")}) 2 else 1):fit$p)")}}
            m <- lengths(sets)
            v <- {{(options.Flag("reestimate", false)
                ? """
                  vapply(sets, function(set) {
                    alone <- refit(mods = fit$X.f[, sort(unique(c(if (fit$int.incl) 1, set))), drop = FALSE], intercept = FALSE, btt = NULL)
                    keep <- match(rownames(fit$beta)[set], rownames(alone$beta))
                    det(fit$vb[set, set, drop = FALSE]) / det(alone$vb[keep, keep, drop = FALSE])
                  }, 0)
                  """
                : $"vapply(metafor::vif(fit, btt = sets{(options.Flag("intercept", false) ? ", intercept = TRUE" : "")})$vif, function(d) d$vif, 0)")}}
            list(further("vif", {{names}}, list(m = m, vif = v, sif = v^(1 / (2 * m)){{(simulates ? ", prop = NA * m" : "")}})){{(simulates && options.Flag("sims", false) ? Simulated(options, names) : "")}})
            """;
    }

    private static int Count(FurtherOptions options) => options.Text("sim") is "TRUE" or "true" ? 1000 : options.Integer("sim") ?? 1000;

    private static string Simulated(FurtherOptions options, string names) =>
        $", further(\"vif[sim]\", seq_len({Count(options)}), stats::setNames(rep(list(rep(NA_real_, {Count(options)})), length(sets)), {names}))";

    internal static string Sets(FurtherOptions options, string otherwise) =>
        options.Texts("sets") is { } sets ? $"lapply(strsplit({Texts(sets)}, \",\"), function(items) positions(trimws(items)))"
        : options.Texts("btt") is { } btt ? $"list(positions({Texts(btt)}))" : otherwise;

    private static string Texts(IReadOnlyList<string> texts) => $"c({string.Join(", ", texts.Select(text => RCode.Text(text)))})";

    private static string Numbers(IReadOnlyList<double> numbers) =>
        $"c({string.Join(", ", numbers.Select(number => RCode.Number(number)))})";
}
