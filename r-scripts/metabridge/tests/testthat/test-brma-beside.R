test_that("the vignette's rma.mv fit and its intervals stand beside the posterior", {
  skip_if_not_installed("metafor")
  fit <- school_fit()
  theirs <- metafor::rma.mv(yi, vi, random = ~ school | district, data = school())
  both <- compare_fits(fit, theirs)
  table <- as.data.frame(both)
  expect_identical(names(table), c("estimate", "ci.lb", "ci.ub", "Mean", "Median", "0.025", "0.975"))
  expect_identical(rownames(table), c("mu", rownames(summary_heterogeneity(fit)$estimates)))
  # As printed in the vignette.
  expect_identical(round(unlist(table["mu", 1:3], use.names = FALSE), 4), c(0.1847, 0.0190, 0.3504))
  expect_identical(round(unlist(table["tau2", 1:3], use.names = FALSE), 4), c(0.0978, 0.0528, 0.2398))
  expect_identical(round(unlist(table["tau", 1:3], use.names = FALSE), 4), c(0.3127, 0.2298, 0.4897))
  expect_equal(unlist(table["rho", 1:3], use.names = FALSE), c(0.6653, 0.3282, 0.8855), tolerance = 2e-4)
  expect_equal(table["tau [between]", "estimate"], sqrt(theirs$rho * theirs$tau2), tolerance = 1e-10)
  expect_identical(table$Mean, c(fit$estimates["mu", "Mean"], summary_heterogeneity(fit)$estimates$Mean))
  expect_output(print(both), "rma.mv (REML) beside the Bayesian Multilevel Random-Effects Model", fixed = TRUE)
  expect_identical(compare_fits(theirs, fit, confint = metabridge:::intervals_of(theirs))$table, table)
  without <- compare_fits(fit, theirs, confint = FALSE)$table
  expect_identical(without$estimate, table$estimate)
  expect_true(all(is.na(without[-1L, "ci.lb"])))
})

test_that("the nested form has the intervals of the parts, and our objects are taken as well", {
  skip_if_not_installed("metafor")
  fit <- school_fit()
  nested <- rma.mv(yi, vi, random = ~ 1 | district/school, data = school())
  table <- compare_fits(fit, nested)$table
  limits <- metabridge:::intervals_of(nested)
  expect_equal(unlist(table["tau2 [between]", 1:3], use.names = FALSE), unname(limits[[1L]]$random["sigma^2.1", ]), ignore_attr = TRUE)
  expect_equal(unlist(table["tau [within]", 1:3], use.names = FALSE), unname(limits[[2L]]$random["sigma.2", ]), ignore_attr = TRUE)
  other <- compare_fits(fit, rma.mv(yi, vi, random = ~ school | district, data = school()), confint = FALSE)$table
  expect_equal(table$estimate, other$estimate, tolerance = 1e-5)
})

test_that("univariate fits have I2 and H2 with their intervals", {
  skip_if_not_installed("metafor")
  dat <- school()
  fit <- brma(yi, vi, mods = ~ year, measure = "SMD", data = dat)
  theirs <- rma(yi, vi, mods = ~ year, data = dat)
  table <- compare_fits(fit, theirs)$table
  limits <- metabridge:::intervals_of(theirs)$random
  expect_equal(as.matrix(table[c("tau2", "tau", "I2", "H2"), 1:3]), limits[, 1:3], ignore_attr = TRUE, tolerance = 1e-8)
  expect_equal(table[c("intercept", "year"), "estimate"], as.vector(theirs$beta))
  two.level <- brma(yi, vi, measure = "SMD", data = dat)
  single <- compare_fits(two.level, rma.mv(yi, vi, random = ~ 1 | study, data = dat))$table
  expect_equal(single$estimate, compare_fits(two.level, rma(yi, vi, data = dat))$table$estimate, tolerance = 1e-5)
  expect_false(anyNA(single$ci.ub))
})

test_that("what does not correspond is refused", {
  skip_if_not_installed("metafor")
  dat <- school()
  fit <- school_fit()
  expect_metabridge_error(compare_fits(fit, rma(yi, vi, data = dat)), "MB0119")
  expect_metabridge_error(compare_fits(fit, rma(yi, vi, data = dat[-1, ])), "MB0117")
  expect_metabridge_error(compare_fits(fit, fit), "MB0122")
  expect_metabridge_error(compare_fits(fit, rma.mv(yi, vi, random = ~ 1 | district, data = dat)), "MB0119")
  expect_metabridge_error(compare_fits(fit, rma.mv(yi, vi, random = ~ school | district, struct = "AR", data = dat), confint = FALSE), "MB0119")
  expect_metabridge_error(compare_fits(brma(yi, vi, measure = "SMD", scale = ~ year, data = dat), rma(yi, vi, data = dat)), "MB0119")
  expect_metabridge_error(compare_fits(fit, rma.mv(yi, vi, random = ~ school | district, data = dat), confint = 3), "MB0122")
})
