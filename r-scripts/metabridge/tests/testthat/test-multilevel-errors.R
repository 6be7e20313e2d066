# Bad input to rma.mv: a condition with a code, and the session goes on.

test_that("every kind of bad input has its code", {
  d <- data.frame(yi = c(.1, .3, .2, .5, .4, .1), vi = c(.01, .02, .03, .02, .01, .02), id = rep(1:3, each = 2), o = 1:6, g = rep(c("a", "b"), 3),
                  x = 1:6, text = letters[1:6], hole = c(1, NA, 3:6))
  # fit(...) stands for rma.mv(..., data = d), written out, because arguments are looked up in the data.
  written_out <- function(call) {
    if (identical(call[[1]], quote(fit))) {
      call[[1]] <- quote(metabridge::rma.mv)
      call$data <- quote(d)
    }
    call
  }
  V <- diag(d$vi)
  skew <- V
  skew[1, 2] <- .001
  indefinite <- V
  indefinite[1, 2] <- indefinite[2, 1] <- 1
  R <- diag(3)
  dimnames(R) <- list(1:3, 1:3)
  cases <- list(
    list("MB0117", quote(fit(yi))), list("MB0117", quote(metabridge::rma.mv(V = .1))),
    list("MB0101", quote(fit(nothing, vi))), list("MB0101", quote(fit(yi, nothing))), list("MB0101", quote(fit(yi, vi, random = ~ 1 | nothing))),
    list("MB0101", quote(fit(yi, vi, mods = ~ nothing))), list("MB0102", quote(fit(text, vi))), list("MB0102", quote(fit(yi, text))),
    list("MB0102", quote(fit(yi, vi, W = text))), list("MB0106", quote(fit(yi, c(.1, .2)))), list("MB0106", quote(fit(yi, V[1:4, 1:4]))),
    list("MB0106", quote(fit(yi, list(V[1:2, 1:2], V[3:4, 3:4])))), list("MB0106", quote(fit(yi, list(V[1:2, ], V[3:4, 3:4])))),
    list("MB0102", quote(fit(yi, list("a", V[3:4, 3:4])))), list("MB0110", quote(fit(yi, skew))), list("MB0103", quote(fit(yi, -vi))),
    list("MB0109", quote(fit(yi / 0, vi))), list("MB0109", quote(fit(yi, vi / 0))), list("MB0109", quote(fit(yi, vi, random = ~ 1 | hole))),
    list("MB0106", quote(fit(yi, vi, random = ~ 1 | z, slab = 1:2))), list("MB0106", quote(fit(yi, vi, W = 1:2))),
    list("MB0122", quote(fit(yi, vi, random = "id"))), list("MB0117", quote(fit(yi, vi, random = ~ id))),
    list("MB0117", quote(fit(yi, vi, random = ~ g | id/o))), list("MB0117", quote(fit(yi, vi, random = ~ 1 | id:g))),
    list("MB0117", quote(fit(yi, vi, random = list(~ g | id, ~ g | o, ~ x | id)))), list("MB0117", quote(fit(yi, vi, random = ~ g + x | id))),
    list("MB0117", quote(fit(yi, vi, random = ~ 1 | d$id))), list("MB0111", quote(fit(yi, vi, random = ~ g | id, struct = "XX"))),
    list("MB0122", quote(fit(yi, vi, random = ~ g | id, struct = 3))), list("MB0102", quote(fit(yi, vi, random = ~ g | id, struct = "CAR"))),
    list("MB0102", quote(fit(yi, vi, random = ~ g | id, struct = "SPEXP"))), list("MB0117", quote(fit(yi, vi, random = ~ x | o, struct = "SPEXP"))),
    list("MB0111", quote(fit(yi, vi, random = ~ x | id, struct = "SPEXP", dist = "nowhere"))),
    list("MB0111", quote(fit(yi, vi, random = ~ x | id, struct = "SPEXP", dist = list(R)))),
    list("MB0106", quote(fit(yi, vi, random = ~ 1 | id, sigma2 = c(1, 2)))), list("MB0110", quote(fit(yi, vi, random = ~ 1 | id, sigma2 = -1))),
    list("MB0122", quote(fit(yi, vi, random = ~ 1 | id, sigma2 = "a"))), list("MB0110", quote(fit(yi, vi, random = ~ g | id, rho = 2))),
    list("MB0110", quote(fit(yi, vi, random = ~ x | id, struct = "CAR", rho = -.5))), list("MB0122", quote(fit(yi, vi, random = ~ 1 | id, R = R))),
    list("MB0111", quote(fit(yi, vi, random = ~ 1 | id, R = list(id = R[1:2, 1:2])))), list("MB0117", quote(fit(yi, vi, random = ~ 1 | id, R = list(id = unname(R))))),
    list("MB0110", quote(fit(yi, vi, random = ~ 1 | id, R = list(id = -R)))), list("MB0111", quote(fit(yi, vi, random = ~ 1 | id, R = list(id = R), Rscale = "big"))),
    list("MB0111", quote(fit(yi, vi, method = "XX"))), list("MB0119", quote(fit(yi, vi, method = "DL"))), list("MB0111", quote(fit(yi, vi, test = "XX"))),
    list("MB0119", quote(fit(yi, vi, test = "knha", dfs = "kr"))), list("MB0111", quote(fit(yi, vi, dfs = "XX"))), list("MB0110", quote(fit(yi, vi, dfs = -1))),
    list("MB0106", quote(fit(yi, vi, dfs = c(3, 4)))), list("MB0110", quote(fit(yi, vi, level = 200))), list("MB0110", quote(fit(yi, vi, btt = 4))),
    list("MB0111", quote(fit(yi, vi, cvvc = "XX"))), list("MB0122", quote(fit(yi, vi, sparse = NA))), list("MB0122", quote(fit(yi, vi, control = 3))),
    list("MB0107", quote(fit(yi, vi, subset = id > 9))), list("MB0108", quote(fit(yi, vi, subset = 2))), list("MB0107", quote(fit(yi * NA, vi))), list("MB0106", quote(fit(yi, vi, subset = TRUE))),
    list("MB0122", quote(metabridge::rma.mv(yi, vi, data = quote(x)))),
    list("MB0119", quote(fit(yi, vi, random = ~ 1 | id, vccon = list(sigma2 = 1)))), list("MB0201", quote(fit(yi, indefinite, random = ~ 1 | id)))
  )
  for (case in cases) {
    condition <- tryCatch({ quiet(eval(written_out(case[[2]]))); NULL }, error = identity)
    label <- paste(deparse(case[[2]]), collapse = " ")
    expect_s3_class(condition, "metabridge_error")
    expect_identical(condition$code, case[[1]], label = paste(label, "->", if (!is.null(condition)) conditionMessage(condition)))
  }
  expect_equal(metabridge::rma.mv(yi, vi, random = ~ 1 | id, data = d)$k, 6)
})

