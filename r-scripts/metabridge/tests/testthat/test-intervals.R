# Confidence intervals from the engine, field by field against metafor's confint().

skip_if_not_installed("metafor")

bcg <- metafor::escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat::dat.bcg)
tight <- list(tol = 1e-13, maxiter = 10000)

same_intervals <- function(ours, theirs) {
  expect_s3_class(ours, "confint.rma")
  expect_identical(sort(names(ours)), sort(names(theirs)))
  for (name in c("random", "fixed")) {
    expect_equal(unname(ours[[name]]), unname(theirs[[name]]), tolerance = 1e-6)
    expect_identical(dimnames(ours[[name]]), dimnames(theirs[[name]]))
  }
  for (name in c("ci.null", "lb.sign", "ub.sign", "tau2.min")) expect_equal(ours[[name]], theirs[[name]])
  expect_output(print(ours), "estimate")
}

test_that("every type that metafor has agrees with it", {
  fits <- list(
    metabridge::rma(yi, vi, data = bcg),
    metabridge::rma(yi, vi, mods = ~ ablat, data = bcg, method = "ML", test = "knha"),
    metafor::rma(yi, vi, data = metadat::dat.raudenbush1985, control = list(threshold = 1e-12, maxiter = 1000))
  )
  for (fit in fits) for (type in c("QP", "PL", "Wald", "Wald.log", "Wald.sqrt")) {
    same_intervals(metabridge::confint_rma(fit, type = type, fixed = TRUE), stats::confint(fit, type = type, fixed = TRUE, control = tight))
    same_intervals(metabridge::confint_rma(fit, type = type, level = 80), stats::confint(fit, type = type, level = 80, control = tight))
  }
})

test_that("an empty interval says so", {
  fit <- metabridge::rma(c(0.1, 0.12, 0.11, 0.09, 0.13), c(0.1, 0.2, 0.15, 0.1, 0.3), method = "DL")
  same_intervals(metabridge::confint_rma(fit), stats::confint(fit, control = tight))
})

test_that("GENQ and GENQM need no further package", {
  bcg$n <- with(bcg, tpos + tneg + cpos + cneg)
  fit <- metabridge::rma(yi, vi, weights = n, data = bcg, method = "GENQ")
  ci <- metabridge::confint_rma(fit)
  # Published algorithms for the distribution give the same numbers.
  expect_equal(unname(ci$random["tau^2", ]), c(0.239145406882, 0.0682111806659, 1.47633181326), tolerance = 1e-8)
  median <- metabridge::rma(yi, vi, weights = n, data = bcg, method = "GENQM")
  expect_equal(c(median$tau2, median$se.tau2), c(0.304195809681, 0.246054530322), tolerance = 1e-8)
  expect_identical(median$method, "GENQM")
  expect_equal(unname(metabridge::confint_rma(median)$random["tau^2", 2:3]), unname(ci$random["tau^2", 2:3]), tolerance = 1e-8)
})

test_that("what is no univariate fit goes to metafor", {
  fit <- metafor::rma.mh(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat::dat.bcg)
  expect_equal(metabridge::confint_rma(fit), stats::confint(fit))
})
