# Methods of Bayesian fits.

brma_title <- function(x) {
  kind <- paste0("Bayesian ", if (length(x$clusters)) "Multilevel ", if (is.null(x$mods)) "Random" else "Mixed", "-Effects Model")
  paste0(kind, " (k = ", x$k, if (length(x$clusters)) paste0(", clusters = ", length(x$clusters)), ")")
}

# A table as RoBMA prints it.
print_brma_table <- function(frame, digits) {
  cells <- vapply(frame, function(column) {
    text <- formatC(column, digits = digits, format = "f")
    text[is.na(column)] <- "NA"
    sub("^-(0[.]?0*)$", "\\1", text)
  }, character(nrow(frame)))
  cells <- matrix(cells, nrow(frame), dimnames = list(rownames(frame), names(frame)))
  print(cells, quote = FALSE, right = TRUE)
}

summary.metabridge_brma <- function(object, probs = NULL, include_mcmc_diagnostics = TRUE, ...) {
  estimates <- object$estimates
  if (!is.null(probs)) {
    checked_probs(probs)
    ask <- list(summary = json_object(list(parameters = json_text_list(rownames(estimates)), probs = json_number_list(probs))))
    quantiles <- brma_tables(object$model, ask)$summary
    estimates <- cbind(estimates[c("Mean", "SD")], stats::setNames(as.data.frame(quantiles), format_probs(probs)))
  }
  if (one_logical(include_mcmc_diagnostics, "include_mcmc_diagnostics")) estimates <- with_diagnostics(estimates, object)
  structure(list(title = brma_title(object), estimates = estimates, call = object$call), class = "summary.metabridge_brma")
}

checked_probs <- function(probs) {
  if (!is.numeric(probs) || length(probs) == 0L || anyNA(probs) || any(probs <= 0 | probs >= 1)) {
    mb_stop(INVALID_OPTION, "The 'probs' argument must hold numbers between 0 and 1, both excluded.")
  }
}

# Of an integral the bound on the error of a row's numbers; of chains RoBMA's diagnostics.
with_diagnostics <- function(estimates, object) {
  if (is.null(object$diagnostics)) {
    estimates$error <- unname(object$errors$estimates)
    return(estimates)
  }
  d <- object$diagnostics[rownames(estimates), , drop = FALSE]
  ess <- pmin(d[, "ess_bulk"], d[, "ess_tail"])
  estimates[["error(MCMC)"]] <- unname(estimates$SD / sqrt(d[, "ess_bulk"]))
  estimates[["error(MCMC)/SD"]] <- unname(1 / sqrt(d[, "ess_bulk"]))
  estimates$ESS <- round(unname(ess))
  estimates[["R-hat"]] <- unname(d[, "rhat"])
  estimates
}

print.summary.metabridge_brma <- function(x, digits = 3, ...) {
  cat("\n", x$title, "\n\nEstimates\n", sep = "")
  frame <- x$estimates
  if (!is.null(frame$error)) {
    errors <- formatC(frame$error, digits = 0, format = "e")
    frame$error <- NULL
    cells <- vapply(frame, function(column) formatC(column, digits = digits, format = "f"), character(nrow(frame)))
    cells <- matrix(c(cells, errors), nrow(frame), dimnames = list(rownames(frame), c(names(frame), "error")))
    print(cells, quote = FALSE, right = TRUE)
  } else {
    print_brma_table(frame, digits)
  }
  invisible(x)
}

print.metabridge_brma <- function(x, digits = 3, ...) {
  print(summary(x, include_mcmc_diagnostics = FALSE), digits = digits)
  cat("\nLog marginal likelihood: ", formatC(x$logml, digits = max(digits, 4), format = "f"), "\n", sep = "")
  invisible(x)
}

summary_heterogeneity <- function(object, ...) UseMethod("summary_heterogeneity")

summary_heterogeneity.metabridge_brma <- function(object, ...) {
  h <- object$heterogeneity
  estimates <- data.frame(Mean = h$Mean, Median = h[[4L]], h[[3L]], h[[5L]], row.names = rownames(h))
  names(estimates)[3:4] <- names(h)[c(3L, 5L)]
  structure(list(estimates = estimates), class = "summary_heterogeneity.metabridge_brma")
}

