# Asymmetry of funnel plots and publication bias by the engine, as objects of metafor's classes; see diagnostics.R.

trimfill <- function(x, side, estimator = "L0", maxiter = 100, verbose = FALSE, ilim, ...) {
  if (!serves(x)) return(elsewhere_or_stop("trimfill", x))
  without_moderators(x, "trimfill")
  tables <- uni_tables(x, table_request(
    "trimfill", side = if (!missing(side)) match.arg(side, c("left", "right")), estimator = match.arg(estimator, c("L0", "R0", "Q0")), maxiter = as.integer(maxiter),
    ilim = if (!missing(ilim)) sort(ilim)
  ))
  found <- tables$trimfill[1L, ]
  filled <- tables[["trimfill[filled]"]]
  k0 <- found[["k0"]]
  yi <- c(as.vector(x$yi), if (k0 > 0) unname(filled[, "yi"]))
  vi <- c(x$vi, if (k0 > 0) unname(filled[, "vi"]))
  slab <- if (k0 == 0) used_slab(x) else c(if (x$slab.null) paste("Study", x$ids[x$not.na]) else used_slab(x), rownames(filled))
  # The extreme studies are the ones mirrored, and their weights go with them.
  sources <- order(if (found[["right"]] > 0) -as.vector(x$yi) else as.vector(x$yi))[seq_len(x$k) > x$k - k0]
  arguments <- list(yi = yi, vi = vi, method = x$method, test = x$test, level = 100 * (1 - x$level), weighted = x$weighted, digits = x$digits, slab = slab, measure = x$measure)
  if (!is.null(x$weights)) arguments$weights <- c(x$weights, x$weights[sources])
  if (isTRUE(x$tau2.fix)) arguments$tau2 <- x$tau2
  fit <- do.call(rma.uni, arguments)
  fit$call <- x$call
  fit$fill <- seq_along(yi) > x$k
  fit$k0 <- k0
  fit$se.k0 <- found[["se.k0"]]
  fit$side <- if (found[["right"]] > 0) "right" else "left"
  fit$k0.est <- estimator
  fit$p.k0 <- if (estimator == "R0") found[["p.k0"]] else NA
  class(fit) <- c("rma.uni.trimfill", class(fit))
  fit
}

# A fit from vectors, for functions that take either; what they need of it are effect sizes and variances.
vector_fit <- function(call, caller, method = "EE") {
  args <- as.list(call)[-1L]
  data <- checked_data(if (is.null(args$data)) NULL else eval(args$data, caller))
  yi <- numbers_of(args, if (is.null(args$x)) "yi" else "x", data, caller)
  vi <- numbers_of(args, "vi", data, caller)
  sei <- numbers_of(args, "sei", data, caller)
  if (is.null(vi)) {
    if (is.null(sei)) mb_stop(SPECIFICATION_INVALID, "Must specify 'vi' or 'sei' argument.")
    vi <- sei^2
  }
  ni <- numbers_of(args, "ni", data, caller)
  if (is.null(ni)) ni <- attr(yi, "ni")
  subset <- value_of(args, "subset", data, caller)
  rows <- rows_of(subset, length(yi))
  if (!is.null(rows)) { yi <- yi[rows]; vi <- vi[rows]; if (length(ni) == length(rows)) ni <- ni[rows] }
  list(fit = rma.uni(as.vector(yi), as.vector(vi), method = method), ni = ni)
}

