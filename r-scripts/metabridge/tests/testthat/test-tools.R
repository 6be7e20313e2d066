# Options of the post-fit tools that came after metafor 3.8-1 (against refits of metafor), and simulated variance inflation (against its distribution).

refits <- function(fit, sets) lapply(sets, function(i) metafor::rma(as.numeric(fit$yi)[i], fit$vi[i], method = fit$method, test = fit$test, control = TIGHT))
each <- function(fits, name) vapply(fits, function(g) as.numeric(g[[name]]), 0)

same_as_refits <- function(table, fits) {
  for (name in c("se", "ci.lb", "ci.ub", "I2", "H2", "tau2")) expect_equal(table[[name]], each(fits, name), tolerance = 1e-6, info = name)
  expect_equal(as.vector(table$estimate), each(fits, "beta"), tolerance = 1e-6)
  expect_equal(table$Q, each(fits, "QE"), tolerance = 1e-8)
}

test_that("clusters are left out together", {
  with_metafor()
  d <- bcg()
  for (fit in list(metabridge::rma(yi, vi, data = d), metafor::rma(yi, vi, data = d, test = "knha", control = TIGHT))) {
    left <- leave1out(fit, cluster = alloc)
    levels <- c("alternate", "random", "systematic")
    expect_identical(sub("^-", "", left$slab), levels)
    same_as_refits(left, refits(fit, lapply(levels, function(level) which(d$alloc != level))))
    expect_equal(leave1out(fit, cluster = alloc, transf = exp)$ci.lb, exp(left$ci.lb), tolerance = 1e-12)
  }
  # Every study its own cluster.
  expect_equal(leave1out(fit, cluster = seq_len(13))$estimate, leave1out(fit)$estimate, tolerance = 1e-12)
  expect_metabridge_error(leave1out(fit, cluster = c(NA, 2:13)), "MB0117")
  expect_metabridge_error(leave1out(fit, cluster = rep(1, 13)), "MB0110")
})

test_that("studies of a year come in together", {
  with_metafor()
  d <- bcg()
  fit <- metabridge::rma(yi, vi, data = d)
  added <- cumul(fit, order = year, collapse = TRUE)
  years <- sort(unique(d$year))
  expect_identical(added$slab, as.character(years))
  same_as_refits(added, refits(fit, lapply(years, function(y) which(d$year <= y))))
  expect_identical(class(added), c("list.rma", "cumul.rma"))
  expect_output(print(added), "1948")
  expect_equal(cumul(fit, order = year)$estimate[13], added$estimate[length(years)], tolerance = 1e-10, ignore_attr = TRUE)
  # Without a variable there is nothing to collapse by; any expression is a variable.
  expect_equal(cumul(fit, collapse = TRUE)$estimate, cumul(fit)$estimate)
  expect_equal(unclass(cumul(fit, order = -vi))$slab, unclass(metafor::cumul(fit, order = -vi))$slab)
})

test_that("permutation tests of several sets", {
  with_metafor()
  d <- bcg()[1:6, ]
  fit <- metabridge::rma(yi, vi, mods = ~ ablat + year, data = d, method = "DL")
  ours <- metabridge::permutest(fit, exact = TRUE, btt = list(2, "year", 2:3))
  for (i in 1:3) {
    theirs <- metafor::permutest(metafor::rma(yi, vi, mods = ~ ablat + year, data = d, method = "DL", btt = list(2, 3, 2:3)[[i]]), exact = TRUE, progbar = FALSE)
    expect_equal(ours$sets$QMp[i], theirs$QMp, tolerance = 1e-10)
    expect_equal(ours$sets$QM[i], theirs$QM, tolerance = 1e-8)
    expect_equal(ours$sets.perm[[i]], theirs$QM.perm, tolerance = 1e-8)
  }
  expect_identical(ours$sets$btt, c("2", "3", "2:3"))
  one <- metabridge::permutest(fit, exact = TRUE, btt = 3)
  expect_identical(one$QMp, ours$sets$QMp[2])
  expect_identical(one$m, 1L)
  expect_output(print(one), "permutation testing")
  expect_identical(metabridge::permutest(fit, exact = "i"), 720)
  expect_metabridge_error(metabridge::permutest(fit, btt = 9), "MB0110")
})

# Two samples of one distribution: their quantiles' shares differ by chance only.
same_distribution <- function(ours, theirs, n) {
  for (q in c(0.1, 0.25, 0.5, 0.75, 0.9)) {
    cut <- stats::quantile(c(ours, theirs), q, names = FALSE)
    expect_lt(abs(mean(ours < cut) - mean(theirs < cut)), 4 * sqrt(2 * q * (1 - q) / n))
  }
}

