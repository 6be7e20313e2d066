# The methods of fallback-methods.R where an rma.mv object needs its own.

fallback_mv_print <- function(x, digits = x$digits[["est"]], ...) {
  cat("\nMultivariate Meta-Analysis Model (k = ", x$k, "; method: ", x$method, ")\n\n", sep = "")
  table <- component_table(x)
  if (nrow(table)) print(format(table, digits = digits), quote = FALSE, right = TRUE)
  cat("\nQ(df = ", x$QEdf, ") = ", format(round(x$QE, digits)), ", p-val = ", format.pval(x$QEp, digits = digits), "\n\n", sep = "")
  printCoefmat(coefficient_table(x), digits = digits, has.Pvalue = FALSE, cs.ind = NULL, tst.ind = NULL)
  cat("\n")
  invisible(x)
}

# One row per component.
component_table <- function(x) {
  symbols <- c(sigma2 = "sigma^2", tau2 = "tau^2", rho = "rho", gamma2 = "gamma^2", phi = "phi")
  shown <- c(if (x$withS) "sigma2", if (x$withG) c("tau2", "rho"), if (x$withH) c("gamma2", "phi"))
  rows <- lapply(shown, function(name) {
    values <- x[[name]]
    number <- if (length(values) > 1L) paste0(".", seq_along(values)) else ""
    data.frame(estimate = values, fixed = ifelse(x$vc.fix[[name]], "yes", "no"), row.names = paste0(symbols[[name]], number),
               term = if (name == "sigma2") unname(x$s.names) else if (name %in% c("tau2", "rho")) paste(x$g.names, collapse = " | ") else paste(x$h.names, collapse = " | "))
  })
  do.call(rbind, c(list(data.frame(estimate = numeric(), fixed = character(), term = character())), rows))
}

fallback_mv_confint <- function(object, parm, level = 1 - object$level, fixed = TRUE, random = FALSE, ...) {
  if (random) mb_stop(NOT_SUPPORTED, "Intervals for the components need metafor, or fit_json() with \"also\": [\"confint\"].")
  fallback_confint(object, level = level, fixed = TRUE, random = FALSE)
}

# Means of the effect sizes; an interval for a new effect only where one variance tells it.
fallback_mv_predict <- function(object, newmods = NULL, level = 1 - object$level, ...) {
  object$tau2 <- if (object$withG && length(object$tau2) > 1L || object$withH && length(object$gamma2) > 1L) NA_real_ else
    sum(object$sigma2) + object$tau2 + object$gamma2
  object$ddf <- min(object$ddf)
  fallback_predict(object, newmods, level)
}
