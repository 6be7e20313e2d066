# Means and standard deviations from five-number summaries, by other numerical routes than the engine's: optim() over both parameters of
# each distribution, integrate(), optimize() over the power, optim() over mean and standard deviation, solve().
#   Rscript r-scripts/reference/five-numbers.R OUTPUT.json
# Needs jsonlite.
library(jsonlite)
output <- commandArgs(TRUE)[1]

known <- function(d) if (is.na(d$q1)) c(d$min, d$median, d$max) else if (is.na(d$min)) c(d$q1, d$median, d$q3) else c(d$min, d$q1, d$median, d$q3, d$max)
probabilities <- function(d) if (is.na(d$q1)) c(1 / d$n, .5, 1 - 1 / d$n) else if (is.na(d$min)) c(.25, .5, .75) else c(1 / d$n, .25, .5, .75, 1 - 1 / d$n)
ranks <- function(d) {
  n <- d$n
  if (is.na(d$q1)) c(1, n %/% 2 + 1, n) else if (is.na(d$min)) c(n %/% 4 + 1, n %/% 2 + 1, (3 * n) %/% 4 + 1)
  else c(1, n %/% 4 + 1, n %/% 2 + 1, (3 * n) %/% 4 + 1, n)
}

# Several starts, several restarts: the smaller value counts.
search <- function(objective, starts) {
  best <- list(value = Inf)
  for (start in starts) {
    o <- list(par = start)
    for (i in 1:6) o <- suppressWarnings(optim(o$par, objective, control = list(reltol = 1e-16, maxit = 20000)))
    if (o$value < best$value) best <- o
  }
  best
}

# McGrath et al. (2020): the distribution whose quantiles are nearest.
qe <- function(d) {
  x <- known(d)
  p <- probabilities(d)
  m <- d$median
  fits <- list(
    norm = list(q = function(t) qnorm(p, t[1], exp(t[2])), starts = list(c(m, log(diff(range(x)) / 3))),
                moments = function(t) c(t[1], exp(t[2]))),
    lnorm = list(q = function(t) qlnorm(p, t[1], exp(t[2])), starts = lapply(c(-2, -1, 0), function(s) c(log(abs(m)), s)),
                 moments = function(t) { v <- exp(2 * t[2]); exp(t[1] + v / 2) * c(1, sqrt(expm1(v))) }),
    gamma = list(q = function(t) qgamma(p, exp(t[1]), scale = exp(t[2])), starts = lapply(c(-1, 1, 3), function(s) c(s, log(abs(m)) - s)),
                 moments = function(t) exp(t[2]) * c(exp(t[1]), exp(t[1] / 2))),
    weibull = list(q = function(t) qweibull(p, exp(t[1]), exp(t[2])), starts = lapply(c(-.5, .5, 1.5), function(s) c(s, log(abs(m)))),
                   moments = function(t) { g <- gamma(1 + (1:2) / exp(t[1])); exp(t[2]) * c(g[1], sqrt(g[2] - g[1]^2)) }))
  if (x[1] < 1) fits$beta <- list(q = function(t) qbeta(p, exp(t[1]), exp(t[2])), starts = lapply(c(0, 1, 3), function(s) c(s, s)),
    moments = function(t) { a <- exp(t[1]); b <- exp(t[2]); c(a / (a + b), sqrt(a * b / (a + b)^2 / (a + b + 1))) })
  if (x[1] < 0) fits <- fits["norm"]
  found <- lapply(fits, function(f) { o <- search(function(t) sum((f$q(t) - x)^2), f$starts); c(f$moments(o$par), o$value) })
  best <- names(which.min(vapply(found, `[`, 0, 3L)))
  list(mean = found[[best]][1], sd = found[[best]][2], distance = found[[best]][3], dist = best)
}