print.summary_heterogeneity.metabridge_brma <- function(x, digits = 3, ...) {
  cat("\nHeterogeneity Estimates:\n")
  print_brma_table(x$estimates, digits)
  invisible(x)
}

coef.metabridge_brma <- function(object, ...) stats::setNames(object$estimates$Mean, rownames(object$estimates))

nobs.metabridge_brma <- function(object, ...) object$k

PREDICTIONS <- c("terms", "cluster", "estimate", "response", "terms.scale")

predict.metabridge_brma <- function(object, newdata = NULL, type = c("terms", "cluster", "estimate", "response", "terms.scale"), newmods = NULL,
                                    probs = NULL, by.study = FALSE, ...) {
  type <- if (identical(type, PREDICTIONS)) "terms" else one_word(type, "type")
  if (!is.null(newmods)) {
    if (!is.null(newdata)) mb_stop(SPECIFICATION_INVALID, "New moderators may be given as 'newdata' or as 'newmods', not both.")
    newdata <- new_moderators(object, newmods)
  }
  question <- list(type = json_texts(type))
  if (isTRUE(newdata)) {
    if (type == "response") mb_stop(SPECIFICATION_INVALID, "type = \"response\" needs the sampling variances of new studies: 'newdata' with a column 'vi' or 'sei'.")
    question$average <- "true"
  } else if (!is.null(newdata)) {
    question <- c(question, new_rows(object, as.data.frame(newdata), type))
  } else if (is.null(object$mods) && is.null(object$scale) && type != "response" && !by.study) {
    question$average <- "true"
  }
  level <- object$level
  if (!is.null(probs)) level <- level_of(probs)
  model <- object$model
  if (!is.null(probs)) model$spec <- sub('"level":[^,}]*', paste0('"level":', json_numbers(level)), model$spec)
  summary_frame(brma_tables(model, list(predict = json_object(question)))$predictions, level)
}

# The credible level of two probabilities that leave the same tail on both sides.
level_of <- function(probs) {
  checked_probs(probs)
  if (length(probs) != 2L || abs(sum(probs) - 1) > 1e-12 || probs[1L] >= probs[2L]) {
    mb_stop(INVALID_OPTION, "The 'probs' argument must hold two probabilities that sum to 1, such as c(0.05, 0.95).")
  }
  100 * (probs[2L] - probs[1L])
}

# The columns of new data that the formulas use, and the sampling variances of observations.
new_rows <- function(object, newdata, type) {
  variables <- unique(c(all.vars(object$mods), all.vars(object$scale)))
  missing <- setdiff(variables, names(newdata))
  if (length(missing)) mb_stop(MISSING_COLUMN, "The new data have no column '", missing[1L], "'.")
  frame <- if (length(variables)) newdata[variables] else data.frame(.row = seq_len(nrow(newdata)))
  rows <- list(newdata = dataset_json(frame))
  if (type == "response") {
    v <- if (!is.null(newdata$vi)) newdata$vi else if (!is.null(newdata$sei)) newdata$sei^2
    if (is.null(v)) mb_stop(MISSING_COLUMN, "type = \"response\" needs the sampling variances of the new studies, as column 'vi' or 'sei'.")
    rows$v <- json_number_list(v)
  }
  rows
}

# metafor's way to give moderators: a vector, a matrix or a data frame with one column per moderator.
new_moderators <- function(object, newmods) {
  variables <- unique(c(all.vars(object$mods), all.vars(object$scale)))
  if (is.null(dim(newmods))) newmods <- matrix(newmods, ncol = max(length(variables), 1L))
  frame <- as.data.frame(newmods)
  if (ncol(frame) != length(variables)) {
    mb_stop(LENGTH_MISMATCH, "The 'newmods' argument has ", ncol(frame), " columns; the moderators are ", paste(variables, collapse = ", "), ".")
  }
  if (!all(variables %in% names(frame))) names(frame) <- variables
  frame
}

ranef.metabridge_brma <- function(object, ...) {
  if (length(object$clusters) == 0L) mb_stop(SPECIFICATION_INVALID, "The model has no clusters.")
  summary_frame(brma_tables(object$model, list(effects = "true"))[["cluster deviations"]], object$level)
}

