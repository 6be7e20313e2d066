# The methods for pooled tables where metafor is not installed.

fallback_stratified_print <- function(x, digits = x$digits[["est"]], ...) {
  cat("\nEqual-Effects Model (k = ", x$k, ")\n\n", sep = "")
  cat("Q(df = ", x$QEdf, ") = ", format(round(x$QE, digits)), ", p-val = ", format.pval(x$QEp, digits = digits), "\n\n", sep = "")
  table <- cbind(estimate = x$beta, se = x$se, zval = x$zval, pval = x$pval, ci.lb = x$ci.lb, ci.ub = x$ci.ub)
  rownames(table) <- ""
  printCoefmat(table, digits = digits, has.Pvalue = FALSE, cs.ind = NULL, tst.ind = NULL)
  cat("\n")
  invisible(x)
}

fallback_stratified_coef <- function(object, ...) object$beta

fallback_stratified_fitted <- function(object, ...) rep(unname(object$beta), object$k.yi)

fallback_stratified_residuals <- function(object, ...) as.vector(object$yi) - fallback_stratified_fitted(object)

fallback_stratified_logLik <- function(object, REML = FALSE, ...) {
  k <- object$k.yi
  structure(object$fit.stats["ll", if (REML) "REML" else "ML"], df = 1, nobs = if (REML) k - 1 else k, class = "logLik")
}

fallback_stratified_nobs <- function(object, ...) object$k.eff

fallback_stratified_confint <- function(object, parm, level = 1 - object$level, ...) {
  half <- qnorm(1 - checked_level(level) / 2) * object$se
  list(fixed = cbind(estimate = object$beta, ci.lb = object$beta - half, ci.ub = object$beta + half))
}

fallback_stratified_predict <- function(object, level = 1 - object$level, ...) {
  half <- qnorm(1 - checked_level(level) / 2) * object$se
  data.frame(pred = unname(object$beta), se = object$se, ci.lb = unname(object$beta) - half, ci.ub = unname(object$beta) + half)
}
