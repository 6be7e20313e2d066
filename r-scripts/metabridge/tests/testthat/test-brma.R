# The exact posterior by an 800 x 12001 tensor grid with mu integrated analytically.
EXACT <- rbind(
  mu = c(0.1806028, 0.0870436, 0.0075285, 0.1805152, 0.3538542),
  tau = c(0.3214332, 0.0578920, 0.2335748, 0.3128518, 0.4591697),
  rho = c(0.6316359, 0.1399138, 0.3260989, 0.6452350, 0.8629977)
)

EXACT_HETEROGENEITY <- rbind(
  tau = c(0.3214332, 0.3128518, 0.2335748, 0.4591697), rho = c(0.6316359, 0.6452350, 0.3260989, 0.8629977),
  "tau [within]" = c(0.1874180, 0.1853208, 0.1316150, 0.2552005), "tau [between]" = c(0.2566123, 0.2476330, 0.1485464, 0.4163503),
  tau2 = c(0.1066708, 0.0978762, 0.0545572, 0.2108369), "tau2 [within]" = c(0.0361191, 0.0343438, 0.0173225, 0.0651273),
  "tau2 [between]" = c(0.0705517, 0.0613221, 0.0220660, 0.1733475), I2 = c(95.0648389, 95.1909534, 91.6898304, 97.7084666),
  "I2 [within]" = c(34.9005394, 33.676247, 13.291380, 63.228956), "I2 [between]" = c(60.1642995, 61.252306, 30.555511, 83.812975),
  H2 = c(22.5727182, 20.7941425, 12.0334488, 43.6389019)
)

test_that("the vignette's summary has the exact numbers under the vignette's names", {
  estimates <- summary(school_fit(), include_mcmc_diagnostics = FALSE)$estimates
  expect_s3_class(estimates, "data.frame")
  expect_identical(rownames(estimates), c("mu", "tau", "rho"))
  expect_identical(names(estimates), c("Mean", "SD", "0.025", "0.5", "0.975"))
  expect_lt(max(abs(as.matrix(estimates) - EXACT)), 1e-6)
})

test_that("summary_heterogeneity has eleven exact rows", {
  estimates <- summary_heterogeneity(school_fit())$estimates
  expect_identical(rownames(estimates), rownames(EXACT_HETEROGENEITY))
  expect_identical(names(estimates), c("Mean", "Median", "0.025", "0.975"))
  expect_lt(max(abs(as.matrix(estimates) / EXACT_HETEROGENEITY - 1)), 1e-5)
})

test_that("the vignette's numbers are within the error of its chains", {
  fit <- school_fit()
  # RoBMA 4.0.0, seed 1, as printed in its vignette "Multilevel Meta-Analysis".
  printed <- rbind(c(0.183, 0.089, 0.009, 0.182, 0.365), c(0.323, 0.058, 0.233, 0.314, 0.461), c(0.634, 0.140, 0.329, 0.647, 0.863))
  expect_true(all(abs(as.matrix(fit$estimates) - printed)[, c(1, 4)] <= 0.005))
  expect_true(all(abs(as.matrix(fit$estimates) - printed) <= 0.012))
})

test_that("both tables print as in the vignette", {
  fit <- school_fit()
  lines <- capture.output(print(summary(fit, include_mcmc_diagnostics = FALSE)))
  expect_identical(lines, c(
    "", "Bayesian Multilevel Random-Effects Model (k = 56, clusters = 11)", "", "Estimates", "     Mean    SD 0.025   0.5 0.975",
    "mu  0.181 0.087 0.008 0.181 0.354", "tau 0.321 0.058 0.234 0.313 0.459", "rho 0.632 0.140 0.326 0.645 0.863"
  ))
  lines <- capture.output(print(summary_heterogeneity(fit)))
  expect_identical(lines[2:3], c("Heterogeneity Estimates:", "                 Mean Median  0.025  0.975"))
  expect_identical(lines[c(4, 14)], c("tau             0.321  0.313  0.234  0.459", "H2             22.573 20.794 12.033 43.639"))
  expect_match(capture.output(print(fit)), "Log marginal likelihood: -13.4466", all = FALSE, fixed = TRUE)
})