# Luo et al. (2018) and Wan et al. (2014) for transformed numbers.
luo.wan <- function(y, n) {
  range <- 2 * qnorm((n - .375) / (n + .25))
  quartiles <- 2 * qnorm((.75 * n - .125) / (n + .25))
  if (length(y) == 5) {
    w <- c(2.2 / (2.2 + n^.75), .7 - .72 / n^.55)
    return(c(w[1] * (y[1] + y[5]) / 2 + w[2] * (y[2] + y[4]) / 2 + (1 - sum(w)) * y[3], ((y[5] - y[1]) / range + (y[4] - y[2]) / quartiles) / 2))
  }
  NULL
}
luo.wan.three <- function(y, n, extremes) {
  w <- if (extremes) 4 / (4 + n^.75) else .7 + .39 / n
  c(w * (y[1] + y[3]) / 2 + (1 - w) * y[2], (y[3] - y[1]) / (2 * qnorm(if (extremes) (n - .375) / (n + .25) else (.75 * n - .125) / (n + .25))))
}
normal <- function(y, d) luo.wan(y, d$n) %||% luo.wan.three(y, d$n, is.na(d$q1))
`%||%` <- function(x, y) if (is.null(x)) y else x
power <- function(x, lambda) if (lambda < 1e-12) log(x) else (x^lambda - 1) / lambda

# The distribution of x, cut off at x = 0 and symmetrically in the normal variable, as a density of x.
back <- function(lambda, mu, sigma) {
  if (lambda < 1e-12) return(exp(mu + sigma^2 / 2) * c(1, sqrt(expm1(sigma^2))))
  half <- min(mu + 1 / lambda, 9 * sigma)
  y <- function(x) (x^lambda - 1) / lambda
  end <- c(max(0, lambda * (mu - half) + 1), lambda * (mu + half) + 1)^(1 / lambda)
  integral <- function(h) sum(vapply(1:40, function(i) {
    edge <- end[1] + diff(end) * (i - 1:0) / 40
    integrate(function(x) h(x) * dnorm(y(x), mu, sigma) * x^(lambda - 1), edge[1], edge[2], rel.tol = 1e-11)$value
  }, 0))
  mass <- integral(function(x) 1 + 0 * x)
  mean <- integral(function(x) x) / mass
  c(mean, sqrt(integral(function(x) (x - mean)^2) / mass))
}

# McGrath et al. (2020): the power that makes both sides equal.
bc <- function(d) {
  x <- known(d)
  middle <- (length(x) + 1) / 2
  sides <- function(lambda) {
    y <- power(x, lambda)
    (rev(y)[1:(middle - 1)] - y[middle]) / (y[middle] - y[1:(middle - 1)]) - 1
  }
  ends <- 10^seq(-3, 1, length.out = 60)
  objective <- function(lambda) sum(sides(lambda)^2)
  values <- vapply(c(0, ends), objective, 0)
  near <- which.min(values)
  lambda <- if (near == 1L && objective(1e-6) >= values[1L]) 0 else if (length(x) == 3) uniroot(function(l) sides(l), c(0, 10), tol = 1e-14)$root
            else optimize(objective, c(0, ends)[c(max(1, near - 1), min(61, near + 1))], tol = 1e-13)$minimum
  p <- normal(power(x, lambda), d)
  m <- back(lambda, p[1], p[2])
  list(mean = m[1], sd = m[2], power = lambda, location = p[1], scale = p[2])
}

likelihood <- function(y, d, mu, sigma) {
  if (sigma <= 0) return(-Inf)
  r <- c(0, ranks(d), d$n + 1)
  between <- diff(r) - 1
  mass <- diff(pnorm(c(-Inf, y, Inf), mu, sigma))
  sum(dnorm(y, mu, sigma, log = TRUE)) + sum(ifelse(between > 0, between * log(mass), 0))
}

