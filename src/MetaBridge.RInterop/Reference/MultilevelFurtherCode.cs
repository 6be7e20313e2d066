namespace MetaBridge.RInterop.Reference;

/// <summary>R code for the tables beside a multilevel fit; <see cref="MultilevelFurther"/> says what it may use.</summary>
/// <remarks>Where metafor has no function for a number, the code computes it from the fit's own matrices, in full and by the definition.</remarks>
internal static class MultilevelFurtherCode
{
    public const string Predictions =
        """
        p <- unclass(stats::predict(fit))
        n <- length(p$pred)
        levels <- Filter(Negate(is.null), list(p$tau2.level, p$gamma2.level))
        names <- if (!isTRUE(fit$int.only)) label(fit$slab) else if (length(levels)) do.call(paste, c(lapply(levels, as.character), sep = ", ")) else ""
        limit <- function(x) if (is.null(x)) rep(NA_real_, n) else x
        list(further("predict", names, list(pred = p$pred, se = p$se, ci.lb = p$ci.lb, ci.ub = p$ci.ub, pi.lb = limit(p$pi.lb), pi.ub = limit(p$pi.ub))))
        """;

    public const string RandomEffects =
        """
        u <- metafor::ranef(fit)
        Map(function(name, x) further(paste0("ranef[", sub("^~ *", "", name), "]"), gsub(" *\\| *", " | ", trimws(rownames(x))),
          list(pred = x$intrcpt, se = x$se, pi.lb = x$pi.lb, pi.ub = x$pi.ub)), names(u), u, USE.NAMES = FALSE)
        """;

    public const string Residuals =
        """
        internal <- if (is.null(cluster)) list(obs = stats::rstandard(fit)) else stats::rstandard(fit, cluster = cluster)
        external <- if (is.null(cluster)) list(obs = stats::rstudent(fit, reestimate = FALSE)) else stats::rstudent(fit, cluster = cluster, reestimate = FALSE)
        conditional <- as.matrix(fit$V) %*% solve(as.matrix(fit$M), as.numeric(stats::residuals(fit)))
        tables <- list(further("residuals", label(fit$slab), list(resid = internal$obs$resid, se = internal$obs$se, z = internal$obs$z,
          pearson = stats::residuals(fit, type = "pearson"), cholesky = stats::residuals(fit, type = "cholesky"), conditional = conditional,
          deleted = external$obs$resid, deleted.se = external$obs$se, deleted.z = external$obs$z)))
        if (!is.null(cluster))
          tables <- c(tables, list(further("residuals[cluster]", internal$cluster$slab,
            list(k = internal$cluster$k, X2 = internal$cluster$X2, deleted.X2 = external$cluster$X2))))
        tables
        """;

    public const string Influence =
        """
        cook <- if (is.null(cluster)) stats::cooks.distance(fit, reestimate = FALSE) else stats::cooks.distance(fit, cluster = cluster, reestimate = FALSE)
        dfb <- if (is.null(cluster)) stats::dfbetas(fit, reestimate = FALSE) else stats::dfbetas(fit, cluster = cluster, reestimate = FALSE)
        hat <- stats::hatvalues(fit)
        X <- stats::model.matrix(fit); M <- as.matrix(fit$M)
        ratio <- vapply(cases, function(i) tryCatch({
          x <- X[-i, , drop = FALSE]; m <- M[-i, -i, drop = FALSE]
          w <- if (is.null(fit$W)) solve(m) else as.matrix(fit$W)[-i, -i, drop = FALSE]
          b <- solve(t(x) %*% w %*% x, t(x) %*% w)
          det(b %*% m %*% t(b)) / det(as.matrix(fit$vb))
        }, error = function(e) NA_real_), 0)
        beta <- as.list(as.data.frame(dfb)); names(beta) <- paste0("dfbs.", rownames(fit$beta))
        list(further("influence", case.names, c(list(hat = vapply(cases, function(i) sum(hat[i]), 0), cook.d = cook, cov.r = ratio), beta)))
        """;

