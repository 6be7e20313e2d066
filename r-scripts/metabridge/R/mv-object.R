# The object: metafor's class with all its fields, those of version 3.8-1 and those of version 5.

new_rma_mv <- function(fit, s, terms, outcomes, settings, context) {
  sparse <- settings$sparse || max(s$k, s$k.f) > DENSE_M_LIMIT
  if (sparse) need_sparse()
  matrices <- list(G = object_G(terms$g, fit$components$tau2, fit$components$rho, sparse),
                   H = object_G(terms$h, fit$components$gamma2, fit$components$phi, sparse))
  V.f <- object_matrix(s$V.f, sparse)
  V <- if (s$k == s$k.f) V.f else object_matrix(s$V, sparse)
  M <- marginal_covariance(s, terms, fit$components, matrices, V, sparse)
  if (is.matrix(s$W)) fit <- with_weight_matrix(fit, s, M, settings)
  if (!is.null(M) && !sparse && has_vcovmat_class()) class(M) <- c("vcovmat", class(M))
  object <- c(
    estimates_part(fit, s, settings), data_part(s, V, V.f, outcomes, sparse),
    list(M = M, G = matrices$G, H = matrices$H, hessian = NA, vvc = NA, vccon = NULL),
    list(chksumyi = checksum(s$yi), chksumV = if (!sparse) checksum(V), chksumX = checksum(s$X)),
    list(ids = s$ids, not.na = s$not.na, subset = outcomes$subset, slab = s$slab, slab.null = s$slab.null, measure = outcomes$measure,
         method = settings$method, weighted = TRUE, optbeta = FALSE, opt.res = search_report(fit), test = settings$test, dfs = stored_dfs(fit, settings)),
    list(ddf = degrees_of(fit, s, settings), s2w = variance_factor(fit, s, M, settings), btt = fit$btt, m = length(fit$btt), digits = settings$digits, level = settings$alpha,
         sparse = sparse, dist = settings$dist, control = settings$control, verbose = settings$verbose, fit.stats = fit_table(fit),
         data = context$data, vc.fix = fit$vc.fix, withS = !is.null(terms$s), withG = !is.null(terms$g), withH = !is.null(terms$h),
         withR = isTRUE(terms$s$withR)),
    terms_part(s, terms, settings, sparse),
    list(formula.yi = outcomes$formula.yi, formula.mods = if (inherits(outcomes$mods, "formula")) outcomes$mods, random = context$random,
         version = layout_version(), call = context$call, time = proc.time()[[3L]] - context$started)
  )
  class(object) <- c("rma.mv", "rma")
  if (!identical(settings$cvvc, FALSE)) object[c("hessian", "vvc")] <- component_covariance(s, terms, fit, settings)
  object
}

estimates_part <- function(fit, s, settings) {
  p <- fit$p
  beta <- matrix(fit$beta, p, 1L, dimnames = list(s$names, NULL))
  vb <- matrix(fit$vb, p, p, dimnames = list(s$names, s$names))
  m <- length(fit$btt)
  c(
    list(b = beta, beta = beta, se = fit$se, zval = fit$zval, pval = fit$pval, ci.lb = fit$ci.lb, ci.ub = fit$ci.ub, vb = vb),
    fit$components,
    list(QE = fit$QE, QEdf = as.integer(s$k - p), QEp = fit$QEp, QM = fit$QM, QMdf = if (settings$test == "z") c(m, NA_integer_) else c(m, fit$QM.df2),
         QMp = fit$QMp, k = s$k, k.f = s$k.f, k.eff = s$k, k.all = s$k.all, p = p, p.eff = p,
         parms = as.numeric(fit$engine[[MV_FLAGS]][MV_PARMS]), int.only = s$int.only, int.incl = s$has.intercept, intercept = s$has.intercept,
         allvipos = all(s$V$vi > 0), coef.na = s$coef.na)
  )
}

data_part <- function(s, V, V.f, outcomes, sparse) {
  yi.f <- with_outcome_attributes(s$yi.f, s$ni.f, outcomes$measure, s$slab)
  yi <- if (s$k == s$k.f) yi.f else with_outcome_attributes(s$yi, s$ni, outcomes$measure, NULL)
  list(yi = yi, vi = s$V$vi, V = V, W = weight_matrix(s$W, sparse), X = s$X, yi.f = yi.f, vi.f = s$V.f$vi, V.f = V.f, X.f = s$X.f,
       W.f = weight_matrix(s$W.f, sparse), ni = s$ni, ni.f = s$ni.f)
}

degrees_of <- function(fit, s, settings) if (settings$test == "z") rep(NA, fit$p) else stats::setNames(as.numeric(fit$ddf), s$names)

# metafor's methods know no word for the corrected degrees of freedom (ranef() fails), and version 3.8-1 can't refit with several
# numbers; one number they take as the user's.
stored_dfs <- function(fit, settings) if (any(settings$dfs %in% CORRECTED_DFS)) min(fit$ddf) else settings$dfs