# Cai, Zhou & Pan (2021).
mln <- function(d) {
  x <- known(d)
  objective <- function(lambda) { y <- power(x, lambda); p <- normal(y, d); -likelihood(y, d, p[1], p[2]) }
  grid <- seq(0, 10, .005)
  values <- vapply(grid, objective, 0)
  near <- which.min(values)
  lambda <- if (near == 1L) 0 else optimize(objective, grid[near + c(-1, 1)], tol = 1e-13)$minimum
  y <- power(x, lambda)
  p <- normal(y, d)
  o <- search(function(t) -likelihood(y, d, t[1], exp(t[2])), list(c(p[1], log(p[2]))))
  m <- back(lambda, o$par[1], exp(o$par[2]))
  list(mean = m[1], sd = m[2], power = lambda, location = o$par[1], scale = exp(o$par[2]))
}

# Yang, Hutson & Wang (2022): derivatives of the quantile function by polynomials that differentiate themselves.
blue <- function(d) {
  x <- known(d)
  r <- ranks(d)
  m <- d$n + 2
  p <- r / (d$n + 1)
  q <- 1 - p
  z <- qnorm(p)
  # Q' = 1/f(z), and (g(z)/f^k)' = (g' + k z g)/f^(k+1).
  derivative <- function(g, k) { g1 <- if (length(g) > 1) g[-1] * seq_len(length(g) - 1) else 0; h <- c(0, k * g); length(g1) <- length(h); g1[is.na(g1)] <- 0; g1 + h }
  value <- function(g, k) vapply(z, function(zi) sum(g * zi^(seq_along(g) - 1)), 0) / dnorm(z)^k
  g <- 1
  Q <- list(value(g, 1))
  for (k in 1:3) { g <- derivative(g, k); Q[[k + 1]] <- value(g, k + 1) }
  a <- z + p * q / (2 * m) * Q[[2]] + p * q / m^2 * ((q - p) * Q[[3]] / 3 + p * q * Q[[4]] / 8)
  B <- outer(seq_along(r), seq_along(r), Vectorize(function(i, j) {
    if (i > j) { k <- i; i <- j; j <- k }
    p[i] * q[j] / m * Q[[1]][i] * Q[[1]][j] + p[i] * q[j] / m^2 * ((q[i] - p[i]) * Q[[2]][i] * Q[[1]][j] + (q[j] - p[j]) * Q[[1]][i] * Q[[2]][j] +
      p[i] * q[i] * Q[[3]][i] * Q[[1]][j] / 2 + p[j] * q[j] * Q[[1]][i] * Q[[3]][j] / 2 + p[i] * q[j] * Q[[2]][i] * Q[[2]][j] / 2)
  }))
  A <- cbind(1, a)
  e <- solve(t(A) %*% solve(B, A), t(A) %*% solve(B, x))
  list(mean = e[1], sd = e[2])
}

data <- data.frame(
  min    = c( 2, NA,  2,  2, NA,  1, 0.11,  NA, 12, NA, 3, 0.02, -4, 40, 5),
  q1     = c(NA,  4,  4, NA, 11,  3,  NA, 0.35, 18, 21, NA, 0.11, -1, 62, NA),
  median = c( 6,  6,  6,  4, 15,  8, 0.42, 0.51, 21, 30, 7, 0.25, 2, 71, 9),
  q3     = c(NA, 10, 10, NA, 24, 19,  NA, 0.74, 25, 36, NA, 0.44, 4, 78, NA),
  max    = c(14, NA, 14,  9, NA, 70, 0.93,  NA, 40, NA, 10, 0.81, 9, 91, 31),
  n      = c(20, 20, 20, 100, 37, 250, 45, 80, 64, 33, 11, 58, 41, 120, 5))

cases <- lapply(seq_len(nrow(data)), function(i) {
  d <- data[i, ]
  positive <- all(known(d) > 0)
  list(numbers = as.list(d), qe = qe(d), bc = if (positive) bc(d), mln = if (positive) mln(d), blue = blue(d))
})
writeLines(toJSON(list(made.by = "r-scripts/reference/five-numbers.R", versions = list(R = as.character(getRversion())), cases = cases),
                  auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), output)
