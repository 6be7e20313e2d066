escalc <- function(measure, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri, ti, fi, pi, sdi,
                   r2i, ni, yi, vi, sei, data, slab, flip, subset, include, add = 1/2, to = "only0", drop00 = FALSE,
                   vtype = "LS", correct = TRUE, var.names = c("yi", "vi"), add.measure = FALSE, append = TRUE,
                   replace = TRUE, digits, ...) {
  ensure_methods()
  caller <- parent.frame()
  args <- as.list(match.call())[-1L]
  data <- checked_data(if (missing(data)) NULL else data)
  if (missing(measure) && is.null(args$yi)) {
    mb_stop(SPECIFICATION_INVALID, "Must specify an effect size or outcome measure via the 'measure' argument.")
  }
  if (!missing(measure) && (inherits(measure, "formula") || inherits(args$ai, "formula"))) {
    mb_stop(NOT_SUPPORTED, "The formula interface of escalc() is not supported.")
  }
  dots <- if (...length()) as.list(substitute(list(...)))[-1L]
  if (length(dots)) check_dots(dots)
  measure <- if (missing(measure)) "GEN" else one_word(measure, "measure")
  names <- checked_names(var.names, one_logical(add.measure, "add.measure"))

  effects <- if (!is.null(args$yi)) {
    if (!(measure %in% METAFOR_MEASURES)) checked_measure(measure)
    given_effects(args, data, caller)
  } else {
    checked_measure(measure)
    inputs <- effect_inputs(args, data, caller)
    compute_effects(measure, inputs, checked_add(add, missing(add), measure), checked_to(to), one_logical(drop00, "drop00"),
                    value_of(args, "vtype", data, caller) %||% "LS", effect_rules(dots, caller, correct))
  }
  effects <- flip_signs(effects, value_of(args, "flip", data, caller))
  k <- length(effects$yi)
  if (k == 0L) mb_stop(NO_DATA, "There is no row to compute an effect size from.")
  if (!is.null(data) && nrow(data) != k && one_logical(append, "append")) {
    mb_stop(LENGTH_MISMATCH, "The data have ", nrow(data), " rows, but ", k, " effect sizes were computed.")
  }
  slab <- value_of(args, "slab", data, caller)
  if (!is.null(slab)) effects$slab <- unique_labels(checked_labels(slab, k))
  subset <- rows_of(value_of(args, "subset", data, caller), k)
  include <- rows_of(value_of(args, "include", data, caller), k, "include")
  digits <- checked_digits(if (missing(digits)) NULL else digits, attr(data, "digits") %||% DEFAULT_DIGITS)

  frame <- if (!is.null(data) && one_logical(append, "append")) as.data.frame(data) else NULL
  frame <- add_effects(frame, effects, measure, names, include, one_logical(replace, "replace"))
  if (!is.null(subset)) frame <- kept_rows(frame, subset, names)
  mark_escalc(frame, names, digits)
}

`%||%` <- function(x, default) if (is.null(x)) default else x

# Given effect sizes need no computing, only a place in the data frame.
given_effects <- function(args, data, caller) {
  yi <- numbers_of(args, "yi", data, caller)
  own <- attributes(yi)
  k <- length(yi)
  vi <- given_variances(args, data, caller, k)
  ni <- numbers_of(args, "ni", data, caller)
  if (!is.null(ni) && length(ni) != k) {
    mb_stop(LENGTH_MISMATCH, "Supplied data vectors are not all of the same length: yi has ", k, ", ni has ", length(ni), ".")
  }
  yi <- as.numeric(yi)
  bad <- is.infinite(yi) | is.infinite(vi) | (!is.na(vi) & vi < 0)
  yi[bad] <- NA_real_
  vi[bad] <- NA_real_
  list(yi = yi, vi = vi, ni = ni %||% own$ni, slab = if (length(own$slab) == k) own$slab)
}

# Names of the columns to write: effect size, variance and, when asked for, the measure.
checked_names <- function(names, add.measure) {
  if (!is.character(names) || anyNA(names) || !(length(names) %in% 2:3) || anyDuplicated(names)) {
    mb_stop(INVALID_OPTION, "The 'var.names' argument must hold two or three different names.")
  }
  proper <- make.names(names)
  if (!identical(proper, names)) {
    warning("Argument 'var.names' does not contain syntactically valid variable names.\nVariable names adjusted to: var.names = c('",
            paste(proper, collapse = "','"), "')", call. = FALSE)
  }
  if (length(proper) == 3L || add.measure) c(proper[1:2], if (add.measure) if (length(proper) == 3L) proper[3L] else "measure") else proper
}

# Writes the columns; an existing column keeps its values in rows that are not included and, without `replace`, where it has one.
add_effects <- function(frame, effects, measure, names, include, replace) {
  old.yi <- frame[[names[1L]]]
  old.vi <- frame[[names[2L]]]
  k <- length(effects$yi)
  rows <- if (is.null(include)) rep(TRUE, k) else include
  fill <- function(new, old) {
    if (is.null(old)) {
      new[!rows] <- NA
      return(new)
    }
    keep <- !rows | (!replace & !is.na(old))
    new[keep] <- as.vector(old)[keep]
    new
  }
  yi <- fill(effects$yi, old.yi)
  attributes(yi) <- NULL
  if (!is.null(effects$ni)) attr(yi, "ni") <- filled_totals(effects$ni, attr(old.yi, "ni"), rows)
  attr(yi, "slab") <- effects$slab %||% if (!is.null(old.yi)) attr(old.yi, "slab")
  attr(yi, "measure") <- measure
  vi <- fill(effects$vi, old.vi)
  frame <- if (is.null(frame)) data.frame(row.names = seq_len(k)) else frame
  frame[[names[1L]]] <- yi
  frame[[names[2L]]] <- vi
  if (length(names) == 3L) frame[[names[3L]]] <- filled_measure(measure, frame[[names[3L]]], rows, replace)
  frame
}

filled_totals <- function(ni, old, rows) {
  ni[!rows] <- if (length(old) == length(ni)) old[!rows] else NA
  ni
}

filled_measure <- function(measure, old, rows, replace) {
  new <- rep(measure, length(rows))
  if (is.null(old)) {
    new[!rows] <- ""
  } else {
    old <- as.character(old)
    keep <- !rows | (!replace & !is.na(old) & nzchar(old))
    new[keep] <- old[keep]
  }
  new
}

# Rows of a data frame with the attributes of its effect sizes.
kept_rows <- function(frame, subset, names) {
  if (!any(subset)) mb_stop(NO_DATA, "Stopped because k = 0 after subsetting.")
  own <- attributes(frame[[names[1L]]])
  frame <- as.data.frame(unclass_escalc(frame))[subset, , drop = FALSE]
  yi <- as.numeric(frame[[names[1L]]])
  if (!is.null(own$ni)) attr(yi, "ni") <- own$ni[subset]
  if (!is.null(own$slab)) attr(yi, "slab") <- own$slab[subset]
  attr(yi, "measure") <- own$measure
  frame[[names[1L]]] <- yi
  frame
}

unclass_escalc <- function(frame) {
  class(frame) <- "data.frame"
  frame
}

mark_escalc <- function(frame, names, digits) {
  frame <- unclass_escalc(frame)
  attr(frame, "digits") <- digits
  attr(frame, "yi.names") <- intersect(unique(c(names[1L], attr(frame, "yi.names"))), names(frame))
  attr(frame, "vi.names") <- intersect(unique(c(names[2L], attr(frame, "vi.names"))), names(frame))
  class(frame) <- c("escalc", "data.frame")
  frame
}
