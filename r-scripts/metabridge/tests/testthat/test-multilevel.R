# rma.mv against metafor's: every field, over structures, forms of V and W, fixed components, missing values and tests.

made_up <- function() {
  set.seed(1)
  d <- data.frame(id = rep(letters[1:6], each = 4), obs = rep(c(1, 2, 10, 3), 6), t = rep(c(1, 2.5, 3, 5), 6), x = round(runif(24), 2),
                  z = round(runif(24), 2), g = rep(c("u", "v", "w", "w2"), 6), n = rep(c(5, 3, 10, 1, 2, 7), each = 4), one = 1, o = 1:24)
  d$vi <- runif(24, .05, .2)
  d$yi <- rnorm(24) + rnorm(6)[match(d$id, letters)]
  d
}

expect_all_same <- function(calls, env = parent.frame()) for (call in calls) expect_same_mv(mv_pair(call, env))

test_that("models without random effects agree", {
  with_metafor()
  d <- made_up()
  V <- as.matrix(Matrix::bdiag(lapply(split(d, d$id), function(a) .4 * sqrt(outer(a$vi, a$vi)) + diag(.6 * a$vi))))
  expect_all_same(list(
    quote(rma.mv(yi, vi, data = d)), quote(rma.mv(yi, vi, data = d, mods = ~ x)), quote(rma.mv(yi, V, mods = ~ x + g, data = d, method = "EE")),
    quote(rma.mv(yi, V, random = ~ 1 | id, data = d, method = "FE")), quote(rma.mv(yi, V, mods = ~ x, data = d, method = "CE", test = "t"))
  ))
})

test_that("intercept terms agree: nested, crossed, lists, known correlations", {
  with_metafor()
  d <- made_up()
  k <- metadat("dat.konstantopoulos2011")
  set.seed(3)
  R <- stats::cov2cor(crossprod(matrix(rnorm(400), 20)))[1:8, 1:8]
  dimnames(R) <- list(letters[8:1], letters[8:1])
  expect_all_same(list(
    quote(rma.mv(yi, vi, random = ~ 1 | district/school, data = k)), quote(rma.mv(yi, vi, random = ~ 1 | id/obs, data = d, method = "ML")),
    quote(rma.mv(yi, vi, random = list(~ 1 | id, ~ 1 | obs), data = d)), quote(rma.mv(yi, vi, random = ~ 1 | n/obs/g, data = d)),
    quote(rma.mv(yi, vi, random = ~ 1 | interaction(n, g), data = d)), quote(rma.mv(yi, vi, random = ~ 1 | factor(n), data = d)),
    quote(rma.mv(yi, vi, random = ~ 1 | one, data = d)), quote(rma.mv(yi, vi, random = list(id = ~ 1 | id), data = d)),
    quote(rma.mv(yi, vi, random = list(~ 1 | id, ~ 1 | obs), data = d, R = list(id = R))),
    quote(rma.mv(yi, vi, random = list(~ 1 | id, ~ 1 | obs), data = d, R = list(id = R), Rscale = "cor0")),
    quote(rma.mv(yi, vi, random = list(~ 1 | id, ~ 1 | obs), data = d, R = list(id = 2 * R), Rscale = FALSE)),
    quote(rma.mv(yi, vi, random = ~ 1 | id, data = d, R = list(id = 2 * R), Rscale = "cov0")),
    quote(rma.mv(yi, vi, random = ~ 1 | id, data = d, R = list(foo = R)))
  ))
})

