# The reference side of Bayesian models: an independent quadrature in plain R.
#
#   y ~ N(X beta, diag(v + (1 - rho) s^2) + rho * same-cluster * s s'),  s_i = tau * exp(z_i b)
#
# Written on purpose unlike the C# engine: dense covariance matrices and their Cholesky factors instead of sums per cluster, composite
# Gauss-Legendre panels in tau and rho themselves instead of a trapezoidal lattice in their logarithm and logit, t and truncated priors
# integrated over the coefficient itself instead of over a scale mixture, R's own model matrices, densities and distribution functions.
#
# Needs brma-rules.R. brma_reference(data, yi, vi, ...) returns list(estimates, heterogeneity, logml): matrices with the columns mean, sd, lower, median, upper.

# ---- priors: list(distribution, parameters, lower, upper) ----

prior_density <- function(p) {
  a <- p$parameters
  base <- switch(p$distribution,
    normal = list(d = function(x) dnorm(x, a[1], a[2]), p = function(x) pnorm(x, a[1], a[2])),
    t = list(d = function(x) dt((x - a[1]) / a[2], a[3]) / a[2], p = function(x) pt((x - a[1]) / a[2], a[3])),
    cauchy = list(d = function(x) dcauchy(x, a[1], a[2]), p = function(x) pcauchy(x, a[1], a[2])),
    invgamma = list(d = function(x) ifelse(x > 0, dgamma(1 / x, a[1], rate = a[2]) / x^2, 0), p = function(x) pgamma(1 / pmax(x, 0), a[1], rate = a[2], lower.tail = FALSE)),
    gamma = list(d = function(x) dgamma(x, a[1], rate = a[2]), p = function(x) pgamma(x, a[1], rate = a[2])),
    beta = list(d = function(x) dbeta(x, a[1], a[2]), p = function(x) pbeta(x, a[1], a[2])),
    uniform = list(d = function(x) dunif(x, a[1], a[2]), p = function(x) punif(x, a[1], a[2])),
    lognormal = list(d = function(x) dlnorm(x, a[1], a[2]), p = function(x) plnorm(x, a[1], a[2])),
    stop("no density of ", p$distribution))
  mass <- base$p(p$upper) - base$p(p$lower)
  function(x) ifelse(x >= p$lower & x <= p$upper, base$d(x) / mass, 0)
}

is_point <- function(p) p$distribution == "point"
is_plain_normal <- function(p) p$distribution == "normal" && p$lower == -Inf && p$upper == Inf
make_prior <- function(distribution, ..., lower = -Inf, upper = Inf) {
  own <- switch(distribution, uniform = c(...), beta = c(0, 1), gamma = , invgamma = , lognormal = c(0, Inf), c(-Inf, Inf))
  list(distribution = distribution, parameters = c(...), lower = max(lower, own[1]), upper = min(upper, own[2]))
}

rescaled <- function(p, r) {
  i <- switch(p$distribution, normal = , t = , cauchy = , invgamma = 2, 0)
  p$parameters[i] <- p$parameters[i] * r
  p
}

# Defaults: Roever et al. (2021); informed priors of medicine: Bartos et al. (2021, 2023).
default_priors <- function(given, measure, data, vi, ni, unit, informed, rescale) {
  medicine <- list(SMD = list(c(0, 0.43, 5), c(1.71, 0.40)), OR = list(c(0, 0.58, 4), c(1.77, 0.55)), RR = list(c(0, 0.32, 3), c(1.51, 0.23)),
                   HR = list(c(0, 0.13, 2), c(2.42, 0.30)))
  if (is.null(unit)) unit <- switch(measure, SMD = sqrt(2), ZCOR = 1, OR = , RR = , HR = , IRR = 2, if (is.null(ni)) NA else sqrt(sum(ni) / sum(1 / vi)))
  if (is.null(informed)) {
    effect <- make_prior("normal", 0, unit / 2)
    tau <- make_prior("normal", 0, unit / 4, lower = 0)
    mods <- make_prior("normal", 0, unit / 4)
  } else {
    stopifnot(informed == "medicine")
    effect <- make_prior("t", medicine[[measure]][[1]])
    tau <- make_prior("invgamma", medicine[[measure]][[2]])
    mods <- make_prior("t", medicine[[measure]][[1]] * c(1, 0.5, 1))
  }
  pick <- function(name, default) rescaled(if (is.null(given[[name]])) default else given[[name]], rescale)
  list(effect = pick("effect", effect), tau = pick("tau", tau), mods = pick("mods", mods), scale = pick("scale", make_prior("normal", 0, 0.5)),
       rho = if (is.null(given$rho)) make_prior("beta", 1, 1) else given$rho, coefficients = lapply(given$coefficients, rescaled, rescale))
}

