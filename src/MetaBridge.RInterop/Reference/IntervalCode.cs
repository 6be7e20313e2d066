using System.Globalization;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code of the tables of intervals.</summary>
internal static class IntervalCode
{
    // The distribution of the generalised Q statistic by eigenvalues and Imhof's (1961) integral: other formulas than ours. metafor itself needs the package
    // CompQuadForm for it.
    private const string GeneralizedQ =
        """
        limits <- (function() {
          y <- as.numeric(fit$yi); v <- as.numeric(fit$vi); a <- as.numeric(fit$weights); X <- stats::model.matrix(fit)
          P <- diag(a) - (a * X) %*% solve(t(X) %*% (a * X)) %*% t(a * X)
          q <- sum(y * (P %*% y))
          upper <- function(t) {
            s <- sqrt(v + t)
            l <- eigen(s * t(s * P), symmetric = TRUE, only.values = TRUE)$values
            l <- l[seq_len(length(y) - ncol(X))] / q
            f <- function(u) vapply(u, function(x) sin(sum(atan(l * x)) / 2 - x / 2) / (x * exp(sum(log1p((l * x)^2)) / 4)), 0)
            grid <- c(0, 2^(0:60))
            sum <- 0
            for (i in 2:length(grid)) {
              part <- stats::integrate(f, grid[i - 1], grid[i], rel.tol = 1e-11, abs.tol = 1e-13, subdivisions = 5000, stop.on.error = FALSE)$value
              sum <- sum + part
              if (exp(-sum(log1p((l * grid[i])^2)) / 4) < 1e-13) break
            }
            0.5 + sum / pi
          }
          at <- function(p) if (upper(0) >= p) 0 else {
            high <- 1
            while (upper(high) < p) high <- 2 * high
            stats::uniroot(function(t) upper(t) - p, c(0, high), tol = 1e-13, maxiter = 1000)$root
          }
          c(at((1 - level) / 2), at((1 + level) / 2))
        })()
        """;

    private const string TestBased =
        """
        limits <- (function() {
          d <- fit$k - fit$p
          se <- if (fit$QE > d + 1) log(fit$QE / d) / 2 / (sqrt(2 * fit$QE) - sqrt(2 * d - 1)) else sqrt(1 / (2 * (d - 1)) * (1 - 1 / (3 * (d - 1)^2)))
          vt * pmax(0, fit$QE / d * exp(c(-2, 2) * stats::qnorm((1 + level) / 2) * se) - 1)
        })()
        """;

    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>> Known { get; } =
        new Dictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>
        {
            [FurtherResult.HeterogeneityIntervals] = Intervals,
            [FurtherResult.Predictions] = Predictions,
            [FurtherResult.ExplainedHeterogeneity] = (_, options) => Explained + (options.Integer("bootstrap") is > 0 ? Unknown : ""),
            [FurtherResult.HeterogeneitySplit] = (_, _) => Split,
        };

    private const string Explained =
        """
        weights <- if (is.null(fit$weights)) list() else list(weights = as.numeric(fit$weights))
        without <- do.call(metafor::rma, c(list(yi = as.numeric(fit$yi), vi = as.numeric(fit$vi), method = fit$method, weighted = fit$weighted, test = fit$test,
          control = list(threshold = 1e-12, tol = 1e-12, maxiter = 1000)), weights))
        reduction <- function(a, b) if (a > 0) 100 * max(0, (a - b) / a) else 0
        r2 <- if (is.null(fit$R2)) reduction(without$tau2, fit$tau2) else fit$R2
        tables <- list(further("r2", "", list(tau2.without = without$tau2, tau2 = fit$tau2, R2 = r2, I2.without = without$I2, I2 = fit$I2,
          I2.explained = reduction(without$I2, fit$I2))))
        tables
        """;

    // metafor has no such interval, and no two engines draw the same samples.
    private const string Unknown =
        """

        c(tables, list(further("r2[bootstrap]", c("R2", "I2.explained"), list(ci.lb = c(NA_real_, NA_real_), ci.ub = c(NA_real_, NA_real_)))))
        """;

    private const string Split =
        """
        total <- metafor::rma(as.numeric(fit$yi), as.numeric(fit$vi), method = "EE")
        model <- metafor::rma(as.numeric(fit$yi), as.numeric(fit$vi), mods = stats::model.matrix(fit), intercept = FALSE, method = "EE")
        explained <- if (isTRUE(model$int.incl)) c(model$QM, model$QMp) else { q <- total$QE - model$QE; c(q, stats::pchisq(q, model$p - 1, lower.tail = FALSE)) }
        list(further("hetsplit", c("total", "explained", "residual"), list(Q = c(total$QE, explained[1], fit$QE), df = c(total$k - 1, fit$p - 1, fit$k - fit$p),
          pval = c(total$QEp, explained[2], fit$QEp))))
        """;

