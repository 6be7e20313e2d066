using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of single studies.</summary>
internal static class DiagnosticCode
{
    private const string Influence =
        """
        i <- stats::influence(fit)
        b <- unclass(i$dfbs)[seq_along(rownames(fit$beta))]; names(b) <- paste0("dfbs.", rownames(fit$beta))
        list(further("influence", label(fit$slab), c(unclass(i$inf)[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")], b,
          list(inf = vapply(i$is.infl, isTRUE, TRUE)))))
        """;

    private const string Residuals =
        """
        z <- stats::rstandard(fit); d <- stats::rstudent(fit)
        own <- is.null(fit$weights) && fit$weighted
        conditional <- suppressWarnings(if (own) stats::rstandard(fit, type = "conditional") else list(resid = NA * z$resid, se = NA * z$se))
        # What is rounding alone where a study determines a coefficient by itself.
        clean <- function(x) { x[stats::hatvalues(fit) > 1 - 1e-10] <- if (all(is.na(x))) NA else 0; x }
        list(further("residuals", label(fit$slab), list(resid = clean(stats::residuals(fit)), se = clean(z$se), z = clean(z$z), pearson = clean(stats::residuals(fit, type = "pearson")),
          cholesky = clean(stats::residuals(fit, type = "cholesky")), conditional = clean(conditional$resid), conditional.se = clean(conditional$se),
          deleted = d$resid, deleted.se = d$se, deleted.z = d$z)))
        """;

    // What metafor 3.8-1 has no function for (moderators, clusters, groups): the fits are made one by one, of the studies that each set keeps.
    private const string SetFits =
        """
        fits.of <- function(sets) {
          terms <- rownames(fit$beta); p <- length(terms)
          fits <- lapply(sets, function(i) tryCatch({
            g <- suppressWarnings(do.call(metafor::rma, c(list(yi = as.numeric(fit$yi)[i], vi = fit$vi[i], mods = fit$X[i, , drop = FALSE], intercept = FALSE,
              method = fit$method, weighted = fit$weighted, test = fit$test, level = 100 * (1 - fit$level), tau2 = if (isTRUE(fit$tau2.fix)) fit$tau2,
              control = fit$control), if (!is.null(fit$weights)) list(weights = fit$weights[i]))))
            if (g$p == p) g }, error = function(e) NULL))
          each <- function(value) vapply(fits, function(g) if (is.null(g)) NA_real_ else as.numeric(value(g)), 0)
          list(
            columns = do.call(c, lapply(seq_len(p), function(j) stats::setNames(lapply(c("beta", "se", "zval", "pval", "ci.lb", "ci.ub"), function(name) each(function(g) g[[name]][j])),
              paste0(c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub"), if (!fit$int.only) paste0(".", terms[j]))))),
            rest = list(Q = each(function(g) g$QE), Qp = each(function(g) g$QEp), tau2 = each(function(g) g$tau2), I2 = each(function(g) g$I2), H2 = each(function(g) g$H2)))
        }
        of.list <- function(l) list(
          columns = list(estimate = l$estimate, se = l$se, zval = if (is.null(l$zval)) l$tval else l$zval, pval = if (is.null(l$pval)) l$pvals else l$pval, ci.lb = l$ci.lb, ci.ub = l$ci.ub),
          rest = list(Q = l$Q, Qp = l$Qp, tau2 = l$tau2, I2 = l$I2, H2 = l$H2))
        table.of <- function(name, labels, found) {
          if (fit$method %in% c("EE", "FE", "CE")) found$rest$tau2 <- NULL
          list(further(name, labels, c(found$columns, found$rest)))
        }
        through <- function(found, transf) {
          names <- names(found$columns)
          for (est in grep("^estimate", names, value = TRUE)) {
            part <- sub("^estimate", "", est); lb <- paste0("ci.lb", part); ub <- paste0("ci.ub", part)
            a <- vapply(found$columns[[lb]], transf, 0); b <- vapply(found$columns[[ub]], transf, 0)
            found$columns[[est]] <- vapply(found$columns[[est]], transf, 0)
            found$columns[[lb]] <- pmin(a, b); found$columns[[ub]] <- pmax(a, b)
            found$columns[[paste0("se", part)]] <- NA * a
          }
          found
        }
        """;

    private const string Baujat =
        """
        grDevices::pdf(NULL); on.exit(grDevices::dev.off())
        b <- metafor::baujat(fit)
        list(further("baujat", label(fit$slab), list(x = b$x, y = b$y)))
        """;

