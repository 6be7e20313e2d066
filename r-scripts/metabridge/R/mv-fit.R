# The call of the engine, and its components in the vectors that metafor's objects have.

# Members of the list that C_rma_mv returns, of its vector of scalars, and of its flags.
MV_BETA <- 1L; MV_SE <- 2L; MV_ZVAL <- 3L; MV_PVAL <- 4L; MV_CI_LB <- 5L; MV_CI_UB <- 6L; MV_DDF <- 7L; MV_VB <- 8L
MV_SCALARS <- 9L; MV_FIT_ML <- 10L; MV_FIT_REML <- 11L; MV_FLAGS <- 12L; MV_TERMS <- 13L
MV_QE <- 1L; MV_QE_DF <- 2L; MV_QEP <- 3L; MV_QM <- 4L; MV_QM_DF2 <- 6L; MV_QMP <- 7L; MV_GRADIENT <- 8L
MV_PARMS <- 1L; MV_CONVERGED <- 3L; MV_ITERATIONS <- 4L; MV_EVALUATIONS <- 5L

INTERCEPT_TERM <- 0L; FACTOR_TERM <- 1L; SLOPES_TERM <- 2L

fit_mv <- function(rows, terms, settings) {
  p <- ncol(rows$X)
  btt <- checked_btt(settings$btt, p, rows$has.intercept, rows$names)
  method <- if (settings$method %in% c("FE", "EE", "CE")) "EE" else settings$method
  numeric.dfs <- is.numeric(settings$dfs)
  dfs <- if (numeric.dfs) "residual" else settings$dfs
  descriptions <- describe_terms(terms)
  result <- engine_result(.Call(
    C_rma_mv, as.double(rows$yi), engine_covariance(rows$V), if (rows$int.only) NULL else as.double(rows$X), p,
    if (is.matrix(rows$W)) NULL else rows$W, btt, descriptions, method, settings$test, dfs,
    100 * (1 - settings$alpha)
  ))
  fit <- c(list(btt = btt, p = p), components_of(result[[MV_TERMS]], terms))
  fit$engine <- result
  if (result[[MV_FLAGS]][MV_CONVERGED] == 0L) {
    warning("The search for the variance components did not converge; see 'opt.res'.", call. = FALSE)
  }
  fit <- c(fit, table_of(result))
  if (settings$test != "z" && is.na(fit$QM.df2)) fit <- as_F_test(fit)
  if (is.na(fit$QE)) warning("'V' appears to be not positive definite.", call. = FALSE)
  if (numeric.dfs) fit <- with_given_degrees(fit, rows, settings)
  fit
}

table_of <- function(result) {
  x <- result[[MV_SCALARS]]
  x[is.nan(x)] <- NA_real_
  list(beta = result[[MV_BETA]], se = result[[MV_SE]], zval = result[[MV_ZVAL]], pval = result[[MV_PVAL]], ci.lb = result[[MV_CI_LB]],
       ci.ub = result[[MV_CI_UB]], vb = result[[MV_VB]], ddf = result[[MV_DDF]], QE = x[MV_QE], QE.df = x[MV_QE_DF], QEp = x[MV_QEP],
       QM = x[MV_QM], QM.df2 = x[MV_QM_DF2], QMp = x[MV_QMP], fit.ml = result[[MV_FIT_ML]], fit.reml = result[[MV_FIT_REML]])
}

# With infinite degrees of freedom the engine gives QM as chi-squared; an object with t tests holds the F statistic.
as_F_test <- function(fit) {
  fit$QM <- fit$QM / length(fit$btt)
  fit$QM.df2 <- Inf
  fit
}

# Knapp and Hartung's factor of Var(beta): by the determinants of |vb| = s2w^p |X'M^-1 X|^-1, the second of which the two
# likelihoods differ in; with weights of the user by the variance of one coefficient under M.
variance_factor <- function(fit, rows, M, settings) {
  if (!(settings$test %in% KNAPP_HARTUNG)) return(1)
  p <- fit$p
  X <- rows$X
  if (!is.null(rows$W)) {
    if (is.null(M)) return(NA_real_)
    A <- rows$W * X %*% solve(crossprod(X, rows$W * X))
    return(fit$vb[1L] / sum(A[, 1L] * as.vector(M %*% A[, 1L])))
  }
  log.det <- function(A) as.numeric(determinant(A)$modulus)
  information <- 2 * (fit$fit.ml[1L] - fit$fit.reml[1L]) + p * log(2 * pi) + log.det(crossprod(X))
  exp((log.det(matrix(fit$vb, p, p)) + information) / p)
}

# V as C_rma_mv takes it.
engine_covariance <- function(V) {
  if (is.null(V$matrix)) return(as.double(V$vi))
  if (inherits(V$matrix, "Matrix")) {
    M <- general_sparse(V$matrix)
    return(list(M@p, M@i, M@x))
  }
  V$matrix
}

# Tests and intervals with degrees of freedom that the user gives, one for all coefficients or one each.
with_given_degrees <- function(fit, rows, settings) {
  dfs <- as.numeric(settings$dfs)
  if (length(dfs) == 1L) dfs <- rep(dfs, fit$p)
  if (length(dfs) != fit$p) {
    mb_stop(LENGTH_MISMATCH, "Length of the 'dfs' argument (", length(dfs), ") does not match the number of coefficients (", fit$p, ").")
  }
  fit$ddf <- dfs
  with_tests(fit, settings$alpha, min(dfs[fit$btt]))
}

