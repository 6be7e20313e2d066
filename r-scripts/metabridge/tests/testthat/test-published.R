# Published analyses, call by call, and what their authors did with the fits: both packages' objects give the same.

# What is asked of every fit.
EVERY <- list(
  print = function(f) printed(f), summary = function(f) printed(summary(f)), table = function(f) coef(summary(f)),
  coef = coef, vcov = vcov, fitstats = function(f) metafor::fitstats(f), logLik = logLik, fitted = fitted,
  residuals = residuals, predict = function(f) predict(f, digits = 5), predict_printed = function(f) printed(predict(f)),
  frame = function(f) as.data.frame(predict(f)), weights = weights, matrix_weights = function(f) weights(f, type = "matrix"),
  formula = function(f) deparse(formula(f)), model.matrix = model.matrix, nobs = nobs, df.residual = df.residual,
  fixed = function(f) if (f$model == "rma.uni") confint(f, fixed = TRUE, random = FALSE), level = function(f) predict(f, level = 90),
  vcov_fitted = function(f) vcov(f, type = "fitted"), vcov_resid = function(f) vcov(f, type = "resid"),
  standard = function(f) stats::rstandard(f), hat = function(f) hatvalues(f, type = "matrix"),
  information = function(f) c(AIC(f), BIC(f), AIC(f, correct = TRUE), deviance(f), deviance(f, REML = FALSE), logLik(f, REML = TRUE))
)

# What is asked of models with a heterogeneity.
RANDOM <- list(
  confint = confint, confint_printed = function(f) printed(confint(f, digits = 3)), both = function(f) confint(f, fixed = TRUE, level = 90),
  blup = function(f) metafor::blup(f, transf = exp), ranef = function(f) metafor::ranef(f), student = function(f) stats::rstudent(f),
  simulate = function(f) simulate(f, nsim = 2, seed = 5), influence = function(f) influence(f), influence_printed = function(f) unsigned_zeros(printed(influence(f))),
  dfbetas = dfbetas, cooks = function(f) stats::cooks.distance(f), pearson = function(f) residuals(f, type = "rstandard"),
  robust = function(f) metafor::robust(f, cluster = seq_len(f$k.all)), robust_unadjusted = function(f) metafor::robust(f, cluster = rep_len(1:7, f$k.all), adjust = FALSE),
  club = function(f) metafor::robust(f, cluster = rep_len(1:7, f$k.all), clubSandwich = TRUE)
)

MODERATED <- list(
  anova = anova, one = function(f) anova(f, btt = 2), vif = function(f) if (f$p > 2) metafor::vif(f), contrast = function(f) anova(f, X = diag(f$p)),
  contrast_printed = function(f) printed(anova(f, X = diag(f$p)[1, , drop = FALSE])), newmods = function(f) predict(f, newmods = diag(f$p - 1), addx = TRUE),
  regplot = function(f) { grDevices::pdf(NULL); on.exit(grDevices::dev.off()); as.data.frame(unclass(metafor::regplot(f, mod = 2))[1:3]) }
)

# What is asked of models of one mean.
OVERALL <- list(
  leave1out = function(f) metafor::leave1out(f), leave1out_transf = function(f) printed(metafor::leave1out(f, transf = exp, digits = 3)),
  cumul = function(f) metafor::cumul(f, order = rev(seq_len(f$k.all))), regtest = function(f) metafor::regtest(f), ranktest = function(f) metafor::ranktest(f),
  regtest_vi = function(f) metafor::regtest(f, predictor = "vi"), regtest_lm = function(f) printed(metafor::regtest(f, model = "lm")),
  trimfill = function(f) metafor::trimfill(f), trimfill_right = function(f) metafor::trimfill(f, side = "right", estimator = "R0"),
  trimfill_q0 = function(f) printed(metafor::trimfill(f, estimator = "Q0")), hc = function(f) metafor::hc(f),
  exp = function(f) predict(f, transf = exp), fsn = function(f) metafor::fsn(f$yi, f$vi, type = "Orwin")
)

# An effect of deletion that is zero but for rounding is printed with the sign of the rounding.
unsigned_zeros <- function(lines) gsub(" +", " ", gsub("-(0\\.0+)( |$)", "\\1\\2", lines))

published_frame <- function(name, measure = NULL, ...) {
  arguments <- as.list(substitute(list(...)))[-1L]
  eval(as.call(c(quote(metafor::escalc), list(measure = measure, data = quote(metadat(name))), arguments)))
}