    // metafor's cooks.distance, dfbetas and rstudent refit with one search each, which leaves few digits or none. Their definitions are applied to the better
    // refits here, and that they are their definitions is checked on the median case.
    public const string LeaveOneOut =
        """
        left <- lapply(cases, refit)
        p <- length(fit$beta); n <- length(cases); X <- stats::model.matrix(fit); y <- as.numeric(fit$yi)
        usable <- vapply(left, function(f) !is.null(f) && length(f$beta) == p, TRUE)
        each <- function(size, value) {
          m <- matrix(NA_real_, size, n)
          for (j in which(usable)) { v <- as.numeric(value(left[[j]], j)); if (length(v) == size) m[, j] <- v }
          m
        }
        columns <- function(stem, m, names = seq_len(nrow(m))) stats::setNames(lapply(seq_len(nrow(m)), function(j) m[j, ]), paste0(stem, ".", names))
        component <- function(with, name) if (isTRUE(fit[[with]])) columns(name, each(length(fit[[name]]), function(f, j) f[[name]]))
        full <- lapply(left, function(f) if (!is.null(f)) tryCatch(at.components(f), error = function(e) NULL))
        terms <- rownames(fit$beta)
        cook <- each(1, function(f, j) { d <- fit$beta - f$beta; t(d) %*% solve(fit$vb) %*% d })[1, ]
        dfb <- each(p, function(f, j) (fit$beta - f$beta) / full[[j]]$se)
        deleted <- rep(NA_real_, length(y)); error <- deleted; statistic <- rep(NA_real_, n)
        for (j in which(usable)) {
          i <- cases[[j]]; x <- X[i, , drop = FALSE]
          deleted[i] <- y[i] - x %*% left[[j]]$beta
          v <- as.matrix(full[[j]]$M)[i, i, drop = FALSE] + x %*% left[[j]]$vb %*% t(x)
          error[i] <- sqrt(diag(v)); statistic[j] <- sum(deleted[i] * solve(v, deleted[i]))
        }
        same <- function(what, ours, theirs) {
          off <- abs(as.numeric(ours) - as.numeric(theirs)) / pmax(abs(as.numeric(ours)), 1e-3)
          if (!isTRUE(stats::median(off, na.rm = TRUE) < 1e-3)) stop(paste("metafor's", what, "is defined in another way"))
        }
        arguments <- if (is.null(cluster)) list(fit) else list(fit, cluster = cluster)
        external <- do.call(stats::rstudent, arguments)
        same("cooks.distance", cook, do.call(stats::cooks.distance, arguments))
        same("dfbetas", t(dfb), as.matrix(do.call(stats::dfbetas, arguments)))
        if (is.null(cluster)) same("rstudent", deleted / error, external$z) else same("rstudent", statistic, external$cluster$X2)
        list(
          further("leave1out", case.names, c(
            columns("beta", each(p, function(f, j) f$beta), terms), columns("se", each(p, function(f, j) f$se), terms),
            component("withS", "sigma2"), component("withG", "tau2"), component("withG", "rho"), component("withH", "gamma2"), component("withH", "phi"),
            list(QE = each(1, function(f, j) f$QE)[1, ], cook.d = cook), columns("dfbs", dfb, terms),
            if (!is.null(cluster)) list(deleted.X2 = statistic))),
          further("leave1out[residuals]", label(fit$slab), list(deleted = deleted, deleted.se = error, deleted.z = deleted / error)))
        """;

    public const string Weights =
        """
        list(further("weights", label(fit$slab), c(list(weight = stats::weights(fit)),
          if (isTRUE(fit$int.only)) list(rowsum = stats::weights(fit, type = "rowsum")))))
        """;

