# Transformations of effect sizes and their inverses; the names and arguments are metafor's (formulas: docs/for-metafor-users.md).

in_range <- function(x, lower, upper) pmin(pmax(x, lower), upper)

transf.rtoz <- function(xi, ...) atanh(xi)
transf.ztor <- function(xi, ...) tanh(xi)
transf.r2toz <- function(xi, ...) atanh(sqrt(xi))
transf.ztor2 <- function(xi, ...) tanh(xi)^2
transf.logit <- function(xi, ...) stats::qlogis(xi)
transf.ilogit <- function(xi, ...) stats::plogis(xi)
transf.probit <- function(xi, ...) qnorm(xi)
transf.iprobit <- function(xi, ...) pnorm(xi)
transf.arcsin <- function(xi, ...) asin(sqrt(xi))
transf.iarcsin <- function(xi, ...) sin(in_range(xi, 0, pi / 2))^2
transf.isqrt <- function(xi, ...) pmax(xi, 0)^2
transf.ahw <- function(xi, ...) 1 - (1 - xi)^(1 / 3)
transf.iahw <- function(xi, ...) in_range(1 - (1 - xi)^3, 0, 1) * (xi <= 1) + (xi > 1)
transf.abt <- function(xi, ...) -log(1 - xi)
transf.iabt <- function(xi, ...) pmax(1 - exp(-xi), 0)

# Freeman & Tukey (1950) and its inverse by Miller (1978).
transf.pft <- function(xi, ni, ...) {
  events <- xi * ni
  (asin(sqrt(events / (ni + 1))) + asin(sqrt((events + 1) / (ni + 1)))) / 2
}

transf.ipft <- function(xi, ni, ...) {
  sine <- sin(2 * xi)
  inner <- sine + (sine - 1 / sine) / ni
  p <- (1 - sign(cos(2 * xi)) * sqrt(pmax(1 - inner^2, 0))) / 2
  p <- ifelse(xi <= transf.pft(0, ni), 0, ifelse(xi >= transf.pft(1, ni), 1, p))
  c(p)
}

transf.ipft.hm <- function(xi, targs, ...) {
  ni <- if (is.list(targs)) targs$ni else targs
  if (is.null(ni)) mb_stop(SPECIFICATION_INVALID, "The 'targs' argument must be a list with the sample sizes 'ni'.")
  transf.ipft(xi, 1 / mean(1 / ni, na.rm = TRUE))
}

transf.irft <- function(xi, ti, ...) (sqrt(xi) + sqrt(xi + 1 / ti)) / 2
transf.iirft <- function(xi, ti, ...) ifelse(xi <= transf.irft(0, ti), 0, (xi - 1 / (4 * ti * xi))^2)

# The mean of h(z) over a normal distribution; `targs` is a list with tau2, lower, upper, or tau2 alone.
integrated <- function(h, xi, targs, lower = -Inf, upper = Inf) {
  if (!is.list(targs)) targs <- list(tau2 = targs)
  if (is.null(targs$tau2)) mb_stop(SPECIFICATION_INVALID, "The 'targs' argument must be a list with the element 'tau2'.")
  rule <- gauss_legendre()
  mean_at <- function(x) {
    if (is.na(x)) return(NA_real_)
    sd <- sqrt(targs$tau2)
    if (sd == 0) return(h(x))
    edges <- seq(max(targs$lower %||% lower, x - 15 * sd), min(targs$upper %||% upper, x + 15 * sd), length.out = 61L)
    half <- diff(edges) / 2
    z <- outer(rule$nodes, half) + rep(edges[-61L] + half, each = length(rule$nodes))
    sum(outer(rule$weights, half) * h(z) * stats::dnorm(z, x, sd))
  }
  vapply(xi, mean_at, 0)
}

# Nodes and weights on [-1, 1] from the eigenvalues of the Jacobi matrix (Golub & Welsch, 1969).
gauss_legendre <- function(n = 16L) {
  i <- seq_len(n - 1L)
  jacobi <- matrix(0, n, n)
  jacobi[cbind(i, i + 1L)] <- jacobi[cbind(i + 1L, i)] <- i / sqrt(4 * i^2 - 1)
  e <- eigen(jacobi, symmetric = TRUE)
  list(nodes = e$values, weights = 2 * e$vectors[1L, ]^2)
}

transf.exp.int <- function(xi, targs, ...) integrated(exp, xi, targs)
transf.ztor.int <- function(xi, targs, ...) integrated(tanh, xi, targs)
transf.ztor2.int <- function(xi, targs, ...) integrated(transf.ztor2, xi, targs, lower = 0)
transf.ilogit.int <- function(xi, targs, ...) integrated(stats::plogis, xi, targs)
transf.iprobit.int <- function(xi, targs, ...) integrated(pnorm, xi, targs)
transf.iarcsin.int <- function(xi, targs, ...) integrated(transf.iarcsin, xi, targs, 0, pi / 2)