test_that("every structure agrees", {
  with_metafor()
  d <- made_up()
  k <- metadat("dat.konstantopoulos2011")
  b <- metadat("dat.berkey1998")
  V <- metafor::vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = b)
  D <- as.matrix(stats::dist(d$t[1:4]))
  dimnames(D) <- list(d$t[1:4], d$t[1:4])
  expect_all_same(c(
    lapply(c("CS", "HCS", "UN", "ID", "DIAG", "AR", "HAR"), function(struct) {
      bquote(rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = .(struct), data = b))
    }),
    lapply(c("CS", "HCS", "DIAG", "AR", "CAR", "SPGAU", "SPEXP", "SPLIN"), function(struct) bquote(rma.mv(yi, vi, random = ~ t | id, struct = .(struct), data = d))),
    list(
      quote(rma.mv(yi, vi, random = ~ school | district, data = k)), quote(rma.mv(yi, vi, random = ~ factor(school) | district, data = k, sparse = TRUE)),
      quote(rma.mv(yi, vi, random = ~ x + z | id, struct = "GEN", data = d)), quote(rma.mv(yi, vi, random = ~ x - 1 | id, struct = "GDIAG", data = d)),
      quote(rma.mv(yi, vi, random = ~ x | id, struct = "GDIAG", data = d)), quote(rma.mv(yi, vi, random = ~ x + z | id, struct = "SPEXP", data = d)),
      quote(rma.mv(yi, vi, random = ~ t | id, struct = "SPGAU", dist = list(D), data = d)),
      quote(rma.mv(yi, vi, random = ~ t | id, struct = "SPEXP", dist = list(function(m) as.matrix(stats::dist(m)) * 2), data = d)),
      quote(rma.mv(yi, vi, random = ~ x + z | id, struct = "SPRAT", dist = "manhattan", data = d)),
      quote(rma.mv(yi, vi, random = ~ t | id, struct = "SPSPH", data = d, rho = 3)),
      quote(rma.mv(yi, vi, random = ~ one | id, data = d)), quote(rma.mv(yi, vi, random = ~ one | id, data = d, struct = "UN")),
      quote(rma.mv(yi, vi, random = ~ g | o, data = d)), quote(rma.mv(yi, vi, random = ~ g | o, data = d, struct = "UN")),
      quote(rma.mv(yi, vi, random = ~ g | o, data = d, struct = "DIAG")),
      quote(rma.mv(yi, vi, random = list(~ g | id, ~ g | n), struct = c("UN", "ID"), data = d)),
      quote(rma.mv(yi, vi, random = list(~ g | id, ~ t | n), struct = c("CS", "AR"), data = d, phi = .3)),
      quote(rma.mv(yi, vi, random = list(~ t | id, ~ 1 | id, ~ g | obs), struct = c("AR", "DIAG"), gamma2 = c(.1, NA, NA, NA), data = d))
    )
  ))
})

test_that("forms of V, W, moderators and tests agree", {
  with_metafor()
  skip_if_not_installed("Matrix")
  d <- made_up()
  b <- metadat("dat.berkey1998")
  Vb <- metafor::vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = b)
  blocks <- lapply(split(d, d$id), function(a) .4 * sqrt(outer(a$vi, a$vi)) + diag(.6 * a$vi))
  V <- as.matrix(Matrix::bdiag(blocks))
  S <- Matrix::Matrix(V, sparse = TRUE)
  W <- diag(24) + .1
  expect_all_same(list(
    quote(rma.mv(yi, blocks, random = ~ 1 | id/obs, data = d)), quote(rma.mv(yi, S, random = ~ 1 | id, data = d)),
    quote(rma.mv(yi, S, random = ~ 1 | id, data = d, sparse = TRUE)), quote(rma.mv(yi, .1, random = ~ 1 | id, data = d)),
    quote(rma.mv(yi, diag(vi), random = ~ 1 | id, data = d)), quote(rma.mv(d$yi, as.data.frame(V), random = ~ 1 | d.id, data = data.frame(d.id = d$id))),
    quote(rma.mv(yi, vi, random = ~ 1 | id, W = W, data = d)), quote(rma.mv(yi, vi, random = ~ 1 | id, W = vi, data = d, test = "t", mods = ~ x)),
    quote(rma.mv(yi, V, random = ~ 1 | id, W = 1, data = d, mods = ~ x)), quote(rma.mv(yi, V, random = ~ 1 | id, W = W, data = d, mods = ~ x, test = "t")),
    quote(rma.mv(yi ~ x + g, vi, random = ~ 1 | id, data = d, btt = "g")), quote(rma.mv(yi, vi, mods = cbind(x, z), random = ~ 1 | id, data = d, intercept = FALSE)),
    quote(rma.mv(yi, vi, mods = ~ x + I(2 * x), random = ~ 1 | id, data = d, subset = id != "a")),
    quote(rma.mv(yi, vi, mods = ~ x, random = ~ 1 | id, data = d, dfs = "contain")), quote(rma.mv(yi, vi, random = ~ 1 | id, data = d, tdist = TRUE)),
    quote(rma.mv(yi, vi, random = ~ 1 | id, data = d, level = 90, digits = 3)), quote(rma.mv(yi, vi, random = ~ 1 | id, data = d, nonsense = 3)),
    quote(rma.mv(yi, Vb, mods = ~ outcome + outcome:I(year - 1983) - 1, random = ~ outcome | trial, struct = "UN", data = b, test = "t", dfs = "contain"))
  ))
})