test_that("simulated variance inflation is distributed as metafor's", {
  with_metafor()
  d <- bcg()
  n <- 2000
  cases <- list(
    list(fit = metabridge::rma(yi, vi, mods = ~ ablat + year, data = d), type = "data"),
    list(fit = metafor::rma(yi, vi, mods = ~ ablat + alloc + year, data = d, method = "DL"), type = "data", btt = list("alloc", 2)),
    list(fit = metabridge::rma(yi, vi, mods = cbind(ablat, year), data = d, method = "DL"), type = "X"),
    list(fit = metabridge::rma(yi, vi, mods = ~ ablat + year, data = d, method = "EE"), type = "data", reestimate = TRUE)
  )
  for (case in cases) {
    arguments <- c(list(case$fit, sim = n, seed = 42, progbar = FALSE), case["btt"[!is.null(case$btt)]], case["reestimate"[!is.null(case$reestimate)]])
    ours <- do.call(metabridge::vif, arguments)
    theirs <- do.call(metafor::vif, arguments)
    expect_setequal(names(ours), names(theirs))
    expect_identical(attr(ours$sim, "type"), attr(theirs$sim, "type"))
    expect_identical(attr(ours$sim, "type"), case$type)
    expect_identical(dimnames(ours$sim), dimnames(theirs$sim))
    expect_identical(names(ours$prop), names(theirs$prop))
    for (j in seq_len(ncol(ours$sim))) {
      same_distribution(ours$sim[, j], theirs$sim[, j], n)
      p <- theirs$prop[[j]]
      expect_lte(abs(ours$prop[[j]] - p), 4 * sqrt(2 * max(p * (1 - p), 1 / n) / n))
      expect_equal(ours$prop[[j]], mean(ours$sim[, j] < ours$vifs[[j]]), tolerance = 1e-12)
    }
    expect_identical(do.call(metabridge::vif, arguments)$sim, ours$sim)
  }
  expect_output(print(ours), "prop")
  expect_silent(as.data.frame(ours))
  set.seed(1); a <- metabridge::vif(case$fit, sim = 20)
  set.seed(1); b <- metabridge::vif(case$fit, sim = 20)
  expect_identical(a$prop, b$prop)
  expect_metabridge_error(metabridge::vif(case$fit, sim = 1), "MB0110")
})

test_that("predict_rma gives what predict gives", {
  with_metafor()
  d <- bcg()
  same <- function(fit, ...) {
    ours <- predict_rma(fit, ...)
    theirs <- stats::predict(fit, ...)
    expect_identical(names(unclass(ours)), names(unclass(theirs)))
    expect_identical(class(ours), class(theirs))
    for (name in setdiff(names(unclass(theirs)), "digits")) expect_equal(unclass(ours)[[name]], unclass(theirs)[[name]], tolerance = 1e-8, info = name)
    expect_output(print(ours), "pred")
  }
  mean.only <- metafor::rma(yi, vi, data = d, control = TIGHT)
  same(mean.only)
  same(mean.only, transf = exp, level = 90)
  same(metafor::rma(yi, vi, data = d, method = "EE"))
  two <- metafor::rma(yi, vi, mods = ~ ablat + year, data = d, test = "knha", slab = author, control = TIGHT)
  same(two)
  same(two, addx = TRUE)
  same(two, newmods = c(30, 1950), transf = exp, addx = TRUE)
  same(two, newmods = c(yea = 1950, abl = 30))
  same(two, newmods = rbind(c(30, 1950), c(40, 1960)))
  # From version 4 on names of rows are labels, and a column of the intercept may be given.
  labelled <- predict_rma(two, newmods = rbind(first = c(30, 1950), second = c(40, 1960)))
  expect_identical(labelled$slab, c("first", "second"))
  expect_equal(predict_rma(two, newmods = cbind(1, c(30, 40), c(1950, 1960)))$ci.lb, labelled$ci.lb, tolerance = 1e-12)
  expect_equal(predict_rma(two, newmods = cbind(0, c(30, 40), c(1950, 1960)))$pred, stats::predict(two, newmods = rbind(c(30, 1950), c(40, 1960)), intercept = FALSE)$pred, tolerance = 1e-8)
  expect_metabridge_error(predict_rma(two, newmods = cbind(0:1, c(30, 40), c(1950, 1960))), "MB0110")
  same(two, newmods = c(1, 0), intercept = FALSE)
  same(metafor::rma(yi, vi, mods = ~ ablat, data = d, control = TIGHT), newmods = c(10, 20, 30))
  both <- predict_rma(two, newmods = rbind(c(30, 1950), c(40, 1960)), vcov = TRUE)
  expect_equal(both$vcov, stats::predict(two, newmods = rbind(c(30, 1950), c(40, 1960)), vcov = TRUE)$vcov, tolerance = 1e-8)
  wide <- predict_rma(two, newmods = rbind(c(30, 1950), c(40, 1960)), adjust = TRUE)
  expect_equal(wide$ci.lb, stats::predict(two, newmods = rbind(c(30, 1950), c(40, 1960)), level = 97.5)$ci.lb, tolerance = 1e-8)
  expect_equal(predict_rma(mean.only, predtype = "Riley")$pi.lb, stats::predict(mean.only, pi.type = "riley")$pi.lb, tolerance = 1e-8)
  expect_metabridge_error(predict_rma(two, newmods = c(nothing = 1, year = 3)), "MB0110")
})