test_that("the compiled routine refuses what R code never passes", {
  call <- function(yi = c(.1, .2, .3), v = c(.1, .1, .1), terms = list(), p = 1L, btt = 1L, method = "REML") {
    .Call(metabridge:::C_rma_mv, yi, v, NULL, p, NULL, btt, terms, method, "z", "residual", 95)
  }
  term <- list(0L, c(1L, 1L, 2L), 2L, NULL, 0L, NULL, NULL, NULL, "id", NaN, numeric())
  expect_type(call(terms = list(term)), "list")
  wrong <- function(at, value) { term[at] <- list(value); term }
  for (bad in list(wrong(2, c(1L, 2L)), wrong(2, c(1L, 2L, 3L)), wrong(2, c(1L, 1L, 1L)), wrong(2, c(0L, 1L, 2L)), wrong(3, -1L), wrong(1, 7L), wrong(10, numeric()),
                   wrong(10, "a"), wrong(7, 1), wrong(11, c(1, 2)), term[-1], 3)) {
    expect_type(call(terms = list(bad)), "character")
  }
  for (result in list(call(yi = "a"), call(v = 1:3), call(v = c(.1, .2)), call(v = list(1L, 2L)), call(v = list(c(0L, 1L, 2L, 9L), 0:2, c(.1, .1, .1))),
                      call(v = list(c(0L, 2L, 1L, 3L), 0:2, c(.1, .1, .1))), call(v = list(0:3, c(0L, 5L, 2L), c(.1, .1, .1))), call(p = 0L), call(p = 2L), call(btt = 9L),
                      call(btt = "a"), call(method = NA_character_), call(terms = 1))) {
    expect_type(result, "character")
  }
})
