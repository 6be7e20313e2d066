# Independent reference for the Bayesian multilevel model, in plain R.
#
#   y ~ N(X beta, diag(v + (1 - rho) s^2) + rho * same-cluster * s s'),  s_i = tau * exp(z_i b)
#
# Written on purpose unlike the C# engine: dense covariance matrices and their Cholesky factors instead of sums per cluster, composite
# Gauss-Legendre panels instead of a trapezoidal lattice, t priors integrated over the coefficient itself instead of over a scale mixture.
#
# Usage: Rscript brma-quadrature.R OUTDIR
# writes OUTDIR/brma-quadrature.csv (case, parameter, mean, sd, q025, q500, q975; 17 digits) and OUTDIR/brma-quadrature-data.csv.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
source(file.path(here, "brma-rules.R"))

# P(axis <= q) from density values at the nodes.
panel_cdf <- function(p, f, q) sum(partial_weights(p, q) * f) / sum(p$w * f)

invert <- function(cdf, p, lower, upper) uniroot(function(x) cdf(x) - p, c(lower, upper), tol = 1e-13)$root
probs <- c(0.025, 0.5, 0.975)

# log N(y; X m0, V + X D X') and the conditional mean and covariance of beta.
gaussian <- function(y, X, V, m0, D) {
  R <- chol(V)
  Xs <- backsolve(R, X, transpose = TRUE); ys <- backsolve(R, y, transpose = TRUE)
  A <- crossprod(Xs) + diag(1 / diag(D), nrow(D))
  B <- crossprod(Xs, ys) + m0 / diag(D)
  S <- solve(A); m <- S %*% B
  M <- V + X %*% D %*% t(X)
  RM <- chol(M); r <- backsolve(RM, y - X %*% m0, transpose = TRUE)
  list(log = -0.5 * (length(y) * log(2 * pi) + 2 * sum(log(diag(RM))) + sum(r^2)), mean = m, cov = S)
}

# log likelihood of a flat mean as a quadratic in mu: c - (A mu^2 - 2 B mu)/2
quadratic <- function(y, V) {
  R <- chol(V)
  o <- backsolve(R, rep(1, length(y)), transpose = TRUE); ys <- backsolve(R, y, transpose = TRUE)
  list(c = -0.5 * (length(y) * log(2 * pi) + 2 * sum(log(diag(R))) + sum(ys^2)), A = sum(o^2), B = sum(o * ys))
}

covariance <- function(case, tau, rho, b) {
  s <- tau * if (is.null(case$z)) rep(1, length(case$y)) else exp(case$z * b)
  same <- if (is.null(case$cluster)) diag(length(case$y)) else outer(case$cluster, case$cluster, "==") * 1
  diag(case$v + (1 - rho) * s^2, length(s)) + rho * same * outer(s, s)
}

row_of <- function(name, mean, sd, q) data.frame(parameter = name, mean = mean, sd = sd, q025 = q[1], q500 = q[2], q975 = q[3])

