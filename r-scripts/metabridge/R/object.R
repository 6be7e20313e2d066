# The object: metafor's class with all its fields, those of version 3.8-1 and those of version 5.

# Above this many effect sizes the matrices of rma.mv objects are sparse without being asked to: a dense one would dominate memory (32 MB at 2000).
DENSE_M_LIMIT <- 2000L

# Members of the list that C_rma_uni returns, and of its vector of scalars.
BETA <- 1L; SE <- 2L; ZVAL <- 3L; PVAL <- 4L; CI_LB <- 5L; CI_UB <- 6L; VB <- 7L; SCALARS <- 8L; FIT_ML <- 9L; FIT_REML <- 10L; FLAGS <- 11L
TAU2 <- 1L; SE_TAU2 <- 2L; I2 <- 3L; H2 <- 4L; R2 <- 5L; VT <- 6L; QE <- 7L; QE_DF <- 8L; QEP <- 9L; QM <- 10L; QM_DF1 <- 11L
QM_DF2 <- 12L; QMP <- 13L; S2W <- 14L; DDF <- 15L

new_rma_uni <- function(fit, s, outcomes, settings, options, context) {
  x <- fit[[SCALARS]]
  x[is.nan(x)] <- NA_real_
  names <- s$names
  p <- fit$p
  beta <- fit[[BETA]]
  attributes(beta) <- list(dim = c(p, 1L), dimnames = list(names, NULL))
  vb <- fit[[VB]]
  attributes(vb) <- list(dim = c(p, p), dimnames = list(names, names))
  tau2 <- x[TAU2]
  ddf <- if (is.na(x[DDF])) NA else as.integer(x[DDF])
  m <- length(fit$btt)
  yi.bare <- s$yi
  yi.f <- with_outcome_attributes(s$yi.f, s$ni.f, outcomes$measure, s$slab)
  complete <- s$k == s$k.f
  yi <- if (complete) yi.f else with_outcome_attributes(s$yi, s$ni, outcomes$measure, NULL)
  is.mixed <- inherits(outcomes$mods, "formula")
  object <- list(
    b = beta, beta = beta, se = fit[[SE]], zval = fit[[ZVAL]], pval = fit[[PVAL]], ci.lb = fit[[CI_LB]], ci.ub = fit[[CI_UB]],
    vb = vb, tau2 = tau2, se.tau2 = if (is.na(x[SE_TAU2])) NA else x[SE_TAU2], tau2.fix = !is.null(settings$tau2) && !(fit$method %in% c("EE", "FE", "CE")), tau2.f = tau2,
    I2 = x[I2], H2 = x[H2], R2 = if (is.na(x[R2])) NULL else x[R2], vt = x[VT],
    QE = x[QE], QEdf = as.integer(x[QE_DF]), QEp = x[QEP], QM = x[QM], QMdf = c(m, ddf), QMp = x[QMP],
    k = s$k, k.f = s$k.f, k.eff = s$k, k.all = s$k.all, p = p, p.eff = p, parms = as.numeric(fit[[FLAGS]][1L]),
    int.only = s$int.only, int.incl = s$has.intercept, intercept = s$has.intercept, allvipos = all(s$vi > 0),
    coef.na = s$coef.na, yi = yi, vi = s$vi, X = s$X, weights = s$weights, yi.f = yi.f, vi.f = s$vi.f, X.f = s$X.f,
    weights.f = s$weights.f, M = marginal_variance(s$vi + tau2),
    chksumyi = checksum(yi.bare), chksumvi = checksum(s$vi), chksumX = checksum(s$X),
    outdat.f = if (is.null(outcomes$counts)) NO_COUNTS else outcomes$counts,
    ni = s$ni, ni.f = s$ni.f, ids = s$ids, not.na = s$not.na, subset = outcomes$subset, slab = s$slab,
    slab.null = s$slab.null, measure = outcomes$measure, method = fit$method, model = "rma.uni",
    weighted = settings$weighted, test = fit$test, dfs = ddf, ddf = ddf, s2w = x[S2W], btt = fit$btt, m = m,
    digits = settings$digits, level = settings$alpha, control = context$control, verbose = context$verbose,
    add = options$add, to = options$to, drop00 = options$drop00, fit.stats = fit_statistics(fit),
    data = context$data, formula.yi = outcomes$formula.yi, formula.mods = if (is.mixed) outcomes$mods,
    version = layout_version(), call = context$call, time = proc.time()[[3L]] - context$started
  )
  class(object) <- c("rma.uni", "rma")
  object
}

with_outcome_attributes <- function(yi, ni, measure, slab) {
  attributes(yi) <- list(ni = ni, measure = measure, slab = slab)[c(!is.null(ni), TRUE, !is.null(slab))]
  yi
}

FIT_ROWS <- c("ll", "dev", "AIC", "BIC", "AICc")

fit_statistics <- function(fit) {
  structure(list(ML = fit[[FIT_ML]], REML = fit[[FIT_REML]]), names = c("ML", "REML"), class = "data.frame", row.names = FIT_ROWS)
}

# Var(y), diagonal: of the class of metafor's own sparse matrices (those of rma.mv), so that no object holds k x k numbers; NULL without package Matrix.
marginal_variance <- function(variances) {
  if (is.null(state$diagonal)) {
    if (!requireNamespace("Matrix", quietly = TRUE)) return(NULL)
    state$diagonal <- methods::new(methods::getClass("dsCMatrix", where = asNamespace("Matrix")))
  }
  k <- length(variances)
  M <- state$diagonal
  # Slots are attributes; Matrix's own constructors take 0.1 ms, a third of a whole fit.
  attr(M, "Dim") <- c(k, k)
  attr(M, "i") <- seq.int(0L, length.out = k)
  attr(M, "p") <- seq.int(0L, length.out = k + 1L)
  attr(M, "x") <- as.numeric(variances)
  M
}

# MD5 of R's serialisation without its header: what digest::digest() gives, by which metafor compares the data of two fits.
checksum <- function(x) .Call(C_md5, serialize(x, NULL, version = 2L), 14L)