test_that("fixed components, subsets and missing values agree", {
  with_metafor()
  d <- made_up()
  holes <- d
  holes$yi[c(4, 8, 12, 17:20)] <- NA
  holes$x[1] <- NA
  last <- middle <- d
  last$yi[last$g == "w2"] <- NA
  middle$yi[middle$g == "v"] <- NA
  N <- diag(d$vi)
  N[1, 1] <- N[5, 6] <- N[6, 5] <- NA
  expect_all_same(list(
    quote(rma.mv(yi, vi, random = list(~ 1 | id, ~ 1 | o), data = d, sigma2 = c(NA, .1))),
    quote(rma.mv(yi, vi, random = list(~ 1 | id, ~ 1 | o), data = d, sigma2 = .1)),
    quote(rma.mv(yi, vi, random = ~ g | id, struct = "HCS", tau2 = .3, rho = .2, data = d)),
    quote(rma.mv(yi, vi, random = ~ I(g == "u") | id, struct = "HCS", tau2 = c(NA, 0), data = d)),
    quote(rma.mv(yi, vi, random = ~ g | id, struct = "HCS", tau2 = c(.3, NA, .1, NA), data = d)),
    quote(rma.mv(yi, vi, random = ~ t | id, struct = "CAR", rho = .5, data = d)),
    quote(rma.mv(yi, vi, mods = ~ x, random = list(~ g | id, ~ 1 | obs), struct = "HCS", data = holes, subset = -3, slab = paste0("s", 1:24), W = vi)),
    quote(rma.mv(yi, vi, random = list(~ g | id), struct = "HCS", data = last)), quote(rma.mv(yi, vi, random = list(~ g | id), struct = "CS", data = last)),
    quote(rma.mv(yi, vi, random = list(~ g | id), struct = "DIAG", data = last)), quote(rma.mv(yi, vi, random = list(~ g | id), struct = "AR", data = middle)),
    quote(rma.mv(yi, vi, random = list(~ g | id), struct = "HAR", data = middle)), quote(rma.mv(yi, vi, random = list(~ t | id), struct = "CAR", data = middle)),
    quote(rma.mv(yi, vi, random = list(~ x + z | id), struct = "SPEXP", data = holes[-1, ])),
    quote(rma.mv(yi, vi, random = ~ x + z | id, struct = "GEN", data = holes[-1, ])),
    quote(rma.mv(yi, N, random = ~ 1 | id, data = d))
  ))
})

test_that("the covariance of the components agrees", {
  with_metafor()
  d <- made_up()
  k <- metadat("dat.konstantopoulos2011")
  b <- metadat("dat.berkey1998")
  V <- metafor::vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = b)
  calls <- list(
    quote(rma.mv(yi, vi, random = ~ 1 | district/school, data = k, cvvc = TRUE)), quote(rma.mv(yi, vi, random = ~ school | district, data = k, cvvc = "transf")),
    quote(rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = b, cvvc = "varcov")),
    quote(rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = b, cvvc = "varcor", method = "ML")),
    quote(rma.mv(yi, vi, random = list(~ g | id, ~ 1 | n), data = d, cvvc = TRUE, sigma2 = .1))
  )
  for (call in calls) {
    ours <- quiet(eval(in_package(call, "metabridge")))
    theirs <- tryCatch(quiet(eval(in_package(`[[<-`(call, "control", quote(MV_TIGHT)), "metafor"))),
                       error = function(e) quiet(eval(in_package(call, "metafor"))))
    label <- paste(deparse(call), collapse = " ")
    expect_equal(ours$hessian, theirs$hessian, tolerance = 1e-4, label = label)
    expect_equal(ours$vvc, theirs$vvc, tolerance = 1e-4, label = label)
  }
})

test_that("random designs agree", {
  with_metafor()
  structures <- c("CS", "HCS", "UN", "ID", "DIAG", "AR", "HAR", "CAR")
  for (seed in seq_len(if (nzchar(Sys.getenv("METABRIDGE_LONG"))) 400 else 40)) {
    set.seed(seed)
    k <- sample(12:40, 1)
    d <- data.frame(a = sample(5, k, TRUE), b = sample(c("p", "q", "r"), k, TRUE), t = sample(c(1, 2, 4), k, TRUE), x = rnorm(k), vi = runif(k, .05, .3))
    d$yi <- rnorm(k, sd = sqrt(d$vi)) + rnorm(5, sd = .5)[d$a] + .4 * rnorm(k)
    if (runif(1) < .3) d$yi[sample(k, 2)] <- NA
    random <- switch(sample(5, 1), quote(~ 1 | a), quote(~ 1 | a/b), quote(list(~ 1 | a, ~ 1 | b)), quote(~ b | a), quote(list(~ t | a, ~ 1 | b)))
    inner <- any(c("b", "t") %in% all.names(random)) && grepl("[bt] [|]", paste(deparse(random), collapse = ""))
    struct <- sample(structures[if (grepl("t [|]", paste(deparse(random), collapse = ""))) 1:8 else 1:7], 1)
    call <- bquote(rma.mv(yi, vi, random = .(random), data = d, method = .(sample(c("REML", "ML"), 1)), test = .(sample(c("z", "t"), 1))))
    if (inner) call$struct <- struct
    if (runif(1) < .5) call$mods <- quote(~ x)
    if (runif(1) < .2) call$subset <- quote(a != 3)
    # The search is compared elsewhere, with optimisers that reach the maximum; here the arithmetic, given the components.
    pair <- tryCatch(mv_pair(call, free = FALSE), error = function(e) if (grepl("not positive definite", conditionMessage(e))) NULL else stop(e))
    if (!is.null(pair)) expect_same_mv(pair, warnings = FALSE)
  }
})