solve_case <- function(case) {
  y <- case$y; X <- if (is.null(case$X)) matrix(1, length(y), 1) else case$X
  pt <- panel_rule(log(case$tau_range[1]) + 0:case$tau_panels / case$tau_panels * diff(log(case$tau_range)), 12)
  pr <- if (is.null(case$cluster)) list(x = 0, w = 1) else panel_rule(0:4 / 4, 14)
  pb <- if (is.null(case$z)) list(x = 0, w = 1) else panel_rule(seq(-2.5, 2.5, length.out = 11), 10)
  grid <- expand.grid(t = seq_along(pt$x), r = seq_along(pr$x), b = seq_along(pb$x))
  tau <- exp(pt$x)[grid$t]; rho <- pr$x[grid$r]; b <- pb$x[grid$b]
  prior <- case$log_tau_prior(tau) + log(tau) + (if (is.null(case$z)) 0 else dnorm(b, 0, 0.5, log = TRUE))
  w <- pt$w[grid$t] * pr$w[grid$r] * pb$w[grid$b]
  out <- list()
  if (is.null(case$mu_density)) {
    fits <- lapply(seq_len(nrow(grid)), function(i) gaussian(y, X, covariance(case, tau[i], rho[i], b[i]), case$m0, case$D))
    log_f <- sapply(fits, `[[`, "log") + prior
    top <- max(log_f); f <- exp(log_f - top); Z <- sum(w * f); pw <- w * f / Z
    for (j in seq_len(ncol(X))) {
      l <- case$back[j, ]
      m <- sapply(fits, function(x) sum(l * x$mean)); s2 <- sapply(fits, function(x) drop(l %*% x$cov %*% l))
      mean <- sum(pw * m); sd <- sqrt(sum(pw * (s2 + (m - mean)^2)))
      cdf <- function(x) sum(pw * pnorm(x, m, sqrt(s2)))
      out <- c(out, list(row_of(case$names[j], mean, sd, sapply(probs, function(p) invert(cdf, p, mean - 12 * sd, mean + 12 * sd)))))
    }
  } else {
    pm <- panel_rule(seq(case$mu_range[1], case$mu_range[2], length.out = 41), 12)
    q <- lapply(seq_len(nrow(grid)), function(i) quadratic(y, covariance(case, tau[i], rho[i], b[i])))
    lp <- log(case$mu_density(pm$x))
    L <- sapply(q, function(x) x$c - 0.5 * (x$A * pm$x^2 - 2 * x$B * pm$x) + lp)      # mu nodes x grid points
    L <- sweep(L, 2, prior, "+")
    top <- max(L); E <- exp(L - top)
    f <- colSums(pm$w * E); Z <- sum(w * f); pw <- w * f / Z
    g <- drop(E %*% w)
    mean <- sum(pm$w * g * pm$x) / Z; sd <- sqrt(sum(pm$w * g * (pm$x - mean)^2) / Z)
    out <- list(row_of("mu", mean, sd, sapply(probs, function(p) invert(function(x) panel_cdf(pm, g, x), p, case$mu_range[1], case$mu_range[2]))))
  }
  m2 <- if (is.null(case$z)) rep(1, nrow(grid)) else sapply(pb$x, function(x) mean(exp(2 * case$z * x)))[grid$b]
  total <- tau * sqrt(m2)
  mean <- sum(pw * total); sd <- sqrt(sum(pw * (total - mean)^2))
  margin_t <- tapply(pw / pt$w[grid$t], grid$t, sum)
  tau_cdf <- if (is.null(case$z)) function(x) panel_cdf(pt, margin_t, log(x)) else {
    byb <- lapply(seq_along(pb$x), function(k) tapply((pw / pt$w[grid$t])[grid$b == k], grid$t[grid$b == k], sum))
    mass <- sapply(byb, function(m) sum(pt$w * m)); shift <- sapply(pb$x, function(x) 0.5 * log(mean(exp(2 * case$z * x))))
    function(x) sum(mapply(function(m, k, s) k * panel_cdf(pt, m, log(x) - s), byb, mass, shift))
  }
  out <- c(out, list(row_of("tau", mean, sd, sapply(probs, function(p) invert(tau_cdf, p, case$tau_range[1], case$tau_range[2])))))
  if (!is.null(case$cluster)) {
    margin_r <- tapply(pw / pr$w[grid$r], grid$r, sum)
    mean <- sum(pw * rho)
    out <- c(out, list(row_of("rho", mean, sqrt(sum(pw * (rho - mean)^2)), sapply(probs, function(p) invert(function(x) panel_cdf(pr, margin_r, x), p, 0, 1)))))
    within <- tau * sqrt(1 - rho); mean <- sum(pw * within)
    out <- c(out, list(row_of("tau [within]", mean, sqrt(sum(pw * (within - mean)^2)), c(NA, NA, NA))))
  }
  if (!is.null(case$z)) {
    margin_b <- tapply(pw / pb$w[grid$b], grid$b, sum); k <- case$z_factor
    mean <- sum(pw * b)
    q <- sapply(probs, function(p) invert(function(x) panel_cdf(pb, margin_b, x), p, -2.5, 2.5))
    out <- c(out, list(row_of(case$z_name, mean * k, sqrt(sum(pw * (b - mean)^2)) * abs(k), if (k > 0) q * k else rev(q) * k)))
  }
  out <- c(out, list(row_of("logml", top + log(Z), NA, c(NA, NA, NA))))
  cbind(case = case$id, do.call(rbind, out))
}

half_normal <- function(sd) function(t) log(2) + dnorm(t, 0, sd, log = TRUE)
inverse_gamma <- function(shape, scale) function(t) shape * log(scale) - lgamma(shape) - (shape + 1) * log(t) - scale / t
intercept <- function(sd) list(m0 = 0, D = matrix(sd^2), back = matrix(1), names = "mu")