# Wald tests and intervals from beta, vb and ddf (NaN for the normal distribution).
with_tests <- function(fit, alpha, omnibus.df) {
  p <- fit$p
  vb <- matrix(fit$vb, p, p)
  fit$beta <- unname(fit$beta)
  fit$se <- sqrt(diag(vb))
  fit$zval <- fit$beta / fit$se
  normal <- is.na(fit$ddf)
  df <- ifelse(normal, Inf, fit$ddf)
  fit$pval <- 2 * stats::pt(-abs(fit$zval), df)
  crit <- stats::qt(1 - alpha / 2, df)
  fit$ci.lb <- fit$beta - crit * fit$se
  fit$ci.ub <- fit$beta + crit * fit$se
  btt <- fit$btt
  fit$QM <- drop(fit$beta[btt] %*% solve(vb[btt, btt, drop = FALSE], fit$beta[btt]))
  if (is.na(omnibus.df)) {
    fit$QMp <- stats::pchisq(fit$QM, length(btt), lower.tail = FALSE)
  } else {
    fit$QM <- fit$QM / length(btt)
    fit$QMp <- stats::pf(fit$QM, length(btt), omnibus.df, lower.tail = FALSE)
  }
  fit$QM.df2 <- omnibus.df
  fit
}

# The terms in the order in which the engine gets them: intercept terms, then the inner-outer terms.
describe_terms <- function(terms) {
  s <- lapply(seq_along(terms$s$factors), function(i) {
    f <- terms$s$factors[[i]]
    R <- if (terms$s$withR) terms$s$R[[i]]
    list(INTERCEPT_TERM, as.integer(f), nlevels(f), NULL, 0L, NULL, if (!is.null(R)) as.double(R), NULL, terms$s$names[[i]],
         estimated(terms$s$fixed[i]), numeric())
  })
  c(s, lapply(Filter(Negate(is.null), list(terms$g, terms$h)), describe_structured))
}

estimated <- function(values) {
  values[is.na(values)] <- NaN
  as.double(values)
}

describe_structured <- function(term) {
  outer <- as.integer(term$outer)
  describe <- function(kind, inner, n, values, known, variances, correlations) {
    list(kind, outer, nlevels(term$outer), inner, as.integer(n), values, known, term$struct, term$names[[length(term$names)]],
         estimated(variances), if (term$struct %in% UNCORRELATED) numeric() else estimated(correlations))
  }
  if (term$struct %in% SLOPES) {
    n <- length(term$effects)
    return(describe(SLOPES_TERM, NULL, n, as.double(term$slopes), NULL, term$variances, if (n > 1L) term$correlations else numeric()))
  }
  if (term$struct %in% SPATIAL) {
    return(describe(FACTOR_TERM, term$point, nrow(term$distances), NULL, as.double(term$distances), term$variances, term$correlations))
  }
  present <- term$present
  n <- length(present)
  variances <- if (length(term$variances) > 1L) term$variances[present] else term$variances
  correlations <- term$correlations
  if (term$struct == "UN") correlations <- if (n > 1L) correlations[pairs_among(present, length(term$effects))] else numeric()
  # Ranks count all levels, also those that no used row has.
  lags <- if (term$struct %in% c("AR", "HAR") && n > 1L && any(diff(present) > 1L)) as.double(abs(outer_difference(present)))
  describe(FACTOR_TERM, as.integer(term$inner), n, if (term$struct == "CAR") term$times, lags, variances, correlations)
}

outer_difference <- function(x) base::outer(x, x, `-`)

# Positions of the pairs of some levels among all pairs of the upper triangle, by rows.
pairs_among <- function(levels, n) {
  number <- matrix(0L, n, n)
  number[lower.tri(number)] <- seq_len(n * (n - 1L) / 2L)
  own <- number[levels, levels, drop = FALSE]
  own[lower.tri(own)]
}

# sigma2, tau2, rho, gamma2, phi and which of them are fixed, with metafor's stand-ins for terms that are not there.
components_of <- function(results, terms) {
  n <- length(terms$s$factors)
  values <- list(sigma2 = 0, tau2 = 0, rho = 0, gamma2 = 0, phi = 0)
  fixed <- list(sigma2 = NA, tau2 = NA, rho = NA, gamma2 = NA, phi = NA)
  if (n > 0L) {
    values$sigma2 <- vapply(results[seq_len(n)], function(r) r[[1L]], 0)
    fixed$sigma2 <- vapply(results[seq_len(n)], function(r) r[[3L]], NA)
  }
  for (which in 1:2) {
    term <- terms[[c("g", "h")[which]]]
    if (is.null(term)) next
    own <- structured_components(results[[n + which]], term)
    at <- if (which == 1L) c("tau2", "rho") else c("gamma2", "phi")
    values[at] <- own$values
    fixed[at] <- own$fixed
  }
  list(components = values, vc.fix = fixed)
}

structured_components <- function(result, term) {
  variances <- term$variances
  fixed <- !is.na(variances)
  present <- if (length(variances) > 1L && !(term$struct %in% SLOPES)) term$present else seq_along(variances)
  variances[present] <- result[[1L]]
  fixed[present] <- result[[3L]]
  correlations <- term$correlations
  correlations.fixed <- !is.na(correlations)
  if (length(result[[2L]])) {
    at <- if (term$struct == "UN") pairs_among(term$present, length(term$effects)) else seq_along(correlations)
    correlations[at] <- result[[2L]]
    correlations.fixed[at] <- result[[4L]]
  }
  list(values = list(variances, correlations), fixed = list(fixed, correlations.fixed))
}
