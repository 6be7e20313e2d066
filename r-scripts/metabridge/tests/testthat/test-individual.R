# Two-stage models, slopes within and between studies, control rate: against R's own regressions, metafor, and published numbers.

# Six made-up trials; u(r) is the Weyl sequence i * sqrt(r) modulo 1.
people <- function() {
  trial <- function(s) {
    n <- 60L
    u <- function(r) ((500 * s + seq_len(n)) * sqrt(r)) %% 1
    age <- round(45 + 4 * s + 20 * u(2))
    treated <- rep(0:1, length.out = n)[order(u(3))]
    own <- age - mean(age)
    y <- 120 + 0.5 * age + treated * (-6 + 2 * sin(2 * s) + 0.3 * own) + 8 * stats::qnorm(u(7))
    died <- as.integer(u(11) < stats::plogis(-3 + 0.05 * age - treated * (0.6 + 0.3 * cos(s))))
    days <- ceiling(-log(1 - u(13)) * 200 / exp(-0.5 * treated + 0.2 * sin(s)))
    data.frame(trial = paste("trial", s), arm = factor(ifelse(treated == 1, "drug", "placebo"), c("placebo", "drug")), age = age, sex = ifelse(u(5) < 0.5, "f", "m"), y = y,
      died = died, days = pmin(days, 250), event = as.integer(days <= 250))
  }
  do.call(rbind, lapply(1:6, trial))
}

estimates <- function(d, fit) t(vapply(split(d, d$trial), function(own) { f <- fit(own); c(stats::coef(f)[["armdrug"]], stats::vcov(f)["armdrug", "armdrug"]) }, c(0, 0)))

expect_stages <- function(ours, theirs) {
  expect_equal(as.vector(ours$studies$yi), unname(theirs[, 1]), tolerance = 1e-9)
  expect_equal(ours$studies$vi, unname(theirs[, 2]), tolerance = 1e-8)
  expect_s3_class(ours$studies, c("escalc", "data.frame"), exact = TRUE)
  expect_s3_class(ours$fit, c("rma.uni", "rma"), exact = TRUE)
  second <- metafor::rma(theirs[, 1], theirs[, 2], method = ours$fit$method, test = ours$fit$test, control = TIGHT)
  expect_equal(ours$fit$beta[[1L]], second$beta[[1L]], tolerance = TIGHT_RELATIVE)
  expect_equal(ours$fit$se, second$se, tolerance = TIGHT_RELATIVE)
  expect_equal(coef(ours)[["intrcpt"]], second$beta[[1L]], tolerance = TIGHT_RELATIVE)
}

test_that("the first stage is lm, glm and coxph, the second rma", {
  with_metafor()
  d <- people()
  adjusted <- ipd(y, arm, trial, d, "continuous", covariates = ~ age + factor(sex), method = "REML")
  expect_stages(adjusted, estimates(d, function(own) lm(y ~ arm + age + factor(sex), own)))
  sharp <- glm.control(epsilon = 1e-14, maxit = 100)
  expect_stages(ipd(died, arm, trial, d, "binary", covariates = age, test = "knha"), estimates(d, function(own) glm(died ~ arm + age, binomial, own, control = sharp)))
  skip_if_not_installed("survival")
  for (ties in c("efron", "breslow")) {
    cox <- function(own) survival::coxph(survival::Surv(days, event) ~ arm, own, ties = ties, control = survival::coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-20))
    expect_stages(ipd(days, arm, trial, d, "time", event = event, ties = ties), estimates(d, cox))
  }
})

test_that("a modifier gives the slopes within and between studies", {
  with_metafor()
  d <- people()
  ours <- ipd(y, arm, trial, d, "continuous", modifier = age, method = "DL")
  own <- lapply(split(d, d$trial), function(s) { s$own <- s$age - mean(s$age); lm(y ~ arm * own, s) })
  theirs <- t(vapply(own, function(f) c(coef(f)[["armdrug:own"]], vcov(f)["armdrug:own", "armdrug:own"], vcov(f)["armdrug", "armdrug:own"]), c(0, 0, 0)))
  expect_equal(ours$studies$interaction, unname(theirs[, 1]), tolerance = 1e-9)
  expect_equal(ours$studies$interaction.vi, unname(theirs[, 2]), tolerance = 1e-9)
  expect_equal(ours$studies$covariance, unname(theirs[, 3]), tolerance = 1e-7)
  within <- metafor::rma(theirs[, 1], theirs[, 2], method = "DL")
  between <- metafor::rma(yi, vi, mods = ~ mean, data = as.data.frame(ours$studies), method = "DL")
  expect_equal(ours$interaction$beta[[1L]], within$beta[[1L]], tolerance = 1e-9)
  expect_equal(ours$regression$se, between$se, tolerance = 1e-9)
  expect_equal(ours$slopes$estimate, c(within$beta[[1L]], between$beta[[2L]], between$beta[[2L]] - within$beta[[1L]]), tolerance = 1e-9)
  expect_match(paste(ours$notes, collapse = " "), "ecological bias")
  expect_output(print(ours), "Do the slopes agree")
})

