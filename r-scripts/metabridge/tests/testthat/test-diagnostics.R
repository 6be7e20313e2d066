# Each function against metafor's own on the same model, field by field.

loose <- c(relative = TIGHT_RELATIVE)

differences <- function(ours, theirs, label = "", scale = 1e-3) {
  if (is.data.frame(theirs)) { ours <- as.list(ours); theirs <- as.list(theirs) }
  if (is.list(theirs)) {
    return(unlist(lapply(names(theirs), function(name) differences(unclass(ours)[[name]], unclass(theirs)[[name]], paste0(label, "$", name), scale))))
  }
  if (is.numeric(theirs)) return(not_near(ours, theirs, loose, label, scale))
  differs(unname(as.vector(ours)), unname(as.vector(theirs)), label)
}

expect_same_answer <- function(ours, theirs, leave = character(), scale = 1e-3) {
  expect_identical(class(ours), class(theirs))
  shown <- setdiff(names(theirs), c(leave, "digits", "data"))
  expect_identical(setdiff(shown, names(ours)), character())
  expect_identical(differences(unclass(ours)[shown], unclass(theirs)[shown], scale = scale), NULL)
}

models <- function() {
  d <- bcg()
  list(
    metafor::rma(yi, vi, data = d, control = TIGHT), metafor::rma(yi, vi, data = d, method = "EE"), metafor::rma(yi, vi, data = d, method = "DL", test = "knha", slab = author),
    metafor::rma(yi, vi, mods = ~ ablat + year, data = d, test = "knha", control = TIGHT), metafor::rma(yi, vi, data = d, weights = tpos, control = TIGHT)
  )
}

test_that("influence, residuals and Baujat's parts are metafor's", {
  with_metafor()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  for (fit in models()) {
    expect_same_answer(influence(fit), stats::influence(fit))
    expect_same_answer(rstudent(fit), stats::rstudent(fit))
    expect_equal(cooks.distance(fit), stats::cooks.distance(fit), tolerance = 1e-6)
    expect_same_answer(dfbetas(fit), stats::dfbetas(fit))
    expect_equal(baujat(fit), metafor::baujat(fit), tolerance = 1e-6)
  }
  expect_output(print(influence(models()[[1L]])), "rstudent")
  expect_silent(plot(influence(models()[[1L]])))
})

test_that("leave1out and cumul are metafor's", {
  with_metafor()
  d <- bcg()
  for (fit in models()[c(1, 2, 3, 5)]) {
    expect_same_answer(leave1out(fit), metafor::leave1out(fit))
    expect_same_answer(leave1out(fit, transf = exp), metafor::leave1out(fit, transf = exp))
    expect_same_answer(cumul(fit), metafor::cumul(fit))
    expect_same_answer(cumul(fit, order = year), metafor::cumul(fit, order = year))
  }
  part <- metafor::rma(yi, vi, data = d, subset = year > 1950, method = "DL")
  expect_same_answer(cumul(part, order = ablat), metafor::cumul(part, order = ablat))
  expect_output(print(cumul(part)), "estimate")
  expect_metabridge_error(leave1out(models()[[4L]]), "MB0117")
})

test_that("subsets are metafor's", {
  with_metafor()
  d <- bcg()[c(1, 4, 7, 9, 2, 6), ]
  fits <- list(metafor::rma(yi, vi, data = d, control = TIGHT), metafor::rma(yi, vi, data = d, method = "EE"), metafor::rma(yi, vi, mods = ~ ablat, data = d, control = TIGHT))
  for (fit in fits) {
    ours <- gosh(fit)
    theirs <- quiet(metafor::gosh(fit, progbar = FALSE))
    expect_same_answer(ours, theirs, leave = "incl")
    expect_identical(unname(ours$incl), unname(theirs$incl))
  }
  fit <- models()[[1L]]
  set.seed(1); a <- gosh(fit, subsets = 200)
  set.seed(1); b <- gosh(fit, subsets = 200)
  expect_identical(a$res, b$res)
  expect_output(print(a), "Model fits attempted: 200")
  one <- gosh(fit, subsets = 50)
  again <- metafor::rma(yi, vi, data = bcg()[one$incl[7, ], ], control = TIGHT)
  expect_equal(one$res$estimate[7], again$beta[1], tolerance = 1e-6)
})

