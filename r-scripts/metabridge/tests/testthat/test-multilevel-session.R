# Long fits can be interrupted, and size costs memory in proportion.

test_that("an interrupt stops a fit that is under way", {
  skip_on_os("windows")
  lines <- in_new_session(c(
    "library(metabridge)", "set.seed(1)", "k <- 1500",
    "d <- data.frame(a = sample(700, k, TRUE), b = sample(700, k, TRUE), vi = runif(k, .01, .1), yi = rnorm(k))", "d$a[1:700] <- 1:700",
    "R <- crossprod(matrix(rnorm(700 * 700), 700)) / 700", "dimnames(R) <- list(1:700, 1:700)", "invisible(metabridge_version())",
    "system(sprintf('(sleep 1; kill -INT %d) &', Sys.getpid()))", "from <- proc.time()[[3]]",
    "end <- tryCatch({ rma.mv(yi, vi, random = list(~ 1 | a, ~ 1 | b), R = list(a = R), data = d); 'finished' }, interrupt = function(e) 'interrupted')",
    "cat(end, proc.time()[[3]] - from < 10, rma.mv(c(.1, .2, .3), c(.1, .1, .1))$k)"
  ), timeout = 300)
  # A machine on which the whole fit takes less than a second finishes it.
  expect_match(lines[length(lines)], "^(interrupted TRUE|finished (TRUE|FALSE)) 3$")
})

test_that("many effect sizes take memory in proportion", {
  with_metafor()
  skip_if_not_installed("Matrix")
  k <- 20000
  set.seed(1)
  d <- data.frame(study = rep(seq_len(k / 5), each = 5), lab = rep(seq_len(k / 50), each = 50), obs = seq_len(k), vi = runif(k, .01, .1))
  d$yi <- rnorm(k / 5, sd = .3)[d$study] + rnorm(k / 50, sd = .2)[d$lab] + rnorm(k, sd = sqrt(d$vi + .05))
  fit <- metabridge::rma.mv(yi, vi, random = ~ 1 | lab/study/obs, data = d)
  expect_lt(as.numeric(object.size(fit)), 2000 * k)
  expect_s4_class(fit$V, "Matrix")
  expect_s4_class(fit$M, "sparseMatrix")
  expect_equal(Matrix::diag(fit$M), d$vi + sum(fit$sigma2), tolerance = 1e-12)
  expect_equal(fit$M[1, 2], sum(fit$sigma2[1:2]), tolerance = 1e-12)
  expect_equal(fit$M[1, 6], fit$sigma2[1], tolerance = 1e-12)
  expect_match(printed(summary(fit)), "k = 20000", all = FALSE)
  expect_equal(unname(coef(fit)), predict(fit)$pred)
  inner <- metabridge::rma.mv(yi, vi, random = ~ obs | study, data = d)
  expect_equal(inner$M[1, 2], inner$tau2 * inner$rho, tolerance = 1e-12)
  expect_null(inner$G)
})

test_that("dense and sparse objects hold the same matrices", {
  with_metafor()
  k <- metadat("dat.konstantopoulos2011")
  for (random in list(quote(~ 1 | district/school), quote(~ school | district), quote(list(~ 1 | year, ~ year | district)))) {
    dense.fit <- eval(bquote(metabridge::rma.mv(yi, vi, random = .(random), data = k, struct = "AR")))
    sparse.fit <- eval(bquote(metabridge::rma.mv(yi, vi, random = .(random), data = k, struct = "AR", sparse = TRUE)))
    for (field in c("V", "M")) expect_equal(as.matrix(sparse.fit[[field]]), dense.fit[[field]], tolerance = 1e-14, ignore_attr = TRUE)
  }
})

test_that("garbage collection at every allocation finds nothing unprotected in the multilevel routine", {
  torture <- in_new_session(c(
    "library(metabridge)", "invisible(metabridge_version())", "y <- c(.1, .3, .2, .5); v <- c(.01, .02, .03, .01)",
    "id <- list(0L, c(1L, 1L, 2L, 2L), 2L, NULL, 0L, NULL, NULL, NULL, 'id', NaN, numeric())",
    "cs <- list(1L, c(1L, 1L, 2L, 2L), 2L, c(1L, 2L, 1L, 2L), 2L, NULL, NULL, 'CS', 'g', NaN, NaN)",
    "routine <- metabridge:::C_rma_mv; x <- cbind(1, c(1, 3, 2, 2)) + 0; V <- diag(v); bad <- list(3); one <- list(id); two <- list(id, cs); S <- list(0:4, 0:3, v)",
    "call <- function(terms, v) .Call(routine, y, v, x, 2L, NULL, 2L, terms, 'REML', 't', 'residual', 95)",
    "calls <- function() list(call(one, v), call(two, V), call(one, -v), call(bad, v), call(two[2], S))",
    "calm <- calls()", "gctorture(TRUE)", "again <- calls()", "gctorture(FALSE)", "cat(length(calm), identical(calm, again))"
  ), timeout = 900)
  expect_identical(torture[length(torture)], "5 TRUE")
})

test_that("the checksums are those of version 5", {
  with_metafor()
  # objects.json of metafor 5.1-12: rma.mv(yi, vi, random = ~ 1 | district/school, data = dat.konstantopoulos2011) and
  # rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = dat.berkey1998), V of its vcalc().
  k <- metabridge::rma.mv(yi, vi, random = ~ 1 | district/school, data = metadat("dat.konstantopoulos2011"))
  expect_identical(k$chksumyi, "064061f351dd36b2dbe2934eb3e39e8d")
  expect_identical(k$chksumV, "456f86dd572c91f95d724d4ec81850f2")
  expect_identical(k$chksumX, "cec6ec38066dc476ade161df60e698c9")
  b <- metadat("dat.berkey1998")
  V <- metafor::vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = b)
  class(V) <- c("vcovmat", class(V))
  fit <- metabridge::rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = b)
  expect_identical(fit$chksumyi, "55b0a2f631e6e5b4ca477173ae862f15")
  expect_identical(fit$chksumV, "72981bcd10d491c0c1347ba446e68d00")
  expect_identical(fit$chksumX, "4af6e3f4d53f633985edbc90d7b30ff9")
})
