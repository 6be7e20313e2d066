# Where a model's effect sizes come from: given ones, an escalc data frame, a formula, or columns to compute them from.
#
# All ways end in one list:
#   yi, vi, ni, slab (NULL when no labels came along), measure
#   mods       a formula, matrix or vector, or NULL
#   formula.yi the formula of yi, or NULL
#   data       the data frame, or NULL
#   subset     one logical per row of the data, or NULL; already applied when `is.subset`
#   counts     the columns that metafor keeps for measures of counts
model_outcomes <- function(args, data, caller, options) {
  yi <- value_of(args, "yi", data, caller)
  if (is.null(yi)) return(computed_outcomes(args, data, caller, options))
  if (inherits(yi, "escalc")) {
    data <- yi
    args[c("yi", "vi")] <- lapply(escalc_names(yi), as.name)
    yi <- data[[as.character(args$yi)]]
  }
  out <- list(measure = options$measure, mods = value_of(args, "mods", data, caller), data = data)
  if (inherits(yi, "formula")) {
    out$formula.yi <- yi
    out["mods"] <- list(yi[-2L])
    yi <- formula_response(yi, data)
  }
  given_outcomes(out, yi, args, data, caller, options)
}

escalc_names <- function(frame) {
  yi.name <- attr(frame, "yi.names")[1L]
  vi.name <- attr(frame, "vi.names")[1L]
  if (is.null(yi.name) || is.null(vi.name) || !all(c(yi.name, vi.name) %in% names(frame))) {
    mb_stop(MISSING_COLUMN, "Cannot determine the names of the variables with effect sizes and variances in the escalc data.")
  }
  c(yi.name, vi.name)
}

formula_response <- function(formula, data) {
  if (length(formula) != 3L) mb_stop(SPECIFICATION_INVALID, "The formula of 'yi' needs a left-hand side, such as yi ~ x.")
  frame <- if (is.data.frame(data)) data else environment(formula)
  tryCatch(eval(formula[[2L]], frame, environment(formula)), error = function(e) cannot_evaluate("yi", formula[[2L]], e))
}

given_outcomes <- function(out, yi, args, data, caller, options) {
  if (!is.numeric(yi) && !(is.logical(yi) && all(is.na(yi))) || is.factor(yi)) {
    mb_stop(WRONG_COLUMN_TYPE, "The object/variable specified for the 'yi' argument is not numeric, but ", class(yi)[1L], ".")
  }
  k <- length(yi)
  if (k == 0L) mb_stop(NO_DATA, "The 'yi' argument holds no effect size.")
  own <- attributes(yi)
  # Integers stay integers in the object, as in metafor's.
  out$yi <- if (is.integer(yi)) as.integer(yi) else as.numeric(yi)
  out$vi <- given_variances(args, data, caller, k)
  if (identical(out$measure, "GEN") && !is.null(own$measure)) out$measure <- own$measure
  out$ni <- numbers_of(args, "ni", data, caller)
  if (is.null(out$ni)) out$ni <- own$ni
  if (!is.null(out$ni) && length(out$ni) != k) out["ni"] <- list(NULL)
  out$slab <- value_of(args, "slab", data, caller)
  if (is.null(out$slab) && length(own$slab) == k) out$slab <- own$slab
  out["subset"] <- list(rows_of(value_of(args, "subset", data, caller), k))
  out$weights <- numbers_of(args, "weights", data, caller)
  out$is.subset <- FALSE
  out
}

given_variances <- function(args, data, caller, k) {
  vi <- value_of(args, "vi", data, caller)
  if (is.matrix(vi) && nrow(vi) == k && ncol(vi) == k && k > 1L) {
    vi <- diag(vi)
  } else {
    vi <- numbers_of(args, "vi", data, caller)
  }
  if (is.null(vi)) {
    sei <- numbers_of(args, "sei", data, caller)
    if (is.null(sei)) mb_stop(SPECIFICATION_INVALID, "Must specify 'vi' or 'sei' argument.")
    if (any(sei < 0, na.rm = TRUE)) {
      row <- which(sei < 0)[1L]
      mb_stop(NON_POSITIVE_VARIANCE, "The standard error in row ", row, " is negative: ", format(sei[row]), ".")
    }
    vi <- sei^2
  }
  if (length(vi) == 1L && k > 1L) vi <- rep(vi, k)
  if (length(vi) != k) {
    mb_stop(LENGTH_MISMATCH, "Length of 'yi' and 'vi' (or 'sei') is not the same: ", k, " and ", length(vi), ".")
  }
  as.numeric(vi)
}

# Effect sizes computed from columns; as in metafor, from the rows of the subset only.
computed_outcomes <- function(args, data, caller, options) {
  measure <- options$measure
  if (identical(measure, "GEN")) {
    mb_stop(SPECIFICATION_INVALID, "Specify the desired outcome measure via the 'measure' argument, or give 'yi' and 'vi'.")
  }
  measure <- checked_measure(measure)
  inputs <- effect_inputs(args, data, caller)
  if (length(inputs) == 0L) compute_effects(measure, inputs)
  k <- length(inputs[[1L]])
  subset <- rows_of(value_of(args, "subset", data, caller), k)
  if (!is.null(subset)) inputs <- lapply(inputs, `[`, subset)
  effects <- compute_effects(measure, inputs, options$add, options$to, options$drop00, options$vtype, options$rules %||% 0L)
  out <- list(measure = measure, mods = value_of(args, "mods", data, caller), data = data, slab = NULL)
  out <- c(out, effects, list(k.all = k, is.subset = TRUE))
  out$slab <- value_of(args, "slab", data, caller)
  out["subset"] <- list(subset)
  out$weights <- numbers_of(args, "weights", data, caller)
  out$counts <- kept_counts(measure, inputs)
  out
}

NO_COUNTS <- list(ai = NA, bi = NA, ci = NA, di = NA, x1i = NA, x2i = NA, t1i = NA, t2i = NA)

# Of the inputs, metafor keeps those of 2x2 tables and of person-time data.
kept_counts <- function(measure, inputs) {
  counts <- NO_COUNTS
  if (measure %in% c("MD", "SMD", "ROM")) counts["di"] <- list(NULL)
  if (is.null(inputs$bi) && !is.null(inputs$ai) && !is.null(inputs$n1i)) inputs$bi <- inputs$n1i - inputs$ai
  if (is.null(inputs$di) && !is.null(inputs$ci) && !is.null(inputs$n2i)) inputs$di <- inputs$n2i - inputs$ci
  for (name in intersect(names(counts), names(inputs))) counts[[name]] <- inputs[[name]]
  counts
}
