# Fitted values, residuals, pooled values and comparisons of Bayesian fits, by RoBMA's names.

DEPTHS <- c("marginal", "cluster", "estimate")

brma_depth <- function(depth, object) {
  depth <- if (identical(depth, DEPTHS)) DEPTHS[1L] else one_word(depth, "conditioning_depth")
  if (!(depth %in% DEPTHS)) mb_stop(UNKNOWN_NAME, "Unknown conditioning depth '", depth, "'; known are ", paste(DEPTHS, collapse = ", "), ".")
  if (depth == "cluster" && length(object$clusters) == 0L) mb_stop(SPECIFICATION_INVALID, "The model has no clusters.")
  depth
}

fitted.metabridge_brma <- function(object, conditioning_depth = c("marginal", "cluster", "estimate"), component = c("location", "scale", "all"), ...) {
  components <- c("location", "scale", "all")
  component <- if (identical(component, components)) "location" else one_word(component, "component")
  if (!(component %in% components)) mb_stop(UNKNOWN_NAME, "Unknown component '", component, "'; known are ", paste(components, collapse = ", "), ".")
  location <- if (component != "scale") fitted_location(object, brma_depth(conditioning_depth, object))
  scale <- if (component != "location") stats::setNames(predict(object, newdata = NULL, type = "terms.scale", by.study = TRUE)$Mean, object$slab)
  switch(component, location = location, scale = scale, all = list(location = location, scale = scale))
}

fitted_location <- function(object, depth) {
  tables <- brma_tables(object$model, c(list(predict = '{"type":"terms"}'), if (depth != "marginal") list(effects = "true")))
  means <- tables$predictions[, "mean"]
  if (depth == "cluster") {
    if (!is.null(object$scale)) mb_stop(NOT_SUPPORTED, "With moderators of ln(tau) the cluster effects have no common scale.")
    cluster <- as.character(object$frame$.cluster[object$rows])
    means <- means + tables[["cluster deviations"]][match(cluster, object$clusters), "mean"]
  }
  if (depth == "estimate") means <- tables[["study effects"]][, "mean"]
  stats::setNames(unname(means), object$slab)
}

# Raw residuals, those over their marginal standard deviation, or the deleted ones of rstudent().
residuals.metabridge_brma <- function(object, type = c("outcome", "pearson", "LOO-PIT"), conditioning_depth = c("marginal", "cluster", "estimate"), ...) {
  types <- c("outcome", "pearson", "LOO-PIT")
  type <- if (identical(type, types)) "outcome" else one_word(type, "type")
  type <- switch(type, response = "outcome", rstudent = "LOO-PIT", type)
  if (!(type %in% types)) mb_stop(UNKNOWN_NAME, "Unknown type of residuals '", type, "'; known are ", paste(types, collapse = ", "), ".")
  depth <- brma_depth(conditioning_depth, object)
  table <- brma_tables(object$model, list(diagnostics = "true"))$residuals
  stats::setNames(unname(table[, switch(type, outcome = depth, pearson = "pearson", "rstudent")]), object$slab)
}

# Deleted residuals as normal quantiles of the probability of a smaller value given all other studies.
rstudent.metabridge_brma <- function(model, ...) {
  table <- brma_tables(model$model, list(diagnostics = "true"))$residuals
  data.frame(resid = unname(table[, "marginal"]), z = unname(table[, "rstudent"]), pit = unname(table[, "pit"]), row.names = model$slab)
}

influence.metabridge_brma <- function(model, unit = c("estimate", "cluster"), ...) {
  unit <- brma_unit(unit, model)
  tables <- brma_tables(model$model, list(diagnostics = "true"))
  prefix <- if (unit == "cluster") "cluster " else ""
  inf <- as.data.frame(tables[[paste0(prefix, "influence")]])
  inf <- inf[!vapply(inf, function(column) all(is.na(column)), NA)]
  if (unit == "estimate") inf <- cbind(rstudent = unname(tables$residuals[, "rstudent"]), inf)
  structure(list(inf = inf, dfbs = as.data.frame(tables[[paste0(prefix, "dfbetas")]]), unit = unit), class = "metabridge_influence")
}

print.metabridge_influence <- function(x, digits = 4, ...) {
  print_brma_table(cbind(x$inf, stats::setNames(x$dfbs, paste0("dfbs.", names(x$dfbs)))), digits)
  invisible(x)
}

