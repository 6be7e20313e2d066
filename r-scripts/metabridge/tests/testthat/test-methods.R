# metafor's own methods give the same on both objects.

pairs <- function() {
  d <- bcg()
  c(
    list(
      plain = in_both(quote(rma(yi, vi, data = d, slab = paste(author, year)))),
      fixed = in_both(quote(rma(yi, vi, data = d, method = "EE"))),
      knapp = in_both(quote(rma(yi, vi, data = d, test = "knha")))
    ),
    list(
      mixed = in_both(quote(rma(yi, vi, mods = ~ ablat + factor(alloc), data = d))),
      computed = in_both(quote(rma(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, mods = ~ ablat, data = d, test = "knha")))
    )
  )
}

test_that("printing and accessors agree", {
  with_metafor()
  for (pair in pairs()) {
    label <- paste(deparse(pair$call), collapse = " ")
    expect_identical(printed(pair$ours), printed(pair$theirs), label = label)
    expect_identical(printed(summary(pair$ours)), printed(summary(pair$theirs)), label = label)
    accessors <- c("coef", "vcov", "logLik", "AIC", "BIC", "deviance", "nobs", "df.residual", "fitted", "residuals", "rstandard", "rstudent",
                   "weights", "hatvalues", "cooks.distance", "dfbetas", "formula", "model.matrix", "predict")
    for (name in c(accessors, if (pair$theirs$method != "EE") "confint")) {
      f <- match.fun(name)
      expect_same_value(quiet(f(pair$ours)), quiet(f(pair$theirs)), paste(name, label))
    }
    for (name in c("fitstats", "blup", "ranef", "influence", "simulate")) {
      f <- getExportedValue(if (name %in% c("influence", "simulate")) "stats" else "metafor", name)
      run <- function(object) { set.seed(1); quiet(f(object)) }
      if (pair$theirs$method == "EE" && name %in% c("blup", "ranef")) next
      expect_same_value(run(pair$ours), run(pair$theirs), paste(name, label))
    }
    if (pair$theirs$method != "EE") expect_same_value(confint(pair$ours, fixed = TRUE), confint(pair$theirs, fixed = TRUE), paste("confint fixed", label))
    expect_same_value(residuals(pair$ours, type = "cholesky"), residuals(pair$theirs, type = "cholesky"), paste("cholesky", label))
    expect_same_value(metafor::robust(pair$ours, cluster = 1:13), metafor::robust(pair$theirs, cluster = 1:13), paste("robust", label))
  }
})

test_that("predictions and tests of moderators agree", {
  with_metafor()
  all <- pairs()
  mixed <- all$mixed
  expect_same_value(predict(mixed$ours, newmods = cbind(30, 1, 0), addx = TRUE), predict(mixed$theirs, newmods = cbind(30, 1, 0), addx = TRUE), "predict newmods")
  expect_same_value(predict(all$plain$ours, transf = exp, digits = 2), predict(all$plain$theirs, transf = exp, digits = 2), "predict transf")
  expect_same_value(anova(mixed$ours), anova(mixed$theirs), "anova")
  expect_same_value(anova(mixed$ours, btt = 3:4), anova(mixed$theirs, btt = 3:4), "anova btt")
  expect_same_value(anova(mixed$ours, X = rbind(c(0, 0, 1, -1))), anova(mixed$theirs, X = rbind(c(0, 0, 1, -1))), "anova X")
  expect_same_value(metafor::vif(mixed$ours), metafor::vif(mixed$theirs), "vif")
})

test_that("update() and comparisons of models refit with the same package", {
  with_metafor()
  d <- bcg()
  rma <- metabridge::rma
  reduced <- rma(yi, vi, data = d, method = "ML")
  full <- update(reduced, ~ ablat)
  expect_identical(full$call[[1]], quote(rma))
  expect_same_value(full$beta, metafor::rma(yi, vi, mods = ~ ablat, data = d, method = "ML", control = TIGHT)$beta, "update")
  theirs <- anova(metafor::rma(yi, vi, mods = ~ ablat, data = d, method = "ML", control = TIGHT), metafor::rma(yi, vi, data = d, method = "ML", control = TIGHT))
  expect_same_value(anova(full, reduced), theirs, "anova of two models")
})

test_that("diagnostics that refit agree", {
  with_metafor()
  all <- pairs()
  for (name in c("leave1out", "cumul", "trimfill", "regtest", "ranktest", "hc")) {
    f <- getExportedValue("metafor", name)
    pair <- if (name %in% c("trimfill")) all$fixed else all$plain
    expect_same_value(quiet(f(pair$ours)), quiet(f(pair$theirs)), name)
  }
  permuted <- function(object) { set.seed(7); quiet(metafor::permutest(object, iter = 50, progbar = FALSE)) }
  expect_same_value(permuted(all$computed$ours), permuted(all$computed$theirs), "permutest")
  subsets <- function(object) { set.seed(7); quiet(metafor::gosh(object, subsets = 20, progbar = FALSE)) }
  expect_same_value(subsets(all$plain$ours), subsets(all$plain$theirs), "gosh")
})

test_that("plots are drawn the same", {
  with_metafor()
  # A closed form, so that the objects agree to rounding and coordinates to the last printed digit.
  d <- bcg()
  all <- list(
    plain = in_both(quote(rma(yi, vi, data = d, slab = paste(author, year), method = "DL"))),
    mixed = in_both(quote(rma(yi, vi, mods = ~ ablat + factor(alloc), data = d, method = "DL"))),
    computed = in_both(quote(rma(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, mods = ~ ablat, data = d, method = "DL")))
  )
  draws <- list(
    forest = function(object) metafor::forest(object), addpred = function(object) metafor::forest(object, addpred = TRUE, showweights = TRUE),
    funnel = function(object) metafor::funnel(object), radial = function(object) metafor::radial(object),
    baujat = function(object) metafor::baujat(object), qqnorm = function(object) stats::qqnorm(object, envelope = FALSE),
    plot = function(object) { set.seed(3); plot(object) }
  )
  for (name in names(draws)) {
    ours <- quiet(drawn(draws[[name]], all$plain$ours))
    theirs <- quiet(drawn(draws[[name]], all$plain$theirs))
    expect_same_drawing(ours, theirs, name)
    expect_same_value(ours$value, theirs$value, name)
  }
  expect_same_drawing(drawn(draws$forest, all$mixed$ours), drawn(draws$forest, all$mixed$theirs), "forest of a mixed model")
  regression <- function(object) metafor::regplot(object)
  expect_same_drawing(drawn(regression, all$computed$ours), drawn(regression, all$computed$theirs), "regplot")
})
