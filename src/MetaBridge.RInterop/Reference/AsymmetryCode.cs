using System.Globalization;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of asymmetry and bias.</summary>
internal static class AsymmetryCode
{
    // metafor 3.8 does not hand the control of the fit on to trimfill's fits; so what it found is computed again with the tight control, and must be near it.
    private const string TrimAndFill =
        """
        again <- function(y, v, w) do.call(metafor::rma, c(list(yi = y, vi = v, method = fit$method, weighted = fit$weighted, test = fit$test,
          level = 100 * (1 - fit$level), tau2 = if (isTRUE(fit$tau2.fix)) fit$tau2, control = fit$control), if (!is.null(w)) list(weights = w)))
        y <- as.numeric(fit$yi); v <- fit$vi; o <- order(if (t$side == "right") -y else y)
        used <- o[seq_len(fit$k - t$k0)]; top <- o[seq_len(fit$k) > fit$k - t$k0]
        filled <- 2 * again(y[used], v[used], fit$weights[used])$beta[1] - y[top]
        if (!is.null(limits)) filled <- pmin(pmax(filled, limits[1]), limits[2])
        if (any(abs(filled - as.numeric(t$yi)[t$fill]) > 1e-3 * sqrt(v[top]))) stop("metafor's trimfill is defined in another way")
        g <- again(c(y, filled), c(v, v[top]), c(fit$weights, fit$weights[top]))
        tables <- list(further("trimfill", "", list(k0 = t$k0, se.k0 = t$se.k0, p.k0 = t$p.k0, right = t$side == "right", k = g$k, estimate = g$beta, se = g$se, zval = g$zval,
          pval = g$pval, ci.lb = g$ci.lb, ci.ub = g$ci.ub, tau2 = g$tau2, se.tau2 = number(g$se.tau2), QE = g$QE, QEp = g$QEp, I2 = g$I2, H2 = g$H2)))
        if (t$k0 > 0) tables <- c(tables, list(further("trimfill[filled]", paste("Filled", seq_along(top)), list(yi = filled, vi = v[top]))))
        tables
        """;

    private const string RegressionTest =
        """
        b <- if (inherits(r$fit, "lm")) { s <- summary(r$fit)$coefficients; list(estimate = s[, 1], se = s[, 2], zval = s[, 3], pval = s[, 4]) } else
          list(estimate = r$fit$beta, se = r$fit$se, zval = r$fit$zval, pval = r$fit$pval)
        list(further("regtest", "", list(zval = r$zval, pval = r$pval, dfs = number(r$dfs), est = number(r$est), ci.lb = number(r$ci.lb), ci.ub = number(r$ci.ub))),
          further("regtest[fit]", c(rownames(fit$beta), r$predictor), b))
        """;

