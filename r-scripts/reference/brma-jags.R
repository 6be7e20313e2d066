# The multilevel model of brma() in JAGS, as a second opinion on the quadrature and for the ratio of times.
# Needs the R packages rjags and metadat, and metabridge; nothing else of the project does.
#
# Usage: Rscript brma-jags.R [DRAWS]
# Prints each parameter's mean by JAGS and by metabridge, the difference in Monte Carlo standard errors, and both processor times.
suppressPackageStartupMessages({ library(rjags); library(metabridge) })
draws <- as.integer(c(commandArgs(TRUE), "10000")[1])
data("dat.konstantopoulos2011", package = "metadat")
dat <- dat.konstantopoulos2011

model <- "
model {
  mu ~ dnorm(0, 1 / pow(0.70710678118654757, 2))
  tau ~ dnorm(0, 1 / pow(0.35355339059327379, 2)) T(0,)
  rho ~ dbeta(1, 1)
  for (j in 1:J) { gamma[j] ~ dnorm(0, 1) }
  for (i in 1:k) { y[i] ~ dnorm(mu + gamma[cluster[i]] * tau * sqrt(rho), 1 / (v[i] + (1 - rho) * tau * tau)) }
}"
cluster <- as.integer(factor(dat$district))
processor <- function(code) { t <- system.time(code); sum(t[c("user.self", "sys.self", "user.child", "sys.child")]) }
time.jags <- processor({
  fit <- jags.model(textConnection(model), list(y = as.numeric(dat$yi), v = dat$vi, cluster = cluster, J = max(cluster), k = nrow(dat)), n.chains = 3, n.adapt = 500,
                    inits = lapply(1:3, function(i) list(.RNG.name = "base::Mersenne-Twister", .RNG.seed = i)), quiet = TRUE)
  update(fit, 2000, progress.bar = "none")
  chains <- coda.samples(fit, c("mu", "tau", "rho"), n.iter = draws, progress.bar = "none")
})
call <- function() brma(yi = yi, vi = vi, measure = "SMD", cluster = district, data = dat)
exact <- call()
repeats <- 20
time.quadrature <- processor(for (i in seq_len(repeats)) { f <- call(); summary(f); summary_heterogeneity(f) }) / repeats
sampler <- function() brma(yi = yi, vi = vi, measure = "SMD", cluster = district, data = dat, algorithm = "sampler", sample = 2500)
time.sampler <- processor(sampled <- sampler())

ess <- coda::effectiveSize(chains)
jags <- summary(chains)$statistics
rows <- c("mu", "tau", "rho")
table <- data.frame(
  jags = jags[rows, "Mean"], quadrature = exact$estimates[rows, "Mean"], mcse = jags[rows, "SD"] / sqrt(ess[rows]), ess = ess[rows],
  sampler = sampled$estimates[rows, "Mean"], sampler.ess = sampled$diagnostics[rows, "ess_bulk"], row.names = rows
)
table$z <- (table$jags - table$quadrature) / table$mcse
print(table, digits = 4)
cat(sprintf("processor time: JAGS %.2f s (smallest effective size %.0f), our sampler %.3f s (%.0f), quadrature with all summaries %.4f s\n",
            time.jags, min(ess), time.sampler, min(table$sampler.ess), time.quadrature))
per.draw <- 1000 * c(jags = time.jags / min(ess), sampler = time.sampler / min(table$sampler.ess))
cat(sprintf("per 1000 effective draws: JAGS %.3f s, our sampler %.4f s, a ratio of %.0f : 1; 1000 effective draws of JAGS to the quadrature, which has no such error, %.0f : 1\n",
            per.draw[["jags"]], per.draw[["sampler"]], per.draw[["jags"]] / per.draw[["sampler"]], per.draw[["jags"]] / time.quadrature))
quit(status = if (all(abs(table$z) < 4)) 0L else 1L)