    // The typical variances and I² as on metafor's site (analyses of Konstantopoulos 2011 and Berkey et al. 1998); R² by Nakagawa and Schielzeth.
    public const string Heterogeneity =
        """
        V <- as.matrix(fit$V); X <- stats::model.matrix(fit); k <- nrow(X); W <- solve(V)
        vf <- solve(t(X) %*% W %*% X); H <- X %*% vf %*% t(X) %*% W; P <- diag(W - W %*% X %*% vf %*% t(X) %*% W); h <- diag(H)
        typical <- function(i) (length(i) - sum(h[i])) / sum(P[i])
        share <- function(v, s) if (v + s > 0) 100 * v / (v + s) else 0
        used <- data[rows, , drop = FALSE]
        inner <- function(names, levels, values) {
          at <- if (length(values) > 1) match(as.character(used[[names[1]]]), as.character(levels[[1]])) else rep(1, k)
          values[at]
        }
        parts <- list()
        if (isTRUE(fit$withS)) for (j in seq_along(fit$sigma2)) parts[[fit$s.names[j]]] <- rep(fit$sigma2[j], k)
        several <- list()
        if (isTRUE(fit$withG)) { v <- inner(fit$g.names, fit$g.levels.f, fit$tau2); parts[[paste(fit$g.names[1], "|", fit$g.names[2])]] <- v
          if (length(fit$tau2) > 1) several <- c(several, list(list(fit$g.names[1], as.character(fit$g.levels.f[[1]])))) }
        if (isTRUE(fit$withH)) { v <- inner(fit$h.names, fit$h.levels.f, fit$gamma2); parts[[paste(fit$h.names[1], "|", fit$h.names[2])]] <- v
          if (length(fit$gamma2) > 1) several <- c(several, list(list(fit$h.names[1], as.character(fit$h.levels.f[[1]])))) }
        mean.of <- vapply(parts, mean, 0); total <- sum(mean.of); s <- typical(seq_len(k))
        v <- c(mean.of, total = total)
        tables <- list(further("heterogeneity", names(v), list(variance = v, typical = rep(s, length(v)), I2 = 100 * v / (total + s))))
        for (one in several) {
          at <- as.character(used[[one[[1]]]])
          own <- lapply(one[[2]], function(l) which(at == l))
          v <- vapply(own, function(i) sum(vapply(parts, function(x) mean(x[i]), 0)), 0); t <- vapply(own, typical, 0)
          tables <- c(tables, list(further("heterogeneity[inner]", one[[2]], list(variance = v, typical = t, I2 = 100 * v / (v + t)))))
        }
        f <- stats::var(as.numeric(X %*% fit$beta)); if (k < 2) f <- 0
        single <- sum(vapply(seq_along(parts), function(j) if (j <= length(fit$s.nlevels) && isTRUE(fit$withS) && fit$s.nlevels[j] == k) mean.of[[j]] else 0, 0))
        if (isTRUE(fit$withG) && nrow(unique(used[fit$g.names])) == k) single <- single + mean.of[[paste(fit$g.names[1], "|", fit$g.names[2])]]
        if (isTRUE(fit$withH) && nrow(unique(used[fit$h.names])) == k) single <- single + mean.of[[paste(fit$h.names[1], "|", fit$h.names[2])]]
        tables <- c(tables, list(
          further("heterogeneity[model]", "", list(H2 = (total + s) / s, R2.marginal = if (f + total > 0) f / (f + total) else NA, R2.conditional = if (f + total > 0) (f + total - single) / (f + total) else NA)),
          further("heterogeneity[coef]", rownames(fit$beta), list(I2 = 100 * (1 - diag(vf) / diag(as.matrix(fit$vb)))))))
        if (isTRUE(fit$int.incl) && fit$p > 1) {
          null <- without.mods(seq_len(nrow(data)) %in% rows)
          component <- function(f) c(if (isTRUE(f$withS)) stats::setNames(f$sigma2, paste("sigma2", f$s.names)),
            if (isTRUE(f$withG)) stats::setNames(f$tau2, paste("tau2", if (length(f$tau2) > 1) as.character(f$g.levels.f[[1]]) else f$g.names[1])),
            if (isTRUE(f$withH)) stats::setNames(f$gamma2, paste("gamma2", if (length(f$gamma2) > 1) as.character(f$h.levels.f[[1]]) else f$h.names[1])))
          a <- component(null); b <- component(fit); a <- c(a, total = sum(a)); b <- c(b, total = sum(b))
          tables <- c(tables, list(further("heterogeneity[reduction]", names(b), list(without = a, R2 = ifelse(a > 0, 100 * pmax(0, (a - b) / a), 0)))))
        }
        tables
        """;
}
