ishak <- function() {
  d <- metadat("dat.ishak2007")
  d <- reshape(d, direction = "long", idvar = "study", v.names = c("yi", "vi"), varying = list(c(2, 4, 6, 8), c(3, 5, 7, 9)))
  d <- d[order(d$study, d$time), ]
  d <- d[!is.na(d$yi), ]
  rownames(d) <- NULL
  d
}

knapp <- function() {
  d <- metadat("dat.knapp2017")
  d$task.diff <- unlist(lapply(split(d, d$study), function(x) {
    task.int <- as.integer(factor(x$task))
    diff.int <- as.integer(factor(x$difficulty))
    diff.int[is.na(diff.int)] <- 1
    paste0(task.int, ".", diff.int)
  }))
  d
}

knapp_correlations <- function() {
  R <- matrix(0.4, nrow = 8, ncol = 8)
  R[5:8, 1:4] <- R[1:4, 5:8] <- 0.28
  diag(R[1:4, 5:8]) <- 0.7
  diag(R[5:8, 1:4]) <- 0.7
  diag(R) <- 1
  rownames(R) <- colnames(R) <- paste0(rep(1:2, each = 4), ".", 1:4)
  R
}

test_that("the examples of metafor's help page agree", {
  with_metafor()
  assink <- metadat("dat.assink2016")
  time <- ishak()
  kalaian <- metadat("dat.kalaian1996")
  berkey <- metadat("dat.berkey1998")
  sz <- knapp()
  R <- knapp_correlations()
  expect_same_matrix(quote(vcalc(vi, cluster = study, obs = esid, data = assink, rho = 0.6)))
  expect_same_matrix(quote(vcalc(vi, cluster = study, type = deltype, obs = esid, data = assink, rho = c(0.7, 0.5))))
  expect_same_matrix(quote(vcalc(vi, cluster = study, time1 = time, phi = 0.97, data = time)))
  expect_same_matrix(quote(vcalc(vi, cluster = study, type = outcome, data = kalaian, rho = 0.66)))
  expect_same_matrix(quote(vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = berkey)))
  expect_same_matrix(quote(vcalc(vi = 1, cluster = author, rvars = c(v1i:v2i), data = berkey)))
  expect_same_matrix(quote(vcalc(vi = vi, cluster = trial, type = outcome, data = berkey, rho = 0.4)))
  expect_same_matrix(quote(vcalc(vi, cluster = study, grp1 = group1, grp2 = group2, w1 = n_sz, w2 = n_hc, obs = task.diff, rho = R, data = sz)))
})

test_that("ways to write a call agree", {
  with_metafor()
  d <- metadat("dat.assink2016")
  Q <- matrix(c(1, .3, .2, .3, 1, .5, .2, .5, 1), 3, dimnames = list(c("general", "overt", "covert"), c("general", "overt", "covert")))
  shuffled <- d[order(d$esid, d$vi), ]
  missing <- d
  missing$vi[c(2, 9)] <- NA
  calls <- list(
    quote(vcalc(d$vi, d$study, obs = d$esid, rho = 0.6)),
    quote(vcalc(vi, study, obs = paste0("x", esid), rho = 0.6, data = d)),
    quote(vcalc(2, cluster = study, obs = esid, rho = 0.6, data = d)),
    quote(vcalc(vi, study, obs = esid, rho = 0.6, data = shuffled)),
    quote(vcalc(vi, study, subgroup = deltype, obs = esid, rho = 0.6, data = d)),
    quote(vcalc(vi, study, type = deltype, obs = esid, rho = list(0.7, Q), data = d)),
    quote(vcalc(vi, study, type = deltype, obs = esid, rho = list(0.7, 0.1), data = d)),
    quote(vcalc(vi, study, type = deltype, rho = Q, data = d, checkpd = FALSE)),
    quote(vcalc(vi, study, time1 = esid / 2, phi = 0.8, data = d)),
    quote(vcalc(vi, study, obs = esid, rho = 0.9, time1 = year, phi = 0.8, data = d))
  )
  for (call in calls) expect_same_matrix(call)
  # Covariances with a row of unknown variance are unknown within its cluster; metafor has them unknown with all other clusters too.
  ours <- vcalc(vi, study, obs = esid, rho = 0.6, data = missing)
  expect_equal(ours[-c(2, 9), -c(2, 9)], vcalc(vi, study, obs = esid, rho = 0.6, data = d[-c(2, 9), ]), tolerance = 0)
  expect_identical(is.na(ours), outer(seq_along(d$vi), seq_along(d$vi), function(i, j) d$study[i] == d$study[j] & (i %in% c(2, 9) | j %in% c(2, 9))))
  # The nearest matrix is found by iterations, which Matrix::nearPD stops at 1e-7.
  v <- c(1, 4, 9)
  expect_same_matrix(quote(vcalc(v, c(1, 1, 1), obs = 1:3, rho = -.8, nearpd = TRUE)), tolerance = 1e-6)
})