test_that("frequencies, missing rows and studies without an estimate", {
  with_metafor()
  b <- metadat("dat.bcg")
  long <- data.frame(trial = rep(b$trial, each = 4), arm = rep(c(1, 1, 0, 0), 13), ill = rep(c(1, 0, 1, 0), 13), n = as.integer(t(as.matrix(b[c("tpos", "tneg", "cpos", "cneg")]))))
  ours <- ipd(ill, arm, trial, long, "binary", frequency = n)
  theirs <- metafor::escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = b)
  expect_equal(as.vector(ours$studies$yi), as.vector(theirs$yi), tolerance = 1e-9)
  expect_equal(ours$studies$vi, as.vector(theirs$vi), tolerance = 1e-9)
  expect_output(print(metafor::predict.rma(ours$fit, transf = exp)), "0\\.4")
  d <- people()
  d$y[3] <- NA
  d$died[d$trial == "trial 2"] <- 0
  left <- ipd(y, arm, trial, d, "continuous")$left.out
  expect_identical(left$row, 3L)
  expect_match(left$reason, "'y'")
  error <- tryCatch(ipd(died, arm, trial, d, "binary"), metabridge_error = identity)
  expect_identical(error$code, "MB0201")
  expect_match(conditionMessage(error), "trial 2")
  excluded <- ipd(died, arm, trial, d, "binary", separation = "exclude")
  expect_identical(which(is.na(excluded$studies$yi)), 2L)
  expect_identical(excluded$fit$k, 5L)
  expect_true(any(grepl("trial 2", excluded$notes)))
})

test_that("slopes within and between studies are those of rma.mv on the split moderator", {
  with_metafor()
  dat <- metafor::escalc(measure = "PLO", xi = cases, ni = total, data = metadat("dat.obrien2003"))
  ours <- within_between(study = study, covariate = bmi, size = total, data = dat)
  dat$m <- ave(dat$bmi * dat$total, dat$study, FUN = sum) / ave(dat$total, dat$study, FUN = sum)
  dat$d <- dat$bmi - dat$m
  theirs <- metafor::rma.mv(yi, vi, mods = ~ m + d, random = ~ 1 | study, data = dat, test = "t", control = list(optimizer = "nlminb", rel.tol = 1e-10))
  expect_equal(ours$slopes$estimate, unname(theirs$beta[, 1L]), tolerance = 1e-5)
  expect_equal(ours$slopes$se, theirs$se, tolerance = 1e-5)
  expect_equal(ours$sigma2, theirs$sigma2, tolerance = 1e-5)
  test <- metafor:::anova.rma(theirs, X = c(0, 1, -1))
  expect_equal(ours$difference$estimate, test$Xb[[1L]], tolerance = 1e-5)
  expect_equal(ours$difference$pval, test$pval[[1L]], tolerance = 1e-4)
  expect_s3_class(ours$fit, c("rma.mv", "rma"), exact = TRUE)
  expect_equal(unname(ours$fit$beta[, 1L]), ours$slopes$estimate, tolerance = 1e-7)
  expect_match(ours$notes, "ecological bias")
  expect_output(print(ours), "Do the slopes agree")
  given <- within_between(yi, sei = sqrt(vi), study = study, covariate = bmi, data = as.data.frame(dat), method = "ML", test = "z")
  expect_equal(unname(given$fit$beta[, 1L]), given$slopes$estimate, tolerance = 1e-7)
  dat$one <- dat$m
  expect_identical(tryCatch(within_between(study = study, covariate = one, data = dat), metabridge_error = identity)$code, "MB0110")
})

# Van Houwelingen, Arends and Stijnen (2002, section 5): slope 0.730 of the treated on the control log odds, residual variance 0.149.
test_that("the control rate of the BCG trials is the published regression", {
  with_metafor()
  b <- metadat("dat.bcg")
  ours <- control_rate(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = b, slab = paste(author, year))
  expect_equal(ours$treated.slope, 0.730, tolerance = 1e-3)
  expect_equal(ours$residual, 0.149, tolerance = 5e-3)
  long <- metafor::to.long(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = b)
  long <- metafor::escalc(measure = "PLO", xi = out1, mi = out2, data = long)
  bivariate <- metafor::rma.mv(yi, vi, mods = ~ group - 1, random = ~ group | trial, struct = "UN", method = "ML", data = long, control = list(optimizer = "nlminb", rel.tol = 1e-10))
  expect_equal(sort(diag(ours$Sigma), decreasing = TRUE), sort(bivariate$tau2, decreasing = TRUE), tolerance = 1e-4, ignore_attr = TRUE)
  expect_equal(ours$rho, bivariate$rho, tolerance = 1e-5)
  expect_equal(ours$studies$covariance, -1 / b$cpos - 1 / b$cneg, tolerance = EXACT)
  expect_identical(ours$studies$study[1L], "Aronson 1948")
  expect_s3_class(ours$naive, "rma.uni")
  expect_identical(names(coef(ours)), c("intrcpt", "mean", "slope"))
  expect_output(print(ours), "Covariance of the true log odds")
  expect_equal(coef(control_rate(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg, data = b)), coef(ours), tolerance = EXACT)
  b$cpos[4] <- NA
  expect_identical(control_rate(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = b)$left.out$row, 4L)
})

test_that("mistakes are errors with a code", {
  d <- people()
  code <- function(call) tryCatch(call, metabridge_error = function(e) e$code)
  expect_identical(code(ipd(y, arm, trial, d)), "MB0117")
  expect_identical(code(ipd(y, arm, trial, d, "counts")), "MB0111")
  expect_identical(code(ipd(y, arm, data = d, type = "continuous")), "MB0117")
  expect_identical(code(ipd(nothing, arm, trial, d, "continuous")), "MB0101")
  expect_identical(code(ipd(y, trial, arm, d, "continuous")), "MB0110")
  expect_identical(code(ipd(y, 1:3, trial, d, "continuous")), "MB0106")
  expect_identical(code(control_rate(ai = died, data = d)), "MB0117")
})
