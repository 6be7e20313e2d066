# rma.mv through both packages. Each model is compared twice: with the components fixed at our estimates, where all numbers must
# agree to rounding, and freely estimated, where metafor's log-likelihood must not be higher than ours and the estimates agree
# as far as metafor's search (numeric derivatives) carries.

MV_TIGHT <- list(rel.tol = 1e-12, x.tol = 1e-8, eval.max = 20000, iter.max = 10000)

COMPONENTS <- c("sigma2", "tau2", "rho", "gamma2", "phi")

in_package <- function(call, package) {
  call[[1]] <- call("::", as.name(package), as.name("rma.mv"))
  call
}

# The call with all components of a fit fixed.
fixed_at <- function(call, fit) {
  if (fit$withS) call$sigma2 <- fit$sigma2
  if (fit$withG) {
    call$tau2 <- fit$tau2
    if (!(fit$struct[1] %in% c("ID", "DIAG", "GDIAG"))) call$rho <- fit$rho
  }
  if (fit$withH) {
    call$gamma2 <- fit$gamma2
    if (!(fit$struct[2] %in% c("ID", "DIAG", "GDIAG"))) call$phi <- fit$phi
  }
  call
}

# The fit of each package: free (with the tightened control for metafor), and with the components fixed at our estimates.
mv_pair <- function(call, env = parent.frame(), free = TRUE) {
  ours <- warned(eval(in_package(call, "metabridge"), env))
  theirs <- NULL
  if (free) {
    tight <- call
    tight$control <- quote(MV_TIGHT)
    theirs <- tryCatch(warned(eval(in_package(tight, "metafor"), env)), error = function(e) warned(eval(in_package(call, "metafor"), env)))
  }
  at <- fixed_at(call, ours$value)
  list(call = call, free = list(ours = ours$value, theirs = theirs$value), warnings = list(ours = ours$warnings, theirs = theirs$warnings),
       ours = quiet(eval(in_package(at, "metabridge"), env)), theirs = quiet(eval(in_package(at, "metafor"), env)))
}

# A value and the warnings that came with it.
warned <- function(code) {
  warnings <- character()
  value <- withCallingHandlers(code, warning = function(w) {
    warnings <<- c(warnings, conditionMessage(w))
    invokeRestart("muffleWarning")
  })
  list(value = value, warnings = warnings)
}

# Fields that are not compared as they are: matrices may be sparse in another class, `time` and `call` are not of the fit.
MV_NOT_COMPARED <- c("time", "call", "random", "formulas", "control", "data", "version", "hessian", "vvc")
MV_VERSION_5 <- c("QEdf", "vccon", "chksumyi", "chksumV", "chksumX", "optbeta", "opt.res", "s2w")

dense <- function(x) {
  if (inherits(x, "Matrix")) return(unname(as.matrix(x)))
  if (is.list(x) && !is.data.frame(x) && length(x) && all(vapply(x, inherits, NA, "Matrix"))) return(lapply(x, dense))
  x
}

mv_differences <- function(ours, theirs, tolerance = 1e-8) {
  fields <- setdiff(names(theirs), MV_NOT_COMPARED)
  c(
    differs(class(ours), class(theirs), "class"),
    differs(setdiff(names(theirs), names(ours)), character(), "missing fields"),
    differs(sort(setdiff(names(ours), c(names(theirs), MV_VERSION_5))), character(), "further fields"),
    unlist(lapply(fields, function(field) {
      a <- dense(ours[[field]])
      b <- dense(theirs[[field]])
      if (inherits(theirs[[field]], "Matrix")) b <- unname(b)
      if (inherits(theirs[[field]], "Matrix") && !is.null(a)) a <- unname(a)
      mv_field(a, b, paste0("$", field), tolerance, mv_scale(field, theirs))
    }))
  )
}

mv_scale <- function(field, theirs) switch(field,
  b = , beta = , ci.lb = , ci.ub = max(theirs$se), zval = 1, QM = 1, QE = 1, vb = max(diag(theirs$vb)), fit.stats = 1,
  M = max(Matrix::diag(theirs$M)), G = max(diag(as.matrix(theirs$G))), H = max(diag(as.matrix(theirs$H))), R = 1, 1e-12)

mv_field <- function(ours, theirs, label, tolerance, scale) {
  if (inherits(theirs, "formula")) return(differs(deparse(ours), deparse(theirs), label))
  if (is.function(theirs)) return(NULL)
  if (is.list(theirs)) {
    if (!is.list(ours) || length(ours) != length(theirs)) return(differs(ours, theirs, label))
    return(c(
      differs(bare(ours), bare(theirs), paste(label, "attributes")),
      unlist(lapply(seq_along(theirs), function(i) mv_field(ours[[i]], theirs[[i]], paste0(label, "[[", i, "]]"), tolerance, scale)))
    ))
  }
  if (is.factor(theirs) || !is.numeric(theirs)) return(differs(ours, theirs, label))
  if (!is.numeric(ours)) return(differs(ours, theirs, label))
  c(differs(bare(ours), bare(theirs), paste(label, "attributes")), not_near(ours, theirs, c(relative = tolerance), label, scale))
}

bare <- function(x) {
  # metafor's G of some spatial structures is marked "AsIs".
  if (inherits(x, "AsIs")) class(x) <- setdiff(class(x), "AsIs")
  a <- by_name(attributes(x))
  a$row.names <- NULL
  a
}

# One expectation for a model: all fields given the components; the search; the warnings.
expect_same_mv <- function(pair, estimates = 1e-4, warnings = TRUE) {
  label <- paste(deparse(pair$call), collapse = " ")
  found <- mv_differences(pair$ours, pair$theirs)
  free <- pair$free
  if (!is.null(free$theirs)) {
    row <- if (free$ours$method == "ML") "ML" else "REML"
    gap <- free$theirs$fit.stats["ll", row] - free$ours$fit.stats["ll", row]
    if (!isTRUE(gap < 1e-7)) found <- c(found, sprintf("log-likelihood lower by %.3g", gap))
    # Where metafor stopped lower, its estimates are not the maximum.
    if (isTRUE(abs(gap) < 1e-7)) {
      for (field in c("beta", "se")) found <- c(found, not_near(free$ours[[field]], free$theirs[[field]], c(relative = estimates), paste("free", field), max(free$theirs$se)))
    }
    for (field in c("parms", "vc.fix", "k", "struct")) found <- c(found, differs(free$ours[[field]], free$theirs[[field]], paste("free", field)))
  }
  if (warnings) found <- c(found, differs(sort(unique(pair$warnings$ours)), sort(unique(pair$warnings$theirs)), "warnings"))
  expect(length(found) == 0L, paste0(label, "\n  ", paste(found, collapse = "\n  ")))
}
