# metafor's methods give the same on our rma.mv objects as on metafor's, with the components fixed at the same values so that
# both objects agree to rounding.

multilevel_pairs <- function() {
  k <- metadat("dat.konstantopoulos2011")
  b <- metadat("dat.berkey1998")
  V <- metafor::vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = b)
  i <- metadat("dat.ishak2007")
  i <- reshape(i, direction = "long", idvar = "study", v.names = c("yi", "vi"), varying = list(c(2, 4, 6, 8), c(3, 5, 7, 9)))
  i <- i[order(i$study, i$time), ]
  lapply(list(
    quote(rma.mv(yi, vi, random = ~ 1 | district/school, data = k, slab = paste(district, school))),
    quote(rma.mv(yi, vi, mods = ~ year, random = ~ school | district, data = k, test = "t", dfs = "contain")),
    quote(rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = b)),
    quote(rma.mv(yi, V, mods = ~ outcome + year, random = list(~ outcome | trial, ~ 1 | author), struct = "HCS", data = b, sparse = TRUE)),
    quote(rma.mv(yi, vi, mods = ~ factor(time) - 1, random = ~ time | study, struct = "HAR", data = i, method = "ML")),
    quote(rma.mv(yi, vi, mods = ~ time, random = ~ time | study, struct = "GEN", data = i, subset = !(study %in% study[1:9]))),
    quote(rma.mv(yi, V, mods = ~ outcome, data = b, method = "EE", W = 1))
  ), mv_pair, env = environment(), free = FALSE)
}

test_that("printing, accessors, predictions, residuals and tests agree", {
  with_metafor()
  actions <- list(
    print = function(o) printed(o), summary = function(o) printed(summary(o)), coef = coef, vcov = vcov, obs = function(o) dense(vcov(o, type = "obs")),
    fitted.cov = function(o) dense(vcov(o, type = "fitted")), resid.cov = function(o) dense(vcov(o, type = "resid")), predict = predict,
    predict.addx = function(o) predict(o, addx = TRUE, level = 90), ranef = function(o) metafor::ranef(o), residuals = residuals,
    pearson = function(o) residuals(o, type = "pearson"), cholesky = function(o) residuals(o, type = "cholesky"), rstandard = rstandard,
    rstandard.cluster = function(o) rstandard(o, cluster = seq_len(o$k.all) %/% 4), hatvalues = hatvalues, hat = function(o) dense(hatvalues(o, type = "matrix")),
    weights = weights, weight.matrix = function(o) dense(weights(o, type = "matrix")), rowsum = function(o) weights(o, type = "rowsum"), fitted = fitted,
    logLik = logLik, AIC = AIC, BIC = BIC, AICc = function(o) AIC(o, correct = TRUE), deviance = deviance, df = df.residual, nobs = nobs,
    fitstats = function(o) metafor::fitstats(o), simulate = function(o) simulate(o, nsim = 2), formula = formula, model.matrix = model.matrix,
    anova = anova, anova.X = function(o) anova(o, X = matrix(1, 1, o$p)), confint = function(o) confint(o, fixed = TRUE, random = FALSE),
    vif = function(o) if (o$p > 2) metafor::vif(o), robust = function(o) metafor::robust(o, cluster = rep(1:100, each = 4)[seq_len(o$k.all)])[c("vb", "se", "QM", "ddf")]
  )
  for (pair in multilevel_pairs()) expect_same_actions(pair, actions)
})

test_that("diagnostics that refit agree", {
  with_metafor()
  pairs <- multilevel_pairs()[c(1, 3, 5)]
  actions <- list(
    rstudent = rstudent, rstudent.cluster = function(o) rstudent(o, cluster = rep(1:100, each = 4)[seq_len(o$k.all)]), cooks = cooks.distance,
    cooks.cluster = function(o) cooks.distance(o, cluster = rep(1:100, each = 4)[seq_len(o$k.all)], reestimate = FALSE), dfbetas = dfbetas
  )
  for (pair in pairs) expect_same_actions(pair, actions)
})

