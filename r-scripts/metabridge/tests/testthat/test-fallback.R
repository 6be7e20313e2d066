# The package where metafor is not installed, against metafor's numbers in this session.

# A library that holds this package and nothing else beside R's own.
without_metafor <- function(code) {
  library <- tempfile("library")
  dir.create(library)
  on.exit(unlink(library, recursive = TRUE))
  file.symlink(find.package("metabridge"), file.path(library, "metabridge"))
  in_new_session(c(
    sprintf(".libPaths('%s', include.site = FALSE)", library), "stopifnot(!requireNamespace('metafor', quietly = TRUE))", "library(metabridge)",
    "ai <- c(4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27); bi <- c(119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886)",
    "ci <- c(11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29); di <- c(128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825)",
    "ablat <- c(44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33)",
    "d <- escalc(measure = 'RR', ai = ai, bi = bi, ci = ci, di = di, data = data.frame(ablat))",
    "f <- rma(yi, vi, data = d); m <- rma(yi, vi, mods = ~ ablat, data = d, test = 'knha')",
    "show <- function(...) cat('#', sprintf('%.12g', c(...)), '\\n')", code
  ))
}

numbers <- function(output) lapply(strsplit(sub("^# ", "", grep("^# ", output, value = TRUE)), " "), as.numeric)

test_that("without metafor the package's own methods tell the same numbers", {
  with_metafor()
  code <- c("show(coef(f), vcov(f), logLik(f), AIC(f), BIC(f), nobs(f))", "show(coef(m), vcov(m), logLik(m), AIC(m), BIC(m), nobs(m))",
            "show(fitted(m), residuals(m))")
  own <- c("show(confint(f)$random)", "show(confint(m, fixed = TRUE)$random, confint(m, fixed = TRUE)$fixed)", "p <- predict(f); show(p$pred, p$se, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub)",
           "p <- predict(m, newmods = c(20, 40)); show(p$pred, p$se, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub)")
  output <- without_metafor(c(code, own, "print(f)", "print(summary(m))"))
  ours <- numbers(output)
  d <- bcg()
  f <- metafor::rma(yi, vi, data = d, control = TIGHT)
  m <- metafor::rma(yi, vi, mods = ~ ablat, data = d, test = "knha", control = TIGHT)
  interval <- function(fit, ...) confint(fit, control = list(tol = 1e-12), ...)
  theirs <- list(
    c(coef(f), vcov(f), logLik(f), AIC(f), BIC(f), nobs(f)), c(coef(m), vcov(m), logLik(m), AIC(m), BIC(m), nobs(m)), c(fitted(m), residuals(m)),
    interval(f)$random, c(interval(m)$random, interval(m, fixed = TRUE)$fixed),
    unlist(unclass(predict(f))[c("pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub")]),
    unlist(unclass(predict(m, newmods = c(20, 40)))[c("pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub")])
  )
  expect_length(ours, length(theirs))
  for (i in seq_along(theirs)) expect_equal(ours[[i]], unname(as.vector(theirs[[i]])), tolerance = TIGHT_RELATIVE, label = paste("line", i))
  expect_match(output, "Random-Effects Model (k = 13", fixed = TRUE, all = FALSE)
  expect_match(output, "Mixed-Effects Model (k = 13", fixed = TRUE, all = FALSE)
})

test_that("without metafor a model without heterogeneity has intervals of its coefficients only", {
  with_metafor()
  output <- without_metafor(c("e <- rma(yi, vi, data = d, method = 'EE')", "show(confint(e)$fixed)", "show(tryCatch(confint(e, random = TRUE), metabridge_error = function(x) as.numeric(substring(x$code, 3))))"))
  ours <- numbers(output)
  theirs <- metafor::rma(yi, vi, data = bcg(), method = "EE")
  expect_equal(ours[[1]], c(theirs$beta, theirs$ci.lb, theirs$ci.ub), tolerance = EXACT_TAIL)
  expect_identical(ours[[2]], 119)
})

test_that("without metafor pooled tables have their methods", {
  with_metafor()
  output <- without_metafor(c(
    "p <- rma.peto(ai, bi, ci, di); h <- rma.mh(ai, bi, ci, di, measure = 'RD')",
    "for (x in list(p, h)) show(coef(x), vcov(x), logLik(x), AIC(x), nobs(x), fitted(x), residuals(x), confint(x)$fixed)",
    "for (x in list(p, h)) { q <- predict(x); show(q$pred, q$se, q$ci.lb, q$ci.ub) }", "print(h)"
  ))
  ours <- numbers(output)
  d <- metadat("dat.bcg")
  fits <- list(
    metafor::rma.peto(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d),
    metafor::rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, measure = "RD")
  )
  theirs <- c(
    lapply(fits, function(x) c(coef(x), vcov(x), logLik(x), AIC(x), nobs(x), fitted(x), residuals(x), coef(x), x$ci.lb, x$ci.ub)),
    lapply(fits, function(x) c(coef(x), x$se, x$ci.lb, x$ci.ub))
  )
  expect_length(ours, length(theirs))
  for (i in seq_along(theirs)) expect_equal(ours[[i]], unname(as.vector(theirs[[i]])), tolerance = EXACT_TAIL, label = paste("line", i))
  expect_match(output, "Equal-Effects Model (k = 13)", fixed = TRUE, all = FALSE)
})
