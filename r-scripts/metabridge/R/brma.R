# Bayesian (multilevel) meta-analysis with the arguments of RoBMA's brma().

brma <- function(yi, vi, sei, weights, ni, mods, scale, cluster, data, slab, subset, measure,
                 prior_effect = NULL, prior_heterogeneity = NULL, prior_heterogeneity_allocation = NULL, prior_mods = NULL,
                 prior_scale = NULL, prior_unit_information_sd = NULL, prior_informed_field = NULL, prior_informed_subfield = NULL,
                 rescale_priors = 1, standardize_continuous_predictors = TRUE, set_contrast_factor_predictors = "treatment",
                 algorithm = c("quadrature", "sampler"), chains = 4, sample = 1000, burnin = 500, seed = 1, level = 95, ...) {
  call <- match.call()
  check_brma_dots(if (...length()) as.list(substitute(list(...)))[-1L])
  inputs <- brma_inputs(as.list(call)[-1L], checked_data(if (missing(data)) NULL else data), parent.frame())
  if (missing(measure) || is.null(measure)) measure <- inputs$measure
  alpha <- checked_level(level)
  spec <- c(
    list(family = json_texts("bayes"), effect = '{"yi":".yi","vi":".vi"}', measure = if (!is.null(measure)) json_texts(one_word(measure, "measure"))),
    inputs$spec,
    list(
      prior_effect = prior_json(prior_effect, "prior_effect"), prior_heterogeneity = prior_json(prior_heterogeneity, "prior_heterogeneity"),
      prior_heterogeneity_allocation = prior_json(prior_heterogeneity_allocation, "prior_heterogeneity_allocation"),
      prior_scale = prior_json(prior_scale, "prior_scale")
    ),
    moderator_priors(prior_mods),
    list(
      prior_unit_information_sd = if (!is.null(prior_unit_information_sd)) json_numbers(one_number(prior_unit_information_sd, "prior_unit_information_sd")),
      prior_informed = informed_priors(prior_informed_field, prior_informed_subfield),
      rescale_priors = json_numbers(one_number(rescale_priors, "rescale_priors")),
      standardize_continuous_predictors = if (one_logical(standardize_continuous_predictors, "standardize_continuous_predictors")) "true" else "false",
      set_contrast_factor_predictors = json_texts(one_word(set_contrast_factor_predictors, "set_contrast_factor_predictors")),
      level = json_numbers(100 * (1 - alpha))
    )
  )
  sampler <- json_object(list(chains = whole_number(chains, "chains"), draws = whole_number(sample, "sample"),
                              warmup = whole_number(burnin, "burnin"), seed = whole_number(seed, "seed")))
  model <- list(spec = json_object(spec), data = dataset_json(inputs$frame), sampler.options = sampler,
                sampler = if (brma_algorithm(algorithm) == "sampler") sampler)
  new_brma(model, brma_tables(model), inputs, call)
}

brma.norm <- brma

brma_algorithm <- function(algorithm) {
  known <- c("quadrature", "sampler")
  if (identical(algorithm, known)) return(known[1L])
  if (!(one_word(algorithm, "algorithm") %in% known)) {
    mb_stop(UNKNOWN_NAME, "Unknown algorithm '", algorithm, "'; known are quadrature, sampler.")
  }
  algorithm
}

whole_number <- function(value, name) {
  value <- one_number(value, name)
  if (value != round(value) || abs(value) > .Machine$integer.max) mb_stop(INVALID_OPTION, "The '", name, "' argument must be a whole number.")
  format(value, scientific = FALSE, trim = TRUE)
}

informed_priors <- function(field, subfield) {
  word <- if (!is.null(subfield)) one_word(subfield, "prior_informed_subfield") else if (!is.null(field)) one_word(field, "prior_informed_field")
  if (identical(word, "Cochrane")) word <- "medicine"
  if (!is.null(word)) json_texts(word)
}

# Options of RoBMA's chains mean nothing to an integral; arguments that would change the model are refused.
check_brma_dots <- function(dots) {
  harmless <- c("adapt", "thin", "parallel", "autofit", "autofit_control", "convergence_checks", "silent", "save")
  for (name in setdiff(names(dots), harmless)) mb_stop(NOT_SUPPORTED, "The argument '", name, "' is not supported by brma().")
  if (length(dots) && (is.null(names(dots)) || any(!nzchar(names(dots))))) mb_stop(SPECIFICATION_INVALID, "All further arguments of brma() must be named.")
}