cooks.distance.metabridge_brma <- function(model, unit = c("estimate", "cluster"), ...) influence_column(model, unit, "cook.d")
dffits.metabridge_brma <- function(model, unit = c("estimate", "cluster"), ...) influence_column(model, unit, "dffits")
covratio.metabridge_brma <- function(model, unit = c("estimate", "cluster"), ...) influence_column(model, unit, "cov.r")
dfbetas.metabridge_brma <- function(model, unit = c("estimate", "cluster"), ...) stats::influence(model, unit)$dfbs

influence_column <- function(model, unit, name) {
  table <- stats::influence(model, unit)$inf
  stats::setNames(table[[name]], rownames(table))
}

# stats has these two as plain functions, so they are made generic, as RoBMA does.
dffits <- function(model, ...) UseMethod("dffits")
covratio <- function(model, ...) UseMethod("covratio")
dffits.default <- function(model, ...) stats::dffits(model, ...)
covratio.default <- function(model, ...) stats::covratio(model, ...)

blup <- function(x, ...) UseMethod("blup")
blup.metabridge_brma <- function(x, unit = c("estimate", "cluster"), ...) true_effects(x, unit, ...)

# ---- pooled values ----

pooled_effect <- function(object, ...) UseMethod("pooled_effect")

pooled_effect.metabridge_brma <- function(object, transform = NULL, probs = NULL, ...) {
  if (!is.null(transform)) {
    if (!identical(toupper(one_word(transform, "transform")), "EXP")) mb_stop(NOT_SUPPORTED, "The argument 'transform' can only be \"EXP\".")
    if (!(object$measure %in% c("OR", "RR", "HR", "IRR"))) mb_stop(SPECIFICATION_INVALID, "transform = \"EXP\" is for the measures OR, RR, HR and IRR.")
  }
  table <- predict(object, newdata = TRUE, type = "terms", probs = probs)
  rownames(table) <- "mu"
  if (!is.null(transform)) {
    table[3:5] <- exp(table[3:5])
    table[1:2] <- exponential_moments(object)
    rownames(table) <- "exp(mu)"
  }
  pooled(table, "Pooled effect", object)
}

# Mean and standard deviation of exp(mu): the trapezoidal rule over its density, within twelve standard deviations.
exponential_moments <- function(object) {
  if (!is.null(object$mods)) return(c(NA_real_, NA_real_))
  mu <- object$estimates["mu", ]
  if (mu$SD == 0) return(c(exp(mu$Mean), 0))
  question <- list(parameters = json_text_list("mu"), n = "1001", lower = json_numbers(mu$Mean - 12 * mu$SD), upper = json_numbers(mu$Mean + 12 * mu$SD))
  density <- brma_tables(object$model, list(density = json_object(question)))[["density mu"]]
  weight <- density[, "posterior"] / sum(density[, "posterior"])
  mean <- sum(weight * exp(density[, "x"]))
  c(mean, sqrt(sum(weight * (exp(density[, "x"]) - mean)^2)))
}

pooled_heterogeneity <- function(object, ...) UseMethod("pooled_heterogeneity")

pooled_heterogeneity.metabridge_brma <- function(object, probs = NULL, ...) {
  table <- summary(object, probs = probs, include_mcmc_diagnostics = FALSE)$estimates["tau", , drop = FALSE]
  pooled(table, "Pooled heterogeneity", object)
}

pooled <- function(table, label, object) structure(list(estimates = table, label = label, title = brma_title(object)), class = "metabridge_pooled")

print.metabridge_pooled <- function(x, digits = 3, ...) {
  cat("\n", x$title, "\n\n", x$label, "\n", sep = "")
  print_brma_table(x$estimates, digits)
  invisible(x)
}

# ---- comparison by leave-one-out densities ----

loo_compare <- function(x, ...) UseMethod("loo_compare")

# A named first argument, as in loo_compare(a = fit1, b = fit2), is in the dots.
loo_compare.metabridge_brma <- function(x, ..., unit = c("estimate", "cluster")) {
  expressions <- if (missing(x)) substitute(list(...)) else substitute(list(x, ...))
  models <- if (missing(x)) list(...) else list(x, ...)
  labels <- model_labels(expressions, names(models))
  compare_loos(lapply(models, function(m) if (inherits(m, "metabridge_brma")) loo(m, unit) else m), labels)
}

