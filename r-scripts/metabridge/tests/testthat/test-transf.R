# Functions without the engine: the same call through both packages gives the same value.
expect_same_value <- function(call, env = parent.frame(), tolerance = EXACT) {
  ours <- theirs <- call
  ours[[1]] <- base::call("::", quote(metabridge), call[[1]])
  theirs[[1]] <- base::call("::", quote(metafor), call[[1]])
  a <- quiet(eval(ours, env))
  b <- quiet(eval(theirs, env))
  same <- all.equal(a, b, tolerance = tolerance)
  expect(isTRUE(same), paste(c(paste(deparse(call), collapse = " "), same), collapse = "\n  "))
}

test_that("transformations agree", {
  with_metafor()
  x <- c(-1.2, -0.3, 0, 0.001, 0.2, 0.5, 0.9, 1, 1.5, NA)
  for (name in c("rtoz", "ztor", "logit", "ilogit", "arcsin", "iarcsin", "isqrt", "iahw", "abt", "iabt", "dtou1", "dtou2", "dtou3", "dtocles", "dtobesd", "ahw", "dtorpb")) {
    expect_same_value(as.call(list(as.name(paste0("transf.", name)), x)))
  }
  expect_same_value(quote(transf.pft(c(0, .3, 1), c(10, 20, 30))))
  expect_same_value(quote(transf.ipft(c(0, .1, .3, .8, 1.4, 1.6), c(10, 20, 30, 40, 50, 60))))
  expect_same_value(quote(transf.ipft.hm(c(.3, .5), targs = list(ni = c(10, 20)))))
  expect_same_value(quote(transf.irft(c(0, .3, 1), c(10, 20, 30))))
  expect_same_value(quote(transf.iirft(c(.01, .3, 1), c(10, 20, 30))))
  expect_same_value(quote(transf.dtorpb(.5, 10, 12)))
  expect_same_value(quote(transf.dtomd(.5, targs = 3)))
  expect_same_value(quote(transf.logortord(.4, .2)))
  expect_same_value(quote(transf.logortorr(c(.4, .5), c(.1, .2))))
  # metafor integrates to 1e-4.
  for (name in c("exp", "ztor", "ilogit")) {
    expect_same_value(as.call(list(as.name(paste0("transf.", name, ".int")), .3, targs = list(tau2 = .1, lower = -3, upper = 4))), tolerance = 1e-6)
  }
})

test_that("transformations have their inverses and closed forms", {
  p <- c(.01, .3, .77)
  expect_equal(metabridge::transf.iprobit(metabridge::transf.probit(p)), p)
  expect_equal(metabridge::transf.ztor2(metabridge::transf.r2toz(p)), p)
  expect_equal(metabridge::transf.rpbtod(metabridge::transf.dtorpb(p, 10, 12), 10, 12), p)
  expect_equal(metabridge::transf.rtorpb(metabridge::transf.rpbtorbis(p, 10, 12), 10, 12), p)
  expect_equal(metabridge::transf.exp.int(.3, targs = .1), exp(.35), tolerance = 1e-12)
  expect_equal(metabridge::transf.iprobit.int(.3, targs = .1), pnorm(.3 / sqrt(1.1)), tolerance = 1e-12)
})