ranef <- function(object, ...) UseMethod("ranef")

true_effects <- function(object, ...) UseMethod("true_effects")

true_effects.metabridge_brma <- function(object, unit = c("estimate", "cluster"), ...) {
  unit <- brma_unit(unit, object)
  tables <- brma_tables(object$model, list(effects = "true"))
  summary_frame(tables[[if (unit == "cluster") "cluster effects" else "study effects"]], object$level)
}

brma_unit <- function(unit, object) {
  units <- c("estimate", "cluster")
  unit <- if (identical(unit, units)) "estimate" else one_word(unit, "unit")
  if (!(unit %in% units)) mb_stop(UNKNOWN_NAME, "Unknown unit '", unit, "'; known are estimate, cluster.")
  if (unit == "cluster" && length(object$clusters) == 0L) mb_stop(SPECIFICATION_INVALID, "The model has no clusters.")
  unit
}

# ---- model comparison ----

logml <- function(object, ...) UseMethod("logml")

logml.metabridge_brma <- function(object, ...) object$logml

bf <- function(x1, x2, log = FALSE, ...) {
  same_data(list(x1, x2))
  difference <- logml(x1) - logml(x2)
  if (one_logical(log, "log")) difference else exp(difference)
}

post_prob <- function(..., prior_prob = NULL) {
  fits <- list(...)
  same_data(fits)
  logs <- vapply(fits, logml, 0)
  prior <- if (is.null(prior_prob)) rep(1, length(fits)) else prior_prob
  if (!is.numeric(prior) || length(prior) != length(fits) || anyNA(prior) || any(prior < 0) || sum(prior) == 0) {
    mb_stop(LENGTH_MISMATCH, "The 'prior_prob' argument must hold one number per model, none of them negative.")
  }
  weights <- prior * exp(logs - max(logs))
  stats::setNames(weights / sum(weights), names(fits))
}

same_data <- function(fits) {
  if (!all(vapply(fits, inherits, NA, what = "metabridge_brma"))) mb_stop(WRONG_ARGUMENT_TYPE, "All models must be made by brma().")
  first <- fits[[1L]]
  same <- vapply(fits, function(fit) identical(fit$yi, first$yi) && identical(fit$vi, first$vi), NA)
  if (!all(same)) mb_stop(SPECIFICATION_INVALID, "Models of different data cannot be compared by their marginal likelihoods.")
}

BMA <- function(...) {
  call <- match.call()
  call[[1L]] <- brma
  full <- eval(call, parent.frame())
  tables <- brma_tables(full$model, list(average = "true"))
  models <- as.data.frame(tables$models)
  structure(list(
    inclusion = as.data.frame(tables$inclusion)[c("prior", "posterior", "BF")], estimates = summary_frame(tables$averaged, full$level),
    conditional = summary_frame(tables$conditional, full$level), models = models, logml = tables[["averaged logml"]][["value", "value"]],
    title = sub("^Bayesian", "Bayesian Model-Averaged", brma_title(full)), full = full
  ), class = "metabridge_bma")
}

print.metabridge_bma <- function(x, digits = 3, ...) {
  cat("\n", x$title, "\n\nComponents\n", sep = "")
  inclusion <- as.matrix(x$inclusion)
  cells <- cbind(formatC(inclusion[, 1:2, drop = FALSE], digits = digits, format = "f"), BF = formatC(inclusion[, "BF"], digits = 5, format = "g"))
  print(cells, quote = FALSE, right = TRUE)
  cat("\nModel-averaged estimates\n")
  print_brma_table(x$estimates, digits)
  invisible(x)
}

prior_sensitivity <- function(object, effect = c(0.25, 0.5, 1, 2, 4), heterogeneity = c(0.25, 0.5, 1, 2, 4)) {
  if (!inherits(object, "metabridge_brma")) mb_stop(WRONG_ARGUMENT_TYPE, "The 'object' argument must be made by brma().")
  question <- json_object(list(effect = json_number_list(effect), heterogeneity = json_number_list(heterogeneity)))
  frame <- as.data.frame(brma_tables(object$model, list(sensitivity = question))$sensitivity)
  class(frame) <- c("metabridge_sensitivity", "data.frame")
  frame
}
