expect_same_rcalc <- function(call, env = parent.frame()) {
  pair <- in_both(call, env, control = FALSE)
  found <- c(
    field_differences(pair$ours$V, pair$theirs$V, "$V", c(relative = EXACT), 1e-3 * max(abs(pair$theirs$V), na.rm = TRUE)),
    differs(names(pair$ours$dat), names(pair$theirs$dat), "names"),
    unlist(lapply(names(pair$theirs$dat), function(name) field_differences(pair$ours$dat[[name]], pair$theirs$dat[[name]], name, c(relative = EXACT))))
  )
  expect(length(found) == 0L, paste0(paste(deparse(call), collapse = " "), "\n  ", paste(found, collapse = "\n  ")))
}

test_that("correlations and covariances agree", {
  with_metafor()
  d <- metadat("dat.craft2003")
  uneven <- d
  uneven$ni <- uneven$ni + rep(0:5, length.out = nrow(d))
  holes <- d[-c(5, 9, 20), ]
  holes$ri[3] <- NA
  one <- d[d$study == "1", ]
  R <- structure(matrix(c(1, .5, .3, .5, 1, .2, .3, .2, 1), 3), dimnames = list(letters[1:3], letters[1:3]))
  calls <- list(
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = d)),
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = d, rtoz = TRUE)),
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = uneven)),
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = uneven, nfun = "harmonic")),
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = uneven, nfun = "mean", rtoz = TRUE)),
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = uneven, nfun = max)),
    quote(rcalc(ri ~ var1 + var2 | study, ni = ni, data = holes)),
    quote(rcalc(ri ~ var1 + var2, ni = ni, data = one)),
    quote(rcalc(R, ni = 40)),
    quote(rcalc(list(R, R[1:2, 1:2]), ni = c(40, 50), rtoz = TRUE)),
    quote(rcalc(list(S = R, T = R[1:2, 1:2]), ni = c(40, 50)))
  )
  for (call in calls) expect_same_rcalc(call)
  # Without data, from the environment of the formula.
  expect_identical(rcalc(one$ri ~ one$var1 + one$var2, ni = one$ni)$V, rcalc(ri ~ var1 + var2, ni = ni, data = one)$V)
})

test_that("four variables of a matrix are in the order of the lower triangle by columns", {
  R <- diag(4)
  R[lower.tri(R)] <- c(.1, .2, .3, .12, .13, .23)
  R <- R + t(R) - diag(4)
  expect_identical(rcalc(R, ni = 30)$dat$var1.var2, c("x1.x2", "x1.x3", "x1.x4", "x2.x3", "x2.x4", "x3.x4"))
  expect_equal(rcalc(R, ni = 30)$dat$yi, c(.1, .2, .3, .12, .13, .23))
})

test_that("sparse results and errors", {
  with_metafor()
  skip_if_not_installed("Matrix")
  d <- metadat("dat.craft2003")
  sparse <- rcalc(ri ~ var1 + var2 | study, ni = ni, data = d, sparse = TRUE)$V
  expect_s4_class(sparse, "dsCMatrix")
  expect_equal(as.matrix(sparse), rcalc(ri ~ var1 + var2 | study, ni = ni, data = d)$V, tolerance = 0)
  wrong <- d[1:6, ]
  wrong$ri <- c(.9, -.9, .9, .9, .9, .9)
  condition <- expect_metabridge_error(rcalc(ri ~ var1 + var2 | study, ni = ni, data = wrong), "MB0104")
  expect_match(conditionMessage(condition), "cluster '1'", fixed = TRUE)
  expect_metabridge_error(rcalc(ri ~ var1 + var2 | study, ni = ni, data = d[c(1, 1, 2), ]), "MB0120")
  expect_metabridge_error(rcalc(ri ~ var1 | study, ni = ni, data = d), "MB0117")
  expect_metabridge_error(rcalc(ri ~ var1 + var2 | study, ni = ni, data = d, nfun = "x"), "MB0111")
  expect_metabridge_error(rcalc(I(2 * ri) ~ var1 + var2 | study, ni = ni, data = d), "MB0110")
})
