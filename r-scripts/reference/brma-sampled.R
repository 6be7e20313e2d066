# The reference side of Bayesian models that are sampled: the same model in JAGS. Needs brma-reference.R and the R package rjags.
#
# brma_sampled(data, yi, vi, ...) takes the arguments of brma_reference() and returns its tables with a matrix of Monte Carlo standard errors beside each.
# The cluster effects are sampled along, which the engine's own sampler integrates out.

# A prior as a distribution of JAGS; a point is a number.
jags_prior <- function(name, p) {
  a <- vapply(p$parameters, function(x) sprintf("%.17g", x), "")
  if (is_point(p)) return(paste0("  ", name, " <- ", a[1]))
  natural <- make_prior(p$distribution, p$parameters)
  limit <- function(x, own) if (x == own) "" else sprintf("%.17g", x)
  cut <- if (p$lower != natural$lower || p$upper != natural$upper) paste0(" T(", limit(p$lower, -Inf), ",", limit(p$upper, Inf), ")") else ""
  if (p$distribution == "invgamma") {
    inverse <- if (cut == "") "" else paste0(" T(", if (is.finite(p$upper)) sprintf("%.17g", 1 / p$upper), ",", if (p$lower > 0) sprintf("%.17g", 1 / p$lower), ")")
    node <- paste0("inverse.", gsub("[^A-Za-z0-9]", ".", name))
    return(paste0("  ", node, " ~ dgamma(", a[1], ", ", a[2], ")", inverse, "\n  ", name, " <- 1 / ", node))
  }
  paste0("  ", name, " ~ ", switch(p$distribution,
    normal = sprintf("dnorm(%s, 1 / pow(%s, 2))", a[1], a[2]), t = sprintf("dt(%s, 1 / pow(%s, 2), %s)", a[1], a[2], a[3]),
    cauchy = sprintf("dt(%s, 1 / pow(%s, 2), 1)", a[1], a[2]), gamma = sprintf("dgamma(%s, %s)", a[1], a[2]), beta = sprintf("dbeta(%s, %s)", a[1], a[2]),
    uniform = sprintf("dunif(%s, %s)", a[1], a[2]), lognormal = sprintf("dlnorm(%s, 1 / pow(%s, 2))", a[1], a[2])), cut)
}

jags_model <- function(m, q) {
  p <- ncol(m$X$X)
  paste(c("model {",
    vapply(seq_len(p), function(j) jags_prior(sprintf("beta[%d]", j), m$coefficient.priors[[j]]), ""),
    jags_prior("tau", m$p$tau), if (!is.null(m$group)) jags_prior("rho", m$p$rho),
    if (q > 0) vapply(seq_len(q), function(j) jags_prior(sprintf("b[%d]", j), m$p$scale), ""),
    if (!is.null(m$group)) "  for (j in 1:J) { gamma[j] ~ dnorm(0, 1) }",
    "  for (i in 1:k) {",
    paste0("    s[i] <- tau", if (q > 0) " * exp(inprod(Z[i,], b[]))"),
    paste0("    y[i] ~ dnorm(inprod(X[i,], beta[])", if (!is.null(m$group)) " + gamma[cluster[i]] * s[i] * sqrt(rho)", ", 1 / (v[i] + ",
           if (!is.null(m$group)) "(1 - rho) * ", "s[i] * s[i]))"),
    "  }", "}"), collapse = "\n")
}

