# Frames of escalc() through both packages: attributes, classes, columns.
expect_same_frame <- function(call, env = parent.frame()) {
  pair <- in_both(call, env, control = FALSE)
  strip <- function(frame) {
    kept <- attributes(frame)
    list(names = kept$names, row.names = attr(frame, "row.names"), class = kept$class, digits = kept$digits,
         yi.names = kept$yi.names, vi.names = kept$vi.names)
  }
  found <- c(
    differs(strip(pair$ours), strip(pair$theirs), "attributes"),
    unlist(lapply(names(pair$theirs), function(name) field_differences(pair$ours[[name]], pair$theirs[[name]], paste0("$", name), c(relative = EXACT))))
  )
  expect(length(found) == 0L, paste0(paste(deparse(call), collapse = " "), "\n  ", paste(found, collapse = "\n  ")))
}

test_that("measures and their variances agree", {
  with_metafor()
  d <- metadat("dat.bcg")
  normand <- metadat("dat.normand1999")
  cor <- metadat("dat.mcdaniel1994")
  known <- names(metabridge:::keywords("measure"))
  tables <- data.frame(a = c(0L, 1L, 0L, 7L, 10L), b = c(10L, 9L, 10L, 3L, 0L), c = c(2L, 3L, 0L, 5L, 10L), d = c(8L, 7L, 10L, 5L, 0L))
  for (measure in intersect(c("RR", "OR", "RD", "AS", "PETO", "PHI", "YUQ", "YUY"), known)) {
    expect_same_frame(bquote(escalc(measure = .(measure), ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)))
    expect_same_frame(bquote(escalc(measure = .(measure), ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg, data = d)))
    for (to in c("only0", "all", "if0all", "none")) {
      expect_same_frame(bquote(escalc(measure = .(measure), ai = a, bi = b, ci = c, di = d, data = tables, to = .(to))))
      expect_same_frame(bquote(escalc(measure = .(measure), ai = a, bi = b, ci = c, di = d, data = tables, to = .(to), add = 0.1, drop00 = TRUE)))
    }
  }
  # Their definitions changed after 3.8-1, and the engine has the newer ones.
  changed <- if (utils::packageVersion("metafor") < "5.0.1") c("SMDH", "ROM", "CVR")
  for (measure in setdiff(intersect(c("MD", "SMD", "SMDH", "ROM", "SMD1", "VR", "CVR"), known), changed)) {
    expect_same_frame(bquote(escalc(measure = .(measure), m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = normand)))
  }
  for (vtype in c("UB", "LS", "LS2", "AV")) {
    expect_same_frame(bquote(escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = normand, vtype = .(vtype))))
  }
  for (measure in intersect(c("COR", "ZCOR", if (requireNamespace("gsl", quietly = TRUE)) "UCOR"), known)) expect_same_frame(bquote(escalc(measure = .(measure), ri = ri, ni = ni, data = cor)))
  for (measure in intersect(c("PR", "PLO", "PFT", "PLN", "PAS"), known)) {
    expect_same_frame(bquote(escalc(measure = .(measure), xi = c(0L, 2L, 5L), ni = c(10L, 20L, 30L))))
    expect_same_frame(bquote(escalc(measure = .(measure), xi = c(0, 2, 5), mi = c(10, 20, 30))))
  }
  for (measure in intersect(c("IRLN", "IR", "IRS", "IRFT"), known)) expect_same_frame(bquote(escalc(measure = .(measure), xi = c(0, 2, 5), ti = c(10, 20, 30))))
  for (measure in intersect(c("IRR", "IRD", "IRSD"), known)) {
    expect_same_frame(bquote(escalc(measure = .(measure), x1i = c(0, 2), t1i = c(10, 20), x2i = 3:4, t2i = c(9, 8))))
  }
})

test_that("frames agree: ways to write a call", {
  with_metafor()
  d <- metadat("dat.bcg")[1:5, c("author", "tpos", "tneg", "cpos", "cneg", "alloc", "ablat")]
  d1 <- metafor::escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, add.measure = TRUE)
  d1$yi[1] <- NA
  holes <- d
  holes$tpos[2] <- NA
  calls <- list(
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)),
    quote(escalc("RR", ai = d$tpos, bi = d$tneg, ci = d$cpos, di = d$cneg)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, append = FALSE)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, slab = alloc)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, subset = ablat > 42, slab = author)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, include = ablat > 42, slab = author)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, include = 1:2, add.measure = TRUE)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, var.names = c("lrr", "v"), add.measure = TRUE)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, var.names = c("lrr", "v", "mm"), add.measure = TRUE)),
    quote(escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d1)),
    quote(escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d1, replace = FALSE)),
    quote(escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d1, include = c(TRUE, FALSE, TRUE, TRUE, FALSE))),
    quote(escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d1, include = 1:2, add.measure = TRUE)),
    quote(escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d1, var.names = c("y2", "v2"), digits = 3)),
    quote(escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = holes)),
    quote(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, digits = c(est = 2))),
    quote(escalc(measure = "GEN", yi = c(.1, .2), vi = c(.3, .4))),
    quote(escalc(measure = "GEN", yi = c(.1, .2), sei = c(.3, .4), ni = c(10L, 20L), slab = c("a", "b"))),
    quote(escalc(yi = c(.1, .2), vi = c(.3, .4))),
    quote(escalc(measure = "RR", yi = yi, vi = vi, data = d1)),
    quote(escalc(measure = "SMD", m1i = c(1, 2), sd1i = c(1, 1), n1i = c(10, 20), m2i = c(.5, 1), sd2i = c(1, 1.2), n2i = c(11, 19), vtype = c("UB", "LS")))
  )
  for (call in calls) expect_same_frame(call)
})