test_that("marginal likelihoods, Bayes factors and model averaging are exact", {
  dat <- school()
  fit <- school_fit()
  null <- school_fit(prior_effect = prior("point", list(location = 0)))
  two.level <- brma(yi, vi, measure = "SMD", data = dat)
  expect_equal(logml(fit), -13.4466199, tolerance = 1e-8)
  expect_equal(logml(null), -13.6026048, tolerance = 1e-8)
  expect_equal(logml(two.level), -21.4645068, tolerance = 1e-8)
  expect_equal(bf(fit, null), 1.1688085, tolerance = 1e-6)
  expect_equal(bf(fit, two.level), 3034.76, tolerance = 1e-6)
  expect_equal(sum(post_prob(fit, null, two.level)), 1)
  expect_equal(unname(post_prob(a = fit, b = null)[["a"]]), 1.1688085 / 2.1688085, tolerance = 1e-6)
  average <- BMA(yi = yi, vi = vi, measure = "SMD", cluster = district, data = dat)
  expect_equal(average$inclusion["Effect", "BF"], 1.1688085, tolerance = 1e-6)
  expect_equal(sum(average$models$posterior), 1)
  expect_output(print(average), "Model-averaged estimates")
})

test_that("predictions, effects and leave-one-out densities are exact", {
  fit <- school_fit()
  expect_equal(unlist(predict(fit, type = "estimate"), use.names = FALSE), c(0.180603, 0.338005, -0.489159, 0.180721, 0.849676), tolerance = 2e-6)
  expect_equal(unlist(predict(fit, type = "cluster"), use.names = FALSE), c(0.180603, 0.279514, -0.379359, 0.180348, 0.741040), tolerance = 2e-6)
  expect_equal(predict(fit)$Mean, coef(fit)[["mu"]])
  clusters <- true_effects(fit, "cluster")
  expect_identical(rownames(clusters)[1:2], c("11", "12"))
  expect_equal(unlist(clusters["58", ], use.names = FALSE), c(-0.048336, 0.065175, -0.176164, -0.048549, 0.080745), tolerance = 2e-5)
  expect_equal(unlist(ranef(fit)["71", 1:2], use.names = FALSE), c(0.516814, 0.147873), tolerance = 2e-6)
  expect_equal(true_effects(fit)$Mean[1:3], c(-0.041630, -0.050819, 0.045077), tolerance = 2e-5)
  studies <- loo(fit)
  expect_equal(studies$estimates["elpd_loo", "Estimate"], -7.802970, tolerance = 1e-6)
  expect_equal(studies$estimates["elpd_loo", "SE"], 7.700222, tolerance = 1e-6)
  expect_equal(unname(studies$pointwise[1:3, "elpd_loo"]), c(-0.204577, -0.267007, -0.318966), tolerance = 5e-6)
  expect_equal(loo(fit, "cluster")$estimates["elpd_loo", "Estimate"], -13.738422, tolerance = 1e-6)
  expect_output(print(studies), "elpd_loo")
})

test_that("moderators, scale formulas and new data go through the formula of R", {
  dat <- school()
  fit <- brma(yi ~ year, vi, measure = "SMD", cluster = district, data = dat)
  same <- brma(yi, sei = sqrt(vi), mods = ~ year, measure = "SMD", cluster = dat$district, data = dat)
  expect_equal(fit$estimates, same$estimates)
  expect_identical(rownames(fit$estimates), c("intercept", "year", "tau", "rho"))
  new <- predict(fit, data.frame(year = c(1980, 1981, 1990)))
  expect_equal(diff(new$Mean)[1], coef(fit)[["year"]], tolerance = 1e-6)
  expect_equal(nrow(predict(fit)), 56L)
  scale <- brma(yi, vi, scale = ~ year, measure = "SMD", data = dat)
  wide <- predict(scale, data.frame(year = c(1976, 2000)), type = "estimate")
  expect_identical(coef(scale)[["log(tau): year"]] > 0, wide$SD[2] > wide$SD[1])
  subset <- brma(yi, vi, measure = "SMD", data = dat, subset = year > 1980, slab = paste("school", school))
  expect_equal(nobs(subset), sum(dat$year > 1980))
  factor <- brma(yi, vi, mods = ~ factor(district %% 3), measure = "SMD", data = dat)
  expect_length(coef(factor), 4L)
})

