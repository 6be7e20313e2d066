# Random terms: formulas, their variables, and the factors made of them.

# list(given, all, intercepts, structured): the argument as metafor keeps it, and which formula is of which kind.
random_formulas <- function(random, method) {
  if (is.null(random)) return(list(given = NULL, all = list()))
  if (method %in% c("EE", "FE", "CE")) {
    warning("The 'random' argument is disregaded when method=\"", method, "\".", call. = FALSE)
    return(list(given = random, all = list()))
  }
  all <- if (is.list(random)) random else list(random)
  all <- all[!vapply(all, is.null, NA)]
  for (formula in all) check_random(formula)
  inner.is.one <- vapply(all, function(formula) identical(bar_of(formula)[[2L]], 1), NA)
  structured <- which(!inner.is.one)
  if (length(structured) > 2L) {
    mb_stop(SPECIFICATION_INVALID, "Only up to two '~ inner | outer' formulas allowed in the 'random' argument.")
  }
  list(given = all, all = all, intercepts = which(inner.is.one), structured = structured)
}

check_random <- function(formula) {
  refuse <- function(...) mb_stop(SPECIFICATION_INVALID, ..., " The formula is '", paste(deparse(formula), collapse = " "), "'.")
  if (!inherits(formula, "formula")) {
    mb_stop(WRONG_ARGUMENT_TYPE, "All elements of 'random' must be formulas, not ", class(formula)[1L], ".")
  }
  if (length(formula) != 2L) refuse("Formulas in 'random' have no left-hand side.")
  bar <- bar_of(formula)
  if (is.null(bar)) refuse("All formulas in 'random' must contain a grouping variable after the | symbol.")
  uses <- function(expression, name) is.call(expression) && (identical(expression[[1L]], as.name(name)) ||
    any(vapply(as.list(expression)[-1L], uses, NA, name)))
  if (uses(formula[[2L]], ":")) refuse("Cannot use ':' notation in formulas in the 'random' argument (use 'interaction()' instead).")
  if (uses(formula[[2L]], "$")) refuse("Cannot use '$' notation in formulas in the 'random' argument (use the 'data' argument instead).")
  if (uses(formula[[2L]], "%in%")) refuse("Cannot use '%in%' notation in formulas in the 'random' argument.")
  if (!identical(bar[[2L]], 1) && is.call(bar[[3L]]) && identical(bar[[3L]][[1L]], as.name("/"))) {
    refuse("Cannot use '~ inner | outer1/outer2' type terms in the 'random' argument.")
  }
  if (is.call(bar[[3L]]) && as.character(bar[[3L]][[1L]])[1L] %in% c("+", "*")) refuse("A term has one grouping variable, or several nested with '/'.")
}

# The call inner | outer, without parentheses around it; NULL when there is none.
bar_of <- function(formula) {
  bar <- formula[[length(formula)]]
  while (is.call(bar) && identical(bar[[1L]], as.name("("))) bar <- bar[[2L]]
  if (is.call(bar) && identical(bar[[1L]], as.name("|"))) bar
}

# The variables of each formula as a data frame.
random_frames <- function(formulas, data, k) {
  lapply(formulas$all, function(formula) {
    names <- all.vars(formula)
    if (length(names) == 0L) mb_stop(SPECIFICATION_INVALID, "The term '", deparse(formula)[1L], "' names no variable.")
    columns <- lapply(names, function(name) {
      value <- if (is.data.frame(data) || is.list(data)) data[[name]]
      if (is.null(value)) value <- get0(name, envir = environment(formula), inherits = TRUE)
      if (is.null(value) || is.function(value)) {
        mb_stop(MISSING_COLUMN, "Cannot find the object/variable ('", name, "') of the term '", deparse(formula)[1L], "'.")
      }
      value
    })
    if (any(lengths(columns) != k)) {
      mb_stop(LENGTH_MISMATCH, "Length of variables specified via the 'random' argument does not match length of the data: '",
              names[lengths(columns) != k][1L], "' has ", lengths(columns)[lengths(columns) != k][1L], " values for ", k, " outcomes.")
    }
    columns <- lapply(columns, function(x) if (is.null(dim(x))) x else as.vector(x))
    rows <- if (is.data.frame(data)) attr(data, "row.names") else .set_row_names(k)
    structure(columns, names = names, class = "data.frame", row.names = rows)
  })
}

