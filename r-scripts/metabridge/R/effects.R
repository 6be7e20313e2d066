# Effect sizes from the columns that a measure needs.

# Evaluates the inputs of a measure and checks that they have one length.
effect_inputs <- function(args, data, caller, names = c(COUNT_INPUTS, FURTHER_INPUTS)) {
  given <- names[names %in% names(args)]
  inputs <- lapply(given, function(name) numbers_of(args, name, data, caller))
  names(inputs) <- given
  inputs <- inputs[lengths(inputs) > 0L]
  sizes <- unique(lengths(inputs))
  if (length(sizes) > 1L) {
    mb_stop(LENGTH_MISMATCH, "Supplied data vectors are not all of the same length: ",
            paste0(names(inputs), " has ", lengths(inputs), collapse = ", "), ".")
  }
  inputs
}

# yi, vi, ni from inputs of one length; `vtype` may hold one word per row.
compute_effects <- function(measure, inputs, add, to, drop00, vtype, rules = 0L) {
  if (length(inputs) == 0L) {
    mb_stop(SPECIFICATION_INVALID, "Cannot compute outcomes. Check that all of the required information is specified via ",
            "the appropriate arguments.")
  }
  k <- length(inputs[[1L]])
  columns <- lapply(inputs[ENGINE_INPUTS], function(x) if (is.null(x)) NULL else as.double(x))
  if (!is.character(vtype) || anyNA(vtype) || !(length(vtype) %in% c(1L, k))) {
    mb_stop(INVALID_OPTION, "The 'vtype' argument must be one word, or one word per row.")
  }
  result <- NULL
  # Rules such as to = "if0all" look at all rows, so every variance type is computed for all and its own rows are picked.
  for (type in unique(vtype)) {
    part <- engine_result(.Call(C_escalc, unname(columns), k, measure, to, type, add, drop00, rules))
    if (is.null(result)) result <- part else for (i in 1:3) result[[i]][vtype == type] <- part[[i]][vtype == type]
  }
  effects_with_totals(result, inputs, measure)
}

# Measures whose ai, mi and ti are not counts.
SIZE_ONLY <- c("ARAW", "AHW", "ABT", "MN", "SMN", "MNLN", "CVLN", "COR", "UCOR", "ZCOR", "PCOR", "ZPCOR", "SPCOR", "ZSPCOR",
               "R2", "ZR2", "CLES", "AUC")

effects_with_totals <- function(result, inputs, measure) {
  yi <- result[[1L]]
  vi <- result[[2L]]
  ni <- result[[3L]]
  yi[is.nan(yi)] <- NA_real_
  vi[is.nan(vi)] <- NA_real_
  ni[is.nan(ni)] <- NA_real_
  # metafor keeps the type of sums of counts.
  others <- c("m1i", "m2i", "sd1i", "sd2i", "ri", "sdi", "r2i", "fi", "pi", if (measure %in% SIZE_ONLY) c("ai", "mi", "ti"))
  if (all(vapply(inputs[!(names(inputs) %in% others)], is.integer, NA))) ni <- as.integer(ni)
  if (any(is.na(vi) & !is.na(yi))) {
    warning("Cannot estimate the sampling variance of ", sum(is.na(vi) & !is.na(yi)), " outcome(s) of measure ", measure, ".",
            call. = FALSE)
  }
  if (identical(measure, "MD") && is.integer(inputs$m1i) && is.integer(inputs$m2i)) yi <- as.integer(yi)
  list(yi = yi, vi = vi, ni = ni)
}

# What is added to cells when the user does not say.
default_add <- function(measure) if (measure %in% c("AS", "PHI", "ZPHI", "RTET", "ZTET", "IRSD", "PAS", "PFT", "IRS", "IRFT")) 0 else 1 / 2

checked_add <- function(add, is_missing, measure) {
  if (is_missing) return(default_add(measure))
  add <- one_number(add, "add")
  if (!is.finite(add) || add < 0) mb_stop(INVALID_OPTION, "The 'add' argument must be a number that is not negative.")
  add
}

checked_to <- function(to) {
  to <- one_word(to, "to")
  if (is.na(keywords("to")[to])) unknown_word("to", to, character(), keywords("to"))
  to
}

# Switches of the zero-cell rules and of the bias correction, as the bits of metabridge.h.
effect_rules <- function(dots, caller, correct = TRUE) {
  is_on <- function(name, default) if (is.null(dots[[name]])) default else one_logical(eval(dots[[name]], caller), name)
  sum(c(1L, 2L, 4L, 8L)[c(!(one_logical(correct, "correct") && is_on("correct", TRUE)), is_on("onlyo1", FALSE), !is_on("addyi", TRUE), !is_on("addvi", TRUE))])
}

# Turns signs: logical (TRUE turns), or factors; one for all rows or one per row.
flip_signs <- function(effects, flip) {
  if (is.null(flip)) return(effects)
  k <- length(effects$yi)
  if (!(is.logical(flip) || is.numeric(flip)) || !(length(flip) %in% c(1L, k))) {
    mb_stop(INVALID_OPTION, "The 'flip' argument must hold logicals or numbers, one or one per row.")
  }
  factor <- if (is.logical(flip)) ifelse(flip, -1, 1) else flip
  effects$yi <- effects$yi * factor
  effects$vi <- effects$vi * factor^2
  effects
}