brma_sampled <- function(data, yi, vi, measure, cluster = NULL, mods = NULL, scale = NULL, subset = NULL, ni = NULL, priors = list(),
                         unit = NULL, informed = NULL, rescale = 1, standardize = TRUE, contrast = "treatment", level = 95, draws = 40000) {
  m <- reference_model(data, yi, vi, measure, cluster, mods, scale, subset, NULL, ni, priors, unit, informed, rescale, standardize, contrast)
  q <- if (is.null(m$Z)) 0 else ncol(m$Z$X) - 1
  clusters <- if (!is.null(m$group)) as.integer(factor(m$group))
  input <- list(y = m$y, v = m$v, X = m$X$X, k = length(m$y), cluster = clusters, J = if (!is.null(clusters)) max(clusters),
                Z = if (q > 0) m$Z$X[, -1, drop = FALSE])
  chains <- 4
  model <- rjags::jags.model(textConnection(jags_model(m, q)), input[!vapply(input, is.null, NA)], n.chains = chains, n.adapt = 2000, quiet = TRUE,
                             inits = lapply(seq_len(chains), function(i) list(.RNG.name = "base::Mersenne-Twister", .RNG.seed = i)))
  update(model, 4000, progress.bar = "none")
  monitored <- c("beta", "tau", if (!is.null(clusters)) "rho", if (q > 0) "b")
  all <- rjags::coda.samples(model, monitored, n.iter = draws, progress.bar = "none")
  all <- do.call(rbind, lapply(all, as.matrix))
  pick <- function(name, n) all[, if (n == 1 && name %in% colnames(all)) name else sprintf("%s[%d]", name, seq_len(n)), drop = FALSE]
  beta <- pick("beta", ncol(m$X$X)) %*% t(m$X$back)
  tau <- all[, "tau"]
  rho <- if (is.null(clusters)) rep(0, length(tau)) else all[, "rho"]
  factors <- if (q > 0) exp(2 * pick("b", q) %*% t(m$Z$X[, -1, drop = FALSE])) else matrix(1, length(tau), 1)
  slopes <- if (q > 0) { r <- which(!grepl("^intercept", m$Z$names)); structure(pick("b", q) %*% t(m$Z$back[r, -1, drop = FALSE]), dimnames = list(NULL, paste0("log(tau): ", m$Z$names[r]))) }
  colnames(beta) <- m$X$names
  W <- diag(1 / m$v)
  P <- W - W %*% m$X$X %*% solve(t(m$X$X) %*% W %*% m$X$X, t(m$X$X) %*% W)
  vt <- (length(m$y) - ncol(m$X$X)) / sum(diag(P))
  fraction <- rowMeans(tau^2 * factors / (tau^2 * factors + vt))
  tau2 <- tau^2 * rowMeans(factors)
  is.multilevel <- !is.null(clusters)
  heterogeneity <- cbind(tau = sqrt(tau2), rho = if (is.multilevel) rho, "tau [within]" = if (is.multilevel) sqrt((1 - rho) * tau2),
    "tau [between]" = if (is.multilevel) sqrt(rho * tau2), tau2 = tau2, "tau2 [within]" = if (is.multilevel) (1 - rho) * tau2,
    "tau2 [between]" = if (is.multilevel) rho * tau2, I2 = 100 * fraction, "I2 [within]" = if (is.multilevel) 100 * (1 - rho) * fraction,
    "I2 [between]" = if (is.multilevel) 100 * rho * fraction, H2 = 1 + tau2 / vt)
  estimates <- cbind(beta, tau = sqrt(tau2), slopes, rho = if (is.multilevel) rho)
  probs <- c((100 - level) / 200, 0.5, (100 + level) / 200)
  five <- function(x) { z <- stats::quantile(x, probs, names = FALSE); c(mean = mean(x), sd = stats::sd(x), lower = z[1], median = z[2], upper = z[3]) }
  # Standard errors from the spread of batches, long beside the chains' memory; 20 per chain.
  batch <- rep(seq_len(20 * chains), each = draws / 20)
  errors <- function(table) t(apply(table, 2, function(x) { parts <- vapply(split(x, batch), five, numeric(5)); apply(parts, 1, stats::sd) / sqrt(ncol(parts)) }))
  tables <- function(table) t(apply(table, 2, five))
  list(estimates = tables(estimates), estimates.error = errors(estimates), heterogeneity = tables(heterogeneity), heterogeneity.error = errors(heterogeneity),
       logml = NA_real_, yi = m$y, vi = m$v, draws = draws, chains = chains)
}
