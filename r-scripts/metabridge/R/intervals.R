# Confidence intervals of univariate fits from the engine, as metafor's confint() returns them.

# metafor's confint() of our objects works too; this one needs no search range, no k x k matrices, and not the package CompQuadForm for
# type "GENQ", and it has "HT" with every version of metafor.
confint_rma <- function(object, type, level, fixed = FALSE, random = TRUE, digits, transf, targs, ...) {
  if (!inherits(object, "rma.uni") || inherits(object, c("rma.ls", "rma.uni.selmodel"))) {
    call <- match.call()
    call[[1L]] <- quote(stats::confint)
    return(eval(call, parent.frame()))
  }
  asked <- if (missing(level)) 100 * (1 - object$level) else level
  if (asked < 1) asked <- 100 * asked
  request <- table_request("confint", type = if (!missing(type)) type, level = asked, fixed = fixed, random = random)
  tables <- uni_tables(object, request)
  result <- list()
  if (fixed) {
    result$fixed <- tables[["confint[fixed]"]]
    if (!missing(transf)) result$fixed <- transformed_limits(result$fixed, transf, if (missing(targs)) NULL else targs)
  }
  if (random) {
    kinds <- grep("[.]kind$", names(tables))
    result$random <- tables[[setdiff(grep("^confint\\[(?!fixed)", names(tables), perl = TRUE), kinds)]]
    kind <- tables[[kinds]]
    # 2: no end; 3: the interval is empty.
    empty <- kind[1L, "lb"] == 3
    result$digits <- if (missing(digits)) object$digits else digits
    result$ci.null <- unname(empty)
    result$lb.sign <- if (empty) "<" else ""
    result$ub.sign <- if (empty) "<" else if (kind[1L, "ub"] == 2) ">" else ""
    result$tau2.min <- 0
  } else {
    result$digits <- if (missing(digits)) object$digits else digits
  }
  structure(result, class = "confint.rma")
}

# The limits in ascending order, since a decreasing transformation turns them round.
transformed_limits <- function(x, transf, targs) {
  each <- function(values) vapply(values, function(v) if (is.null(targs)) transf(v) else transf(v, targs), 0)
  x[] <- each(x)
  x[, 2:3] <- t(apply(x[, 2:3, drop = FALSE], 1L, sort))
  x
}