    // metafor averages the power over tau2 by a numerical integral and solves for the limits to four digits; both are closed or tight here, by the definition, and
    // must be near metafor's. Its exact test takes all subsets of studies, which is too many above twenty.
    private const string ExcessSignificance =
        """
        y <- as.numeric(fit$yi); v <- fit$vi; k <- length(y); s <- sqrt(v); total <- sqrt(v + tau2); one <- length(theta) == 1
        z <- (y - H0) / s; crit <- stats::qnorm(if (alternative == "two.sided") alpha / 2 else alpha, lower.tail = FALSE)
        sig <- switch(alternative, two.sided = abs(z) >= crit, greater = z >= crit, less = z <= -crit); O <- sum(sig)
        power <- function(t) { above <- stats::pnorm((crit * s - t + H0) / total, lower.tail = FALSE); below <- stats::pnorm((-crit * s - t + H0) / total)
          switch(alternative, two.sided = above + below, greater = above, less = below) }
        statistic <- function(E) (O - E)^2 / E + (O - E)^2 / (k - E)
        p <- function(w, sides) { E <- sum(w)
          if (test == "chi2") { u <- sign(O - E) * sqrt(statistic(E)); return(switch(sides, greater = stats::pnorm(u, lower.tail = FALSE), less = stats::pnorm(u), two.sided = 2 * stats::pnorm(-abs(u)))) }
          f <- if (test == "binom") stats::dbinom(0:k, k, E / k) else { f <- 1; for (q in w) f <- c(f * (1 - q), 0) + c(0, f * q); f }
          switch(sides, greater = sum(f[(O + 1):(k + 1)]), less = sum(f[1:(O + 1)]), two.sided = sum(f[f <= f[O + 1] * (1 + 1e-7)])) }
        direction <- switch(alternative, greater = 1, less = -1, two.sided = if (one && theta < H0) -1 else 1); far <- 40 * max(total)
        root <- function(f, low, high) if (f(low) <= 0 && f(high) >= 0) stats::uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root else NA
        at <- function(d) H0 + direction * d
        level <- if (sides == "two.sided") tes.alpha / 2 else tes.alpha
        lower <- function() root(function(d) p(power(at(d)), "greater") - level, 0, far)
        upper <- function() root(function(d) level - p(power(at(d)), "less"), 0, far)
        limits <- if (!one) c(NA, NA) else switch(sides, greater = c(lower(), NA), less = c(upper(), NA), two.sided = c(lower(), upper()))
        limits <- at(limits); w <- power(theta); E <- sum(w)
        if (k <= 20 || test != "exact") {
          known <- suppressWarnings(metafor::tes(fit, H0 = H0, alternative = alternative, alpha = alpha, tau2 = tau2, test = test, tes.alternative = sides, tes.alpha = tes.alpha, progbar = FALSE))
          same <- function(a, b) if (any(abs(a - b) > 1e-3 * pmax(abs(a), 1e-3), na.rm = TRUE)) stop("metafor's tes is defined in another way")
          if (!given) { same(w, known$power); same(p(w, sides), known$pval); if (sides == "two.sided") same(limits, known$theta.lim) }; stopifnot(all(sig == known$sig))
        }
        list(further("tes", "", list(O = O, E = E, OEratio = O / E, X2 = if (test == "chi2") statistic(E) else NA, pval = p(w, sides), theta = if (one) theta else NA, theta.lim = limits[1], theta.lim2 = limits[2])),
          further("tes[studies]", label(fit$slab), list(power = w, sig = sig)))
        """;

    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
            [FurtherResult.TrimAndFill] = (_, options) => TrimAndFillOf(options),
            [FurtherResult.RegressionTest] = (_, options) => RegressionTestOf(options),
            [FurtherResult.RankTest] = (_, _) => "r <- suppressWarnings(metafor::ranktest(fit))\nlist(further(\"ranktest\", \"\", list(tau = r$tau, pval = r$pval)))",
            [FurtherResult.FailSafeNumber] = (_, options) => FailSafeOf(options),
            [FurtherResult.ExcessSignificance] = (_, options) => ExcessSignificanceOf(options),
            [FurtherResult.HenmiCopas] = (_, _) =>
                "h <- metafor::hc(fit, control = list(tol = 1e-12))\nlist(further(\"hc\", \"\", list(beta = h$beta, se = h$se, ci.lb = h$ci.lb, ci.ub = h$ci.ub, tau2 = h$tau2)))",
        };

    private static string TrimAndFillOf(FurtherOptions options) =>
        $$"""
        limits <- {{(options.Numbers("ilim") is { } limits ? $"c({string.Join(", ", limits.Select(RCode.Number))})" : "NULL")}}
        t <- do.call(metafor::trimfill, c(list(fit{{Argument(options, "side")}}{{Argument(options, "estimator")}}), if (!is.null(limits)) list(ilim = limits)))
        {{TrimAndFill}}
        """;

    private static string RegressionTestOf(FurtherOptions options) =>
        $$"""
        model <- fit
        {{(options.Text("ni") is { } ni ? $"model$ni <- data[[{RCode.Text(ni)}]][rows]; attr(model$yi, \"ni\") <- model$ni" : "")}}
        r <- metafor::regtest(model{{Argument(options, "model")}}{{Argument(options, "predictor")}}, ret.fit = TRUE)
        found <- (function() {
        {{RegressionTest}}
        })()
        {{(options.Flag("ret.fit", false) ? RegressionStatistics : "found")}}
        """;

    // Equal effects with a multiplicative dispersion have no τ² and are not fitted by a likelihood.
    private const string RegressionStatistics =
        """
        rma <- if (inherits(r$fit, "lm")) NULL else r$fit
        c(found, list(further("regtest[stats]", "", list(tau2 = if (is.null(rma)) 0 else rma$tau2, ll = if (is.null(rma)) NA else rma$fit.stats["ll", if (rma$method == "REML") "REML" else "ML"]))))
        """;

    private static string FailSafeOf(FurtherOptions options)
    {
        var type = options.Keyword("type", MetaBridge.Univariate.Analysis.FailSafeType.Rosenthal);
        if (type == MetaBridge.Univariate.Analysis.FailSafeType.General)
        {
            return $"target <- {NumberOf(options, "target", "NULL")}; alpha <- {NumberOf(options, "alpha", "0.05")}\n{GeneralFailSafe}";
        }

        var isOrwin = type == MetaBridge.Univariate.Analysis.FailSafeType.Orwin;
        var target = options.Number("target") is { } given ? $", target = {RCode.Number(given)}" : "";
        var weighted = isOrwin ? $", weighted = {(options.Flag("weighted", true) ? "TRUE" : "FALSE")}" : "";
        return $$"""
            f <- metafor::fsn(as.numeric(fit$yi), fit$vi, type = "{{Keywords<MetaBridge.Univariate.Analysis.FailSafeType>.Of(type)}}"{{Argument(options, "alpha")}}{{target}}{{weighted}})
            list(further("fsn", "", list(fsnum = f$fsnum, alpha = {{(isOrwin ? "NA" : "f$alpha")}}, target = f$target, pval = f$pval, est = f$meanes, tau2 = NA, est.fsn = NA, tau2.fsn = NA, pval.fsn = NA)))
            """;
    }

    // metafor's function has this type from version 4 on; here its definition for equal effects, by refits.
    private const string GeneralFailSafe =
        """
        v <- 1 / mean(1 / fit$vi)
        with <- function(n) metafor::rma(c(as.numeric(fit$yi), rep(0, n)), c(fit$vi, rep(v, n)), method = "EE", test = fit$test)
        overturned <- function(n) { w <- with(n); if (is.null(target)) w$pval[1] >= alpha else abs(w$beta[1]) <= abs(target) }
        low <- -1; high <- 0
        while (!overturned(high)) { low <- high; high <- 2 * high + 1 }
        while (high - low > 1) { middle <- (low + high) %/% 2; if (overturned(middle)) high <- middle else low <- middle }
        w <- with(high)
        list(further("fsn", "", list(fsnum = high, alpha = if (is.null(target)) alpha else NA, target = if (is.null(target)) NA else sign(fit$beta[1]) * abs(target),
                                     pval = fit$pval[1], est = fit$beta[1], tau2 = 0, est.fsn = w$beta[1], tau2.fsn = 0, pval.fsn = w$pval[1])))
        """;

    private static string ExcessSignificanceOf(FurtherOptions options) =>
        $$"""
        H0 <- {{NumberOf(options, "H0", "0")}}; alpha <- {{NumberOf(options, "alpha", "0.05")}}; tes.alpha <- {{NumberOf(options, "tes.alpha", "0.1")}}
        alternative <- {{RCode.Text(options.Text("alternative") ?? "two.sided")}}; sides <- {{RCode.Text(options.Text("tes.alternative") ?? "greater")}}; test <- {{RCode.Text(options.Text("test") ?? "exact")}}
        given <- {{(options.Has("theta") ? "TRUE" : "FALSE")}}; theta <- {{NumberOf(options, "theta", "if (fit$int.only) fit$beta[1] else as.numeric(fit$X %*% fit$beta)")}}
        tau2 <- {{NumberOf(options, "tau2", "fit$tau2")}}
        {{ExcessSignificance}}
        """;

    private static string NumberOf(FurtherOptions options, string name, string otherwise) =>
        options.Number(name) is { } value ? RCode.Number(value) : otherwise;

    // A word or a number, as an argument of an R function.
    private static string Argument(FurtherOptions options, string name) => options.Text(name) is not { } text ? ""
        : $", {name} = {(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? RCode.Number(number) : RCode.Text(text))}";
}