test_that("profile intervals of metafor on our fit are those of the published analysis", {
  with_metafor()
  # Konstantopoulos (2011); the intervals of metafor's help page of confint.rma: tau^2 (0.0528, 0.2398), rho (0.3282, 0.8855).
  k <- metadat("dat.konstantopoulos2011")
  fit <- metabridge::rma.mv(yi, vi, random = ~ school | district, data = k)
  expect_equal(round(unname(confint(fit, tau2 = 1)$random[1, ]), 4), c(0.0978, 0.0528, 0.2398))
  expect_equal(round(unname(confint(fit, rho = 1)$random[1, ]), 4), c(0.6653, 0.3282, 0.8855))
  profiled <- quiet(profile(fit, tau2 = 1, steps = 3, xlim = c(.05, .2), plot = FALSE, progbar = FALSE))
  expect_true(all(profiled$ll <= fit$fit.stats["ll", "REML"] + 1e-8))
})

test_that("update() and comparisons of models use the same package", {
  with_metafor()
  k <- metadat("dat.konstantopoulos2011")
  rma.mv <- metabridge::rma.mv
  full <- rma.mv(yi, vi, random = ~ 1 | district/school, data = k, method = "ML")
  more <- update(full, ~ year)
  expect_identical(rownames(more$beta), c("intrcpt", "year"))
  reduced <- update(full, sigma2 = c(0, NA))
  theirs <- anova(metafor::rma.mv(yi, vi, random = ~ 1 | district/school, data = k, method = "ML"),
                  metafor::rma.mv(yi, vi, random = ~ 1 | district/school, data = k, method = "ML", sigma2 = c(0, NA)))
  ours <- anova(full, reduced)
  expect_equal(ours$LRT, theirs$LRT, tolerance = 1e-6)
  expect_equal(ours$parms.f, theirs$parms.f)
})

test_that("clubSandwich works on our objects", {
  with_metafor()
  skip_if_not_installed("clubSandwich")
  d <- metadat("dat.assink2016")
  V <- metafor::vcalc(vi, cluster = study, obs = esid, rho = .6, data = d)
  for (call in list(quote(rma.mv(yi, vi, mods = ~ year, random = ~ 1 | study/esid, data = d)), quote(rma.mv(yi, V, random = ~ esid | study, data = d)))) {
    pair <- mv_pair(call, free = FALSE)
    for (type in c("CR0", "CR2")) {
      expect_equal(as.matrix(clubSandwich::vcovCR(pair$ours, type = type)), as.matrix(clubSandwich::vcovCR(pair$theirs, type = type)), tolerance = 1e-8)
    }
    tests <- lapply(pair[c("ours", "theirs")], function(o) metafor::robust(o, cluster = study, clubSandwich = TRUE)[c("vb", "ddf", "pval", "QM")])
    expect_equal(tests$ours, tests$theirs, tolerance = 1e-6)
  }
})

test_that("drawings agree", {
  with_metafor()
  pair <- multilevel_pairs()[[1]]
  for (name in c("forest", "funnel")) {
    draw <- getExportedValue("metafor", name)
    expect_same_drawing(quiet(drawn(draw, pair$ours)), quiet(drawn(draw, pair$theirs)), name)
  }
})

test_that("without metafor there are methods too", {
  lines <- in_new_session(c(
    "library(metabridge)", "assignInNamespace('ensure_methods', function() metabridge:::register_fallback_methods(), 'metabridge')",
    "d <- data.frame(yi = c(.2, .3, .1, .5, .4, .6), vi = c(.02, .03, .02, .05, .04, .03), study = c(1, 1, 2, 2, 3, 3), effect = 1:6)",
    "fit <- rma.mv(yi, vi, random = ~ 1 | study/effect, data = d)", "print(fit)", "cat(length(residuals(fit)), nobs(fit), names(coef(fit)), dim(vcov(fit)), '\\n')",
    "cat(class(logLik(fit)), nrow(predict(fit)), nrow(confint(fit, fixed = TRUE, random = FALSE)$fixed))"
  ))
  expect_match(lines, "sigma\\^2", all = FALSE)
  expect_match(lines, "^6 5 intrcpt 1 1", all = FALSE)
  expect_identical(lines[length(lines)], "logLik 1 1")
})