evaluated <- function(expression, frame, formula) {
  tryCatch(eval(expression, frame, environment(formula)), error = function(e) cannot_evaluate("random", expression, e))
}

as_levels <- function(x) if (is.factor(x)) droplevels(x) else factor(x)

# Expressions between the slashes of a/b/c.
nested_parts <- function(expression) {
  if (is.call(expression) && identical(expression[[1L]], as.name("/"))) {
    c(nested_parts(expression[[2L]]), nested_parts(expression[[3L]]))
  } else list(expression)
}

# The levels of b within those of a, named a/b, in the order of a and then b.
within_levels <- function(a, b) {
  pair <- (as.integer(a) - 1) * nlevels(b) + as.integer(b)
  seen <- sort(unique(pair))
  labels <- paste(levels(a)[(seen - 1) %/% nlevels(b) + 1], levels(b)[(seen - 1) %% nlevels(b) + 1], sep = "/")
  structure(match(pair, seen), levels = labels, class = "factor")
}

label_of <- function(expression) paste(deparse(expression, width.cutoff = 500L), collapse = " ")

# metafor writes interaction(a, b) as a:b among the names.
short_label <- function(expression) {
  if (is.call(expression) && identical(expression[[1L]], as.name("interaction"))) {
    parts <- as.list(expression)[-1L]
    return(paste(vapply(parts, label_of, ""), collapse = ":"))
  }
  label_of(expression)
}

# The intercept terms of a formula: a factor for each level of nesting, over the rows of the frame.
intercept_factors <- function(formula, frame) {
  parts <- nested_parts(bar_of(formula)[[3L]])
  factors <- list()
  for (i in seq_along(parts)) {
    own <- as_levels(evaluated(parts[[i]], frame, formula))
    factors[[i]] <- if (i == 1L) own else within_levels(factors[[i - 1L]], own)
  }
  labels <- vapply(seq_along(parts), function(i) paste(vapply(parts[seq_len(i)], label_of, ""), collapse = "/"), "")
  short <- vapply(seq_along(parts), function(i) paste(vapply(parts[seq_len(i)], short_label, ""), collapse = "/"), "")
  list(factors = factors, names = stats::setNames(short, labels))
}

# All terms on the used rows, with what the object keeps of them.
random_terms <- function(rows, formulas, settings) {
  frames <- rows$frames
  s <- intercept_terms(rows, formulas, settings)
  structured <- formulas$structured
  g <- if (length(structured) >= 1L) structured_term(rows, formulas, settings, 1L)
  h <- if (length(structured) == 2L) structured_term(rows, formulas, settings, 2L)
  mf.r <- if (length(frames)) lapply(frames, function(frame) if (rows$k == rows$k.f) frame else take_frame(frame, rows$used))
  by.structure <- list(NULL, NULL)
  by.structure[seq_along(structured)] <- formulas$all[structured]
  list(s = s, g = g, h = h, mf.r = mf.r, formulas = by.structure)
}

intercept_terms <- function(rows, formulas, settings) {
  if (length(formulas$intercepts) == 0L) return(NULL)
  factors <- list()
  names <- character()
  for (i in formulas$intercepts) {
    own <- intercept_factors(formulas$all[[i]], rows$frames[[i]])
    factors <- c(factors, own$factors)
    names <- c(names, own$names)
  }
  used <- lapply(factors, function(f) if (rows$k == rows$k.f) f else droplevels(f[rows$used]))
  n <- vapply(used, nlevels, 0L)
  fixed <- fixed_values(settings$fixed$sigma2, length(used), "sigma2")
  single <- n == 1L & is.na(fixed)
  if (any(single)) {
    warning("Single-level factor(s) found in 'random' argument. Corresponding 'sigma2' value(s) fixed to 0.", call. = FALSE)
    fixed[single] <- 0
  }
  known <- known_correlations(settings, names, used)
  list(factors = used, names = names, levels = lapply(used, levels), levels.f = lapply(factors, levels), nlevels = n,
       nlevels.f = vapply(factors, nlevels, 0L), fixed = fixed, R = known$R, Rfix = known$Rfix, withR = known$withR)
}

