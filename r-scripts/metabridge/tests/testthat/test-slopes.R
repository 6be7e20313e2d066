# Simple slopes and contrasts against metafor's anova() of differences of model matrices; rows left out against the data.

# Rows of weights as differences of model.matrix() at two settings of the moderators.
expect_combinations <- function(ours, fit, L, adjust = NULL) {
  statistic <- if (fit$test == "z") "zval" else "tval"
  for (i in seq_len(nrow(L))) {
    theirs <- metafor:::anova.rma(fit, X = L[i, ])
    expect_equal(ours$estimate[i], theirs$Xb[[1]], tolerance = EXACT, info = rownames(ours)[i])
    expect_equal(ours$se[i], theirs$se[[1]], tolerance = EXACT)
    expect_equal(ours[[statistic]][i], theirs$zval[[1]], tolerance = EXACT)
    expect_equal(ours$pval[i], theirs$pval[[1]], tolerance = EXACT_TAIL)
  }
  if (!is.null(adjust)) expect_equal(ours$pval.adj, stats::p.adjust(ours$pval, adjust), tolerance = EXACT)
}

settings <- function(formula, data, at) {
  frame <- data[rep(1, length(at[[1L]])), all.vars(formula), drop = FALSE]
  for (name in names(at)) frame[[name]] <- if (is.factor(data[[name]])) factor(at[[name]], levels(data[[name]])) else at[[name]]
  stats::model.matrix(formula, frame)
}

bcg_for_slopes <- function() transform(bcg(), alloc = factor(alloc), year = year - 1948)

test_that("slopes of an interaction of numbers", {
  with_metafor()
  d <- bcg_for_slopes()
  formula <- ~ ablat * year
  for (test in c("z", "knha")) {
    fit <- metabridge::rma(yi, vi, mods = formula, data = d, method = "DL", test = test)
    ours <- simple_slopes(fit, "ablat", at = "year", values = c(0, 20))
    expect_identical(rownames(ours), c("ablat | year = 0", "ablat | year = 20"))
    L <- settings(formula, d, list(ablat = c(1, 1), year = c(0, 20))) - settings(formula, d, list(ablat = c(0, 0), year = c(0, 20)))
    expect_combinations(ours, fit, L)
    expect_identical("df" %in% names(ours), test == "knha")
    crit <- if (test == "z") qnorm(0.975) else qt(0.975, fit$ddf)
    expect_equal(ours$ci.ub - ours$ci.lb, 2 * crit * ours$se, tolerance = EXACT_TAIL)
    expect_output(print(ours), "Joint test")
  }
  expect_equal(nrow(simple_slopes(fit, "ablat", at = "year")), 3L)
  expect_equal(simple_slopes(fit, "ablat")$estimate, fit$beta[[2L]], tolerance = EXACT)
  expect_equal(simple_slopes(metafor::rma(yi, vi, mods = formula, data = d, method = "DL"), "ablat")$estimate, fit$beta[[2L]], tolerance = 1e-8)
})

test_that("slopes by a factor, with rows left out and a subset", {
  with_metafor()
  d <- bcg_for_slopes()
  d$ablat[3] <- NA
  formula <- ~ ablat * alloc
  fit <- quiet(metabridge::rma(yi, vi, mods = formula, data = d, method = "DL", subset = trial != 2))
  ours <- simple_slopes(fit, "ablat", at = "alloc", adjust = "bonferroni")
  expect_identical(rownames(ours), paste("ablat | alloc =", levels(d$alloc)))
  groups <- levels(d$alloc)
  L <- settings(formula, d, list(ablat = c(1, 1, 1), alloc = groups)) - settings(formula, d, list(ablat = c(0, 0, 0), alloc = groups))
  expect_combinations(ours, fit, L, "bonferroni")
  left <- rows_left_out(fit)
  expect_identical(left$row, c(2L, 3L))
  expect_match(left$reason[left$row == 3L], "^missing value in the moderators ablat, ")
  expect_true(all(left$reason[left$row != 3L] == "not in the subset"))
  few <- quiet(metabridge::rma(yi, vi, mods = formula, data = d[d$year < 27 & d$trial != 5, ], method = "DL"))
  expect_true(any(few$coef.na))
  expect_identical(tryCatch(simple_slopes(few, "ablat", at = "alloc"), metabridge_error = identity)$code, "MB0119")
})

test_that("contrasts of a factor have the names of its levels, however it is written", {
  with_metafor()
  d <- bcg_for_slopes()
  fit <- metabridge::rma(yi, vi, mods = ~ alloc, data = d, method = "DL")
  ours <- factor_contrasts(fit, "alloc")
  l <- levels(d$alloc)
  expect_identical(rownames(ours), c(paste(l[2], "-", l[1]), paste(l[3], "-", l[1]), paste(l[3], "-", l[2])))
  L <- rbind(c(0, 1, 0), c(0, 0, 1), c(0, -1, 1))
  expect_combinations(ours, fit, L, "holm")
  expect_equal(attr(ours, "joint")$QM, fit$QM, tolerance = EXACT)
  expect_equal(attr(ours, "joint")$QMdf[1L], 2)
  d$text <- as.character(d$alloc)
  expect_equal(factor_contrasts(metabridge::rma(yi, vi, mods = ~ factor(text), data = d, method = "DL"), "text"), ours, tolerance = EXACT)
  means <- factor_contrasts(metabridge::rma(yi, vi, mods = ~ alloc - 1, data = d, method = "DL"), "alloc")
  expect_identical(rownames(means), rownames(ours))
  expect_equal(means$se, ours$se, tolerance = 1e-8)
})

test_that("codings without a meaning for a level are refused", {
  with_metafor()
  d <- bcg_for_slopes()
  d$number <- factor(as.integer(d$alloc))
  fit <- metabridge::rma(yi, vi, mods = ~ C(number, contr.sum), data = d, method = "DL")
  expect_error(factor_contrasts(fit, "number"), class = "metabridge_error")
  contrasts(d$number) <- contr.sum(3)
  fit <- metabridge::rma(yi, vi, mods = ~ number, data = d, method = "DL")
  refused <- tryCatch(factor_contrasts(fit, "number"), metabridge_error = identity)
  expect_identical(refused$code, "MB0119")
  expect_error(simple_slopes(fit, "ablat"), "has no moderator 'ablat'")
  expect_error(simple_slopes(metabridge::rma(yi, vi, data = d), "ablat", values = 3), class = "metabridge_error")
  expect_error(simple_slopes(1, "x"), class = "metabridge_error")
})

test_that("a fit of all rows leaves none out", {
  expect_identical(nrow(rows_left_out(metabridge::rma(yi, vi, data = bcg()))), 0L)
})
