test_that("every field agrees: methods by tests by moderators", {
  with_metafor()
  d <- bcg()
  mods <- list(NULL, quote(~ablat), quote(~ablat + year), quote(~factor(alloc)), quote(~factor(alloc) - 1), quote(~ablat * alloc),
               quote(~I(ablat - 33) + log(ablat)))
  for (method in methods()) for (test in c("z", "t", "knha", "adhoc")) for (mod in mods) {
    call <- bquote(rma(yi, vi, data = d, method = .(method), test = .(test)))
    if (!is.null(mod)) call$mods <- mod
    expect_same_fit(in_both(call))
  }
})

test_that("every field agrees: ways to write a call", {
  with_metafor()
  d <- bcg()
  d$w <- seq_len(nrow(d)) / 10
  y <- as.numeric(d$yi)
  v <- d$vi
  Z <- cbind(ablat = d$ablat, year = d$year)
  holes <- d
  holes$yi[2] <- NA
  holes$vi[4] <- NA
  holes$ablat[6] <- NA
  k1 <- d[1, ]
  calls <- list(
    quote(rma(y, v)),
    quote(rma(c(.1, .3, .2, .5), c(.1, .2, .1, .3))),
    quote(rma(d$yi, d$vi, mods = ~ d$ablat)),
    quote(rma(yi ~ ablat + year, vi, data = d)),
    quote(rma(yi ~ 1, vi, data = d)),
    quote(rma(yi ~ factor(alloc) - 1, vi, data = d)),
    quote(rma(y ~ d$ablat, v)),
    quote(rma(yi, sei = sqrt(vi), data = d)),
    quote(rma(yi, 0.2, data = d)),
    quote(rma(yi + 1, 2 * vi, data = d)),
    quote(rma(d)),
    quote(rma(d, mods = ~ ablat)),
    quote(rma(yi, vi, mods = cbind(ablat, year), data = d)),
    quote(rma(yi, vi, mods = unname(cbind(ablat, year)), data = d)),
    quote(rma(yi, vi, mods = ablat, data = d)),
    quote(rma(yi, vi, mods = Z, data = d)),
    quote(rma(yi, vi, mods = data.frame(ablat = d$ablat), data = d)),
    quote(rma(yi, vi, mods = ~ ablat, intercept = FALSE, data = d)),
    quote(rma(yi, vi, intercept = FALSE, data = d)),
    quote(rma(yi, vi, mods = ~ 0 + alloc, data = d)),
    quote(rma(yi, vi, mods = ~ ablat + I(2 * ablat) + year, data = d)),
    quote(rma(yi, vi, mods = cbind(ablat, 1, year), data = d)),
    quote(rma(yi, vi, data = d, subset = year > 1950)),
    quote(rma(yi, vi, data = d, subset = c(1, 3, 5, 7), mods = ~ ablat)),
    quote(rma(yi, vi, data = d, subset = -(1:3), slab = author, mods = ~ alloc)),
    quote(rma(yi, vi, data = d, subset = alloc == "random", mods = ~ alloc + ablat)),
    quote(rma(yi, vi, data = d, slab = paste(author, year, sep = ", "))),
    quote(rma(yi, vi, data = d, slab = alloc)),
    quote(rma(yi, vi, data = d, slab = year)),
    quote(rma(yi, vi, data = d, slab = factor(author))),
    quote(rma(yi, vi, weights = 1 / vi, data = d)),
    quote(rma(yi, vi, weights = w, mods = ~ ablat, data = d)),
    quote(rma(yi, vi, weights = w, method = "EE", test = "knha", data = d)),
    quote(rma(yi, vi, weighted = FALSE, data = d)),
    quote(rma(yi, vi, weighted = FALSE, mods = ~ ablat, test = "knha", data = d)),
    quote(rma(yi, vi, tau2 = .2, data = d)),
    quote(rma(yi, vi, tau2 = 0, mods = ~ ablat, data = d)),
    quote(rma(yi, vi, tau2 = .1, method = "FE", data = d)),
    quote(rma(yi, vi, level = 90, data = d)),
    quote(rma(yi, vi, level = .9, data = d)),
    quote(rma(yi, vi, level = .1, data = d)),
    quote(rma(yi, vi, digits = 3, data = d)),
    quote(rma(yi, vi, digits = c(est = 2, pval = 5), data = d)),
    quote(rma(yi, vi, mods = ~ ablat + alloc, btt = "alloc", data = d)),
    quote(rma(yi, vi, mods = ~ ablat + alloc, btt = -(1:2), data = d)),
    quote(rma(yi, vi, mods = ~ ablat + alloc, btt = c(4, 3, 3), data = d)),
    quote(rma(yi, vi, mods = ~ ablat + alloc, btt = 1:4, test = "knha", data = d)),
    quote(rma(yi, vi, method = c("REML", "DL"), data = d)),
    quote(rma(yi, vi, knha = TRUE, data = d)),
    quote(rma(yi, vi, data = holes)),
    quote(rma(yi, vi, data = holes, mods = ~ ablat, slab = author, subset = -1)),
    quote(rma(yi, vi, data = holes, mods = cbind(ablat, tpos))),
    quote(rma(yi, vi, data = holes, mods = ~ factor(alloc) + ablat, weights = w)),
    quote(rma(yi, vi, data = k1)),
    quote(rma(yi, vi, data = k1, test = "knha")),
    quote(rma(yi, vi, data = k1, mods = ~ ablat)),
    quote(rma(yi, vi, data = k1, method = "EE")),
    quote(rma(yi, vi, data = d, measure = "RR")),
    quote(rma(yi, vi, ni = tpos + cpos, data = d)),
    quote(rma(yi, vi, data = as.matrix(d[c("yi", "vi")]))),
    quote(rma(yi ~ ablat, vi, data = d, mods = ~ year)),
    quote(rma(cbind(yi), cbind(vi), data = d)),
    quote(rma(yi, diag(vi), data = d)),
    quote(rma.uni(yi, vi, data = d, mods = ~ poly(ablat, 2))),
    quote(rma(yi, vi, mods = ~ relevel(factor(alloc), ref = "random"), data = d))
  )
  for (call in calls) expect_same_fit(in_both(call))
  with(d, expect_same_fit(in_both(quote(rma(yi, vi)))))
})