test_that("the published analyses are reproduced: fields, and everything that is asked of a fit", {
  with_metafor()
  colditz <- bcg()
  hoaglin <- published_frame("dat.bcg", "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg)
  normand <- published_frame("dat.normand1999", "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i)
  raudenbush <- metadat("dat.raudenbush1985")
  raudenbush$weeks <- ifelse(raudenbush$weeks > 3, 3, raudenbush$weeks)
  hine <- published_frame("dat.hine1989", "RD", n1i = n1i, n2i = n2i, ai = ai, ci = ci)
  pagliaro <- published_frame("dat.collins1985b", "OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci)
  linde <- published_frame("dat.linde2005", "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i)[1:12, ]
  mcdaniel <- published_frame("dat.mcdaniel1994", "ZCOR", ri = ri, ni = ni)[1:20, ]
  hart <- published_frame("dat.hart1999", "IRR", x1i = x1i, x2i = x2i, t1i = t1i, t2i = t2i)
  pritz <- published_frame("dat.pritz1997", "PFT", xi = xi, ni = ni)
  debruin <- published_frame("dat.debruin2009", "PLO", xi = xi, ni = ni)
  yusuf <- published_frame("dat.yusuf1985", "PETO", ai = ai, n1i = n1i, ci = ci, n2i = n2i)
  yusuf <- yusuf[yusuf$table == "6", ]
  molloy <- published_frame("dat.molloy2014", "ZCOR", ri = ri, ni = ni, slab = paste(authors, year, sep = ", "))
  bangert <- metadat("dat.bangertdrowns2004")[1:24, ]
  hackshaw <- metadat("dat.hackshaw1998")
  lim <- published_frame("dat.cohen1981", "ZCOR", ri = ri, ni = ni)
  overall <- c(EVERY, OVERALL)
  mixed <- c(EVERY, RANDOM, MODERATED)
  random <- c(EVERY, RANDOM, OVERALL)
  plain <- list(
    quote(rma(yi, vi, data = colditz, slab = paste(author, year, sep = ", "))), quote(rma(yi, vi, data = colditz, method = "DL")),
    quote(rma(yi, vi, data = hoaglin, method = "ML")), quote(rma(yi, vi, data = colditz, method = "EB", test = "knha")),
    quote(rma(yi, vi, data = normand, method = "SJ")), quote(rma(yi, vi, data = raudenbush)), quote(rma(yi, vi, data = raudenbush, method = "HE")),
    quote(rma(yi, vi, data = hine, method = "HS")), quote(rma(yi, vi, data = pagliaro, level = 90)), quote(rma(yi, vi, data = linde, digits = 2)),
    quote(rma(yi, vi, data = mcdaniel, digits = c(est = 5, pval = 3))), quote(rma(yi, vi, data = hart, method = "PM")),
    quote(rma(yi, vi, data = pritz)), quote(rma(yi, vi, data = debruin)), quote(rma(yi, vi, data = hackshaw, subset = 1:12, test = "t")),
    quote(rma(yi, vi, data = lim)), quote(rma(yi, vi, data = colditz, weights = 1 / vi)), quote(rma(yi, vi, data = colditz, weighted = FALSE)),
    quote(rma(yi, vi, data = colditz, tau2 = .3))
  )
  for (call in plain) { pair <- in_both(call); expect_same_fit(pair); expect_same_actions(pair, random) }
  # Its interval of the target effect takes many seconds, so it is asked of one fit.
  expect_same_actions(in_both(quote(rma(yi, vi, data = colditz))), list(tes = function(f) metafor::tes(f)))
  for (call in list(quote(rma(yi, vi, data = yusuf, method = "EE")), quote(rma(yi, vi, data = colditz, method = "FE")), quote(rma(yi, vi, data = normand, method = "EE")))) {
    pair <- in_both(call)
    expect_same_fit(pair)
    expect_same_actions(pair, overall[setdiff(names(overall), "hc")])
  }
  moderated <- list(
    quote(rma(yi, vi, mods = ~ ablat, data = colditz, method = "ML")), quote(rma(yi, vi, mods = ~ ablat + year, data = colditz, method = "DL")),
    quote(rma(yi, vi, mods = ~ relevel(factor(alloc), ref = "random"), data = colditz)), quote(rma(yi, vi, mods = ~ I(ablat - 33.46), data = colditz, test = "knha")),
    quote(rma(yi ~ ablat * I(year - 1966), vi, data = colditz, method = "DL")), quote(rma(yi, vi, mods = ~ factor(alloc) - 1, data = colditz, test = "adhoc")),
    quote(rma(yi, vi, mods = ~ weeks, data = raudenbush, method = "DL")), quote(rma(yi, vi, mods = ~ weeks * setting, data = raudenbush, method = "EB")),
    quote(rma(yi, vi, mods = ~ length + wic, data = bangert)), quote(rma(yi, vi, mods = ~ ni, data = bangert, method = "SJ")),
    quote(rma(yi, vi, mods = ~ design + quality, data = molloy)), quote(rma(yi, vi, mods = ~ year, data = hackshaw, method = "PM")),
    quote(rma(yi, vi, mods = cbind(ablat, year), data = colditz, btt = 2)), quote(rma(yi ~ year, vi, data = colditz, subset = alloc == "random")),
    quote(rma(yi, vi, mods = ~ ablat, data = colditz, weighted = FALSE, test = "knha"))
  )
  for (call in moderated) {
    pair <- in_both(call)
    expect_same_fit(pair)
    # Versions before 5.0-1 have no R^2 without an intercept column; with it, their methods must give what they give on ours.
    if (is.null(pair$theirs$R2) && !pair$theirs$int.incl) pair$theirs$R2 <- pair$ours$R2
    expect_same_actions(pair, mixed)
  }
  # Two systematic studies have two coefficients of their own: their residuals, and so the robust errors, are rounding alone.
  saturated <- in_both(quote(rma(yi ~ factor(alloc) * ablat, vi, data = colditz, method = "DL")))
  expect_same_fit(saturated)
  expect_same_actions(saturated, mixed[!(names(mixed) %in% c("robust", "robust_unadjusted", "club"))])
  # metafor stops at 3e-14 and prints 0.0000, the engine is at zero and prints 0: all but the texts is compared.
  boundary <- in_both(quote(rma(yi, vi, mods = ~ weeks, data = raudenbush)))
  expect_identical(boundary$ours$tau2, 0)
  expect_same_fit(boundary)
  expect_same_actions(boundary, mixed[!(names(mixed) %in% c("print", "summary"))])
})
