# Permutation tests and variance inflation factors, field by field against metafor.

test_that("exact permutation tests are metafor's", {
  with_metafor()
  d <- bcg()
  for (fit in list(
    metabridge::rma(yi, vi, data = d[1:7, ], control = TIGHT),  # else metafor's own refits fall short of the estimate by more than comptol
    metabridge::rma(yi, vi, data = d, method = "DL", test = "knha"),
    metabridge::rma(yi, vi, mods = ~ ablat + year, data = d[1:6, ], method = "DL"),
    metabridge::rma(yi, vi, mods = ~ factor(alloc), data = d[1:7, ], method = "DL")
  )) {
    ours <- metabridge::permutest(fit, exact = TRUE, progbar = FALSE)
    theirs <- metafor::permutest(fit, exact = TRUE, progbar = FALSE)
    expect_s3_class(ours, class(theirs))
    expect_setequal(names(ours), names(theirs))
    for (field in c("pval", "QMp", "exact.iter", "ci.lb", "ci.ub", "QMdf", "m", "btt", "alternative", "p2defn", "stat")) expect_equal(ours[[field]], theirs[[field]], tolerance = 1e-8, info = field)
    expect_equal(ours$zval.perm, theirs$zval.perm, tolerance = 1e-4, ignore_attr = TRUE)
    expect_equal(ours$beta.perm, theirs$beta.perm, tolerance = 1e-4, ignore_attr = TRUE)
    expect_equal(ours$QM.perm, theirs$QM.perm, tolerance = 1e-4)
    expect_output(print(ours), "permutation testing")
    expect_equal(coef(ours), coef(theirs), tolerance = 1e-6)
  }
})

test_that("sampled tests follow R's seed", {
  with_metafor()
  fit <- metabridge::rma(yi, vi, mods = ~ ablat, data = bcg())
  run <- function(seed) {
    set.seed(seed)
    metabridge::permutest(fit, iter = 200, progbar = FALSE)$pval
  }
  expect_identical(run(1), run(1))
  expect_true(abs(run(1)[2] - metafor::permutest(fit, iter = 200, progbar = FALSE)$pval[2]) < 0.15)
})

test_that("variance inflation factors are metafor's", {
  with_metafor()
  fit <- metabridge::rma(yi, vi, mods = ~ ablat + year + factor(alloc), data = bcg())
  same <- function(...) {
    ours <- metabridge::vif(fit, ...)
    theirs <- metafor::vif(fit, ...)
    expect_s3_class(ours, "vif.rma")
    expect_equal(ours$vifs, theirs$vifs, tolerance = 1e-8)
    expect_equal(ours$vif, theirs$vif, tolerance = 1e-8)
    expect_identical(ours$bttspec, theirs$bttspec)
    expect_output(print(ours), ".")
  }
  same()
  same(btt = 4:5)
  same(btt = list(2, 3, 4:5))
  same(btt = "alloc")
  ours <- metabridge::vif(fit, table = TRUE)
  theirs <- metafor::vif(fit, table = TRUE)
  expect_identical(names(ours), names(theirs))
  expect_equal(ours$table, theirs$table, tolerance = 1e-8)
  expect_output(print(ours), "vif")
})