suppressPackageStartupMessages({ library(metadat); library(metafor) })
kon <- dat.konstantopoulos2011; ass <- dat.assink2016; rau <- dat.raudenbush1985; hack <- dat.hackshaw1998
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
weeks <- as.numeric(rau$weeks); zw <- (weeks - mean(weeks)) / sd(weeks)
ablat <- as.numeric(bcg$ablat); za <- (ablat - mean(ablat)) / sd(ablat)
scaled <- function(x) rbind(c(1, -mean(x) / sd(x)), c(0, 1 / sd(x)))

cases <- list(
  c(list(id = "konstantopoulos", y = kon$yi, v = kon$vi, cluster = kon$district, log_tau_prior = half_normal(sqrt(2) / 4),
         tau_range = c(0.02, 3), tau_panels = 14), intercept(sqrt(2) / 2)),
  c(list(id = "assink", y = ass$yi, v = ass$vi, cluster = ass$study, log_tau_prior = half_normal(sqrt(2) / 4),
         tau_range = c(0.02, 3), tau_panels = 14), intercept(sqrt(2) / 2)),
  c(list(id = "hackshaw", y = hack$yi, v = hack$vi, log_tau_prior = half_normal(0.5), tau_range = c(1e-10, 4), tau_panels = 60), intercept(1)),
  c(list(id = "bcg", y = as.numeric(bcg$yi), v = as.numeric(bcg$vi), log_tau_prior = half_normal(0.5), tau_range = c(1e-6, 6), tau_panels = 50), intercept(1)),
  list(id = "bcg-medicine", y = as.numeric(bcg$yi), v = as.numeric(bcg$vi), log_tau_prior = inverse_gamma(1.51, 0.23), tau_range = c(2e-3, 2e5),
       tau_panels = 80, mu_density = function(m) dt(m / 0.32, 3) / 0.32, mu_range = c(-8, 8)),
  list(id = "bcg-negative", y = as.numeric(bcg$yi), v = as.numeric(bcg$vi), log_tau_prior = half_normal(0.5), tau_range = c(1e-6, 6), tau_panels = 50,
       mu_density = function(m) dnorm(m, 0, 1) / (pnorm(-0.7) - pnorm(-2)), mu_range = c(-2, -0.7)),
  list(id = "raudenbush-weeks", y = rau$yi, v = rau$vi, X = cbind(1, zw), log_tau_prior = half_normal(sqrt(2) / 4), tau_range = c(1e-8, 3), tau_panels = 60,
       m0 = c(0, 0), D = diag(c(0.5, 0.125)), back = scaled(weeks), names = c("intercept", "weeks")),
  c(list(id = "bcg-scale", y = as.numeric(bcg$yi), v = as.numeric(bcg$vi), z = za, z_factor = 1 / sd(ablat), z_name = "log(tau): ablat",
         log_tau_prior = half_normal(0.5), tau_range = c(1e-6, 6), tau_panels = 40), intercept(1)))

dir <- commandArgs(TRUE)[1]
results <- do.call(rbind, lapply(cases, solve_case))
results[-(1:2)] <- lapply(results[-(1:2)], function(x) ifelse(is.na(x), "NA", sprintf("%.17g", x)))
provenance <- paste0("# R ", getRversion(), ", metafor ", packageVersion("metafor"), ", metadat ", packageVersion("metadat"), ": Rscript r-scripts/reference/brma-quadrature.R OUTDIR")
write_with <- function(table, file) {
  writeLines(provenance, file.path(dir, file))
  suppressWarnings(write.table(table, file.path(dir, file), append = TRUE, sep = ",", row.names = FALSE, quote = FALSE))
}
write_with(results, "brma-quadrature.csv")
number <- function(x) sprintf("%.17g", as.numeric(x))
data <- do.call(rbind, lapply(cases, function(case) data.frame(
  case = case$id, yi = number(case$y), vi = number(case$v), cluster = if (is.null(case$cluster)) "NA" else as.character(case$cluster),
  x = number(if (case$id == "raudenbush-weeks") weeks else if (case$id == "bcg-scale") ablat else rep(0, length(case$y))))))
write_with(data, "brma-quadrature-data.csv")