test_that("long formats and tables agree", {
  with_metafor()
  d <- metadat("dat.bcg")[1:4, ]
  for (measure in c("OR", "MPOR", "MPORC", "PETO", "PBIT")) {
    for (f in c("to.long", "to.table")) {
      expect_same_value(bquote(.(as.name(f))(measure = .(measure), ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)))
      expect_same_value(bquote(.(as.name(f))(measure = .(measure), ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, slab = author, subset = 2:3)))
      expect_same_value(bquote(.(as.name(f))(measure = .(measure), ai = c(0, 1, 0, NA), bi = 3:6, ci = c(2, 3, 0, 1), di = 5:8, to = "only0")))
      expect_same_value(bquote(.(as.name(f))(measure = .(measure), ai = c(0, 1, 0, 3), bi = 3:6, ci = c(2, 3, 0, 1), di = 5:8, to = "if0all", add = .25, drop00 = TRUE)))
    }
  }
  for (measure in c("OR", "MPOR")) {
    expect_same_value(bquote(to.long(measure = .(measure), ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, vlong = TRUE)))
    expect_same_value(bquote(to.long(measure = .(measure), ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg, data = d, append = FALSE)))
  }
  for (f in c("to.long", "to.table")) {
    g <- as.name(f)
    expect_same_value(bquote(.(g)("IRR", x1i = c(3, 4), t1i = c(10, 11), x2i = c(5, 6), t2i = c(20, 21))))
    expect_same_value(bquote(.(g)("MD", m1i = 1:2, sd1i = 1:2, n1i = 10:11, m2i = 3:4, sd2i = 5:6, n2i = 20:21)))
    expect_same_value(bquote(.(g)("PR", xi = 1:2, ni = 10:11)))
    expect_same_value(bquote(.(g)("COR", ri = c(.1, .2), ni = 10:11)))
    expect_same_value(bquote(.(g)("IR", xi = 1:2, ti = 10:11)))
    expect_same_value(bquote(.(g)("MN", mi = 1:2, sdi = 1:2, ni = 10:11)))
    expect_same_value(bquote(.(g)("MC", m1i = 1:2, m2i = 3:4, sd1i = 1:2, sd2i = 3:4, ni = 10:11, ri = c(.1, .2))))
    expect_same_value(bquote(.(g)("ARAW", ai = c(.5, .6), mi = 2:3, ni = 10:11)))
  }
})

test_that("wide formats agree", {
  with_metafor()
  d <- metadat("dat.hasselblad1998")
  s <- metadat("dat.senn2013")
  expect_same_value(quote(to.wide(d, study = "study", grp = "trt", ref = "no_contact", grpvars = 6:7)))
  expect_same_value(quote(to.wide(d, study = "study", grp = "trt", grpvars = 6:7, postfix = c("_a", "_b"), minlen = 4)))
  expect_same_value(quote(to.wide(s, study = "study", grp = "treatment", grpvars = c("ni", "mi", "sdi"))))
  expect_same_value(quote(to.wide(s, study = "study", grp = "treatment", grpvars = c("ni", "mi", "sdi"), ref = "placebo", addid = FALSE, adddesign = FALSE)))
})

test_that("aggregates agree", {
  with_metafor()
  d <- metafor::escalc(yi = yi, vi = vi, data = metadat("dat.assink2016"))
  d$flag <- d$deltype == "general"
  calls <- list(
    quote(aggregate.escalc(d, cluster = study, struct = "ID")),
    quote(aggregate.escalc(d, cluster = study, rho = .6)),
    quote(aggregate.escalc(d, cluster = study, rho = .6, weighted = FALSE, addk = TRUE)),
    quote(aggregate.escalc(d, cluster = study, rho = seq(.1, .9, length.out = 17))),
    quote(aggregate.escalc(d, cluster = study, struct = "CS+CAR", time = esid, rho = .4, phi = .7)),
    quote(aggregate.escalc(d, cluster = study, struct = "CAR", time = esid, phi = .7)),
    quote(aggregate.escalc(d, cluster = study, struct = "CS*CAR", time = esid, obs = deltype, rho = .4, phi = .7)),
    quote(aggregate.escalc(d, cluster = study, rho = .6, subset = year > 0, select = c("study", "yi", "vi"))),
    quote(aggregate.escalc(d, cluster = study, V = metafor::vcalc(vi, cluster = study, obs = esid, data = d, rho = .5)))
  )
  bcg <- metafor::escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat("dat.bcg"), slab = author)
  calls <- c(calls, quote(aggregate.escalc(bcg, cluster = alloc, struct = "ID", addk = TRUE)))
  for (call in calls) {
    ours <- theirs <- call
    ours[[1]] <- quote(metabridge::aggregate.escalc)
    theirs[[1]] <- quote(stats::aggregate)
    a <- quiet(eval(ours))
    b <- quiet(eval(theirs))
    same <- all.equal(as.data.frame(unclass(a)), as.data.frame(unclass(b)), tolerance = EXACT)
    expect(isTRUE(same), paste(c(paste(deparse(call), collapse = " "), same), collapse = "\n  "))
  }
  expect_error(metabridge::aggregate.escalc(d, cluster = study), class = "metabridge_error")
  expect_error(metabridge::aggregate.escalc(d, cluster = study, rho = -.9), class = "metabridge_error")
})

