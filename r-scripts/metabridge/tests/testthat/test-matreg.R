expect_same_matreg <- function(call, env = parent.frame()) {
  pair <- in_both(call, env, control = FALSE)
  found <- c(
    differs(class(pair$ours), class(pair$theirs), "class"), differs(names(pair$ours), names(pair$theirs), "names"),
    differs(by_name(attributes(pair$ours$tab)), by_name(attributes(pair$theirs$tab)), "$tab attributes"),
    unlist(lapply(names(pair$theirs$tab), function(name) field_differences(pair$ours$tab[[name]], pair$theirs$tab[[name]], name, c(relative = EXACT_TAIL)))),
    unlist(lapply(setdiff(names(pair$theirs), "tab"), function(name) {
      field_differences(pair$ours[[name]], pair$theirs[[name]], name, c(relative = if (grepl("p$", name)) EXACT_TAIL else EXACT))
    }))
  )
  expect(length(found) == 0L, paste0(paste(deparse(call), collapse = " "), "\n  ", paste(found, collapse = "\n  ")))
  expect_identical(printed(pair$ours), printed(pair$theirs))
}

test_that("regressions from one sample agree with metafor, and with lm()", {
  with_metafor()
  set.seed(5)
  D <- as.data.frame(matrix(rnorm(200), 50) %*% matrix(rnorm(16), 4))
  names(D) <- letters[1:4]
  R <- cor(D)
  S <- cov(D)
  lower <- R
  lower[upper.tri(lower)] <- NA
  calls <- list(
    quote(matreg(1, 2:3, R = R, n = 50)), quote(matreg("c", c("d", "a"), R = R, n = 50, level = 90, digits = 3)),
    quote(matreg(1, 2:4, R = unname(R), n = 50)), quote(matreg(1, 2:3, R = lower, n = 50)), quote(matreg(1, 2, R = R, n = 50)),
    quote(matreg(1, 2:3, R = S, n = 50, cov = TRUE)), quote(matreg(1, 2:3, R = S, n = 50, cov = TRUE, means = colMeans(D)))
  )
  for (call in calls) expect_same_matreg(call)
  fit <- matreg("a", c("b", "c"), R = S, n = 50, cov = TRUE, means = colMeans(D))
  expect_equal(fit$tab$se, unname(summary(lm(a ~ b + c, D))$coefficients[, 2]), tolerance = 1e-10)
  expect_equal(matreg(a ~ b + c, R = S, n = 50, cov = TRUE, means = colMeans(D)), fit)
})

test_that("regressions from pooled correlations agree", {
  with_metafor()
  d <- metadat("dat.craft2003")
  for (rtoz in c(FALSE, TRUE)) {
    tmp <- rcalc(ri ~ var1 + var2 | study, ni = ni, data = d, rtoz = rtoz)
    dat <- tmp$dat
    V <- tmp$V
    dat$var1.var2 <- factor(dat$var1.var2, levels = c("acog.perf", "asom.perf", "conf.perf", "acog.asom", "acog.conf", "asom.conf"))
    # Two studies lack three correlations each, and the covariances of the other three of one of them depend on these.
    expect_warning(
      fit <- rma.mv(yi, V, mods = ~ var1.var2 - 1, random = ~ var1.var2 | study, struct = "UN", data = dat), "Rows with NAs omitted", fixed = TRUE
    )
    expect_identical(c(fit$k.f, fit$k), c(60L, 51L))
    R <- metafor::vec2mat(coef(fit))
    rownames(R) <- colnames(R) <- c("perf", "acog", "asom", "conf")
    W <- vcov(fit)
    expect_same_matreg(quote(matreg(1, 2:4, R = R, V = W, ztor = rtoz)))
    expect_same_matreg(quote(matreg("perf", c("acog", "asom", "conf"), R = R, V = W, ztor = rtoz)))
    expect_same_matreg(quote(matreg("asom", c("conf", "perf"), R = R, V = W, ztor = rtoz)))
  }
})

test_that("a regression of random effects agrees, but for the sign of the intercept's covariances", {
  with_metafor()
  G <- matrix(c(2.4, 1.7, 1.7, 1.4), 2, dimnames = list(c("CON", "EXP"), c("CON", "EXP")))
  V <- diag(c(.9, .5, .3)) + .1
  ours <- matreg(y = 2, x = 1, R = G, cov = TRUE, means = c(-4, -5), V = V)
  theirs <- metafor::matreg(y = 2, x = 1, R = G, cov = TRUE, means = c(-4, -5), V = V)
  expect_equal(ours$tab, theirs$tab, tolerance = 1e-8)
  # b0 = mean(y) - b mean(x), so that Cov(b0, b) = -mean(x) Var(b).
  expect_equal(ours$vb[1, 2], 4 * ours$vb[2, 2], tolerance = 1e-12)
  expect_equal(diag(ours$vb), diag(theirs$vb), tolerance = 1e-10)
})

test_that("errors", {
  R <- matrix(c(1, .5, .4, .5, 1, .3, .4, .3, 1), 3)
  expect_metabridge_error(matreg(1, 2:3, R = R), "MB0117")
  expect_metabridge_error(matreg(1, 2:3, R = R, n = 50, V = diag(3)), "MB0117")
  expect_metabridge_error(matreg(1, 1:3, R = R, n = 50), "MB0117")
  expect_metabridge_error(matreg("q", 2:3, R = R, n = 50), "MB0101")
  expect_metabridge_error(matreg(1, 5, R = R, n = 50), "MB0110")
  expect_metabridge_error(matreg(1, 2:3, R = R, V = diag(2)), "MB0106")
  expect_metabridge_error(matreg(1, 2:3, R = matrix(1, 3, 3), n = 50), "MB0104")
})