    private const string Subsets =
        """
        g <- suppressWarnings(metafor::gosh(fit, progbar = FALSE))
        res <- g$res; names(res)[-(1:5)] <- if (fit$int.only) "estimate" else rownames(fit$beta)
        incl <- g$incl * 1
        sets <- lapply(seq_len(ceiling(ncol(incl) / 24)), function(q) { j <- seq(24 * q - 23, min(24 * q, ncol(incl))); as.numeric(incl[, j, drop = FALSE] %*% 2^(seq_along(j) - 1)) })
        names(sets) <- paste0("set.", seq_along(sets))
        list(further("gosh", seq_len(nrow(res)), c(as.list(res), sets)))
        """;

    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
            [FurtherResult.Influence] = (_, _) => Influence,
            [FurtherResult.Residuals] = (_, _) => Residuals,
            [FurtherResult.LeaveOneOut] = (_, options) => LeaveOneOut(options),
            [FurtherResult.Baujat] = (_, _) => Baujat,
            [FurtherResult.Weights] = (_, _) => "list(further(\"weights\", label(fit$slab), list(weight = stats::weights(fit))))",
            [FurtherResult.Cumulative] = (_, options) => Cumulative(options),
            [FurtherResult.RandomEffects] = (_, options) => Predictions("ranef", options),
            [FurtherResult.BestPredictions] = (_, options) => Predictions("blup", options),
            [FurtherResult.Subsets] = (_, options) => !options.Has("subsets") ? Subsets : throw new MetaBridgeException(
                ErrorCode.NotSupported, "metafor draws other random subsets; only all subsets ('gosh' without the option 'subsets') can be compared."),
        };

    private static string LeaveOneOut(FurtherOptions options)
    {
        var transf = IntervalCode.Transformation(options);
        return options.Text("cluster") is { } cluster
            ? $$"""
              {{SetFits}}
              {{Values("by", cluster)}}
              levels <- sort(unique(by))
              found <- fits.of(lapply(levels, function(level) which(by != level)))
              table.of({{RCode.Text($"leave1out[{cluster}]")}}, as.character(levels), {{Through(options)}})
              """
            : $$"""
              {{SetFits}}
              found <- if (fit$int.only) of.list(metafor::leave1out(fit{{transf}})) else fits.of(lapply(seq_len(fit$k), function(i) seq_len(fit$k)[-i]))
              table.of("leave1out", label(fit$slab), {{(transf.Length == 0 ? "found" : $"if (fit$int.only) found else {Through(options)}")}})
              """;
    }

    private static string Cumulative(FurtherOptions options)
    {
        var order = options.Text("order");
        if (order is not null && options.Flag("collapse", false))
        {
            return $$"""
                {{SetFits}}
                {{Values("by", order)}}
                sequence <- order(by); sorted <- by[sequence]
                # Missing values are equal to nothing.
                last <- c(is.na(sorted[-1]) | is.na(sorted[-length(sorted)]) | sorted[-1] != sorted[-length(sorted)], TRUE)
                found <- fits.of(lapply(which(last), function(n) sequence[seq_len(n)]))
                table.of({{RCode.Text($"cumul[{order}]")}}, ifelse(is.na(sorted[last]), label(fit$slab)[sequence[last]], as.character(sorted[last])), {{Through(options)}})
                """;
        }

        return $$"""
            {{SetFits}}
            {{(order is null ? "" : Values("by", order, "all.rows"))}}
            found <- metafor::cumul(fit{{(order is null ? "" : ", order = all.rows")}}{{IntervalCode.Transformation(options)}})
            table.of({{RCode.Text(order is null ? "cumul" : $"cumul[{order}]")}}, found$slab, of.list(found))
            """;
    }

    // A variable of the studies used, and with `all` that of all rows: a column, or an expression on columns, which was read and is written again by us.
    private static string Values(string used, string variable, string all = "values") =>
        $"{all} <- if ({RCode.Text(variable)} %in% names(data)) data[[{RCode.Text(variable)}]] else {Expression(variable)}\n{used} <- {all}[rows]";

    private static string Expression(string variable)
    {
        try
        {
            return $"as.numeric(with(data, {RowExpression.Parse(variable).ToR()}))";
        }
        catch (MetaBridgeException wrong) when (wrong.Code is ErrorCode.FormulaSyntax or ErrorCode.NotSupported)
        {
            // The name of a column that is no R name.
            return "NULL";
        }
    }

    private static string Through(FurtherOptions options) => options.Text("transf") is { } word && EffectSizes.Transformations.Find(word) is not null
        ? $"through(found, {(word.StartsWith("transf.", StringComparison.Ordinal) ? "metafor::" + word : word)})" : "found";

    private static string Predictions(string word, FurtherOptions options) =>
        $$"""
        u <- metafor::{{word}}(fit{{(options.Number("level") is { } level ? $", level = {RCode.Number(level)}" : "")}})
        list(further("{{word}}", label(fit$slab), list(pred = u$pred, se = u$se, pi.lb = u$pi.lb, pi.ub = u$pi.ub)))
        """;
}
