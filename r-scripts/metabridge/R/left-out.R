# Which rows a model left out, and why.

rows_left_out <- function(x) {
  if (!inherits(x, "rma") || is.null(x$ids) || is.null(x$not.na)) mb_stop(WRONG_ARGUMENT_TYPE, "rows_left_out() is for models by rma(), rma.mv(), rma.mh() and rma.peto(), not for an object of class ", class(x)[1L], ".")
  unselected <- setdiff(seq_len(x$k.all), x$ids)
  missing.rows <- which(!x$not.na)
  found <- data.frame(
    row = c(unselected, x$ids[missing.rows]),
    slab = c(rep(NA_character_, length(unselected)), as.character(x$slab)[missing.rows]),
    reason = c(rep("not in the subset", length(unselected)), vapply(missing.rows, missing_reason, "", x = x))
  )
  found <- found[order(found$row), ]
  row.names(found) <- NULL
  found
}

# The rows of the fields that end in .f are those of x$ids.
missing_reason <- function(i, x) {
  X <- x$X.f
  at <- function(values) length(values) >= i && is.na(values[i])
  variances <- if (is.null(x$vi.f) && is.matrix(x$V.f)) diag(x$V.f) else x$vi.f
  reasons <- c(
    if (at(x$yi.f)) "the effect size is missing",
    if (at(variances)) "the sampling variance is missing",
    if (at(x$weights.f)) "the weight is missing",
    if (is.matrix(X) && anyNA(X[i, ])) paste0("missing value in the moderator", if (sum(is.na(X[i, ])) > 1L) "s", " ", paste(colnames(X)[is.na(X[i, ])], collapse = ", "))
  )
  if (length(reasons)) paste(reasons, collapse = "; ") else if (inherits(x, c("rma.mh", "rma.peto"))) "a count of the table is missing" else "missing value in a variable of the random effects"
}
