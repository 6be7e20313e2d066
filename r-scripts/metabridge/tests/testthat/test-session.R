# The engine inside an R session: memory, saved objects, forks, interrupts.

test_that("many calls leave memory flat", {
  skip_on_os(c("mac", "windows"))
  calls <- if (nzchar(Sys.getenv("METABRIDGE_LONG"))) 50000L else 2500L
  growth <- in_new_session(c(
    "library(metabridge)",
    "resident <- function() { gc(); as.numeric(gsub('\\\\D', '', grep('^VmRSS:', readLines('/proc/self/status'), value = TRUE))) }",
    "y <- c(.1, .3, .2, .5, .4); v <- c(.01, .02, .03, .02, .01)",
    "calls <- function(n) for (i in seq_len(n)) { rma(y, v); if (i %% 10 == 0) tryCatch(rma(y, -v), error = identity) }",
    # A leak grows in every stretch; a collector that fills the budget that it starts with does so in one. In kB, by calls.
    "calls(3000); before <- resident()",
    sprintf("grown <- numeric(3); for (i in 1:3) { calls(%d); now <- resident(); grown[i] <- now - before; before <- now }", calls),
    sprintf("cat(min(grown) / %d)", calls)
  ), timeout = 600)
  expect_lt(as.numeric(growth[length(growth)]), 1)
})

test_that("a fit survives saveRDS", {
  fit <- metabridge::rma(c(.1, .3, .2), c(.01, .02, .03))
  file <- tempfile()
  on.exit(unlink(file))
  saveRDS(fit, file)
  expect_equal(readRDS(file)[c("beta", "vb", "tau2")], fit[c("beta", "vb", "tau2")])
})

test_that("a worker forked before the first call works, one forked after it gets a clear error", {
  skip_on_os("windows")
  cold <- in_new_session("library(metabridge); r <- parallel::mclapply(1:2, function(i) rma(c(.1,.3,.2), c(.01,.02,.03))$k, mc.cores = 2); cat(unlist(r))")
  expect_identical(cold[length(cold)], "3 3")
  warm <- in_new_session(c(
    "library(metabridge)", "invisible(metabridge_version())",
    "r <- parallel::mclapply(1:2, function(i) tryCatch(rma(c(.1,.3,.2), c(.01,.02,.03))$k, metabridge_error = function(e) e$code), mc.cores = 2)",
    "cat(unlist(r), rma(c(.1,.3,.2), c(.01,.02,.03))$k)"
  ))
  expect_identical(warm[length(warm)], "MB0502 MB0502 3")
})

test_that("loading the package does not start the engine", {
  skip_on_os(c("mac", "windows"))
  maps <- in_new_session("library(metabridge); a <- any(grepl('libmetabridge', readLines('/proc/self/maps'))); invisible(metabridge_version()); cat(a, any(grepl('libmetabridge', readLines('/proc/self/maps'))))")
  expect_identical(maps[length(maps)], "FALSE TRUE")
})

test_that("a missing engine is an error, not a crash", {
  lost <- in_new_session(c("Sys.setenv(METABRIDGE_LIB = '/nonexistent/libmetabridge.so')", "library(metabridge)",
                           "cat(tryCatch(metabridge_version(), metabridge_error = function(e) e$code))"))
  expect_identical(lost[length(lost)], "MB0501")
})

test_that("garbage collection at every allocation finds nothing unprotected", {
  # Only compiled code can leave something unprotected, so that only the routines are tortured.
  torture <- in_new_session(c(
    "library(metabridge)", "invisible(metabridge_version())",
    "y <- c(.1, .3, .2); v <- c(.01, .02, .03); table <- list(c(1, 2), c(3, 4), c(2, 3), c(5, 6))",
    "columns <- c(table, vector('list', 18)); bytes <- serialize(y, NULL)",
    "calls <- function() list(",
    "  .Call(metabridge:::C_rma_uni, y, v, cbind(1, 1:3) + 0, 2L, NULL, 2L, 'REML', 'knha', 95, NaN, TRUE),",
    "  .Call(metabridge:::C_rma_uni, y, -v, NULL, 1L, NULL, 1L, 'DL', 'z', 95, NaN, TRUE),",
    "  .Call(metabridge:::C_rma_uni, 'y', v, NULL, 1L, NULL, 1L, 'DL', 'z', 95, NaN, TRUE),",
    "  .Call(metabridge:::C_escalc, columns, 2L, 'RR', 'only0', 'LS', 0.5, FALSE),",
    "  .Call(metabridge:::C_keywords, 'method'), .Call(metabridge:::C_explain, 'MB0103'), .Call(metabridge:::C_fit_json, '{', '{}'),",
    "  .Call(metabridge:::C_md5, bytes, 14L), .Call(metabridge:::C_version))",
    "calm <- calls()", "gctorture(TRUE)", "again <- calls()", "gctorture(FALSE)", "cat(length(calm), identical(calm, again))"
  ), timeout = 300)
  expect_identical(torture[length(torture)], "9 TRUE")
})