regtest <- function(x, vi, sei, ni, subset, data, model = "rma", predictor = "sei", ret.fit = FALSE, digits, ...) {
  model <- match.arg(model, c("lm", "rma"))
  predictor <- match.arg(predictor, c("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"))
  if (is_rma(substitute(x), parent.frame())) {
    fit <- x
    if (!serves(fit)) return(elsewhere_or_stop("regtest", fit))
    sizes <- if (!missing(ni)) used_rows(fit, ni, "ni") else if (is.null(fit$ni)) attr(fit$yi, "ni") else fit$ni
  } else {
    further <- list(...)
    method <- if (is.null(further$method)) "REML" else further$method
    found <- vector_fit(match.call(), parent.frame(), method)
    fit <- found$fit
    if (!is.null(further$test)) fit <- rma.uni(as.vector(fit$yi), fit$vi, method = method, test = further$test)
    sizes <- if (length(found$ni) == fit$k.f) found$ni[fit$not.na] else found$ni
  }
  if (!(predictor %in% c("sei", "vi")) && is.null(sizes)) mb_stop(SPECIFICATION_INVALID, "Sample size information need to be available for the predictor '", predictor, "' (argument 'ni').")
  sizes <- if (!(predictor %in% c("sei", "vi"))) data.frame(ni = as.double(sizes))
  tables <- uni_tables(fit, table_request("regtest", model = model, predictor = predictor, ni = if (!is.null(sizes)) "ni"), sizes)
  found <- tables$regtest[1L, ]
  values <- switch(predictor, sei = sqrt(fit$vi), vi = fit$vi, ni = sizes$ni, ninv = 1 / sizes$ni, sqrtni = sqrt(sizes$ni), sqrtninv = 1 / sqrt(sizes$ni))
  dfs <- if (is.na(found[["dfs"]])) NA else as.integer(found[["dfs"]])
  has.limit <- fit$int.only && predictor %in% c("sei", "vi", "ninv", "sqrtninv")
  limit <- function(name) if (has.limit) found[[name]]
  out <- list(
    model = model, predictor = predictor, zval = found[["zval"]], pval = found[["pval"]], dfs = dfs, ddf = dfs, method = if (model == "rma") fit$method,
    digits = used_digits(fit, digits), ret.fit = ret.fit, fit = regression_fit(fit, model, predictor, values),
    est = if (has.limit && model == "rma") stats::setNames(found[["est"]], "intrcpt") else limit("est"), ci.lb = limit("ci.lb"), ci.ub = limit("ci.ub")
  )
  structure(out, class = "regtest")
}

regression_fit <- function(fit, model, predictor, values) {
  X <- cbind(fit$X, values)
  colnames(X) <- c(rownames(fit$beta), predictor)
  yi <- as.vector(fit$yi)
  vi <- fit$vi
  if (model == "lm") return(stats::lm(yi ~ X - 1, weights = 1 / vi))
  arguments <- list(yi = yi, vi = vi, mods = X, intercept = FALSE, method = fit$method, weighted = fit$weighted, test = fit$test, level = 100 * (1 - fit$level), digits = fit$digits)
  if (!is.null(fit$weights)) arguments$weights <- fit$weights
  if (isTRUE(fit$tau2.fix)) arguments$tau2 <- fit$tau2
  do.call(rma.uni, arguments)
}

# Whether an argument, which may name a column of a data frame, is a fitted model.
is_rma <- function(expression, caller) inherits(tryCatch(eval(expression, caller), error = function(e) NULL), "rma")

ranktest <- function(x, vi, sei, subset, data, digits, ...) {
  if (is_rma(substitute(x), parent.frame())) {
    if (!serves(x)) return(elsewhere_or_stop("ranktest", x))
    fit <- x
  } else fit <- vector_fit(match.call(), parent.frame())$fit
  found <- uni_tables(fit, "ranktest")$ranktest[1L, ]
  structure(list(tau = c(tau = found[["tau"]]), pval = found[["pval"]], digits = used_digits(fit, digits)), class = "ranktest")
}

