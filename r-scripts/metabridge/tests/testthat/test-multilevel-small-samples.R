# Tests of rma.mv for few studies: Satterthwaite's and Kenward and Roger's degrees of freedom, and Knapp and Hartung's factor.

# With V = c I and an effect per outcome, rma.mv's model is a linear mixed model.
rail <- function() {
  data.frame(y = c(55, 53, 54, 26, 37, 32, 78, 91, 85, 92, 100, 96, 49, 51, 50, 80, 85, 83), rail = rep(1:6, each = 3), obs = 1:18)
}

pastes <- function() {
  data.frame(
    y = c(62.8, 62.6, 60.1, 62.3, 62.7, 63.1, 60, 61.4, 57.5, 56.9, 61.1, 58.9, 58.7, 57.5, 63.9, 63.1, 65.4, 63.7, 57.1, 56.4, 56.9, 58.6, 64.7, 64.5,
          55.1, 55.1, 54.7, 54.2, 58.8, 57.5, 63.4, 64.9, 59.3, 58.1, 60.5, 60, 62.5, 62.6, 61, 58.7, 56.9, 57.7, 59.2, 59.4, 65.2, 66, 64.8, 64.1, 54.8,
          54.8, 64, 64, 57.7, 56.8, 58.3, 59.3, 59.2, 59.2, 58.9, 56.6),
    x = (seq_len(60) * 7) %% 11, batch = rep(1:10, each = 6), sample = rep(1:30, each = 2), obs = 1:60
  )
}

fit_pastes <- function(...) {
  metabridge::rma.mv(y, 0.2, mods = ~ x, random = list(~ 1 | batch, ~ 1 | sample, ~ 1 | obs), data = pastes(), ...)
}

test_that("a balanced one-way layout has its exact degrees of freedom and variance", {
  d <- rail()
  between <- 3 * var(tapply(d$y, d$rail, mean))
  for (dfs in c("satterthwaite", "kenward-roger", "kr", "KR")) {
    fit <- metabridge::rma.mv(y, 10, random = list(~ 1 | rail, ~ 1 | obs), data = d, dfs = dfs)
    expect_identical(fit$test, "t")
    expect_equal(fit$ddf, c(intrcpt = 5), tolerance = 1e-6)
    expect_equal(fit$vb[1, 1], between / 18, tolerance = 1e-7)
    expect_equal(fit$pval, 2 * pt(-66.5 / sqrt(between / 18), 5), tolerance = 1e-6)
    expect_equal(fit$ci.ub, 66.5 + qt(.975, 5) * sqrt(between / 18), tolerance = 1e-6)
    expect_equal(fit$QMdf, c(1, 5), tolerance = 1e-6)
  }
})

test_that("a nested layout agrees with lmerTest and pbkrtest", {
  # Recorded by r-scripts/reference/small-sample-df.R with lmerTest 3.1-3 and pbkrtest 0.5.2, case pastes-nested.
  beta <- c(60.1463164348906, -0.0184124953574376)
  recorded <- list(
    satterthwaite = list(ddf = c(10.6628374925185, 29.9073409796719), F = 3920.24261723155, df = 15.7020888561714,
                         vb = c(0.501441827378226, -0.00820944519802014, -0.00820944519802014, 0.00162563271247918)),
    `kenward-roger` = list(ddf = c(10.6624411053583, 29.8791589694371), F = 3779.67562856605, df = 17.7292653689949,
                           vb = c(0.501665176353345, -0.00825367271784735, -0.00825367271784735, 0.00163439063719744))
  )
  for (dfs in names(recorded)) {
    expected <- recorded[[dfs]]
    fit <- fit_pastes(test = "t", dfs = dfs, btt = 1:2)
    expect_equal(unname(fit$ddf), expected$ddf, tolerance = 2e-5)
    expect_equal(as.vector(fit$beta), beta, tolerance = 1e-6)
    expect_equal(as.vector(fit$vb), expected$vb, tolerance = 2e-5)
    expect_equal(fit$se, sqrt(diag(fit$vb)), tolerance = 1e-12, ignore_attr = TRUE)
    expect_equal(fit$pval, 2 * pt(-abs(beta) / sqrt(expected$vb[c(1, 4)]), expected$ddf), tolerance = 1e-3)
    expect_equal(c(fit$QM, fit$QMdf), c(expected$F, 2, expected$df), tolerance = 2e-5)
    expect_equal(fit$QMp, pf(fit$QM, 2, expected$df, lower.tail = FALSE), tolerance = 1e-3)
    expect_equal(c(fit$s2w, fit$dfs), c(1, min(fit$ddf)))
  }
})

test_that("with all components at the boundary the tests are normal, in an object with t tests", {
  d <- data.frame(y = c(.1, .11, .12, .13), id = 1:4)
  fit <- metabridge::rma.mv(y, 1, random = ~ 1 | id, data = d, dfs = "satterthwaite")
  plain <- metabridge::rma.mv(y, 1, random = ~ 1 | id, data = d)
  expect_identical(c(fit$sigma2, unname(fit$ddf), fit$QMdf[2]), c(0, Inf, Inf))
  expect_equal(fit[c("pval", "ci.lb", "ci.ub", "QM", "QMp")], plain[c("pval", "ci.lb", "ci.ub", "QM", "QMp")], tolerance = 1e-10)
})

