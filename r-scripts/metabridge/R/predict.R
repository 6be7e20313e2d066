# Predictions of univariate fits from the engine, as metafor's predict() returns them.

# metafor's own predict() of our objects works too; this one has `adjust` and `predtype` with every version of metafor.
predict_rma <- function(object, newmods, intercept, addx = FALSE, level, adjust = FALSE, digits, transf, targs, vcov = FALSE, predtype = "default", newvi, ...) {
  if (!serves(object)) {
    call <- match.call()
    call[[1L]] <- quote(stats::predict)
    return(eval(call, parent.frame()))
  }
  dots <- list(...)
  type <- if (is.null(dots$pi.type)) predtype else dots$pi.type
  asked <- if (missing(level)) 100 * (1 - object$level) else level
  if (asked < 1) asked <- 100 * asked
  new <- if (missing(newmods)) NULL else moderator_rows(newmods, object)
  given <- if (missing(intercept)) NULL else one_logical(intercept, "intercept")
  # A column of the intercept says whether it counts.
  if (!is.null(new) && object$int.incl && ncol(new) == object$p) {
    given <- new[1L, 1L] != 0
    if (!all(new[, 1L] == as.numeric(given))) mb_stop(INVALID_OPTION, "The intercept's column of 'newmods' must be 1 in all rows, or 0 in all.")
    new <- new[, -1L, drop = FALSE]
  }
  request <- table_request(
    "predict", newmods = if (!is.null(new)) as.vector(new), intercept = given, addx = TRUE,
    level = asked, adjust = one_logical(adjust, "adjust"), predtype = type, newvi = if (!missing(newvi)) newvi
  )
  table <- uni_tables(object, request)[[1L]]
  out <- lapply(stats::setNames(nm = c("pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub")), column, table = table)
  random <- !(object$method %in% c("EE", "FE", "CE"))
  out <- transformed_predictions(out, if (missing(transf)) NULL else transf, if (missing(targs)) NULL else targs)
  if (random) out[c("cr.lb", "cr.ub")] <- out[c("pi.lb", "pi.ub")] else out[c("pi.lb", "pi.ub")] <- NULL
  X <- matrix(table[, -(1:6)], nrow(table), dimnames = list(NULL, rownames(object$beta)))
  if (isTRUE(addx)) out$X <- X
  out$slab <- if (!is.null(new)) { if (!is.null(rownames(new))) rownames(new) else if (nrow(X) == 1L) "" else seq_len(nrow(X)) } else if (object$int.only) "" else used_slab(object)
  out <- c(out, list(digits = if (missing(digits)) object$digits else used_digits(object, digits), method = object$method, transf = !missing(transf), pred.type = "location"))
  if (object$test != "z") out$ddf <- rep(object$ddf, nrow(X))
  df <- if (!random) object$ddf else switch(tolower(type), default = object$ddf, riley = object$k - object$parms, t = object$k - object$p, NA)
  if (!is.na(df)) out$pi.ddf <- rep(as.integer(df), nrow(X))
  out <- structure(out, class = c("predict.rma", "list.rma"))
  if (!isTRUE(vcov) || !missing(transf)) return(out)
  list(pred = out, vcov = structure(X %*% object$vb %*% t(X), dimnames = list(paste(out$slab), paste(out$slab))))
}

# A row per prediction: a vector is one row, or a column where there is one moderator.
moderator_rows <- function(newmods, object) {
  if (!is.numeric(newmods) && !is.data.frame(newmods)) mb_stop(WRONG_ARGUMENT_TYPE, "Argument 'newmods' should be a vector or matrix, but is of class '", class(newmods)[1L], "'.")
  if (object$int.only) mb_stop(INVALID_OPTION, "Cannot specify new moderator values for models without moderators.")
  if (is.data.frame(newmods)) newmods <- as.matrix(newmods)
  moderators <- rownames(object$beta)[(if (object$int.incl) 2L else 1L):object$p]
  new <- if (is.matrix(newmods)) newmods
    else if (length(moderators) == 1L && is.null(names(newmods))) matrix(newmods, ncol = 1L)
    else matrix(newmods, nrow = 1L, dimnames = if (!is.null(names(newmods))) list(NULL, names(newmods)))
  if (is.null(colnames(new)) || ncol(new) == object$p && object$int.incl) return(new)
  if (ncol(new) != length(moderators)) mb_stop(LENGTH_MISMATCH, "There are ", ncol(new), " names for the ", length(moderators), " moderators: ", paste(moderators, collapse = ", "), ".")
  new[, match(seq_along(moderators), named_moderators(colnames(new), moderators)), drop = FALSE]
}

# The moderator that each name belongs to: its name, the beginning of it, or a part.
named_moderators <- function(names, moderators) {
  found <- vapply(names, function(name) {
    at <- which(moderators == name)
    if (length(at) == 0L) at <- which(startsWith(moderators, name))
    if (length(at) == 0L) at <- grep(name, moderators, fixed = TRUE)
    if (length(at) != 1L) mb_stop(INVALID_OPTION, "'", name, "' in 'newmods' ", if (length(at)) "may be several of the moderators " else "is none of the moderators ", paste(moderators, collapse = ", "), ".")
    at
  }, 0L)
  if (anyDuplicated(found)) mb_stop(INVALID_OPTION, "'", moderators[found[duplicated(found)][1L]], "' is named twice in 'newmods'.")
  found
}

transformed_predictions <- function(out, transf, targs) {
  if (is.null(transf)) return(out)
  intervals <- transformed(out, transf, targs, c("pred", "ci.lb", "ci.ub"))
  intervals[c("pi.lb", "pi.ub")] <- transformed(out, transf, targs, c("pred", "pi.lb", "pi.ub"))[c("pi.lb", "pi.ub")]
  intervals
}