    private static string Intervals(UnivariateSpec spec, FurtherOptions options)
    {
        var type = options.Has("type") ? options.Keyword("type", HeterogeneityIntervalType.QProfile)
            : spec.Method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian ? HeterogeneityIntervalType.GeneralizedQ
            : HeterogeneityIntervalType.QProfile;
        var level = Number(options.Number("level") ?? spec.Level);
        var word = Keywords<HeterogeneityIntervalType>.Of(type);
        var named = options.Number("level") is { } given ? ", " + Number(given) : "";
        var limits = type switch
        {
            HeterogeneityIntervalType.GeneralizedQ => GeneralizedQ,
            HeterogeneityIntervalType.HigginsThompson => TestBased,
            _ => $"limits <- stats::confint(fit, type = {RCode.Text(word)}, level = 100 * level, control = list(tol = 1e-13, maxiter = 10000))$random[\"tau^2\", c(\"ci.lb\", \"ci.ub\")]",
        };
        var random = options.Flag("random", true) ? "random" : "NULL";
        var fixedPart = options.Flag("fixed", false) ? "fixed" : "NULL";
        return $$"""
            level <- {{level}} / 100
            vt <- fit$vt
            random <- if ({{RLogical(options.Flag("random", true))}}) {
            {{limits}}
            limits <- as.numeric(limits)
            # metafor has no number for the end of an unbounded interval.
            limits[is.na(limits)] <- Inf
            share <- function(t) ifelse(is.infinite(t), 100, 100 * t / (vt + t))
            kind <- if (limits[2] <= 0) c(3, 3) else c(if (limits[1] <= 0) 1 else 0, if (is.infinite(limits[2])) 2 else 0)
            column <- function(t) c(t, sqrt(t), share(t), t / vt + 1)
            list(
              further("confint[{{word}}{{named}}]", c("tau^2", "tau", "I^2(%)", "H^2"), list(estimate = c(fit$tau2, sqrt(fit$tau2), fit$I2, fit$H2), ci.lb = column(limits[1]), ci.ub = column(limits[2]))),
              further("confint[{{word}}{{named}}].kind", "", list(lb = kind[1], ub = kind[2])))
            }
            fixed <- if ({{RLogical(options.Flag("fixed", false))}}) {
            ci <- stats::confint(fit, fixed = TRUE, random = FALSE, level = 100 * level{{Transformation(options)}})$fixed
            list(further("confint[fixed]", rownames(ci), list(estimate = ci[, "estimate"], ci.lb = ci[, "ci.lb"], ci.ub = ci[, "ci.ub"])))
            }
            c({{random}}, {{fixedPart}})
            """;
    }

    private static string Predictions(UnivariateSpec spec, FurtherOptions options)
    {
        var type = options.Keyword(options.Has("predtype") ? "predtype" : "pi.type", PredictionIntervalType.Default);
        var word = Keywords<PredictionIntervalType>.Of(type);
        var newmods = options.Numbers("newmods") is { } given
            ? $", newmods = matrix(c({string.Join(", ", given.Select(Number))}), ncol = max(1, fit$p - isTRUE(fit$int.incl)){NamesOf(options)})"
            : "";
        // An adjusted level is a level: 3.8-1 has no argument for it.
        var level = Number(options.Number("level") ?? spec.Level);
        var rows = options.Numbers("newmods") is { } values ? $"{values.Length} / max(1, fit$p - isTRUE(fit$int.incl))" : "if (isTRUE(fit$int.only)) 1 else fit$k";
        level = options.Flag("adjust", false) ? $"100 - (100 - {level}) / ({rows})" : level;
        var intercept = options.Flag("intercept", true) ? "" : ", intercept = FALSE";
        var newvi = options.Numbers("newvi") is { } variances ? $", newvi = c({string.Join(", ", variances.Select(Number))})" : "";
        return $$"""
            p <- unclass(stats::predict(fit, level = {{level}}, pi.type = "{{word}}", addx = TRUE{{newmods}}{{intercept}}{{newvi}}{{Transformation(options)}}))
            n <- length(p$pred)
            limit <- function(x) if (is.null(x)) rep(NA_real_, n) else as.numeric(x)
            names <- {{(options.Has("newmods") ? "seq_len(n)" : "if (isTRUE(fit$int.only)) \"\" else label(fit$slab)")}}
            x <- {{(options.Flag("addx", false) ? "stats::setNames(as.list(as.data.frame(p$X)), paste0(\"X.\", colnames(p$X)))" : "NULL")}}
            list(further("{{(type == PredictionIntervalType.Default ? "predict" : $"predict[{word}]")}}", names, c(list(pred = p$pred, se = limit(p$se), ci.lb = p$ci.lb, ci.ub = p$ci.ub, pi.lb = limit(p$pi.lb), pi.ub = limit(p$pi.ub)), x)))
            """;
    }

    private static string NamesOf(FurtherOptions options) => options.Texts("names") is { } names
        ? $", dimnames = list(NULL, c({string.Join(", ", names.Select(name => RCode.Text(name)))}))" : "";

    /// <summary>The transformation as metafor's argument; the word is one that we know, so a function of R or metafor.</summary>
    internal static string Transformation(FurtherOptions options) => options.Text("transf") is { } word && EffectSizes.Transformations.Find(word) is not null
        ? $", transf = {(word.StartsWith("transf.", StringComparison.Ordinal) ? "metafor::" + word : word)}"
        : "";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string RLogical(bool value) => value ? "TRUE" : "FALSE";
}