test_that("fits of computed effect sizes agree in every field", {
  with_metafor()
  d <- metadat("dat.bcg")
  calls <- list(
    quote(rma(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)),
    quote(rma(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, measure = "OR", mods = ~ ablat, slab = author, subset = 2:13)),
    quote(rma(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, add = .1, to = "all", drop00 = TRUE)),
    quote(rma(measure = "RR", ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg, data = d)),
    quote(rma(measure = "MD", m1i = c(1, 2, 3), sd1i = c(1, 1, 2), n1i = c(10, 20, 30), m2i = c(.5, 1, .3), sd2i = c(1, 1.2, 1.3), n2i = c(11, 19, 33))),
    quote(rma(measure = "PFT", xi = c(1, 2, 3), ni = c(10, 20, 30))),
    quote(rma(measure = "PLO", xi = c(1, 2, 6), mi = c(10, 20, 30), method = "DL")),
    quote(rma(measure = "IRR", x1i = c(0, 2, 3), t1i = c(10, 20, 30), x2i = 3:5, t2i = c(9, 8, 8))),
    quote(rma(measure = "COR", ri = c(.1, .2, .5), ni = c(10, 20, 30), subset = 2:3))
  )
  for (call in calls) expect_same_fit(in_both(call))
})

test_that("measures of matched, matched binary and other data agree; so do switches", {
  with_metafor()
  d <- data.frame(m1 = c(10.2, 5.5, 31), m2 = c(9.1, 6.1, 25), s1 = c(2.1, 1.7, 9.5), s2 = c(2.4, 1.5, 8.8), n = c(20L, 35L, 12L), r = c(.5, .6, .1))
  for (measure in c("MC", "SMCC", "SMCR", "VRC")) {
    expect_same_frame(bquote(escalc(measure = .(measure), m1i = m1, m2i = m2, sd1i = s1, sd2i = s2, ni = n, ri = r, data = d)))
  }
  tables <- data.frame(a = c(0, 4, 7), b = c(10, 9, 3), c = c(2, 3, 5), d = c(8, 7, 0), r = c(.1, .2, .3))
  for (measure in c("MPRD", "MPRR", "MPOR", "MPORC", "MPPETO", "PBIT", "OR2DN", "REH")) {
    expect_same_frame(bquote(escalc(measure = .(measure), ai = a, bi = b, ci = c, di = d, data = tables)))
    expect_same_frame(bquote(escalc(measure = .(measure), ai = a, bi = b, ci = c, di = d, data = tables, onlyo1 = TRUE)))
  }
  expect_same_frame(quote(escalc(measure = "MPORM", ai = a, bi = b, ci = c, di = d, ri = r, data = tables)))
  expect_same_frame(quote(escalc(measure = "RD", ai = a, bi = b, ci = c, di = d, data = tables, addyi = FALSE)))
  expect_same_frame(quote(escalc(measure = "RD", ai = a, bi = b, ci = c, di = d, data = tables, addvi = FALSE)))
  expect_same_frame(quote(escalc(measure = "SPCOR", ti = c(1, 2), ni = c(30, 40), mi = c(3, 4), r2i = c(.2, .3))))
  expect_same_frame(quote(escalc(measure = "ARAW", ai = c(.5, .8), mi = c(10L, 12L), ni = c(30L, 40L))))
  expect_same_frame(quote(escalc(measure = "SDLN", sdi = c(1, 2), ni = c(10L, 12L))))
  flipped <- metabridge::escalc(measure = "OR", ai = a, bi = b, ci = c, di = d, data = tables, flip = c(TRUE, FALSE, TRUE))
  plain <- metabridge::escalc(measure = "OR", ai = a, bi = b, ci = c, di = d, data = tables)
  expect_equal(as.vector(flipped$yi), as.vector(plain$yi) * c(-1, 1, -1))
  corrected <- metabridge::escalc(measure = "ROM", m1i = 10, sd1i = 2, n1i = 20, m2i = 8, sd2i = 3, n2i = 25)
  plain <- metabridge::escalc(measure = "ROM", m1i = 10, sd1i = 2, n1i = 20, m2i = 8, sd2i = 3, n2i = 25, correct = FALSE)
  expect_equal(as.vector(corrected$yi - plain$yi), (4 / (20 * 100) - 9 / (25 * 64)) / 2)
})