# The mode of h(z) where z is normal with mean xi and variance tau2: the density of h(z) is that of z over the slope of h there. Of
# two equal modes the smaller; NA where the density is highest at an end.
moded <- function(h, log.slope, xi, v) {
  mode_at <- function(x) {
    if (is.na(x)) return(NA_real_)
    if (v == 0) return(h(x))
    height <- function(z) -(z - x)^2 / (2 * v) - log.slope(z)
    # The logarithms of the slopes have slopes of at most 2, so the mode lies within 2 tau2 of the mean.
    z <- seq(x - 3 * v, x + 3 * v, length.out = 2001L)
    best <- which.max(height(z))
    h(stats::optimize(height, z[best + c(-1L, 1L)], maximum = TRUE, tol = 1e-10)$maximum)
  }
  vapply(xi, mode_at, 0)
}

# tau2 from `targs`, a list or the number itself.
tau2_of <- function(targs) {
  tau2 <- if (is.list(targs)) targs$tau2 else targs
  if (is.null(tau2)) mb_stop(SPECIFICATION_INVALID, "The 'targs' argument must be a list with the element 'tau2'.")
  tau2
}

transf.exp.mode <- function(xi, targs, ...) exp(xi - tau2_of(targs))
transf.iprobit.mode <- function(xi, targs, ...) {
  v <- tau2_of(targs)
  if (v < 1) pnorm(xi / (1 - v)) else rep(NA_real_, length(xi))
}
transf.ztor.mode <- function(xi, targs, ...) moded(tanh, function(z) -2 * (abs(z) + log1p(exp(-2 * abs(z)))), xi, tau2_of(targs))
transf.ilogit.mode <- function(xi, targs, ...) moded(stats::plogis, function(z) stats::dlogis(z, log = TRUE), xi, tau2_of(targs))

# What a standardized mean difference or a log odds ratio means on other scales.
transf.dtou1 <- function(xi, ...) {
  share <- pnorm(abs(xi) / 2)
  (2 * share - 1) / share
}
transf.dtou2 <- function(xi, ...) pnorm(xi / 2)
transf.dtou3 <- function(xi, ...) pnorm(xi)
transf.dtoovl <- function(xi, ...) 2 * pnorm(-abs(xi) / 2)
transf.dtocles <- function(xi, ...) pnorm(xi / sqrt(2))
transf.dtocliffd <- function(xi, ...) 2 * pnorm(xi / sqrt(2)) - 1
transf.dtobesd <- function(xi, ...) (1 + xi / sqrt(xi^2 + 4)) / 2
transf.dtomd <- function(xi, targs, ...) {
  sd <- if (is.list(targs)) targs$sd else targs
  if (is.null(sd)) mb_stop(SPECIFICATION_INVALID, "The 'targs' argument must hold the standard deviation.")
  xi * sd
}
transf.dtorpb <- function(xi, n1i, n2i, ...) {
  if (missing(n1i) || missing(n2i)) return(xi / sqrt(xi^2 + 4))
  m <- n1i + n2i - 2
  xi / sqrt(xi^2 + m / n1i + m / n2i)
}
transf.rpbtod <- function(xi, n1i, n2i, ...) {
  h <- if (missing(n1i) || missing(n2i)) 4 else (n1i + n2i - 2) * (1 / n1i + 1 / n2i)
  xi * sqrt(h) / sqrt(1 - xi^2)
}
cut_factor <- function(p) sqrt(p * (1 - p)) / stats::dnorm(qnorm(p))
group_share <- function(n1i, n2i) if (is.null(n1i) || is.null(n2i)) 0.5 else n1i / (n1i + n2i)
transf.rpbtorbis <- function(xi, n1i = NULL, n2i = NULL, ...) xi * cut_factor(group_share(n1i, n2i))
transf.rtorpb <- function(xi, n1i = NULL, n2i = NULL, ...) xi / cut_factor(group_share(n1i, n2i))
transf.dtorbis <- function(xi, n1i = NULL, n2i = NULL, ...) {
  rpb <- if (is.null(n1i) || is.null(n2i)) transf.dtorpb(xi) else transf.dtorpb(xi, n1i, n2i)
  transf.rpbtorbis(rpb, n1i, n2i)
}
transf.rtod <- function(xi, n1i = NULL, n2i = NULL, ...) {
  rpb <- transf.rtorpb(xi, n1i, n2i)
  if (is.null(n1i) || is.null(n2i)) transf.rpbtod(rpb) else transf.rpbtod(rpb, n1i, n2i)
}
risk_from <- function(xi, pc) pc * exp(xi) / (1 - pc + pc * exp(xi))
transf.lnortord <- function(xi, pc, ...) risk_from(xi, pc) - pc
transf.lnortorr <- function(xi, pc, ...) risk_from(xi, pc) / pc
transf.logortord <- transf.lnortord
transf.logortorr <- transf.lnortorr
transf.lnortod.norm <- function(xi, ...) xi / 1.65
transf.lnortod.logis <- function(xi, ...) xi * sqrt(3) / pi
transf.dtolnor.norm <- function(xi, ...) xi * 1.65
transf.dtolnor.logis <- function(xi, ...) xi * pi / sqrt(3)
transf.lnortortet.pearson <- function(xi, ...) cos(pi / (1 + exp(xi / 2)))
transf.lnortortet.digby <- function(xi, ...) tanh(3 * xi / 8)