test_that("random contrasts within and between persons agree", {
  with_metafor()
  set.seed(31)
  for (i in 1:5) {
    k <- 30
    d <- data.frame(id = sample(1:5, k, TRUE), g1 = sample(c("A", "B", "C"), k, TRUE), g2 = sample(c("C", "D"), k, TRUE), t1 = sample(0:3, k, TRUE),
                    w1 = runif(k, 5, 50), w2 = runif(k, 5, 50), o = sample(1:3, k, TRUE), v = runif(k))
    d$t2 <- ifelse(d$g1 == d$g2, d$t1 + 1, sample(0:3, k, TRUE))
    expect_same_matrix(quote(vcalc(v, id, grp1 = g1, grp2 = g2, data = d[d$g1 != d$g2, ], checkpd = FALSE)))
    expect_same_matrix(quote(vcalc(v, id, grp1 = g1, grp2 = g2, w1 = w1, w2 = w2, data = d[d$g1 != d$g2, ], checkpd = FALSE)))
    expect_same_matrix(quote(vcalc(v, id, grp1 = g1, grp2 = g2, time1 = t1, time2 = t2, w1 = w1, w2 = w2, phi = .7, obs = o, rho = .5, data = d, checkpd = FALSE)))
    expect_same_matrix(quote(vcalc(v, id, grp1 = g1, grp2 = g2, time1 = t1, phi = .7, data = d[d$g1 != d$g2, ], checkpd = FALSE)))
  }
})

test_that("a sparse result is the same matrix, in the memory of its blocks", {
  skip_if_not_installed("Matrix")
  d <- data.frame(v = 1:6, id = c(1, 2, 1, 2, 3, 3), o = 1:6)
  full <- vcalc(v, id, obs = o, rho = .5, data = d)
  sparse <- vcalc(v, id, obs = o, rho = .5, data = d, sparse = TRUE)
  expect_s4_class(sparse, "dsCMatrix")
  expect_equal(as.matrix(sparse), full, tolerance = 0)
  k <- 100000
  large <- vcalc(rep(1, k), rep(seq_len(k / 4), each = 4), obs = rep(1:4, k / 4), rho = .5, sparse = TRUE)
  expect_identical(dim(large), c(100000L, 100000L))
  expect_lt(as.numeric(object.size(large)), 10e6)
})

test_that("what cannot be a covariance names the cluster, its rows and the eigenvalue", {
  v <- c(1, 1, 1)
  condition <- expect_metabridge_error(vcalc(v, c("a", "a", "a"), obs = 1:3, rho = -.8), "MB0104")
  expect_match(conditionMessage(condition), "cluster 'a' (rows 1, 2, 3): the smallest eigenvalue of its correlation matrix is -0.6", fixed = TRUE)
  expect_equal(vcalc(v, c("a", "a", "a"), obs = 1:3, rho = -.8, checkpd = FALSE)[1, 2], -.8)
  expect_metabridge_error(vcalc(v, 1:2, obs = 1:3, rho = .5), "MB0106")
  expect_metabridge_error(vcalc(v, c(1, NA, 1), obs = 1:3, rho = .5), "MB0109")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), obs = 1:3), "MB0117")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), rho = .5), "MB0117")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), obs = 1:3, rho = 1.5), "MB0110")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), time1 = 1:3), "MB0117")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), obs = 1:3, rho = diag(3)), "MB0117")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), obs = 4:6, rho = structure(diag(3), dimnames = list(1:3, 1:3))), "MB0111")
  expect_metabridge_error(vcalc(v, c(1, 1, 1), grp1 = 1:3, grp2 = 1:3), "MB0117")
  expect_metabridge_error(vcalc(c(-1, 1, 1), c(1, 1, 1), obs = 1:3, rho = .5), "MB0103")
})
