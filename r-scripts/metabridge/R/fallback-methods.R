# Where metafor is not installed, these few methods keep its objects from being dead ends.

FALLBACK <- c("print", "summary", "coef", "vcov", "logLik", "nobs", "fitted", "residuals", "confint", "predict")

register_fallback_methods <- function() {
  here <- environment(register_fallback_methods)
  for (generic in FALLBACK) {
    registerS3method(generic, "rma.uni", get(paste0("fallback_", generic), envir = here), envir = here)
    own <- get0(paste0("fallback_mv_", generic), envir = here, inherits = FALSE)
    pooled <- get0(paste0("fallback_stratified_", generic), envir = here, inherits = FALSE)
    if (is.null(pooled)) pooled <- get(paste0("fallback_", generic), envir = here)
    for (class in c("rma.mh", "rma.peto")) registerS3method(generic, class, pooled, envir = here)
    registerS3method(generic, "rma.mv", if (is.null(own)) get(paste0("fallback_", generic), envir = here) else own, envir = here)
  }
  "fallback"
}

fallback_print <- function(x, digits = x$digits[["est"]], ...) {
  kind <- if (x$method %in% c("EE", "FE", "CE")) "Equal-Effects Model" else if (x$int.only) "Random-Effects Model" else "Mixed-Effects Model"
  cat("\n", kind, " (k = ", x$k, "; method: ", x$method, ")\n\n", sep = "")
  cat("tau^2 = ", format(round(x$tau2, digits)), "   I^2 = ", format(round(x$I2, 2)), "%   H^2 = ", format(round(x$H2, 2)), "\n", sep = "")
  cat("Q(df = ", x$QEdf, ") = ", format(round(x$QE, digits)), ", p-val = ", format.pval(x$QEp, digits = digits), "\n\n", sep = "")
  printCoefmat(coefficient_table(x), digits = digits, has.Pvalue = FALSE, cs.ind = NULL, tst.ind = NULL)
  cat("\n")
  invisible(x)
}

coefficient_table <- function(x) {
  table <- cbind(estimate = x$beta[, 1L], se = x$se, statistic = x$zval, pval = x$pval, ci.lb = x$ci.lb, ci.ub = x$ci.ub)
  rownames(table) <- rownames(x$beta)
  table
}

fallback_summary <- function(object, ...) object

fallback_coef <- function(object, ...) stats::setNames(object$beta[, 1L], rownames(object$beta))

fallback_vcov <- function(object, ...) object$vb

fallback_logLik <- function(object, REML = object$method == "REML", ...) {
  k <- object$k
  structure(object$fit.stats["ll", if (REML) "REML" else "ML"], df = object$parms, nobs = if (REML) k - object$p else k, class = "logLik")
}

fallback_nobs <- function(object, ...) if (object$method == "REML") object$k - object$p else object$k

fallback_fitted <- function(object, ...) drop(object$X %*% object$beta)

fallback_residuals <- function(object, ...) as.vector(object$yi) - fallback_fitted(object)

critical_value <- function(object, alpha) ifelse(is.na(object$ddf), qnorm(1 - alpha / 2), suppressWarnings(qt(1 - alpha / 2, object$ddf)))

# As in metafor, a list with `random` (the Q-profile interval of tau^2 and what follows from it) and, with `fixed`, the coefficients.
fallback_confint <- function(object, parm, level = 1 - object$level, fixed = !random, random = has_heterogeneity(object), ...) {
  level <- checked_level(level)
  out <- list()
  if (random) {
    if (!has_heterogeneity(object)) mb_stop(NOT_SUPPORTED, "A model without heterogeneity has no interval for tau^2.")
    out$random <- profile_interval(object, level)
  }
  if (fixed) {
    half <- critical_value(object, level) * object$se
    out$fixed <- cbind(estimate = object$beta[, 1L], ci.lb = object$beta[, 1L] - half, ci.ub = object$beta[, 1L] + half)
    rownames(out$fixed) <- rownames(object$beta)
  }
  out
}

has_heterogeneity <- function(object) !(object$method %in% c("EE", "FE", "CE"))

# The engine's interval; the method of estimation has no part in it, so a closed form serves.
profile_interval <- function(object, alpha) {
  columns <- paste0("x", seq_len(object$p))
  data <- data.frame(y = as.vector(object$yi), v = object$vi, stats::setNames(as.data.frame(unname(object$X)), columns))
  spec <- sprintf(
    '{"family":"univariate","effect":{"yi":"y","vi":"v"},"method":"DL","mods":"~ 0 + %s","level":%.17g,"also":["confint"]}',
    paste(columns, collapse = " + "), 100 * (1 - alpha)
  )
  text <- sub('(?s).*"confint": *\\{', "", fit_json(spec, data), perl = TRUE)
  bounds <- function(key) {
    inside <- sub(sprintf('(?s).*?"%s": *\\[([^]]*)\\].*', key), "\\1", text, perl = TRUE)
    numbers <- trimws(strsplit(inside, ",", fixed = TRUE)[[1L]])
    numbers[numbers == "null"] <- NA
    as.numeric(numbers)
  }
  tau2 <- bounds("tau2")
  table <- rbind(c(object$tau2, tau2), c(sqrt(object$tau2), sqrt(tau2)), c(object$I2, bounds("I2")), c(object$H2, bounds("H2")))
  dimnames(table) <- list(c("tau^2", "tau", "I^2(%)", "H^2"), c("estimate", "ci.lb", "ci.ub"))
  table
}

# One row for an intercept alone, one per row of `newmods`, or one per study.
fallback_predict <- function(object, newmods = NULL, level = 1 - object$level, ...) {
  X <- if (!is.null(newmods)) {
    newmods <- if (is.null(dim(newmods))) cbind(newmods) else as.matrix(newmods)
    if (object$int.incl) cbind(1, newmods) else newmods
  } else if (object$int.only) matrix(1) else object$X
  if (ncol(X) != object$p) {
    mb_stop(LENGTH_MISMATCH, "'newmods' has ", ncol(X), " columns with the intercept, the model has ", object$p, " coefficients.")
  }
  pred <- drop(X %*% object$beta)
  variance <- rowSums((X %*% object$vb) * X)
  crit <- critical_value(object, checked_level(level))
  data.frame(pred = pred, se = sqrt(variance), ci.lb = pred - crit * sqrt(variance), ci.ub = pred + crit * sqrt(variance),
             pi.lb = pred - crit * sqrt(variance + object$tau2), pi.ub = pred + crit * sqrt(variance + object$tau2))
}