test_that("Knapp-Hartung with an effect per outcome is rma.uni's", {
  with_metafor()
  d <- bcg()
  for (test in c("knha", "adhoc")) {
    for (mods in list(~ 1, ~ ablat, ~ ablat + alloc)) {
      ours <- metabridge::rma.mv(yi, vi, mods = mods, random = ~ 1 | trial, data = d, test = test)
      theirs <- metafor::rma(yi, vi, mods = mods, data = d, test = test, control = list(threshold = 1e-12, maxiter = 1000))
      expect_identical(ours$test, test)
      for (field in c("beta", "se", "zval", "pval", "ci.lb", "ci.ub", "vb", "QM", "QMp", "s2w")) {
        expect_equal(ours[[field]], theirs[[field]], tolerance = 1e-6, label = paste(test, deparse(mods), field))
      }
      expect_equal(unname(ours$ddf), rep(theirs$ddf, ours$p))
    }
  }
  expect_identical(metabridge::rma.mv(yi, vi, random = ~ 1 | trial, data = d, test = "hksj")$test, "knha")
})

test_that("Knapp-Hartung's factor of dependent outcomes is r'M^-1 r / (k - p)", {
  d <- pastes()
  V <- kronecker(diag(30), matrix(c(.4, .1, .1, .4), 2))
  fit <- function(...) metabridge::rma.mv(y, V, mods = ~ x, random = ~ 1 | batch, data = d, ...)
  plain <- fit()
  r <- d$y - plain$X %*% plain$beta
  factor <- drop(crossprod(r, solve(as.matrix(plain$M), r))) / 58
  knha <- fit(test = "knha")
  expect_equal(knha$s2w, factor, tolerance = 1e-8)
  expect_equal(knha$vb, factor * plain$vb, tolerance = 1e-8)
  expect_equal(knha$QM, plain$QM / factor, tolerance = 1e-8)
  expect_equal(knha$QMdf, c(1, 58))
  expect_equal(fit(test = "adhoc")$vb, max(1, factor) * plain$vb, tolerance = 1e-8)
  given <- fit(test = "knha", dfs = 7)
  expect_equal(given$pval, 2 * pt(-abs(knha$zval), 7), tolerance = 1e-8)
  # The moderator is constant in no batch.
  expect_equal(unname(fit(test = "knha", dfs = "contain")$ddf), c(8, 58))
  for (W in list(d$x + 1, diag(d$x + 1))) {
    weighted <- fit(test = "knha", W = W)
    expect_equal(weighted$vb, factor * fit(W = W)$vb, tolerance = 1e-8)
    expect_equal(weighted$s2w, factor, tolerance = 1e-8)
  }
})

test_that("metafor's methods use the degrees of freedom and the covariance of the object", {
  with_metafor()
  for (fit in list(fit_pastes(dfs = "kr"), fit_pastes(dfs = "satterthwaite"), fit_pastes(test = "knha"), fit_pastes(test = "adhoc"))) {
    df <- unname(fit$ddf)
    at <- predict(fit, newmods = 3)
    expect_equal(at$se, sqrt(drop(c(1, 3) %*% fit$vb %*% c(1, 3))))
    expect_equal(at$ci.ub - at$pred, qt(.975, min(df)) * at$se)
    expect_match(printed(fit), sprintf("^F\\(df1 = 1, df2 = %s", sub("\\..*", "", format(fit$QMdf[2]))), all = FALSE)
    expect_match(printed(fit), "tval", all = FALSE)
    single <- anova(fit, X = c(0, 1))
    expect_equal(as.vector(single$pval), fit$pval[2], tolerance = 1e-8)
    expect_equal(unname(confint(fit, fixed = TRUE)$fixed[, "ci.lb"]), fit$ci.lb)
    expect_equal(vcov(fit), fit$vb)
    expect_identical(length(metafor::ranef(fit)), 3L)
    expect_true(all(is.finite(rstandard(fit)$z)))
    if (fit$test == "t") expect_true(all(is.finite(cooks.distance(fit, cluster = pastes()$batch, reestimate = FALSE))))
  }
})

test_that("what does not go together is refused", {
  for (dfs in c("satterthwaite", "kr")) {
    expect_metabridge_error(fit_pastes(dfs = dfs, method = "ML"), "MB0119")
    expect_metabridge_error(fit_pastes(dfs = dfs, test = "knha"), "MB0119")
    expect_metabridge_error(fit_pastes(dfs = dfs, W = 1:60), "MB0119")
    expect_metabridge_error(fit_pastes(dfs = dfs, W = diag(60) + 0.1), "MB0119")
  }
  expect_metabridge_error(fit_pastes(test = "knha", W = diag(60) + 0.1), "MB0119")
  expect_metabridge_error(fit_pastes(test = "adhoc", dfs = "nonsense"), "MB0111")
})