# Values to fix components at, NA to estimate, one per component.
fixed_values <- function(values, n, name) {
  if (is.null(values)) return(rep(NA_real_, n))
  if (!(is.numeric(values) || is.logical(values) && all(is.na(values)))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The '", name, "' argument must hold numbers, not ", class(values)[1L], ".")
  }
  values <- as.numeric(values)
  if (length(values) == 1L) values <- rep(values, n)
  if (length(values) != n) {
    mb_stop(LENGTH_MISMATCH, "Length of '", name, "' argument (", length(values), ") does not match actual number of ",
            if (name %in% c("rho", "phi")) "correlations" else "variance components", " (", n, ").")
  }
  if (name %in% c("sigma2", "tau2", "gamma2") && any(values < 0 | is.infinite(values), na.rm = TRUE)) {
    mb_stop(INVALID_OPTION, "Specified value(s) of '", name, "' must be >= 0 and finite.")
  }
  values
}

# Known correlation matrices in the order of the levels, scaled: list(R, Rfix, withR).
known_correlations <- function(settings, names, factors) {
  R <- settings$R
  none <- list(R = NULL, Rfix = rep(FALSE, length(names)), withR = FALSE)
  if (is.null(R)) return(none)
  if (is.data.frame(R) || !is.list(R) || is.null(names(R)) || any(!nzchar(names(R)))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "Argument 'R' must be a *named* list.")
  }
  R <- R[!vapply(R, is.null, NA)]
  if (anyDuplicated(names(R))) mb_stop(INVALID_OPTION, "The names of the list 'R' must be different.")
  if (!all(names(R) %in% names)) warning("Argument 'R' specified, but list name(s) not in 'random'.", call. = FALSE)
  matrices <- stats::setNames(vector("list", length(names)), names)
  for (i in seq_along(names)) {
    own <- R[[names[i]]]
    if (!is.null(own)) matrices[[i]] <- known_correlation(own, names[i], levels(factors[[i]]), settings$Rscale)
  }
  fixed <- !vapply(matrices, is.null, NA)
  if (!any(fixed)) return(none)
  list(R = matrices, Rfix = fixed, withR = TRUE)
}

known_correlation <- function(R, name, levels, scaling) {
  R <- tryCatch(as.matrix(R), error = function(e) NULL)
  if (!is.numeric(R) || nrow(R) != ncol(R)) mb_stop(WRONG_ARGUMENT_TYPE, "Elements of 'R' must be square numeric matrices; '", name, "' is not.")
  if (anyNA(R)) mb_stop(NON_FINITE, "No missing values allowed in matrices specified via 'R'; '", name, "' has some.")
  if (is.null(rownames(R)) && is.null(colnames(R))) mb_stop(SPECIFICATION_INVALID, "Elements of 'R' must have dimension names.")
  if (is.null(rownames(R))) rownames(R) <- colnames(R)
  if (is.null(colnames(R))) colnames(R) <- rownames(R)
  if (!isSymmetric(unname(R))) mb_stop(INVALID_OPTION, "Elements of 'R' must be symmetric matrices; '", name, "' is not.")
  if (anyDuplicated(rownames(R))) {
    keep <- !duplicated(rownames(R))
    R <- R[keep, keep, drop = FALSE]
  }
  if (!all(levels %in% colnames(R))) {
    mb_stop(UNKNOWN_NAME, "There are levels in '", name, "' for which there are no matching rows/columns in the corresponding 'R' matrix: ",
            setdiff(levels, colnames(R))[1L], ".")
  }
  if (!all(colnames(R) %in% levels)) {
    warning("There are rows/columns in the 'R' matrix for '", name, "' for which there are no data.", call. = FALSE)
  }
  R <- R[levels, levels, drop = FALSE]
  if (scaling %in% c("cor", "cor0")) {
    if (any(diag(R) <= 0)) {
      mb_stop(INVALID_OPTION, "Cannot use Rscale=\"cor\" or Rscale=\"cor0\" with non-positive values on the diagonal of an 'R' matrix.")
    }
    R <- stats::cov2cor(R)
  }
  if (scaling == "cor0") R <- (R - min(R)) / (1 - min(R))
  if (scaling == "cov0") R <- R - min(R)
  R
}
