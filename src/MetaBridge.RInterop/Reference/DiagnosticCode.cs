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

    // metafor's leave1out is for models without moderators; for the others the fits are made one by one.
    private const string LeaveOneOut =
        """
        if (fit$int.only) {
          l <- metafor::leave1out(fit)
          columns <- list(estimate = l$estimate, se = l$se, zval = if (is.null(l$zval)) l$tval else l$zval, pval = l$pval, ci.lb = l$ci.lb, ci.ub = l$ci.ub)
          rest <- list(Q = l$Q, Qp = l$Qp, tau2 = l$tau2, I2 = l$I2, H2 = l$H2)
        } else {
          terms <- rownames(fit$beta); p <- length(terms)
          left <- lapply(seq_len(fit$k), function(i) tryCatch({
            g <- suppressWarnings(do.call(metafor::rma, c(list(yi = as.numeric(fit$yi)[-i], vi = fit$vi[-i], mods = fit$X[-i, , drop = FALSE], intercept = FALSE,
              method = fit$method, weighted = fit$weighted, test = fit$test, level = 100 * (1 - fit$level), tau2 = if (isTRUE(fit$tau2.fix)) fit$tau2,
              control = fit$control), if (!is.null(fit$weights)) list(weights = fit$weights[-i]))))
            if (g$p == p) g }, error = function(e) NULL))
          each <- function(value) vapply(left, function(g) if (is.null(g)) NA_real_ else as.numeric(value(g)), 0)
          columns <- do.call(c, lapply(seq_len(p), function(j) stats::setNames(lapply(c("beta", "se", "zval", "pval", "ci.lb", "ci.ub"), function(name) each(function(g) g[[name]][j])),
            paste(c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub"), terms[j], sep = "."))))
          rest <- list(Q = each(function(g) g$QE), Qp = each(function(g) g$QEp), tau2 = each(function(g) g$tau2), I2 = each(function(g) g$I2), H2 = each(function(g) g$H2))
        }
        if (fit$method %in% c("EE", "FE", "CE")) rest$tau2 <- NULL
        list(further("leave1out", label(fit$slab), c(columns, rest)))
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
            [FurtherResult.LeaveOneOut] = (_, _) => LeaveOneOut,
            [FurtherResult.Baujat] = (_, _) => Baujat,
            [FurtherResult.Weights] = (_, _) => "list(further(\"weights\", label(fit$slab), list(weight = stats::weights(fit))))",
            [FurtherResult.Cumulative] = (_, options) => Cumulative(options),
            [FurtherResult.RandomEffects] = (_, options) => Predictions("ranef", options),
            [FurtherResult.BestPredictions] = (_, options) => Predictions("blup", options),
            [FurtherResult.Subsets] = (_, options) => !options.Has("subsets") ? Subsets : throw new MetaBridgeException(
                ErrorCode.NotSupported, "metafor draws other random subsets; only all subsets ('gosh' without the option 'subsets') can be compared."),
        };

    private static string Cumulative(FurtherOptions options) =>
        $$"""
        l <- metafor::cumul(fit{{(options.Text("order") is { } column ? $", order = data[[{RCode.Text(column)}]]" : "")}})
        rest <- list(Q = l$Q, Qp = l$Qp, tau2 = l$tau2, I2 = l$I2, H2 = l$H2)
        if (fit$method %in% c("EE", "FE", "CE")) rest$tau2 <- NULL
        list(further("{{(options.Text("order") is { } named ? $"cumul[{named}]" : "cumul")}}", l$slab, c(list(estimate = l$estimate, se = l$se, zval = if (is.null(l$zval)) l$tval else l$zval,
          pval = if (is.null(l$pval)) l$pvals else l$pval, ci.lb = l$ci.lb, ci.ub = l$ci.ub), rest)))
        """;

    private static string Predictions(string word, FurtherOptions options) =>
        $$"""
        u <- metafor::{{word}}(fit{{(options.Number("level") is { } level ? $", level = {RCode.Number(level)}" : "")}})
        list(further("{{word}}", label(fit$slab), list(pred = u$pred, se = u$se, pi.lb = u$pi.lb, pi.ub = u$pi.ub)))
        """;
}