fit_table <- function(fit) {
  structure(list(ML = fit$fit.ml, REML = fit$fit.reml), names = c("ML", "REML"), class = "data.frame", row.names = FIT_ROWS)
}

search_report <- function(fit) {
  flags <- fit$engine[[MV_FLAGS]]
  list(par = unlist(Map(function(values, fixed) values[!is.na(fixed) & !fixed], fit$components, fit$vc.fix)),
       objective = -max(fit$fit.reml[1L], fit$fit.ml[1L]), convergence = if (flags[MV_CONVERGED] == 1L) 0L else 1L,
       iterations = flags[MV_ITERATIONS], evaluations = c(`function` = flags[MV_EVALUATIONS], gradient = flags[MV_EVALUATIONS]),
       message = if (flags[MV_CONVERGED] == 1L) "converged" else "not converged")
}

# What the object tells of its random terms.
terms_part <- function(s, terms, settings, sparse) {
  g <- terms$g
  h <- terms$h
  # What metafor has for terms that are not there, once it has taken rows out.
  nothing <- if (s$k < s$k.f || s$k.f < s$k.all) list()
  if_any <- function(term, field) if (!is.null(term)) term[[field]]
  out <- list(
    formulas = terms$formulas, sigma2s = if (is.null(terms$s)) 1 else length(terms$s$factors), tau2s = variance_count(g), rhos = correlation_count(g),
    gamma2s = variance_count(h), phis = correlation_count(h), s.names = if (is.null(terms$s)) list() else terms$s$names,
    g.names = if (is.null(g)) list() else g$names, h.names = if (!is.null(h)) unname(h$names) else if (has_vcovmat_class()) list(),
    s.levels = terms$s$levels, s.levels.f = terms$s$levels.f, s.nlevels = terms$s$nlevels, s.nlevels.f = terms$s$nlevels.f,
    g.nlevels.f = if_any(g, "nlevels.f"), g.nlevels = if_any(g, "nlevels"), h.nlevels.f = if_any(h, "nlevels.f"), h.nlevels = if_any(h, "nlevels"),
    g.levels.f = if_any(g, "levels.f"), g.levels.k = if_any(g, "levels.k"), g.levels.comb.k = if_any(g, "levels.comb.k"),
    h.levels.f = if_any(h, "levels.f"), h.levels.k = if_any(h, "levels.k"), h.levels.comb.k = if_any(h, "levels.comb.k"),
    struct = settings$struct, Rfix = if (is.null(terms$s)) FALSE else terms$s$Rfix, R = terms$s$R, Rscale = settings$Rscale,
    mf.r = if (is.null(terms$mf.r)) nothing else terms$mf.r, mf.s = if (is.null(terms$s)) nothing else terms$s$factors,
    mf.g = if_any(g, "mf"), mf.g.f = if_any(g, "mf.f"), mf.h = if_any(h, "mf"), mf.h.f = if_any(h, "mf.f"),
    Z.S = if (!is.null(terms$s)) lapply(terms$s$factors, function(f) indicator_matrix(f, "mf.s[[j]]", seq_along(f), sparse)),
    Z.G1 = if (!is.null(g)) inner_matrix(g, sparse), Z.G2 = if (!is.null(g)) outer_matrix(g, sparse),
    Z.H1 = if (!is.null(h)) inner_matrix(h, sparse), Z.H2 = if (!is.null(h)) outer_matrix(h, sparse)
  )
  out
}

variance_count <- function(term) {
  if (is.null(term)) return(1)
  n <- length(term$variances)
  if (n > 1L && !(term$struct %in% SLOPES)) as.integer(n) else as.numeric(n)
}

correlation_count <- function(term) if (is.null(term)) 1 else as.numeric(length(term$correlations))

# beta and vb under a full matrix of weights; the components do not depend on it.
with_weight_matrix <- function(fit, s, M, settings) {
  if (is.null(M)) mb_stop(NOT_SUPPORTED, "A full matrix 'W' is not supported for a model of this size.")
  X <- s$X
  y <- as.numeric(s$yi)
  WX <- s$W %*% X
  bread <- tryCatch(solve(crossprod(X, WX)), error = function(e) mb_stop(RANK_DEFICIENT, "The weights 'W' leave X'WX singular."))
  best <- fit$beta
  information <- solve(matrix(fit$vb, fit$p, fit$p))
  fit$beta <- drop(bread %*% crossprod(WX, y))
  fit$vb <- bread %*% as.matrix(crossprod(WX, as.matrix(M %*% WX))) %*% bread
  # What other coefficients than the best add to the residual sum of squares.
  excess <- drop(crossprod(fit$beta - best, information %*% (fit$beta - best)))
  change <- excess * c(-0.5, 1, 1, 1, 1)
  fit$fit.ml <- fit$fit.ml + change
  fit$fit.reml <- fit$fit.reml + change
  normal <- settings$test == "z"
  with_tests(fit, settings$alpha, if (normal) NA else fit$QM.df2)
}