# ---- model matrices ----

# The design on the scale of the priors, and `back`: reported coefficients = back %*% coefficients.
reference_design <- function(formula, frame, standardize, contrast) {
  terms <- attr(stats::terms(formula), "term.labels")
  plain <- terms[terms %in% names(frame) & vapply(terms, function(t) is.numeric(frame[[t]]), NA)]
  raw <- stats::model.matrix(formula, frame)
  scaled <- frame
  if (standardize) for (name in plain) scaled[[name]] <- as.vector(scale(as.numeric(frame[[name]])))
  X <- stats::model.matrix(formula, scaled)
  if (standardize) for (name in setdiff(intersect(colnames(X), terms), plain)) X[, name] <- as.vector(scale(X[, name]))
  names <- sub("^[(]Intercept[)]$", "intercept", colnames(raw))
  back <- qr.solve(raw, X)
  back[abs(back) < 1e-12 * max(abs(back))] <- 0
  rownames(back) <- names
  if (contrast != "treatment") {
    for (name in terms[vapply(terms, function(t) t %in% names(frame) && !is.numeric(frame[[t]]), NA)]) {
      levels <- levels(factor(frame[[name]]))
      K <- length(levels)
      C <- eigen(diag(K) - 1 / K, symmetric = TRUE)$vectors[, seq_len(K - 1), drop = FALSE]
      if (contrast == "meandif") C <- C / sqrt(1 - 1 / K)
      at <- match(paste0(name, levels[-1]), names)
      X[, at] <- outer(as.character(frame[[name]]), levels, "==") %*% C
      deviations <- matrix(0, K, ncol(X), dimnames = list(paste0(name, " [dif: ", levels, "]"), NULL))
      deviations[, at] <- C
      others <- diag(ncol(X))[setdiff(seq_len(ncol(X)), at), , drop = FALSE]
      before <- seq_len(nrow(back)) < at[1]
      back <- rbind(back[before, , drop = FALSE], deviations, back[seq_len(nrow(back)) > max(at), , drop = FALSE])
      back[!(rownames(back) %in% rownames(deviations)), at] <- 0
      names <- rownames(back)
    }
  }
  list(X = unname(X), back = unname(back), names = rownames(back))
}

# ---- the posterior ----

# ln N(y; X beta, V), V a matrix or a vector of variances, as a quadratic in beta: constant - (beta' A beta - 2 B' beta) / 2.
likelihood_quadratic <- function(y, X, V) {
  if (is.null(dim(V))) {
    Xs <- X / sqrt(V); ys <- y / sqrt(V)
    return(list(constant = -0.5 * (length(y) * log(2 * pi) + sum(log(V)) + sum(ys^2)), A = crossprod(Xs), B = drop(crossprod(Xs, ys))))
  }
  R <- chol(V)
  Xs <- backsolve(R, X, transpose = TRUE); ys <- backsolve(R, y, transpose = TRUE)
  list(constant = -0.5 * (length(y) * log(2 * pi) + 2 * sum(log(diag(R))) + sum(ys^2)), A = crossprod(Xs), B = drop(crossprod(Xs, ys)))
}

# Normal coefficients integrated out: ln of the integral, conditional mean and covariance.
integrate_normal <- function(q, m0, D) {
  if (length(m0) == 0) return(list(log = q$constant, mean = numeric(), cov = matrix(0, 0, 0)))
  A <- q$A + diag(1 / D, length(D))
  B <- q$B + m0 / D
  S <- solve(A)
  mean <- drop(S %*% B)
  list(log = q$constant - 0.5 * (sum(log(D)) + as.numeric(determinant(A)$modulus) + sum(m0^2 / D) - sum(B * mean)), mean = mean, cov = S)
}

# Where along an axis the density is not negligible: the span of a scan within e^-38 of its top.
live_span <- function(x, log) {
  keep <- range(which(log > max(log) - 38))
  x[c(max(keep[1] - 1, 1), min(keep[2] + 1, length(x)))]
}