test_that("priors follow RoBMA's prior()", {
  expect_output(print(prior("normal", list(mean = 0, sd = 0.5), list(lower = 0))), "normal(mean = 0, sd = 0.5)[0, Inf]", fixed = TRUE)
  half <- school_fit(prior_heterogeneity = prior("cauchy", list(0, 0.5), list(0, Inf)))
  expect_identical(half$priors[["heterogeneity"]], "cauchy(0, 0.5)[0, Inf]")
  expect_identical(half$estimates, school_fit(prior_heterogeneity = "half-cauchy(0.5)")$estimates)
  expo <- school_fit(prior_heterogeneity = prior("exp", list(rate = 2)))
  expect_identical(expo$estimates, school_fit(prior_heterogeneity = prior("gamma", list(shape = 1, rate = 2)))$estimates)
  named <- brma(yi, vi, mods = ~ year, measure = "SMD", data = school(), prior_mods = list(year = prior("normal", list(0, 1))))
  common <- brma(yi, vi, mods = ~ year, measure = "SMD", data = school(), prior_mods = prior("normal", list(0, 1)))
  expect_identical(named$estimates, common$estimates)
  expect_identical(school_fit(prior_informed_field = "medicine")$priors[["effect"]], "t(0, 0.43, 5)")
  expect_false(identical(school_fit(rescale_priors = 2)$estimates, school_fit()$estimates))
  sensitivity <- prior_sensitivity(school_fit(), effect = c(1, 2), heterogeneity = 1)
  expect_equal(sensitivity$mu[1], coef(school_fit())[["mu"]])
})

test_that("the sampler agrees with the integral and its draws have posterior's format", {
  fit <- school_fit()
  sampled <- school_fit(algorithm = "sampler")
  table <- summary(sampled)$estimates
  expect_true(all(abs(table$Mean - fit$estimates$Mean) <= 4 * table[["error(MCMC)"]]))
  expect_true(all(table[["R-hat"]] < 1.01))
  expect_identical(sampled$estimates, school_fit(algorithm = "sampler")$estimates)
  draws <- as_draws(fit)
  expect_s3_class(draws, c("draws_array", "draws", "array"), exact = TRUE)
  expect_identical(dim(draws)[1:2], c(1000L, 4L))
  expect_identical(names(dimnames(draws)), c("iteration", "chain", "variable"))
  frame <- as_draws_df(fit)
  expect_identical(frame$tau[1:1000], unname(unclass(draws)[, 1, "tau"]))
  expect_true(all(c(".chain", ".iteration", ".draw") %in% names(frame)))
  expect_identical(dim(as_draws_matrix(fit)), c(4000L, 12L))
})

test_that("pointwise log-likelihoods are those of the marginal model", {
  fit <- school_fit()
  draws <- as_draws_df(fit)
  studies <- logLik(fit)
  expect_identical(dim(studies), c(4000L, 56L))
  expect_equal(studies[7, 3], dnorm(fit$yi[3], draws$mu[7], sqrt(fit$vi[3] + draws$tau2[7]), log = TRUE), ignore_attr = TRUE)
  clusters <- logLik(fit, "cluster")
  i <- 1:4
  V <- diag(fit$vi[i] + (1 - draws$rho[9]) * draws$tau2[9]) + draws$rho[9] * draws$tau2[9]
  r <- fit$yi[i] - draws$mu[9]
  expected <- -0.5 * (4 * log(2 * pi) + as.numeric(determinant(V)$modulus) + sum(r * solve(V, r)))
  expect_equal(clusters[9, 1], expected, ignore_attr = TRUE)
  # Importance weights of whole clusters from the same draws come near the exact leave-one-cluster-out densities.
  approximate <- -log(colMeans(exp(-clusters)))
  expect_equal(unname(approximate[2:6]), unname(loo(fit, "cluster")$pointwise[2:6, "elpd_loo"]), tolerance = 0.05)
  expect_identical(dim(logLik(brma(yi, vi, mods = ~ year, scale = ~ year, measure = "SMD", data = school()))), c(4000L, 56L))
})

