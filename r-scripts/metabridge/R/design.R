# The model matrix: R's own for formulas, the given columns otherwise; then metafor's rules for its columns.

# A column within this of 1 everywhere is an intercept (metafor's rule).
INTERCEPT_TOLERANCE <- 1e-8

# A matrix with one row per study, before missing rows are taken out; NULL for an intercept alone.
raw_design <- function(mods, intercept, k, data) {
  if (is.null(mods)) return(NULL)
  X <- if (inherits(mods, "formula")) formula_design(mods, data) else column_design(mods, intercept, k)
  if (nrow(X) != k) {
    mb_stop(LENGTH_MISMATCH, "Number of rows in the model matrix (", nrow(X), ") does not match length of the outcome vector (",
            k, ").")
  }
  X
}

formula_design <- function(formula, data) {
  if (length(formula) == 3L) formula <- formula[-2L]
  # Rows with missing values stay in place: they are counted and reported later.
  old <- options(na.action = "na.pass")
  on.exit(options(old))
  frame <- if (is.data.frame(data)) data else environment(formula)
  tryCatch(stats::model.matrix(formula, data = frame), error = function(e) {
    code <- if (grepl("not found", conditionMessage(e), fixed = TRUE)) MISSING_COLUMN else FORMULA_EVALUATION
    mb_stop(code, "The model matrix of ", paste(deparse(formula), collapse = " "), " cannot be computed: ", conditionMessage(e))
  })
}

column_design <- function(mods, intercept, k) {
  if (is.data.frame(mods)) mods <- as.matrix(mods)
  if (is.character(mods) || is.factor(mods)) {
    mb_stop(WRONG_COLUMN_TYPE, "Model matrix contains character variables; use a formula, such as mods = ~ factor(x).")
  }
  if (!is.numeric(mods) && !is.logical(mods)) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'mods' argument must be a formula, a numeric vector or a numeric matrix, not ",
            class(mods)[1L], ".")
  }
  if (is.null(dim(mods))) mods <- cbind(mods = mods)
  if (is.logical(mods)) mods <- mods + 0
  if (intercept && nrow(mods) == k) cbind(intrcpt = rep(1, k), mods) else mods
}

# Columns in metafor's order and names.
#   X         rows used, redundant columns dropped, the intercept first as intrcpt
#   columns   which columns of the raw design these are, for the rows that are not used
#   coef.na   which columns of the raw design were redundant
#   intercept whether one of the columns is an intercept
arrange_design <- function(X, y) {
  redundant <- redundant_columns(X, y)
  names <- colnames(X)
  if (is.null(names)) names <- rep("", ncol(X))
  coef.na <- stats::setNames(redundant, if (ncol(X) == 1L) "X" else paste0("X", names))
  if (any(redundant)) {
    if (all(redundant)) mb_stop(RANK_DEFICIENT, "All moderator columns are zero.")
    warning("Redundant predictors dropped from the model.", call. = FALSE)
  }
  columns <- which(!redundant)
  is.int <- vapply(columns, function(j) all(abs(X[, j] - 1) < INTERCEPT_TOLERANCE), NA)
  if (any(is.int)) {
    columns <- c(columns[is.int][1L], columns[!is.int])
    names[columns[1L]] <- "intrcpt"
  }
  list(columns = columns, names = completed_names(names[columns]), coef.na = coef.na, intercept = any(is.int))
}

# metafor calls nameless columns .1, .2, ...
completed_names <- function(names) {
  empty <- !nzchar(names)
  names[empty] <- paste0(".", seq_len(sum(empty)))
  names
}

# The columns that lm() would leave without a coefficient: R's pivoted decomposition at lm's tolerance.
redundant_columns <- function(X, y) {
  fit <- .lm.fit(X + 0, as.double(y))
  flags <- logical(ncol(X))
  if (fit$rank < ncol(X)) flags[fit$pivot[(fit$rank + 1L):ncol(X)]] <- TRUE
  flags
}

# The coefficients in the omnibus test: positions, positions to leave out, or a pattern for their names.
checked_btt <- function(btt, p, has_intercept, names) {
  if (is.null(btt)) return(if (has_intercept && p > 1L) 2:p else seq_len(p))
  if (is.character(btt)) {
    found <- sort(unique(unlist(lapply(btt, function(pattern) tryCatch(grep(pattern, names), error = function(e) integer())))))
    if (length(found) == 0L) {
      mb_stop(INVALID_OPTION, "Cannot identify coefficient(s) corresponding to the specified 'btt' string.")
    }
    return(found)
  }
  if (!is.numeric(btt) || anyNA(btt) || length(btt) == 0L) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'btt' argument must hold coefficient numbers or a text.")
  }
  btt <- unique(as.integer(round(btt)))
  if (any(btt == 0L) || any(abs(btt) > p) || (any(btt < 0L) && any(btt > 0L))) {
    mb_stop(INVALID_OPTION, "Non-existent coefficients specified via 'btt': the model has ", p, ".")
  }
  chosen <- if (any(btt < 0L)) seq_len(p)[btt] else sort(btt)
  if (length(chosen) == 0L) mb_stop(INVALID_OPTION, "The 'btt' argument leaves no coefficient to test.")
  chosen
}
