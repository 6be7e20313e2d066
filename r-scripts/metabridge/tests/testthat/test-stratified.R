TABLES <- list(
  bcg = list(data = "dat.bcg", args = quote(f(ai = tpos, bi = tneg, ci = cpos, di = cneg))),
  collins = list(data = "dat.collins1985a", args = quote(f(ai = b.xti, n1i = nti, ci = b.xci, n2i = nci))),
  hahn = list(data = "dat.hahn2001", args = quote(f(ai = ai, n1i = n1i, ci = ci, n2i = n2i))),
  nielweise = list(data = "dat.nielweise2007", args = quote(f(ai = ai, n1i = n1i, ci = ci, n2i = n2i, slab = paste(author, year)))),
  axfors = list(data = "dat.axfors2021", args = quote(f(ai = hcq_arm_event, n1i = hcq_arm_total, ci = control_arm_event, n2i = control_arm_total))),
  yusuf = list(data = "dat.yusuf1985", args = quote(f(ai = ai, n1i = n1i, ci = ci, n2i = n2i, subset = table == "6")))
)
TIMES <- list(
  warfarin = list(data = "dat.hart1999", args = quote(f(x1i = x1i, x2i = x2i, t1i = t1i, t2i = t2i))),
  catheter = list(data = "dat.nielweise2008", args = quote(f(x1i = x1i, x2i = x2i, t1i = t1i, t2i = t2i, slab = study)))
)
RULES <- list(
  quote(f()), quote(f(add = c(.5, .5))), quote(f(add = c(.5, .5), to = c("only0", "only0"))), quote(f(add = c(.5, .25), to = c("all", "all"))),
  quote(f(add = c(.5, .5), to = c("if0all", "if0all"))), quote(f(drop00 = FALSE)), quote(f(drop00 = c(TRUE, TRUE))),
  quote(f(drop00 = c(FALSE, TRUE), add = 0.1, to = "all")), quote(f(to = "none")), quote(f(level = 90))
)

call_of <- function(name, table, ...) {
  as.call(c(as.name(name), as.list(table$args)[-1L], data = quote(d), do.call(c, lapply(list(...), function(x) as.list(x)[-1L]))))
}

fit_both <- function(name, table, ...) {
  d <- metadat(table$data)
  pooled_in_both(call_of(name, table, ...), environment())
}

test_that("every field agrees: measures by rules for zero cells", {
  with_metafor()
  for (table in TABLES) for (rule in RULES) {
    for (measure in c("OR", "RR", "RD")) {
      # With a variance of zero metafor's Q is infinite; the next test has it.
      if (measure == "RD" && identical(rule, quote(f(to = "none")))) next
      expect_same_pooled(fit_both("rma.mh", table, bquote(f(measure = .(measure))), rule))
    }
    expect_same_pooled(fit_both("rma.peto", table, rule))
  }
  for (table in TIMES) for (rule in RULES) for (measure in c("IRR", "IRD")) {
    expect_same_pooled(fit_both("rma.mh", table, bquote(f(measure = .(measure))), rule))
  }
})

test_that("every field agrees: ways to write a call", {
  with_metafor()
  d <- metadat("dat.bcg")
  holes <- d
  holes$tpos[2] <- NA
  holes$cneg[5] <- NA
  a <- d$tpos; b <- d$tneg; c <- d$cpos; e <- d$cneg
  one <- d[4, ]
  calls <- list(
    quote(rma.mh(ai = a, bi = b, ci = c, di = e)), quote(rma.mh(a, b, c, e, measure = "RD")), quote(rma.peto(a, b, c, e)),
    quote(rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = holes)), quote(rma.peto(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = holes, slab = author)),
    quote(rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, subset = c(1, 3, 5, 7))),
    quote(rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, subset = alloc == "random", slab = author)),
    quote(rma.mh(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg, data = d, slab = alloc)),
    quote(rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, correct = FALSE, digits = 6)),
    quote(rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = one)), quote(rma.peto(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = one)),
    quote(rma.peto(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, level = .9, digits = c(est = 2)))
  )
  for (call in calls) expect_same_pooled(pooled_in_both(call))
})

test_that("tables without a pooled effect have the fields of metafor's", {
  with_metafor()
  no.first <- list(c(0, 0, 0), c(10, 20, 30), c(1, 2, 3), c(10, 22, 31))
  no.events <- list(c(0, 0, 0), c(10, 20, 30), c(0, 0, 0), c(10, 22, 31))
  for (x in list(no.first, no.events)) for (measure in c("OR", "RR", "RD")) {
    pair <- pooled_in_both(bquote(rma.mh(ai = .(x[[1]]), bi = .(x[[2]]), ci = .(x[[3]]), di = .(x[[4]]), measure = .(measure))))
    expect_same_pooled(pair)
    expect_identical(printed(pair$ours), printed(pair$theirs))
  }
  expect_metabridge_error(quiet(metabridge::rma.peto(no.events[[1]], no.events[[2]], no.events[[3]], no.events[[4]])), "MB0107")
})