fsn <- function(x, vi, sei, subset, data, type, alpha = 0.05, target, method, exact = FALSE, verbose = FALSE, digits, ...) {
  is.fit <- !missing(x) && is_rma(substitute(x), parent.frame())
  type <- match.arg(if (missing(type)) { if (is.fit) "General" else "Rosenthal" } else type, c("Rosenthal", "Orwin", "Rosenberg", "General"))
  weighted <- TRUE
  if (is.fit) {
    # The general type of random-effects models is that of metafor 4 and later only.
    is.theirs <- type == "General" && !(x$method %in% c("EE", "FE", "CE")) && requireNamespace("metafor", quietly = TRUE) && utils::packageVersion("metafor") >= "4.0"
    if (!serves(x) || is.theirs) return(elsewhere_or_stop("fsn", x))
    fit <- if (missing(method)) x else rma.uni(as.vector(x$yi), x$vi, method = method)
  } else {
    call <- match.call()
    # Orwin's average without variances is unweighted, and needs none.
    if (type == "Orwin" && is.null(call$vi) && is.null(call$sei)) {
      weighted <- FALSE
      values <- numbers_of(as.list(call)[-1L], if (is.null(call$x)) "yi" else "x", checked_data(if (missing(data)) NULL else data), parent.frame())
      fit <- rma.uni(as.vector(values), rep(1, length(values)), method = "EE")
    } else {
      fit <- vector_fit(call, parent.frame(), if (missing(method)) { if (type == "General") "REML" else "EE" } else method)$fit
    }
  }
  found <- uni_tables(fit, table_request("fsn", type = type, alpha = alpha, target = if (!missing(target)) target, weighted = weighted))$fsn[1L, ]
  value <- function(name) if (is.na(found[[name]])) NA else found[[name]]
  count <- found[["fsnum"]]
  out <- list(
    type = type, fsnum = if (is.infinite(count)) 1e7 else count, alpha = alpha, pval = value("pval"), meanes = value("est"), target = value("target"), rejrate = NA,
    digits = used_digits(fit, digits), est = value("est"), tau2 = value("tau2"), est.fsn = value("est.fsn"), tau2.fsn = value("tau2.fsn"), pval.fsn = value("pval.fsn"),
    ub.sign = if (is.infinite(count)) ">" else ""
  )
  structure(out, class = "fsn")
}

tes <- function(x, vi, sei, subset, data, H0 = 0, alternative = "two.sided", alpha = 0.05, theta, tau2, test, tes.alternative = "greater", progbar = FALSE,
                tes.alpha = 0.10, digits, ...) {
  if (is_rma(substitute(x), parent.frame())) {
    if (!serves(x)) return(elsewhere_or_stop("tes", x))
    fit <- x
  } else fit <- vector_fit(match.call(), parent.frame())$fit
  test <- match.arg(if (missing(test)) "exact" else test, c("chi2", "binom", "exact"))
  sides <- c("two.sided", "greater", "less")
  tes.alternative <- match.arg(tes.alternative, sides)
  tables <- uni_tables(fit, table_request(
    "tes", H0 = H0, alternative = match.arg(alternative, sides), alpha = alpha, theta = if (!missing(theta)) theta, tau2 = if (!missing(tau2)) tau2, test = test,
    tes.alternative = tes.alternative, tes.alpha = tes.alpha
  ))
  found <- tables$tes[1L, ]
  limit <- c(found[["theta.lim"]], if (tes.alternative == "two.sided") found[["theta.lim2"]])
  studies <- tables[["tes[studies]"]]
  out <- list(
    k = fit$k, O = as.integer(found[["O"]]), E = found[["E"]], OEratio = found[["OEratio"]], test = test, X2 = if (test == "chi2") found[["X2"]] else NA,
    pval = found[["pval"]], power = unname(studies[, "power"]), sig = unname(studies[, "sig"]) > 0,
    theta = if (is.na(found[["theta"]])) drop(fit$X %*% fit$beta) else found[["theta"]], theta.lim = limit, tes.alternative = tes.alternative, tes.alpha = tes.alpha,
    digits = used_digits(fit, digits)
  )
  structure(out, class = "tes")
}

hc <- function(object, digits, transf, targs, control, ...) {
  if (!serves(object)) return(elsewhere_or_stop("hc", object))
  without_moderators(object, "hc")
  found <- uni_tables(object, "hc")$hc[1L, ]
  transf <- if (missing(transf)) NULL else transf
  targs <- if (missing(targs)) NULL else targs
  own <- transformed(list(beta = found[["beta"]], se = found[["se"]], ci.lb = found[["ci.lb"]], ci.ub = found[["ci.ub"]]), transf, targs, c("beta", "ci.lb", "ci.ub"))
  rma <- transformed(list(beta = object$beta[1L], se = object$se, ci.lb = object$ci.lb, ci.ub = object$ci.ub), transf, targs, c("beta", "ci.lb", "ci.ub"))
  beta <- object$beta
  beta[] <- rma$beta
  structure(
    list(beta = own$beta, se = own$se, ci.lb = own$ci.lb, ci.ub = own$ci.ub, beta.rma = beta, se.rma = rma$se, ci.lb.rma = rma$ci.lb, ci.ub.rma = rma$ci.ub,
         method = "DL", method.rma = object$method, tau2 = found[["tau2"]], tau2.rma = object$tau2, digits = used_digits(object, digits)),
    class = "hc.rma.uni"
  )
}