test_that("converters give back what was reported", {
  d <- data.frame(a = c(4, 62, 20), b = c(119, 300, 5), c = c(11, 48, 3), d = c(128, 1619, 30))
  d <- transform(d, or = round(a * d / (b * c), 3), n = a + b + c + d, n1 = a + b, m1 = a + c)
  x <- metabridge::conv.2x2(ori = or, ni = n, n1i = n1, n2i = m1, data = d)
  expect_equal(unlist(x[c("ai", "bi", "ci", "di")], use.names = FALSE), unlist(d[c("a", "b", "c", "d")], use.names = FALSE))
  y <- metabridge::conv.wald(out = exp(c(.5, .2)), ci.lb = exp(c(.5, .2) - qnorm(.975) * c(.2, .3)), ci.ub = exp(c(.5, .2) + qnorm(.975) * c(.2, .3)), transf = log)
  expect_equal(y$vi, c(.04, .09))
  expect_s3_class(y, "escalc")
  expect_warning(metabridge::conv.wald(out = 1, ci.lb = 0, ci.ub = 4))
  z <- metabridge::conv.delta(yi = c(.3, .5), vi = c(.01, .02), transf = metabridge::transf.ztor)
  expect_equal(z$vi, (1 - tanh(c(.3, .5))^2)^2 * c(.01, .02), tolerance = 1e-9)
  f <- metabridge::conv.fivenum(min = 2, q1 = 4, median = 5, q3 = 6, max = 8, n = 50)
  expect_equal(f$mean, 5, ignore_attr = TRUE)
  skewed <- metabridge::conv.fivenum(min = 1, q1 = 1.1, median = 1.2, q3 = 6, max = 80, n = 500)
  expect_true(is.na(skewed$mean))
  expect_false(is.na(metabridge::conv.fivenum(min = 1, q1 = 1.1, median = 1.2, q3 = 6, max = 80, n = 500, test = FALSE)$mean))
})

test_that("modes are where the density on the new scale is highest, and have closed forms", {
  expect_equal(metabridge::transf.exp.mode(c(.3, -1), targs = .2), exp(c(.1, -1.2)), tolerance = 1e-7)
  expect_equal(metabridge::transf.iprobit.mode(.3, targs = list(tau2 = .4)), pnorm(.5), tolerance = 1e-7)
  # The mode of a logit-normal distribution solves logit(p) = mu + tau2 (2p - 1); that of tanh(z) solves z = mu + 2 tau2 tanh(z).
  p <- metabridge::transf.ilogit.mode(-.8, targs = .5)
  expect_equal(stats::qlogis(p), -.8 + .5 * (2 * p - 1), tolerance = 1e-7)
  r <- metabridge::transf.ztor.mode(.4, targs = .05)
  expect_equal(atanh(r), .4 + 2 * .05 * r, tolerance = 1e-7)
  grid <- seq(.001, .999, by = 1e-4)
  density <- stats::dnorm(stats::qlogis(grid), -.8, sqrt(.5)) / (grid * (1 - grid))
  expect_equal(grid[which.max(density)], p, tolerance = 2e-4)
  expect_identical(metabridge::transf.exp.mode(c(NA, .2), targs = 0), c(NA, exp(.2)))
  # Beyond a variance of 1 the density of pnorm(z) is highest at an end.
  expect_identical(metabridge::transf.iprobit.mode(.3, targs = 1.5), NA_real_)
  expect_metabridge_error(metabridge::transf.exp.mode(.3, targs = list()), "MB0117")
})
