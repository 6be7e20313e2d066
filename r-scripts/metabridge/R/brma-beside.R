# metafor's fit and its intervals beside a Bayesian fit of the same model.

compare_fits <- function(x, y, confint = TRUE) {
  if (inherits(y, "metabridge_brma")) {
    bayes <- y
    y <- x
  } else {
    bayes <- x
  }
  if (!inherits(bayes, "metabridge_brma") || !inherits(y, c("rma.uni", "rma.mv"))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "compare_fits() takes a fit by brma() and one by rma.uni() or rma.mv().")
  }
  same_studies(bayes, y)
  if (!is.null(bayes$scale)) no_counterpart("moderators of ln(tau)")
  if (".weights" %in% names(bayes$frame)) no_counterpart("likelihood weights")
  limits <- if (isTRUE(confint)) component_limits(intervals_of(y)) else if (identical(confint, FALSE)) NULL else component_limits(confint)
  parts <- if (inherits(y, "rma.uni")) univariate_parts(bayes, y, limits) else multilevel_parts(bayes, y, limits)
  parts <- rbind(coefficient_parts(bayes, y), parts)
  posterior <- rbind(bayes$estimates[setdiff(rownames(bayes$estimates), rownames(bayes$heterogeneity)), , drop = FALSE], bayes$heterogeneity)
  at <- match(rownames(posterior), rownames(parts))
  table <- cbind(as.data.frame(parts[at, , drop = FALSE], row.names = rownames(posterior)), posterior[c(1L, 4L, 3L, 5L)])
  names(table) <- c("estimate", "ci.lb", "ci.ub", "Mean", "Median", names(posterior)[c(3L, 5L)])
  structure(list(table = table, method = paste0(if (inherits(y, "rma.uni")) "rma.uni" else "rma.mv", " (", y$method, ")"),
                 level = 100 * (1 - y$level), title = brma_title(bayes)), class = "metabridge_beside")
}

print.metabridge_beside <- function(x, digits = 3, ...) {
  cat("\n", x$method, " beside the ", x$title, "\n\n", sep = "")
  print_brma_table(x$table, digits)
  invisible(x)
}

as.data.frame.metabridge_beside <- function(x, ...) x$table

no_counterpart <- function(what) {
  mb_stop(NOT_SUPPORTED, "There is nothing to put beside ", what, ": the models that correspond are rma.uni() without clusters, and rma.mv() with ",
          "random = ~ estimate | cluster (CS) or ~ 1 | cluster/estimate.")
}

same_studies <- function(bayes, fit) {
  close <- function(x, y) length(x) == length(y) && all(abs(x - y) <= 1e-10 * abs(x))
  if (!close(bayes$yi, as.numeric(fit$yi)) || !close(bayes$vi, as.numeric(fit$vi))) {
    mb_stop(SPECIFICATION_INVALID, "The fits are of different data: ", bayes$k, " and ", fit$k, " studies, or other values.")
  }
}

# metafor's method calls itself again by name, which is found from its own namespace whether it is attached or not.
intervals_of <- function(fit) {
  has.metafor <- requireNamespace("metafor", quietly = TRUE)
  if (!has.metafor && inherits(fit, "rma.mv")) mb_stop(NOT_SUPPORTED, "Intervals of the components of an rma.mv() fit need metafor; use confint = FALSE.")
  frame <- new.env(parent = if (has.metafor) asNamespace("metafor") else environment())
  frame$fit <- fit
  eval(quote(stats::confint(fit)), frame)
}

# Rows estimate, ci.lb, ci.ub by the names that metafor prints.
component_limits <- function(intervals) {
  if (!is.list(intervals)) intervals <- list()
  tables <- if (inherits(intervals, "list.confint.rma")) lapply(intervals[names(intervals) == ""], `[[`, "random") else list(intervals$random)
  if (length(tables) == 0L || !all(vapply(tables, is.matrix, NA) | vapply(tables, is.data.frame, NA))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'confint' argument must be TRUE, FALSE or what confint() returned.")
  }
  as.matrix(do.call(rbind, lapply(tables, as.matrix)))
}

limits_of <- function(limits, name) if (name %in% rownames(limits)) unname(limits[name, 2:3]) else c(NA_real_, NA_real_)

coefficient_parts <- function(bayes, fit) {
  names <- sub("^intrcpt$", if (is.null(bayes$mods)) "mu" else "intercept", rownames(fit$beta))
  matrix(c(fit$beta, fit$ci.lb, fit$ci.ub), ncol = 3L, dimnames = list(names, NULL))
}

# tau^2 and what rises with it, which has the same limits.
total_parts <- function(tau2, limits, vt) {
  share <- function(x) ifelse(is.infinite(x), 100, 100 * x / (x + vt))
  at <- c(tau2, limits)
  rbind(tau = sqrt(at), tau2 = at, I2 = share(at), H2 = 1 + at / vt)
}

# rho and its parts of tau^2; a negative rho has none.
share_parts <- function(rho, tau2, limits, vt, within = c(NA_real_, NA_real_), between = c(NA_real_, NA_real_)) {
  shares <- if (rho < 0) c(NA_real_, NA_real_) else c(1 - rho, rho)
  fraction <- 100 * tau2 / (tau2 + vt)
  rbind(rho = c(rho, limits), "tau [within]" = sqrt(c(shares[1L] * tau2, within)), "tau [between]" = sqrt(c(shares[2L] * tau2, between)),
        "tau2 [within]" = c(shares[1L] * tau2, within), "tau2 [between]" = c(shares[2L] * tau2, between),
        "I2 [within]" = c(shares[1L] * fraction, NA, NA), "I2 [between]" = c(shares[2L] * fraction, NA, NA))
}

univariate_parts <- function(bayes, fit, limits) {
  if (length(bayes$clusters)) no_counterpart("clusters, which rma.uni() has not")
  total_parts(fit$tau2, limits_of(limits, "tau^2"), fit$vt)
}

multilevel_parts <- function(bayes, fit, limits) {
  clusters <- length(bayes$clusters)
  if (any(unlist(fit$Rfix)) || fit$withH || fit$withG && fit$withS) no_counterpart("these random terms")
  if (fit$withG) {
    if (fit$struct[1L] != "CS" || clusters == 0L || fit$g.nlevels[2L] != clusters) no_counterpart("this term ~ inner | outer")
    return(rbind(total_parts(fit$tau2, limits_of(limits, "tau^2"), bayes$vt), share_parts(fit$rho, fit$tau2, limits_of(limits, "rho"), bayes$vt)))
  }
  sizes <- if (fit$withS) fit$s.nlevels else integer()
  sigma <- function(i) if (length(sizes) == 1L) "sigma^2" else paste0("sigma^2.", i)
  if (clusters == 0L && length(sizes) == 1L && sizes == fit$k) return(total_parts(fit$sigma2, limits_of(limits, "sigma^2"), bayes$vt))
  between <- which(sizes == clusters)
  within <- which(sizes == fit$k)
  if (clusters == 0L || length(sizes) != 2L || length(between) != 1L || length(within) != 1L) no_counterpart("these random terms")
  tau2 <- sum(fit$sigma2)
  none <- c(NA_real_, NA_real_)
  rbind(total_parts(tau2, none, bayes$vt),
        share_parts(fit$sigma2[between] / tau2, tau2, none, bayes$vt, limits_of(limits, sigma(within)), limits_of(limits, sigma(between))))
}
