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
  new <- if (missing(newmods)) NULL else new_moderators(newmods, object)
  request <- table_request(
    "predict", newmods = if (!is.null(new)) as.vector(new), names = colnames(new), intercept = if (!missing(intercept)) one_logical(intercept, "intercept"), addx = TRUE,
    level = asked, adjust = one_logical(adjust, "adjust"), predtype = type, newvi = if (!missing(newvi)) newvi
  )
  table <- uni_tables(object, request)[[1L]]
  out <- lapply(stats::setNames(nm = c("pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub")), column, table = table)
  random <- !(object$method %in% c("EE", "FE", "CE"))
  out <- transformed_predictions(out, if (missing(transf)) NULL else transf, if (missing(targs)) NULL else targs)
  if (random) out[c("cr.lb", "cr.ub")] <- out[c("pi.lb", "pi.ub")] else out[c("pi.lb", "pi.ub")] <- NULL
  X <- matrix(table[, -(1:6)], nrow(table), dimnames = list(NULL, rownames(object$beta)))
  if (isTRUE(addx)) out$X <- X
  out$slab <- if (!is.null(new)) { if (is.null(rownames(new))) seq_len(nrow(X)) else rownames(new) } else if (object$int.only) "" else used_slab(object)
  out <- c(out, list(digits = if (missing(digits)) object$digits else used_digits(object, digits), method = object$method, transf = !missing(transf), pred.type = "location"))
  out <- structure(out, class = c("predict.rma", "list.rma"))
  if (!isTRUE(vcov) || !missing(transf)) return(out)
  list(pred = out, vcov = structure(X %*% object$vb %*% t(X), dimnames = list(paste(out$slab), paste(out$slab))))
}

# A row per prediction: a vector is one row, or a column where there is one moderator.
new_moderators <- function(newmods, object) {
  if (!is.numeric(newmods) && !is.data.frame(newmods)) mb_stop(WRONG_ARGUMENT_TYPE, "Argument 'newmods' should be a vector or matrix, but is of class '", class(newmods)[1L], "'.")
  if (object$int.only) mb_stop(INVALID_OPTION, "Cannot specify new moderator values for models without moderators.")
  if (is.data.frame(newmods)) newmods <- as.matrix(newmods)
  if (is.matrix(newmods)) return(newmods)
  moderators <- object$p - object$int.incl
  if (moderators == 1L && is.null(names(newmods))) matrix(newmods, ncol = 1L) else matrix(newmods, nrow = 1L, dimnames = if (!is.null(names(newmods))) list(NULL, names(newmods)))
}

transformed_predictions <- function(out, transf, targs) {
  if (is.null(transf)) return(out)
  intervals <- transformed(out, transf, targs, c("pred", "ci.lb", "ci.ub"))
  intervals[c("pi.lb", "pi.ub")] <- transformed(out, transf, targs, c("pred", "pi.lb", "pi.ub"))[c("pi.lb", "pi.ub")]
  intervals
}