test_that("a call inside a function sees the function's variables", {
  with_metafor()
  d <- bcg()
  fitted <- function(fit, frame, which) {
    own <- frame$ablat
    fit(yi, vi, mods = ~ own, data = frame, subset = which, control = TIGHT)
  }
  ours <- fitted(metabridge::rma, d, 1:9)
  theirs <- fitted(metafor::rma, d, 1:9)
  expect_equal(ours$beta, theirs$beta, tolerance = 1e-8)
  through_call <- do.call(metabridge::rma, list(yi = d$yi, vi = d$vi, method = "DL"))
  expect_equal(through_call$beta, metafor::rma(d$yi, d$vi, method = "DL")$beta)
  passed <- function(...) metabridge::rma(...)
  expect_equal(passed(d$yi, d$vi, method = "DL")$beta, through_call$beta)
})

test_that("an almost collinear design is solved at least as well as by R's own least squares", {
  with_metafor()
  # metafor inverts X'WX and loses digits here; lm() works on X itself, as the engine does.
  d <- bcg()
  least_squares <- stats::lm(yi ~ I(ablat - 33) + log(year), weights = 1 / vi, data = d)
  fit <- metabridge::rma(yi, vi, mods = ~ I(ablat - 33) + log(year), data = d, method = "EE")
  expect_equal(fit$QE, sum(stats::weighted.residuals(least_squares)^2), tolerance = 1e-12)
  expect_equal(unname(fit$beta[, 1]), unname(stats::coef(least_squares)), tolerance = 1e-9)
})

test_that("without an intercept in the design, tau^2 is that of the likelihood", {
  with_metafor()
  # rma() estimates tau^2 from centred effect sizes, which is another model when no column spans the intercept: it stops at a
  # lower likelihood than rma.mv() on the same data. The engine agrees with the latter.
  d <- bcg()
  ours <- metabridge::rma(yi, vi, mods = ~ ablat - 1, data = d)
  theirs <- metafor::rma(yi, vi, mods = ~ ablat - 1, data = d, control = TIGHT)
  general <- metafor::rma.mv(yi, vi, mods = ~ ablat - 1, random = ~ 1 | trial, data = d)
  expect_gt(ours$fit.stats["ll", "REML"], theirs$fit.stats["ll", "REML"])
  expect_equal(ours$fit.stats["ll", "REML"], general$fit.stats["ll", "REML"], tolerance = 1e-9)
  expect_equal(ours$tau2, general$sigma2, tolerance = 1e-5)
  # The same centring is in its QE; that of least squares is not centred.
  least_squares <- stats::lm(yi ~ ablat - 1, weights = 1 / vi, data = d)
  expect_equal(ours$QE, sum(stats::weighted.residuals(least_squares)^2), tolerance = 1e-12)
  expect_equal(ours$QE, general$QE, tolerance = 1e-9)
})

test_that("the checksums are those of version 5", {
  with_metafor()
  # objects.json of metafor 5.1-12: rma(yi, vi, data = bcg) and rma(yi, vi, mods = ~ ablat + year, data = bcg, test = "knha").
  d <- bcg()
  plain <- metabridge::rma(yi, vi, data = d)
  mixed <- metabridge::rma(yi, vi, mods = ~ ablat + year, data = d, test = "knha")
  expect_identical(plain$chksumyi, "8b41fd507c37a473b2b4394da1f2d6b4")
  expect_identical(plain$chksumvi, "48273b48e980017c98b8cefa42e1f625")
  expect_identical(plain$chksumX, "9b127ea3bbf70a228c86847c9bbab9d9")
  expect_identical(mixed$chksumX, "a042c38b6bdb860627f1fb726b4701f0")
})

test_that("R^2 of a model with group means instead of an intercept is that of the same model with one", {
  d <- bcg()
  for (method in c("REML", "ML", "DL", "HE", "EE")) {
    ours <- metabridge::rma(yi, vi, mods = ~ factor(alloc) - 1, data = d, method = method)
    theirs <- metafor::rma(yi, vi, mods = ~ factor(alloc), data = d, method = method,
                           control = if (method %in% c("REML", "ML")) TIGHT else list())
    expect_equal(ours$R2, theirs$R2, tolerance = TIGHT_RELATIVE, label = method)
  }
  expect_null(metabridge::rma(yi, vi, mods = ~ ablat - 1, data = d)$R2)
})