# Evaluates the arguments that are written as expressions; the rows of the subset as one data frame, and what the specification says about it.
brma_inputs <- function(args, data, caller) {
  yi <- value_of(args, "yi", data, caller)
  measure <- NULL
  if (inherits(yi, "escalc")) {
    data <- yi
    args[c("yi", "vi")] <- lapply(escalc_names(yi), as.name)
    yi <- data[[as.character(args$yi)]]
  }
  mods <- formula_of(args, "mods", data, caller)
  if (inherits(yi, "formula")) {
    if (!is.null(mods)) mb_stop(SPECIFICATION_INVALID, "Moderators may be given in the formula of 'yi' or as 'mods', not both.")
    mods <- yi[-2L]
    yi <- formula_response(yi, data)
    if (length(all.vars(mods)) == 0L) mods <- NULL
  }
  out <- given_outcomes(list(measure = "GEN", data = data), yi, args, data, caller)
  measure <- attr(yi, "measure")
  k <- length(out$yi)
  frame <- data.frame(.yi = as.numeric(out$yi), .vi = out$vi)
  spec <- list()
  add <- function(name, value) {
    if (is.null(value)) return()
    if (length(value) != k) {
      mb_stop(LENGTH_MISMATCH, "Length of the '", name, "' argument (", length(value), ") is not of length k = ", k, ".")
    }
    column <- paste0(".", name)
    frame[[column]] <<- if (inherits(value, c("Date", "POSIXt"))) as.character(value) else value
    spec[[name]] <<- json_texts(column)
  }
  add("cluster", value_of(args, "cluster", data, caller))
  add("weights", out$weights)
  add("ni", numbers_of(args, "ni", data, caller))
  add("slab", if (!is.null(out$slab)) unique_labels(as.character(checked_labels(out$slab, k))))
  scale <- formula_of(args, "scale", data, caller)
  for (formula in list(mods, scale)) frame <- with_variables(frame, formula, data, k)
  if (!is.null(mods)) spec$mods <- json_texts(formula_text(mods))
  if (!is.null(scale)) spec$scale <- json_texts(formula_text(scale))
  if (!is.null(out$subset)) frame <- frame[out$subset, , drop = FALSE]
  if (nrow(frame) == 0L) mb_stop(NO_DATA, "Stopped because k = 0 after subsetting.")
  rownames(frame) <- NULL
  list(frame = frame, spec = spec, measure = if (isTRUE(measure %in% c("SMD", "ZCOR", "OR", "RR", "HR", "IRR", "RD"))) measure,
       mods = mods, scale = scale)
}

formula_of <- function(args, name, data, caller) {
  value <- value_of(args, name, data, caller)
  if (is.null(value) || inherits(value, "formula")) return(value)
  mb_stop(WRONG_ARGUMENT_TYPE, "The '", name, "' argument must be a formula such as ~ year, not ", class(value)[1L], ".")
}

formula_text <- function(formula) {
  if (length(formula) != 2L) mb_stop(SPECIFICATION_INVALID, "A formula of moderators has no left-hand side: ", deparse(formula)[1L], ".")
  paste(deparse(formula, width.cutoff = 500L), collapse = " ")
}

# The variables of a formula as columns.
with_variables <- function(frame, formula, data, k) {
  for (name in setdiff(all.vars(formula), names(frame))) {
    value <- if (is.list(data) && !is.null(data[[name]])) data[[name]] else {
      tryCatch(get(name, envir = environment(formula)), error = function(e) {
        mb_stop(MISSING_COLUMN, "Cannot find the object/variable ('", name, "') of the formula ", deparse(formula)[1L], ".")
      })
    }
    if (length(value) != k) {
      mb_stop(LENGTH_MISMATCH, "The variable '", name, "' has ", length(value), " values for ", k, " studies.")
    }
    frame[[name]] <- value
  }
  frame
}

new_brma <- function(model, tables, inputs, call) {
  scalars <- tables$scalars[, "value"]
  dropped <- length(tables$dropped[, "row"])
  if (dropped > 0L) warning(dropped, ngettext(dropped, " study", " studies"), " with NAs omitted from model fitting.", call. = FALSE)
  if (scalars[["converged"]] == 0) warning("The numbers have not converged; see the errors in summary().", call. = FALSE)
  level <- scalars[["level"]]
  object <- list(
    estimates = summary_frame(tables$estimates, level), heterogeneity = summary_frame(tables$heterogeneity, level),
    errors = list(estimates = row_errors(tables$estimates), heterogeneity = row_errors(tables$heterogeneity)),
    logml = scalars[["logml"]], logml.error = scalars[["logml.error"]], vt = scalars[["vt"]], converged = scalars[["converged"]] != 0,
    quadrature = scalars[c("dimensions", "points", "step")], algorithm = tables$words[3L], measure = tables$words[1L], level = level,
    priors = stats::setNames(tables$priors, c("effect", "heterogeneity", "heterogeneity_allocation", "mods", "scale")),
    clusters = tables$clusters, k = nrow(tables$studies), yi = unname(tables$studies[, "yi"]), vi = unname(tables$studies[, "vi"]),
    slab = rownames(tables$studies), rows = as.integer(tables$studies[, "row"]), diagnostics = tables$diagnostics,
    sampling = tables$sampling, frame = inputs$frame, mods = inputs$mods, scale = inputs$scale, model = model, call = call
  )
  structure(object, class = c("metabridge_brma", "brma"))
}