test_that("predicted effects are metafor's", {
  with_metafor()
  for (fit in models()[1:4]) {
    expect_same_answer(ranef(fit), metafor::ranef(fit))
    expect_same_answer(blup(fit), metafor::blup(fit))
    expect_same_answer(blup(fit, level = 90, transf = exp), metafor::blup(fit, level = 90, transf = exp))
  }
})

test_that("trim and fill is metafor's", {
  with_metafor()
  d <- metadat("dat.raudenbush1985")
  for (method in c("EE", "DL", "HE")) {
    fit <- metafor::rma(yi, vi, data = d, method = method)
    for (side in c("left", "right")) for (estimator in c("L0", "R0", "Q0")) {
      ours <- trimfill(fit, side = side, estimator = estimator)
      theirs <- metafor::trimfill(fit, side = side, estimator = estimator)
      fields <- c("k0", "se.k0", "p.k0", "side", "k0.est", "fill", "beta", "se", "pval", "tau2", "QE", "yi", "vi", "k", "slab")
      expect_identical(class(ours), class(theirs))
      expect_identical(differences(unclass(ours)[fields], unclass(theirs)[fields]), NULL)
    }
  }
  expect_output(print(trimfill(fit, side = "left")), "missing studies")
  expect_identical(trimfill(fit)$side, metafor::trimfill(fit)$side)
})

test_that("tests of asymmetry are metafor's", {
  with_metafor()
  for (fit in models()) {
    for (model in if (fit$int.only || fit$test == "knha") c("rma", "lm") else "rma") for (predictor in c("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")) {
      expect_same_answer(regtest(fit, model = model, predictor = predictor), metafor::regtest(fit, model = model, predictor = predictor), leave = c("fit", "ddf"))
    }
    expect_same_answer(ranktest(fit), metafor::ranktest(fit))
  }
  d <- bcg()
  expect_same_answer(regtest(yi, vi, data = d, model = "lm"), metafor::regtest(yi, vi, data = d, model = "lm"), leave = c("fit", "ddf"))
  expect_same_answer(ranktest(yi, vi, data = d), metafor::ranktest(yi, vi, data = d))
  expect_output(print(regtest(models()[[1L]])), "Regression Test")
})

test_that("fail-safe numbers, excess significance and Henmi-Copas are metafor's", {
  with_metafor()
  d <- bcg()
  for (type in c("Rosenthal", "Rosenberg")) expect_same_answer(fsn(yi, vi, data = d, type = type), metafor::fsn(yi, vi, data = d, type = type))
  expect_same_answer(fsn(yi, data = d, type = "Orwin", target = -0.1), metafor::fsn(yi, data = d, type = "Orwin", target = -0.1), leave = "alpha")
  expect_output(print(fsn(yi, vi, data = d)), "598")
  expect_identical(fsn(metabridge::rma(yi, vi, data = d, method = "EE"))$fsnum, 370)
  if (utils::packageVersion("metafor") < "4.0") expect_error(fsn(metabridge::rma(yi, vi, data = d)), "MB0119")
  ee <- models()[[2L]]
  for (test in c("chi2", "binom", "exact")) for (sides in c("greater", "two.sided", "less")) {
    ours <- tes(ee, test = test, tes.alternative = sides)
    theirs <- quiet(metafor::tes(ee, test = test, tes.alternative = sides, progbar = FALSE))
    expect_same_answer(ours, theirs, leave = "theta.lim")
    expect_equal(ours$theta.lim, theirs$theta.lim, tolerance = 1e-3)
  }
  expect_output(print(ours), "Test of Excess Significance")
  for (fit in models()[c(1, 2, 3)]) expect_same_answer(hc(fit), metafor::hc(fit, control = list(tol = 1e-12)))
  expect_output(print(hc(models()[[1L]])), "hc")
})

test_that("what is another package's goes there with all its arguments", {
  dat <- metafor::escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat::dat.bcg)
  pooled <- metafor::rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat::dat.bcg)
  expect_equal(metabridge::leave1out(pooled, 3, exp)$estimate, metafor::leave1out(pooled, 3, exp)$estimate)
  expect_equal(metabridge::cumul(pooled, order = dat$year)$estimate, metafor::cumul(pooled, order = dat$year)$estimate)
  linear <- lm(dist ~ speed, cars)
  expect_identical(metabridge::influence(linear, FALSE), stats::influence(linear, FALSE))
  expect_identical(metabridge::rstudent(linear), stats::rstudent(linear))
  expect_error(metabridge::leave1out(1), class = "metabridge_error")
})