test_that("plots are drawn and give their curves back", {
  fit <- school_fit()
  file <- tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  on.exit({
    grDevices::dev.off()
    unlink(file)
  })
  tau <- plot(fit, parameter = "tau", prior = TRUE, main = "tau", xlim = c(0, 1))
  expect_equal(tau$prior, 2 * dnorm(tau$x, 0, sqrt(2) / 4), tolerance = 1e-10)
  expect_equal(sum(tau$posterior) * diff(tau$x)[1], 1, tolerance = 1e-3)
  expect_invisible(plot(fit, "rho", prior = TRUE))
  expect_invisible(plot(fit, "I2"))
  expect_invisible(plot(prior_sensitivity(fit, effect = c(1, 2), heterogeneity = c(1, 2)), "tau"))
})

test_that("misuse of brma() is an error with a code", {
  dat <- as.data.frame(school())
  dat$yi <- as.numeric(dat$yi)
  expect_metabridge_error(brma(yi, vi, data = dat), "MB0212")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "GEN"), "MB0212")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "COR"), "MB0111")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", cluster = nowhere), "MB0101")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", mods = ~ nowhere), "MB0101")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", mods = year), "MB0122")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", cluster = 1:3), "MB0106")
  expect_metabridge_error(brma(yi, -vi, data = dat, measure = "SMD"), "MB0103")
  expect_metabridge_error(brma(yi, data = dat, measure = "SMD"), "MB0117")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", random = ~ 1), "MB0119")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", prior_effect = 3), "MB0122")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", prior_heterogeneity = prior("normal", list(0, 1))), "MB0211")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", prior_effect = prior("normal", list(0, -1))), "MB0211")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", algorithm = "nuts"), "MB0111")
  expect_metabridge_error(brma(yi, vi, data = dat, measure = "SMD", subset = year > 3000), "MB0107")
  expect_metabridge_error(prior("logistic", list(0, 1)), "MB0111")
  expect_metabridge_error(prior("normal", list(0)), "MB0211")
  expect_metabridge_error(prior("normal", list(mean = 0, scale = 1)), "MB0211")
  expect_metabridge_error(prior("normal", list(0, 1), list(low = 0)), "MB0211")
  fit <- brma(yi, vi, data = dat, measure = "SMD")
  expect_metabridge_error(plot(fit, "rho"), "MB0111")
  expect_metabridge_error(ranef(fit), "MB0117")
  expect_metabridge_error(loo(fit, "cluster"), "MB0117")
  expect_metabridge_error(summary(fit, probs = 2), "MB0110")
  expect_metabridge_error(predict(fit, type = "effect"), "MB0111")
  moderated <- brma(yi, vi, mods = ~ year, data = dat, measure = "SMD")
  expect_metabridge_error(predict(moderated, data.frame(month = 1)), "MB0101")
  expect_metabridge_error(bf(fit, brma(yi, vi, data = dat[-1, ], measure = "SMD")), "MB0117")
  dat$yi[5] <- NA
  expect_warning(fit <- brma(yi, vi, data = dat, measure = "SMD"), "1 study with NAs")
  expect_equal(nobs(fit), 55L)
})

test_that("a saved fit answers in a new session", {
  file <- tempfile(fileext = ".rds")
  on.exit(unlink(file))
  saveRDS(school_fit(), file)
  output <- in_new_session(c("library(metabridge)", sprintf("fit <- readRDS(%s)", deparse(file)), "cat(format(loo(fit)$estimates[1, 1], digits = 7))"))
  expect_match(paste(output, collapse = "\n"), "-7.80297", fixed = TRUE)
})