ACTIONS <- list(
  summary = function(x) printed(summary(x)), print = printed, coef = coef, vcov = vcov, logLik = logLik, AIC = AIC, BIC = BIC, deviance = deviance,
  nobs = nobs, fitted = fitted, residuals = residuals, rstandard = rstandard, rstudent = rstudent, predict = predict,
  predict.exp = function(x) predict(x, transf = exp, digits = 2), confint = confint, confint.exp = function(x) confint(x, transf = exp, level = 90),
  leave1out = metafor::leave1out, leave1out.exp = function(x) printed(metafor::leave1out(x, transf = exp)), cumul = metafor::cumul,
  cumul.order = function(x) metafor::cumul(x, order = rev(seq_len(x$k.f))), fitstats = metafor::fitstats, weights = weights,
  formula = formula, model.matrix = function(x) tryCatch(model.matrix(x), error = conditionMessage)
)

DRAWINGS <- list(
  forest = function(x) metafor::forest(x), forest.exp = function(x) metafor::forest(x, atransf = exp, showweights = TRUE), funnel = function(x) metafor::funnel(x),
  radial = function(x) metafor::radial(x), labbe = function(x) metafor::labbe(x), baujat = function(x) metafor::baujat(x), qqnorm = function(x) qqnorm(x), plot = function(x) plot(x),
  cumul = function(x) metafor::forest(metafor::cumul(x))
)

test_that("metafor's methods do the same with both objects", {
  with_metafor()
  pairs <- list(
    fit_both("rma.mh", TABLES$bcg), fit_both("rma.mh", TABLES$collins), fit_both("rma.mh", TABLES$nielweise, quote(f(measure = "RR"))),
    fit_both("rma.mh", TABLES$bcg, quote(f(measure = "RD"))), fit_both("rma.mh", TABLES$hahn, RULES[[3]]), fit_both("rma.mh", TABLES$hahn, RULES[[8]]), fit_both("rma.mh", TIMES$warfarin, quote(f(measure = "IRR"))),
    fit_both("rma.mh", TIMES$catheter, quote(f(measure = "IRD"))), fit_both("rma.peto", TABLES$collins), fit_both("rma.peto", TABLES$axfors)
  )
  for (pair in pairs) expect_same_actions(pair, ACTIONS)
})

test_that("metafor's plots of both objects are the same", {
  with_metafor()
  pairs <- list(fit_both("rma.mh", TABLES$bcg), fit_both("rma.mh", TABLES$collins), fit_both("rma.mh", TIMES$warfarin, quote(f(measure = "IRR"))), fit_both("rma.peto", TABLES$collins))
  for (pair in pairs) for (name in names(DRAWINGS)) {
    draw <- DRAWINGS[[name]]
    attempt <- function(x) tryCatch(quiet(drawn(draw, x)), error = function(e) list(bytes = conditionMessage(e)))
    expect_same_drawing(attempt(pair$ours), attempt(pair$theirs), paste(name, "of", class(pair$ours)[1]))
  }
})

test_that("wrong input is an error that says what is wrong", {
  x <- data.frame(a = c(1, 2), b = c(5, 6), c = c(2, 3), e = c(7, 8), t = c(10, 20))
  expect_metabridge_error(metabridge::rma.mh(a, b, c, e, data = x, measure = "SMD"), "MB0110")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, data = x), "MB0117")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, c(1, 2, 3), data = x), "MB0106")
  expect_metabridge_error(metabridge::rma.mh(-a, b, c, e, data = x), "MB0118")
  expect_metabridge_error(metabridge::rma.mh(ai = a, n1i = a - 1, ci = c, n2i = c + 1, data = x), "MB0118")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, e, data = x, add = c(1, 2, 3)), "MB0110")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, e, data = x, add = -1), "MB0110")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, e, data = x, to = "some"), "MB0111")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, e, data = x, drop00 = NA), "MB0122")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, e, data = x, level = 120), "MB0110")
  expect_metabridge_error(metabridge::rma.mh(x1i = a, x2i = c, t1i = c(0, 1), t2i = t, data = x, measure = "IRR"), "MB0118")
  expect_metabridge_error(metabridge::rma.mh(a, b, c, nowhere, data = x), "MB0101")
  expect_metabridge_error(metabridge::rma.mh(c(NA, NA), b, c, e, data = x), "MB0107")
  expect_metabridge_error(metabridge::rma.peto(a, b, c, e, data = x, subset = 3), "MB0110")
})

test_that("a table without subjects, or with one, adds nothing", {
  with <- quiet(metabridge::rma.mh(c(4, 0, 1, 9), c(5, 0, 0, 7), c(2, 0, 0, 8), c(9, 0, 0, 6)))
  without <- metabridge::rma.mh(c(4, 9), c(5, 7), c(2, 8), c(9, 6))
  expect_identical(with$beta, without$beta)
  expect_identical(with$se, without$se)
  expect_equal(with$MH, without$MH, tolerance = 1e-14)
  expect_identical(with$TA, without$TA)
  expect_identical(with$k.pos, 2L)
})
