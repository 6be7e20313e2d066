# Regression from a correlation or covariance matrix, as metafor's matreg().
matreg <- function(y, x, R, n, V, cov = FALSE, means, ztor = FALSE, nearpd = FALSE, level = 95, digits, ...) {
  ensure_methods()
  R <- regression_matrix(if (missing(R)) mb_stop(SPECIFICATION_INVALID, "Must specify 'R' matrix.") else R)
  p <- nrow(R)
  if (inherits(y, "formula")) {
    if (length(y) != 3L) mb_stop(SPECIFICATION_INVALID, "The formula must have the form 'y ~ x1 + x2'.")
    x <- attr(stats::terms(y), "term.labels")
    y <- all.vars(y[[2L]])[[1L]]
  }
  y <- variables_of(y, R, "y")
  x <- variables_of(x, R, "x")
  if (length(y) != 1L) mb_stop(SPECIFICATION_INVALID, "Argument 'y' should be a single value.")
  cov <- one_logical(cov, "cov")
  elements <- if (cov) p * (p + 1) / 2 else p * (p - 1) / 2
  V <- if (missing(V) || is.null(V)) NULL else element_covariance(V, elements)
  n <- if (missing(n) || is.null(n)) NA_real_ else as.double(one_number(n, "n"))
  means <- if (missing(means) || is.null(means) || !cov) NULL else as.double(means)
  if (!is.null(means) && length(means) != p) mb_stop(LENGTH_MISMATCH, "Length of 'means' (", length(means), ") does not match the dimensions of 'R' (", p, ").")
  names <- rownames(R)
  found <- engine_result(.Call(
    C_matreg, y - 1L, x - 1L, as.double(R), paste(gsub("\n", " ", names, fixed = TRUE), collapse = "\n"), n, V, means,
    c(cov, one_logical(ztor, "ztor"), one_logical(nearpd, "nearpd")), as.double(100 * (1 - checked_level(level)))
  ))
  found <- lapply(found, function(values) replace(values, is.nan(values), NA_real_))
  matreg_object(found, c(if (cov) "intrcpt", names[x]), !is.null(V), length(x), checked_print_digits(if (missing(digits)) NULL else digits))
}

matreg_object <- function(found, names, is_z, m, digits) {
  scalars <- found[[8L]]
  table <- data.frame(beta = found[[1L]], se = found[[2L]], stat = found[[3L]], df = scalars[[1L]], pval = found[[4L]], ci.lb = found[[5L]],
                      ci.ub = found[[6L]], row.names = names)
  names(table)[3L] <- if (is_z) "zval" else "tval"
  if (is_z) table$df <- NULL
  vb <- matrix(found[[7L]], length(names), dimnames = list(names, names))
  own <- if (is_z) {
    list(R2 = scalars[[2L]], QM = scalars[[4L]], QMdf = c(m, NA_integer_), QMp = scalars[[7L]])
  } else {
    list(R2 = scalars[[2L]], R2adj = scalars[[3L]], F = c(value = scalars[[4L]], df1 = scalars[[5L]], df2 = scalars[[6L]]),
         Fdf = scalars[5:6], Fp = scalars[[7L]])
  }
  structure(c(list(tab = table, vb = vb), own, list(digits = digits, test = if (is_z) "z" else "t")), class = "matreg")
}

checked_print_digits <- function(digits) if (is.null(digits)) 4 else one_number(digits, "digits")

regression_matrix <- function(R) {
  R <- as.matrix(R)
  if (!is.numeric(R) || nrow(R) != ncol(R)) mb_stop(WRONG_ARGUMENT_TYPE, "Argument 'R' must be a square matrix.")
  names <- rownames(R)
  if (is.null(names)) names <- colnames(R)
  if (is.null(names)) names <- paste0("x", seq_len(nrow(R)))
  R[upper.tri(R)] <- t(R)[upper.tri(R)]
  dimnames(R) <- list(names, names)
  R
}

variables_of <- function(which, R, name) {
  p <- nrow(R)
  if (is.character(which)) {
    at <- match(which, rownames(R))
    if (anyNA(at)) at[is.na(at)] <- pmatch(which[is.na(at)], rownames(R))
    if (anyNA(at)) mb_stop(MISSING_COLUMN, "Could not find variable '", which[is.na(at)][1L], "' in the 'R' matrix.")
    return(at)
  }
  if (!is.numeric(which) || anyNA(which) || any(which < 1 | which > p | which != round(which))) {
    mb_stop(INVALID_OPTION, "Indices in '", name, "' must be >= 1 or <= ", p, ".")
  }
  as.integer(which)
}

element_covariance <- function(V, elements) {
  V <- as.matrix(V)
  if (!is.numeric(V) || nrow(V) != ncol(V)) mb_stop(WRONG_ARGUMENT_TYPE, "Argument 'V' must be a square matrix.")
  if (nrow(V) != elements) {
    mb_stop(LENGTH_MISMATCH, "Dimensions of 'V' (", nrow(V), "x", ncol(V), ") do not match the number of elements in 'R' (", elements, ").")
  }
  as.double(V)
}