loo_compare.metabridge_loo <- function(x, ...) {
  expressions <- if (missing(x)) substitute(list(...)) else substitute(list(x, ...))
  models <- if (missing(x)) list(...) else list(x, ...)
  compare_loos(models, model_labels(expressions, names(models)))
}

model_labels <- function(expressions, given) {
  labels <- vapply(as.list(expressions)[-1L], function(e) deparse(e)[1L], "")
  unname(if (is.null(given)) labels else ifelse(nzchar(given), given, labels))
}

# The columns of the loo package, best model first.
compare_loos <- function(loos, labels) {
  if (length(loos) < 2L || !all(vapply(loos, inherits, NA, what = "metabridge_loo"))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "loo_compare() takes two or more fits by brma(), or what loo() made of them.")
  }
  first <- loos[[1L]]
  same <- vapply(loos, function(l) identical(l$unit, first$unit) && identical(l$outcome, first$outcome), NA)
  if (!all(same)) mb_stop(SPECIFICATION_INVALID, "Models of different data, or of other units, cannot be compared by what they predict.")
  total <- vapply(loos, function(l) l$estimates["elpd_loo", "Estimate"], 0)
  order <- order(total, decreasing = TRUE)
  best <- loos[[order[1L]]]$pointwise[, "elpd_loo"]
  rows <- lapply(loos[order], function(l) {
    difference <- l$pointwise[, "elpd_loo"] - best
    e <- l$estimates
    c(elpd_diff = sum(difference), se_diff = sqrt(length(difference) * stats::var(difference)), elpd_loo = e["elpd_loo", 1L], se_elpd_loo = e["elpd_loo", 2L],
      p_loo = e["p_loo", 1L], se_p_loo = e["p_loo", 2L], looic = e["looic", 1L], se_looic = e["looic", 2L])
  })
  structure(do.call(rbind, rows), dimnames = list(make.unique(labels)[order], names(rows[[1L]])), class = c("metabridge_compare", "compare.loo", "matrix", "array"))
}

print.metabridge_compare <- function(x, digits = 1, simplify = TRUE, ...) {
  frame <- as.data.frame(unclass(x))
  print_brma_table(if (simplify) frame[c("elpd_diff", "se_diff")] else frame, digits)
  invisible(x)
}

# ---- generics that other packages have too ----

# An object of another package goes to that package's generic, so that the order of library() calls does not matter.
elsewhere <- function(name, packages, x, ...) {
  for (package in packages) {
    if (isNamespaceLoaded(package) && name %in% getNamespaceExports(package)) return(getExportedValue(package, name)(x, ...))
  }
  mb_stop(WRONG_ARGUMENT_TYPE, name, "() has no method for an object of class ", class(x)[1L], ".")
}

ranef.default <- function(object, ...) elsewhere("ranef", c("metafor", "nlme", "lme4"), object, ...)
blup.default <- function(x, ...) elsewhere("blup", "metafor", x, ...)
loo.default <- function(x, ...) elsewhere("loo", c("loo", "RoBMA"), x, ...)
loo_compare.default <- function(x, ...) elsewhere("loo_compare", c("loo", "RoBMA"), x, ...)
as_draws.default <- function(x, ...) elsewhere("as_draws", "posterior", x, ...)
as_draws_array.default <- function(x, ...) elsewhere("as_draws_array", "posterior", x, ...)
as_draws_df.default <- function(x, ...) elsewhere("as_draws_df", "posterior", x, ...)
as_draws_matrix.default <- function(x, ...) elsewhere("as_draws_matrix", "posterior", x, ...)
as_draws_list.default <- function(x, ...) elsewhere("as_draws_list", "posterior", x, ...)
logml.default <- function(object, ...) elsewhere("logml", c("bridgesampling", "RoBMA"), object, ...)
summary_heterogeneity.default <- function(object, ...) elsewhere("summary_heterogeneity", "RoBMA", object, ...)
true_effects.default <- function(object, ...) elsewhere("true_effects", "RoBMA", object, ...)
pooled_effect.default <- function(object, ...) elsewhere("pooled_effect", "RoBMA", object, ...)
pooled_heterogeneity.default <- function(object, ...) elsewhere("pooled_heterogeneity", "RoBMA", object, ...)