test_that("the version and the error codes are told", {
  expect_match(metabridge_version(), "^[0-9]+\\.[0-9]+\\.[0-9]+$")
  told <- metabridge_explain("MB0103")
  expect_identical(told$code, "MB0103")
  expect_identical(metabridge_explain(103), told)
  expect_output(print(told), "MB0103: .*variance")
})

test_that("fit_json() gives what rma() gives", {
  d <- data.frame(y = c(.1, .3, .2), v = c(.01, .02, .03), g = factor(c("a", "b", "a")), ok = c(TRUE, NA, FALSE), t = c("x", "\"q\"", NA), n = 1:3)
  text <- fit_json('{"family":"univariate","effect":{"yi":"y","vi":"v"},"method":"DL"}', d)
  expect_true(startsWith(text, "{"))
  fit <- metabridge::rma(y, v, data = d, method = "DL")
  expect_true(grepl(substr(sprintf("%.15g", fit$beta[1]), 1, 12), text, fixed = TRUE))
})

test_that("many studies take memory in proportion", {
  with_metafor()
  skip_if_not_installed("Matrix")
  set.seed(1)
  v <- runif(20000, .01, .2)
  y <- rnorm(20000, .3, sqrt(v + .05))
  fit <- metabridge::rma(y, v)
  expect_lt(as.numeric(object.size(fit)), 2e7)
  expect_s4_class(fit$M, "sparseMatrix")
  expect_match(printed(fit), "k = 20000", all = FALSE)
  expect_match(printed(summary(fit)), "logLik", all = FALSE)
  expect_equal(predict(fit)$pred, unname(coef(fit)))
  expect_equal(vcov(fit)[1, 1], fit$se^2)
})

test_that("M is sparse in objects of every size, and valid", {
  with_metafor()
  skip_if_not_installed("Matrix")
  d <- bcg()
  fit <- metabridge::rma(yi, vi, data = d)
  expect_s4_class(fit$M, "dsCMatrix")
  expect_true(methods::validObject(fit$M))
  expect_equal(as.matrix(fit$M), diag(d$vi + fit$tau2), tolerance = 1e-15, ignore_attr = TRUE)
  expect_equal(as.matrix(solve(fit$M)), diag(1 / (d$vi + fit$tau2)), tolerance = 1e-12, ignore_attr = TRUE)
  expect_equal(as.matrix(metabridge::rma(yi, vi, data = d[1, ])$M), matrix(d$vi[1]), tolerance = 1e-15, ignore_attr = TRUE)
})

test_that("metafor's functions give the same with M sparse as with M dense", {
  with_metafor()
  skip_if_not_installed("Matrix")
  d <- bcg()
  cluster <- rep(1:5, length.out = 13)
  actions <- list(
    vcov = function(fit) lapply(c("fixed", "obs", "fitted", "resid"), function(type) vcov(fit, type = type)),
    weights = function(fit) weights(fit, type = "matrix"), hatvalues = function(fit) hatvalues(fit, type = "matrix"),
    residuals = function(fit) lapply(c("response", "rstandard", "rstudent", "pearson", "cholesky"), function(type) residuals(fit, type = type)),
    rstandard = function(fit) stats::rstandard(fit, cluster = cluster), robust = function(fit) metafor::robust(fit, cluster = cluster),
    small = function(fit) if (requireNamespace("clubSandwich", quietly = TRUE)) metafor::robust(fit, cluster = cluster, clubSandwich = TRUE),
    confint = function(fit) confint(fit), simulate = function(fit) stats::simulate(fit, seed = 1), influence = function(fit) stats::influence(fit),
    saved = function(fit) { file <- tempfile(); on.exit(unlink(file)); saveRDS(fit, file); readRDS(file) }
  )
  for (call in list(quote(rma(yi, vi, data = d)), quote(rma(yi, vi, mods = ~ ablat, weights = 1 / vi, data = d)),
                    quote(rma(yi, vi, mods = ~ ablat + factor(alloc), test = "knha", data = d)))) {
    sparse <- eval(call, list(rma = metabridge::rma, d = d))
    thick <- sparse
    thick$M <- dense(sparse$M)
    expect_same_actions(list(ours = sparse, theirs = thick, call = call), actions)
  }
})
