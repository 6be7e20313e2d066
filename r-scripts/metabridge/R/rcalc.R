# Dependent correlations with the covariance of their sampling errors, as metafor's rcalc().
rcalc <- function(x, ni, data, rtoz = FALSE, nfun = "min", sparse = FALSE, ...) {
  caller <- parent.frame()
  args <- as.list(match.call())[-1L]
  dots <- list(...)
  table <- if (inherits(x, "formula")) rcalc_formula(x, args, checked_data(if (missing(data)) NULL else data), caller)
    else rcalc_matrices(x, if (missing(ni)) NULL else ni)
  k <- length(table$ri)
  if (k == 0L) mb_stop(NO_DATA, "There is no correlation.")
  study <- codes_of(if (is.null(table$study)) rep("1", k) else table$study)
  variables <- unique(c(table$var1, table$var2))
  n <- tabulate(study$code + 1L, length(study$names))
  ni <- as.double(table$ni)
  if (is.function(nfun)) {
    ni <- unname(vapply(split(ni, study$code), function(n) as.double(nfun(n[!is.na(n)])), 0))[study$code + 1L]
    nfun <- "min"
  } else if (!(one_word(nfun, "nfun") %in% c("min", "harmonic", "mean"))) {
    mb_stop(UNKNOWN_NAME, "Unknown 'nfun' specified: '", nfun, "'; known are min, harmonic, mean.")
  }
  plain <- function(names) paste(gsub("\n", " ", names, fixed = TRUE), collapse = "\n")
  found <- engine_result(.Call(
    C_rcalc, study$code, plain(study$names), match(table$var1, variables) - 1L, match(table$var2, variables) - 1L, plain(variables),
    as.double(table$ri), ni, nfun, c(one_logical(rtoz, "rtoz"), !identical(dots$checkpd, FALSE)), c(sum(n * (n + 1) / 2), length(n))
  ))
  pair <- paste0(table$var1, ".", table$var2)
  yi <- found[[1L]]
  yi[is.nan(yi)] <- NA_real_
  common <- found[[2L]]
  if (is.integer(table$ni) && all(common == round(common), na.rm = TRUE)) common <- as.integer(common)
  dat <- data.frame(var1 = table$var1, var2 = table$var2, var1.var2 = pair, yi = yi, ni = common, stringsAsFactors = FALSE)
  if (!is.null(table$study)) {
    dat <- cbind(stats::setNames(data.frame(table$study, stringsAsFactors = FALSE), table$name), dat)
  }
  list(dat = dat, V = matrix_of_blocks(found[[3L]], study$code, n, one_logical(sparse, "sparse"), pair))
}

# ri ~ var1 + var2 | study
rcalc_formula <- function(x, args, data, caller) {
  wrong <- function() mb_stop(SPECIFICATION_INVALID, "The first argument must be a formula of the form 'ri ~ var1 + var2 | study', or matrices.")
  if (length(x) != 3L) wrong()
  right <- x[[3L]]
  study <- if (is.call(right) && identical(right[[1L]], as.name("|"))) right[[3L]]
  pair <- if (is.null(study)) right else right[[2L]]
  if (!is.call(pair) || !identical(pair[[1L]], as.name("+")) || length(pair) != 3L) wrong()
  if (is.null(args$ni)) mb_stop(SPECIFICATION_INVALID, "Must specify 'ni' argument.")
  value <- function(expression, name) value_of(stats::setNames(list(expression), name), name, data, environment(x))
  ri <- value(x[[2L]], "ri")
  k <- length(ri)
  if (!is.numeric(ri)) mb_stop(WRONG_COLUMN_TYPE, "The correlations must be numeric.")
  labels <- function(expression, name) {
    found <- as.character(value(expression, name))
    if (length(found) != k) mb_stop(LENGTH_MISMATCH, "'", name, "' has ", length(found), " values, but there are ", k, " correlations.")
    if (anyNA(found)) mb_stop(NON_FINITE, "No missing values allowed in variable '", name, "'.")
    found
  }
  ni <- numbers_of(args, "ni", data, caller)
  if (length(ni) == 1L) ni <- rep(ni, k)
  if (length(ni) != k) mb_stop(LENGTH_MISMATCH, "'ni' has ", length(ni), " values, but there are ", k, " correlations.")
  list(ri = ri, ni = ni, var1 = labels(pair[[2L]], "var1"), var2 = labels(pair[[3L]], "var2"),
       study = if (!is.null(study)) labels(study, "study"), name = if (!is.null(study)) all.vars(study)[[1L]])
}

# A correlation matrix, or a list of them: by columns of the lower triangle, as from version 4.0-0 of metafor on.
rcalc_matrices <- function(x, ni) {
  is_list <- is.list(x) && !is.data.frame(x)
  if (!is_list) x <- list(x)
  if (is.null(ni)) mb_stop(SPECIFICATION_INVALID, "Must specify 'ni' argument.")
  if (length(ni) != length(x)) mb_stop(LENGTH_MISMATCH, "Argument 'ni' must be of the same length as there are elements in 'x'.")
  names <- if (is.null(names(x))) as.character(seq_along(x)) else names(x)
  parts <- lapply(seq_along(x), function(s) {
    R <- as.matrix(x[[s]])
    p <- nrow(R)
    if (!is.numeric(R) || p != ncol(R)) mb_stop(WRONG_ARGUMENT_TYPE, "The first argument must be a formula, or square correlation matrices.")
    variables <- rownames(R)
    if (is.null(variables)) variables <- colnames(R)
    if (is.null(variables)) variables <- paste0("x", seq_len(p))
    at <- which(lower.tri(R), arr.ind = TRUE)
    list(ri = R[at], ni = rep(ni[[s]], nrow(at)), var1 = variables[at[, 2L]], var2 = variables[at[, 1L]], study = rep(names[[s]], nrow(at)))
  })
  all <- function(name) unlist(lapply(parts, `[[`, name))
  list(ri = all("ri"), ni = all("ni"), var1 = all("var1"), var2 = all("var2"), study = if (is_list) all("study"), name = "id")
}