# Panels for a coefficient: fine around the centre, then ever wider ones; closer together at the end of a bounded support.
odd_rule <- function(q, centre, wide, is.product) {
  near <- if (is.product) c(-1, seq(-0.6, 0.6, by = 0.03), 1) else c(-1, -0.6, seq(-0.4, 0.4, by = 0.01), 0.6, 1)
  ends <- c(if (is.finite(q$lower)) q$lower + wide * c(1e-4, 1e-3, 4e-3, 0.02, 0.06), if (is.finite(q$upper)) q$upper - wide * c(1e-4, 1e-3, 4e-3, 0.02, 0.06))
  breaks <- sort(unique(c(centre + wide * near, centre + wide * c(-8, -4, -2, 2, 4, 8), ends)))
  panel_rule(unique(pmin(pmax(breaks, q$lower), q$upper)), 10)
}

tau_rule <- function(p, scan, v, width = 0.35, nodes = 12) {
  if (is_point(p)) return(known_rule(p$parameters[1]))
  grid <- exp(seq(log(1e-4 * sqrt(min(v))), log(1e5 * sqrt(max(v))), by = 0.4))
  grid <- grid[grid > p$lower & grid < p$upper]
  span <- live_span(grid, vapply(grid, function(t) scan(t) + log(prior_density(p)(t)) + log(t), 0))
  low <- if (span[1] <= grid[1]) p$lower else span[1]
  high <- if (span[2] < tail(grid, 1)) span[2] else if (is.finite(p$upper)) p$upper else tail(grid, 1)
  start <- max(low, 0.02 * sqrt(min(v)))
  breaks <- if (start < high) exp(seq(log(start), log(high), length.out = max(2, ceiling(log(high / start) / width) + 1))) else c(low, high)
  panel_rule(unique(c(low, breaks)), nodes)
}

# Complete rows, designs, clusters and priors.
reference_model <- function(data, yi, vi, measure, cluster, mods, scale, subset, weights, ni, priors, unit, informed, rescale, standardize, contrast) {
  yi <- as.numeric(data[[yi]]); vi <- as.numeric(data[[vi]])
  used <- !is.na(yi) & !is.na(vi)
  if (!is.null(subset)) { keep <- eval(subset, data); used <- used & !is.na(keep) & keep }
  for (formula in list(mods, scale)) for (name in all.vars(formula)) used <- used & !is.na(data[[name]])
  for (name in c(cluster, ni, weights)) used <- used & !is.na(data[[name]])
  frame <- droplevels(as.data.frame(data)[used, , drop = FALSE])
  y <- yi[used]; v <- vi[used]; k <- length(y)
  X <- if (is.null(mods)) list(X = matrix(1, k, 1), back = matrix(1), names = "mu") else reference_design(mods, frame, standardize, contrast)
  Z <- if (!is.null(scale)) reference_design(scale, frame, standardize, contrast)
  same <- if (is.null(cluster)) NULL else outer(as.character(frame[[cluster]]), as.character(frame[[cluster]]), "==") * 1
  p <- default_priors(priors, measure, frame, v, if (!is.null(ni)) as.numeric(frame[[ni]]), unit, informed, rescale)
  columns <- if (is.null(mods)) "mu" else sub("^[(]Intercept[)]$", "intercept", colnames(stats::model.matrix(mods, frame)))
  coefficient.priors <- lapply(columns, function(name) if (!is.null(p$coefficients[[name]])) p$coefficients[[name]]
                               else if (name %in% c("mu", "intercept")) p$effect else p$mods)
  group <- if (is.null(cluster)) NULL else as.character(frame[[cluster]])
  list(y = y, v = v, X = X, Z = Z, group = group, same = same, w = if (is.null(weights)) NULL else as.numeric(frame[[weights]]),
       coefficient.priors = coefficient.priors, p = p)
}

brma_reference <- function(data, yi, vi, measure, cluster = NULL, mods = NULL, scale = NULL, subset = NULL, weights = NULL, ni = NULL, priors = list(),
                           unit = NULL, informed = NULL, rescale = 1, standardize = TRUE, contrast = "treatment", level = 95) {
  m <- reference_model(data, yi, vi, measure, cluster, mods, scale, subset, weights, ni, priors, unit, informed, rescale, standardize, contrast)
  solve_reference(m, c((100 - level) / 200, 0.5, (100 + level) / 200))
}

