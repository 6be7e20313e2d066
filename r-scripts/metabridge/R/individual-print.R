# How models of people and studies are printed.

print.metabridge_ipd <- function(x, digits, ...) {
  places <- if (missing(digits)) x$digits else checked_digits(digits)
  outcome <- c(continuous = "differences of means", binary = "log odds ratios", time = "log hazard ratios")[[x$type]]
  cat("\nTwo-stage meta-analysis of individual data: ", outcome, " of ", x$fit$k, " studies\n\n", sep = "")
  print(printed_columns(x$studies, places), row.names = FALSE)
  print_coefficients("Effect", x$fit, places)
  if (!is.null(x$interaction)) print_coefficients("Within studies: change of the effect per unit of the modifier, between people", x$interaction, places)
  if (!is.null(x$regression)) print_coefficients("Between studies: regression of the effects on the studies' means", x$regression, places)
  if (!is.null(x$slopes)) print_table("Do the slopes agree? Both, and between less within", x$slopes, places)
  print_notes(x)
  invisible(x)
}

print.metabridge_within_between <- function(x, digits, ...) {
  places <- if (missing(digits)) x$digits else checked_digits(digits)
  cat("\nSlopes within and between studies (k = ", x$k, "; sigma^2 = ", rounded(x$sigma2, places[["var"]]), " by ", x$method, ")\n", sep = "")
  print_table("Coefficients", x$slopes, places)
  print_table("Do the slopes agree? Between less within", x$difference, places)
  print_notes(x)
  invisible(x)
}

print.metabridge_control_rate <- function(x, digits, ...) {
  places <- if (missing(digits)) x$digits else checked_digits(digits)
  cat("\nRegression of the log odds ratio on the true log odds of the control group (", nrow(x$studies), " studies, maximum likelihood)\n", sep = "")
  print_table("Log odds ratio at control log odds 0 (intrcpt) and at their mean, and its slope", x$coefficients, places)
  print_table("True log odds", x$log.odds, places)
  cat("\nCovariance of the true log odds:\n\n")
  print(round(x$Sigma, places[["var"]]))
  cat("\nTreated on control: slope ", rounded(x$treated.slope, places[["est"]]), ", residual variance ", rounded(x$residual, places[["var"]]), "\n", sep = "")
  print_coefficients("Naive regression on the observed control log odds", x$naive, places)
  print_notes(x)
  invisible(x)
}

coef.metabridge_control_rate <- function(object, ...) stats::setNames(object$coefficients$estimate, row.names(object$coefficients))
coef.metabridge_within_between <- function(object, ...) stats::setNames(object$slopes$estimate, row.names(object$slopes))
coef.metabridge_ipd <- function(object, ...) stats::setNames(object$fit$beta[, 1L], rownames(object$fit$beta))

NUMBER_KINDS <- c(estimate = "est", se = "se", zval = "test", tval = "test", pval = "pval", ci.lb = "ci", ci.ub = "ci")

printed_columns <- function(frame, places) {
  class(frame) <- "data.frame"
  for (name in names(frame)) {
    kind <- NUMBER_KINDS[name]
    if (!is.na(kind)) frame[[name]] <- rounded(frame[[name]], places[[kind]], name == "pval")
    else if (is.numeric(frame[[name]]) && !(name %in% c("n", "events"))) frame[[name]] <- rounded(as.vector(frame[[name]]), places[["est"]])
  }
  frame
}

print_table <- function(title, frame, places) {
  cat("\n", title, ":\n\n", sep = "")
  print(printed_columns(frame, places))
}

print_coefficients <- function(title, fit, places) {
  tau2 <- if (fit$method %in% c("EE", "FE", "CE")) "" else paste0(" (tau^2 = ", rounded(fit$tau2, places[["var"]]), " by ", fit$method, ")")
  print_table(paste0(title, tau2), tested_coefficients(fit), places)
}

print_notes <- function(x) {
  if (nrow(x$left.out)) cat("\n", nrow(x$left.out), " row", if (nrow(x$left.out) > 1L) "s", " left out (see $left.out)\n", sep = "")
  for (note in x$notes) cat("\nNote: ", paste(strwrap(note, 100L, exdent = 6L), collapse = "\n"), "\n", sep = "")
}