solve_reference <- function(m, probs) {
  y <- m$y; v <- m$v; X <- m$X; Z <- m$Z; same <- m$same; coefficient.priors <- m$coefficient.priors; p <- m$p
  k <- length(y)
  omega <- if (is.null(m$w)) rep(1, k) else m$w
  fixed <- vapply(coefficient.priors, is_point, NA)
  offset <- ifelse(fixed, vapply(coefficient.priors, function(q) q$parameters[1], 0), 0)
  y0 <- y - drop(X$X %*% offset)
  free <- which(!fixed)
  odd <- free[!vapply(coefficient.priors[free], is_plain_normal, NA)]
  if (length(odd) > 2) stop("the reference integrates at most two coefficients without a plain normal prior")
  normal <- setdiff(free, odd)
  m0 <- vapply(coefficient.priors[normal], function(q) q$parameters[1], 0)
  D <- vapply(coefficient.priors[normal], function(q) q$parameters[2]^2, 0)
  slopes <- if (is.null(Z)) matrix(0, k, 0) else Z$X[, -1, drop = FALSE]

  # A weight raises a study's likelihood given its cluster's effect to a power: a normal density with the variance divided by it, and a constant.
  likelihood <- function(tau, rho, b) {
    s <- tau * exp(drop(slopes %*% b))
    a <- v + (if (is.null(same)) 1 else 1 - rho) * s^2
    V <- a / omega
    if (!is.null(same)) V <- rho * same * outer(s, s) + diag(V, k)
    q <- likelihood_quadratic(y0, X$X[, free, drop = FALSE], V)
    q$constant <- q$constant + sum((1 - omega) / 2 * log(2 * pi * a) - 0.5 * log(omega))
    q
  }
  among <- match(normal, free); at <- match(odd, free)

  # The coefficients that are integrated over themselves, on the product of their panels.
  odd.rules <- list(); Zn <- NULL; node.w <- NULL
  if (length(odd)) {
    S <- solve(likelihood(sqrt(stats::median(v)) + stats::sd(y), 0.5, numeric(ncol(slopes)))$A + diag(1e-6, length(free)))
    odd.rules <- lapply(seq_along(odd), function(i) odd_rule(coefficient.priors[[odd[i]]], if (odd[i] == 1) sum(y0 / v) / sum(1 / v) else 0,
                                                             14 * sqrt(S[at[i], at[i]]) + 6 * stats::sd(y) / max(1, stats::sd(X$X[, odd[i]])), length(odd) > 1))
    Zn <- as.matrix(expand.grid(lapply(odd.rules, `[[`, "x")))
    node.w <- Reduce(function(x, y) as.vector(outer(x, y)), lapply(odd.rules, `[[`, "w"))
    node.prior <- Reduce(function(x, y) as.vector(outer(x, y, `+`)), lapply(seq_along(odd), function(i) log(prior_density(coefficient.priors[[odd[i]]])(odd.rules[[i]]$x))))
  }

  # ln of the likelihood with all coefficients integrated out; with `keep` also the density over the odd coefficients' nodes.
  evaluate <- function(tau, rho, b, keep = length(odd) < 2) {
    q <- likelihood(tau, rho, b)
    if (!length(odd)) return(integrate_normal(list(constant = q$constant, A = q$A, B = q$B), m0, D))
    # Completing the square in the normal coefficients leaves a quadratic in the odd ones.
    A <- q$A[among, among, drop = FALSE] + diag(1 / D, length(D)); B <- q$B[among] + m0 / D
    cross <- q$A[among, at, drop = FALSE]
    S <- if (length(normal)) solve(A) else matrix(0, 0, 0)
    curvature <- q$A[at, at, drop = FALSE] - t(cross) %*% S %*% cross; slope <- q$B[at] - drop(t(cross) %*% S %*% B)
    constant <- q$constant + (if (length(normal)) -0.5 * (sum(log(D)) + as.numeric(determinant(A)$modulus) + sum(m0^2 / D) - sum(B * drop(S %*% B))) else 0)
    logs <- constant - 0.5 * (rowSums((Zn %*% curvature) * Zn) - 2 * drop(Zn %*% slope)) + node.prior
    top <- max(logs); mass <- node.w * exp(logs - top)
    list(log = top + log(sum(mass)), odd = if (keep) exp(logs - top) / sum(mass), mean = drop(S %*% B), shift = -S %*% cross, cov = S)
  }

  rho.rule <- if (is.null(same)) known_rule(0) else if (is_point(p$rho)) known_rule(p$rho$parameters[1]) else {
    # Finer at the ends, where the square roots of a share have their singularities.
    inside <- c(0, 0.002, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 0.998, 1)
    panel_rule(unique(pmin(pmax(inside, p$rho$lower), p$rho$upper)), 10)
  }
  q <- ncol(slopes)
  scan.b <- if (q == 0) matrix(0, 1, 0) else as.matrix(expand.grid(rep(list(c(-1, 0, 1)), q)))
  scan.rho <- if (length(rho.rule$x) == 1) rho.rule$x else c(0.05, 0.5, 0.95)
  scan <- function(tau) max(apply(scan.b, 1, function(b) max(vapply(scan.rho, function(r) evaluate(tau, r, b)$log, 0))))
  # With two slopes the product of all rules is large; wider panels are still narrow beside the posterior.
  tau.rule <- if (q > 1) tau_rule(p$tau, scan, v, 0.7, 10) else tau_rule(p$tau, scan, v)
  b.rules <- lapply(seq_len(q), function(j) {
    if (is_point(p$scale)) return(known_rule(p$scale$parameters[1]))
    grid <- seq(-5, 5, by = 0.25)
    taus <- tau.rule$x[seq(1, length(tau.rule$x), length.out = min(20, length(tau.rule$x)))]
    logs <- vapply(grid, function(x) { b <- numeric(q); b[j] <- x; max(vapply(taus, function(t) evaluate(t, scan.rho[1], b)$log, 0)) }, 0)
    span <- live_span(grid, logs + log(prior_density(p$scale)(grid)))
    panel_rule(seq(span[1], span[2], length.out = ceiling(diff(span) / (if (q > 1) 1.75 else 0.4)) + 1), 14)
  })

  rules <- c(list(tau.rule, rho.rule), b.rules)
  grid <- as.matrix(expand.grid(lapply(rules, function(r) seq_along(r$x))))
  node <- function(j) rules[[j]]$x[grid[, j]]
  tau <- node(1); rho <- node(2); b <- vapply(seq_len(q), function(j) node(j + 2), numeric(nrow(grid)))
  b <- matrix(b, nrow(grid))
  log.prior <- numeric(nrow(grid))
  for (j in seq_along(rules)) if (is.null(rules[[j]]$known)) {
    prior <- list(p$tau, p$rho)[j]
    log.prior <- log.prior + log(prior_density(if (j <= 2) prior[[1]] else p$scale)(node(j)))
  }
  w <- Reduce(`*`, lapply(seq_along(rules), function(j) rules[[j]]$w[grid[, j]]))
  fits <- lapply(seq_len(nrow(grid)), function(i) evaluate(tau[i], rho[i], b[i, ]))
  log.f <- vapply(fits, `[[`, 0, "log") + log.prior
  top <- max(log.f); f <- exp(log.f - top); total <- sum(w * f)
  f <- f / total; mass <- w * f
  logml <- top + log(total)

  row <- function(mean, sd, quantile) c(mean, sd, if (sd > 0) vapply(probs, quantile, 0) else rep(mean, 3))
  invert <- function(cdf, prob, lower, upper) stats::uniroot(function(x) cdf(x) - prob, c(lower, upper), tol = 1e-13 * max(1, abs(lower), abs(upper)))$root

  # ---- coefficients: normal mixtures, or the nodes of the odd one ----
  live <- which(mass > 1e-16)
  coefficient <- function(l) {
    base <- sum(l * offset)
    if (all(l[free] == 0)) return(row(base, 0, NULL))
    if (!length(odd)) {
      centre <- base + vapply(fits[live], function(x) sum(l[normal] * x$mean), 0)
      spread <- sqrt(vapply(fits[live], function(x) sum(l[normal] * drop(x$cov %*% l[normal])), 0))
      weight <- mass[live]
    } else {
      if (all(l[normal] == 0)) return(of_odd(l[odd], base))
      if (length(odd) > 1) stop("the reference does not combine two integrated coefficients with others")
      curve <- vapply(fits[live], `[[`, numeric(nrow(Zn)), "odd")
      both <- outer(node.w, mass[live]) * curve
      centre <- base + l[odd] * matrix(Zn[, 1], nrow(curve), ncol(curve)) +
        outer(rep(1, nrow(Zn)), vapply(fits[live], function(x) sum(l[normal] * x$mean), 0)) +
        outer(Zn[, 1], vapply(fits[live], function(x) sum(l[normal] * drop(x$shift)), 0))
      spread <- matrix(sqrt(vapply(fits[live], function(x) sum(l[normal] * drop(x$cov %*% l[normal])), 0)), nrow(curve), ncol(curve), byrow = TRUE)
      # A step much steeper than a panel is wide would not be integrated but counted.
      widths <- diff(odd.rules[[1]]$breaks)[odd.rules[[1]]$panel[drop(curve %*% mass[live]) * node.w > 1e-12]]
      if (max(widths) * abs(l[odd]) > 6 * sqrt(sum(both * spread^2))) stop("the reference cannot resolve this combination")
      keep <- both > 1e-14
      weight <- both[keep]; centre <- centre[keep]; spread <- spread[keep]
    }
    weight <- weight / sum(weight)
    mean <- sum(weight * centre); sd <- sqrt(sum(weight * (spread^2 + (centre - mean)^2)))
    row(mean, sd, function(prob) invert(function(x) sum(weight * stats::pnorm(x, centre, spread)), prob, mean - 12 * sd, mean + 12 * sd))
  }
  # A combination of odd coefficients: their density over the nodes, and partial weights along the one with the larger multiplier.
  of_odd <- function(l, base) {
    if (is.null(odd.density)) {
      total <- numeric(nrow(Zn))
      for (i in live) total <- total + mass[i] * (if (length(odd) > 1) evaluate(tau[i], rho[i], b[i, ], TRUE)$odd else fits[[i]]$odd)
      odd.density <<- total / sum(total * node.w)
    }
    x <- base + drop(Zn %*% l)
    mean <- sum(node.w * odd.density * x)
    sd <- sqrt(sum(node.w * odd.density * (x - mean)^2))
    along <- which.max(abs(l))
    r <- odd.rules[[along]]
    sizes <- vapply(odd.rules, function(r) length(r$x), 0L)
    density <- if (length(odd) == 1) matrix(odd.density, 1) else if (along == 1) t(matrix(odd.density, sizes[1])) else matrix(odd.density, sizes[1])
    other <- if (length(odd) == 1) list(x = 0, w = 1, l = 0) else list(x = odd.rules[[3 - along]]$x, w = odd.rules[[3 - along]]$w, l = l[3 - along])
    inner <- function(t, g) { lower <- sum(partial_weights(r, t) * g); if (l[along] > 0) lower else sum(r$w * g) - lower }
    row(mean, sd, function(prob) invert(function(q) sum(other$w * vapply(seq_along(other$x), function(j)
      inner((q - base - other$l * other$x[j]) / l[along], density[j, ]), 0)), prob, min(x), max(x)))
  }
  odd.density <- NULL
  coefficients <- t(apply(X$back, 1, coefficient))
  rownames(coefficients) <- X$names

  # ---- functions of tau, rising in tau: the mass of each tau line below where the function reaches x ----
  factors <- if (q == 0) matrix(1, nrow(grid), 1) else exp(2 * b %*% t(slopes))
  mean.factor <- rowMeans(factors)
  p.columns <- ncol(X$X)
  W <- diag(1 / v, k)
  P <- W - W %*% X$X %*% solve(t(X$X) %*% W %*% X$X, t(X$X) %*% W)
  vt <- (k - p.columns) / sum(diag(P))
  n.tau <- length(tau.rule$x)
  lines <- split(seq_len(nrow(grid)), rep(seq_len(nrow(grid) / n.tau), each = n.tau))
  line.weight <- vapply(lines, function(i) w[i[1]] / tau.rule$w[1], 0)
  first <- vapply(lines, `[`, 0L, 1L)

  rising <- function(value, crossing) {
    mean <- sum(mass * value); sd <- sqrt(max(sum(mass * (value - mean)^2), 0))
    if (diff(range(value)) == 0) return(row(value[1], 0, NULL))
    # tau at the crossing of each line; the mass below it by the panels' own polynomials.
    cdf <- function(x) sum(line.weight * vapply(seq_along(lines), function(j) {
      t <- crossing(x, first[j])
      if (is.nan(t)) 0 else sum(partial_weights(tau.rule, t) * f[lines[[j]]])
    }, 0))
    ends <- range(value[mass > 1e-14])
    row(mean, sd, function(prob) invert(cdf, prob, ends[1], ends[2]))
  }
  # The same by lines along rho, for parts of tau^2: `share.at` gives the share at which the function reaches x. A share of I2 has a corner along
  # tau (no tau reaches an I2 above 100 times the share), and with tau known there is no other line.
  by.share <- function(value, share.at, is.within, share.of, corner.of) {
    mean <- sum(mass * value); sd <- sqrt(max(sum(mass * (value - mean)^2), 0))
    n.rho <- length(rho.rule$x)
    rows <- split(seq_len(nrow(grid)), interaction(as.data.frame(grid[, -2]), drop = TRUE))
    weight <- vapply(rows, function(i) w[i[1]] / rho.rule$w[grid[i[1], 2]], 0)
    inner <- function(s, g) {
      s <- min(max(s, 0), 1)
      if (is.within) sum((rho.rule$w - partial_weights(rho.rule, 1 - s)) * g) else sum(partial_weights(rho.rule, s) * g)
    }
    plain <- function(x) sum(weight * vapply(rows, function(i) inner(share.at(x, i[1]), f[i]), 0))
    # Below the tau at which all of tau^2 would give x every share does: a corner, at which the panel that holds it is divided.
    divided <- function(x) {
      corner <- corner.of(x)
      if (!is.finite(corner) || corner <= tau.rule$breaks[1] || corner >= tail(tau.rule$breaks, 1)) return(plain(x))
      j <- findInterval(corner, tau.rule$breaks)
      inside <- which(tau.rule$panel == j)
      a <- tau.rule$breaks[j]; b <- tau.rule$breaks[j + 1]
      lines <- matrix(f, n.tau)
      total <- sum(vapply(setdiff(seq_len(n.tau), inside), function(n) tau.rule$w[n] * inner(share.of(x, tau.rule$x[n]), lines[n, ]), 0))
      for (ends in list(c(a, corner), c(corner, b))) {
        node <- ends[1] + diff(ends) / 2 * (tau.rule$g$x + 1)
        u <- 2 * (node - a) / (b - a) - 1
        for (m in seq_along(node)) {
          d <- u[m] - tau.rule$g$x
          basis <- if (any(d == 0)) as.numeric(d == 0) else (tau.rule$bw / d) / sum(tau.rule$bw / d)
          total <- total + tau.rule$g$w[m] * diff(ends) / 2 * inner(share.of(x, node[m]), drop(basis %*% lines[inside, , drop = FALSE]))
        }
      }
      total
    }
    cdf <- if (q == 0 && is.null(tau.rule$known)) divided else plain
    ends <- range(value[mass > 1e-14])
    row(mean, sd, function(prob) invert(cdf, prob, max(ends[1] - 1e-3 * sd, 0), ends[2] + 1e-3 * sd))
  }
  share.within <- if (is.null(same)) rep(1, nrow(grid)) else 1 - rho
  fraction <- function(t2, i) if (q == 0) t2 / (t2 + vt) else mean(t2 * factors[i, ] / (t2 * factors[i, ] + vt))
  fraction.of <- if (q == 0) tau^2 / (tau^2 + vt) else rowMeans(tau^2 * factors / (tau^2 * factors + vt))
  tau.at.fraction <- function(x, i) {
    if (x >= 1) return(Inf)
    if (x <= 0) return(0)
    if (q == 0) return(sqrt(vt * x / (1 - x)))
    exp(stats::uniroot(function(lt) fraction(exp(2 * lt), i) - x, c(-60, 60), tol = 1e-14)$root)
  }
  measure <- function(kind, share) switch(kind,
    tau = rising(tau * sqrt(share * mean.factor), function(x, i) x / sqrt(share[i] * mean.factor[i])),
    tau2 = rising(tau^2 * share * mean.factor, function(x, i) sqrt(max(x, 0) / (share[i] * mean.factor[i]))),
    I2 = rising(100 * share * fraction.of, function(x, i) tau.at.fraction(x / (100 * share[i]), i)),
    H2 = rising(1 + tau^2 * mean.factor / vt, function(x, i) sqrt(max(x - 1, 0) * vt / mean.factor[i])))
  whole <- rep(1, nrow(grid))
  part <- function(kind, share, is.within) {
    if (!is.null(rho.rule$known) || (kind != "I2" && is.null(tau.rule$known))) return(measure(kind, share))
    value <- switch(kind, tau = tau * sqrt(share * mean.factor), tau2 = tau^2 * share * mean.factor, I2 = 100 * share * fraction.of)
    if (diff(range(value)) == 0) return(row(value[1], 0, NULL))
    by.share(value, switch(kind,
      tau = function(x, i) x^2 / (tau[i]^2 * mean.factor[i]),
      tau2 = function(x, i) x / (tau[i]^2 * mean.factor[i]),
      I2 = function(x, i) x / (100 * fraction.of[i])), is.within,
      function(x, t) x / switch(kind, tau = x^-1 * t^2, tau2 = t^2, I2 = 100 * t^2 / (t^2 + vt)),
      function(x) switch(kind, tau = x, tau2 = sqrt(x), I2 = sqrt(vt * (x / 100) / (1 - x / 100))))
  }

  marginal <- function(j) {
    r <- rules[[j]]
    if (!is.null(r$known)) return(row(r$x, 0, NULL))
    g <- drop(rowsum(mass, grid[, j])) / r$w
    mean <- sum(r$w * g * r$x)
    row(mean, sqrt(sum(r$w * g * (r$x - mean)^2)), function(prob) invert(function(x) sum(partial_weights(r, x) * g), prob, r$breaks[1], tail(r$breaks, 1)))
  }

  # A slope on the data's scale is a multiple of one coefficient, a level's deviation combines two: partial weights along the one with the larger multiplier.
  slope <- function(l) {
    used <- which(l != 0)
    if (length(used) == 1) {
      row <- marginal(used + 2) * l[used] * c(1, sign(l[used]), 1, 1, 1)
      if (l[used] < 0) row[3:5] <- rev(row[3:5])
      return(row)
    }
    if (length(used) > 2 || is_point(p$scale)) stop("the reference combines two slopes")
    i <- used[which.max(abs(l[used]))]; j <- setdiff(used, i)
    R <- rules[[i + 2]]; other <- rules[[j + 2]]
    at <- cbind(grid[, i + 2], grid[, j + 2])
    density <- matrix(0, length(R$x), length(other$x))
    sums <- rowsum(mass, (at[, 2] - 1) * length(R$x) + at[, 1])
    density[as.integer(rownames(sums))] <- sums
    density <- density / outer(R$w, other$w)
    x <- outer(l[i] * R$x, l[j] * other$x, `+`)
    weight <- outer(R$w, other$w) * density
    mean <- sum(weight * x); sd <- sqrt(sum(weight * (x - mean)^2))
    row(mean, sd, function(prob) invert(function(q) sum(other$w * vapply(seq_along(other$x), function(n) {
      lower <- sum(partial_weights(R, (q - l[j] * other$x[n]) / l[i]) * density[, n])
      if (l[i] > 0) lower else sum(R$w * density[, n]) - lower
    }, 0)), prob, min(x), max(x)))
  }
  estimates <- rbind(coefficients, tau = measure("tau", whole))
  if (q > 0) for (r in which(!grepl("^intercept", Z$names))) {
    estimates <- rbind(estimates, slope(Z$back[r, -1]))
    rownames(estimates)[nrow(estimates)] <- paste0("log(tau): ", Z$names[r])
  }
  heterogeneity <- rbind(tau = estimates["tau", ])
  if (!is.null(same)) {
    estimates <- rbind(estimates, rho = marginal(2))
    heterogeneity <- rbind(heterogeneity, rho = estimates["rho", ], "tau [within]" = part("tau", share.within, TRUE), "tau [between]" = part("tau", rho, FALSE))
  }
  heterogeneity <- rbind(heterogeneity, tau2 = measure("tau2", whole))
  if (!is.null(same)) heterogeneity <- rbind(heterogeneity, "tau2 [within]" = part("tau2", share.within, TRUE), "tau2 [between]" = part("tau2", rho, FALSE))
  if (k > p.columns) {
    heterogeneity <- rbind(heterogeneity, I2 = measure("I2", whole))
    if (!is.null(same)) heterogeneity <- rbind(heterogeneity, "I2 [within]" = part("I2", share.within, TRUE), "I2 [between]" = part("I2", rho, FALSE))
    heterogeneity <- rbind(heterogeneity, H2 = measure("H2", whole))
  }
  names <- c("mean", "sd", "lower", "median", "upper")
  colnames(estimates) <- names
  colnames(heterogeneity) <- names
  list(estimates = estimates, heterogeneity = heterogeneity, logml = logml, yi = y, vi = v)
}
