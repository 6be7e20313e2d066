# Permutation tests of univariate models. The permutations are sampled, and the models fitted, by the engine.

# Whether the engine answers questions about a fit (ours or metafor's): a univariate model without a scale part, selection or robust tests.
is_univariate <- function(x) inherits(x, "rma.uni") && !inherits(x, c("rma.ls", "rma.uni.selmodel", "robust.rma", "rma.gen"))

permutest <- function(x, exact = FALSE, iter = 1000, btt = x$btt, permci = FALSE, progbar = TRUE, digits, control, ...) {
  if (!is_univariate(x)) return(elsewhere_or_stop("permutest", x))
  if (identical(exact, "i")) return(exact_permutations(x))
  sets <- lapply(if (is.list(btt)) btt else list(btt), coefficient_set, x)
  con <- permutest_control(if (missing(control)) list() else control)
  table <- uni_tables(x, table_request(
    "permutest", exact = exact, iter = iter, permci = if (identical(permci, FALSE)) NULL else permci, seed = sample.int(.Machine$integer.max, 1L),
    sets = vapply(sets, paste, "", collapse = ","), comptol = con$comptol, alternative = con$alternative, p2defn = con$p2defn, stat = con$stat, cialt = con$cialt, perms = TRUE
  ))
  tests <- table[["permutest"]]
  omnibus <- table[["permutest[QM]"]]
  all <- unname(table[["permutest[perm]"]])
  p <- x$p
  perms <- function(from) stats::setNames(as.data.frame(all[, from + seq_len(p), drop = FALSE]), rownames(x$beta))
  m <- lengths(sets)
  # The first set stands where metafor has its one test; the others beside it.
  joint <- data.frame(btt = vapply(sets, set_text, ""), m = m, QM = unname(omnibus[, "QM"]), QMp = unname(omnibus[, "pval"]))
  structure(c(list(
    pval = unname(tests[, "pval"]), QMdf = c(m[1L], x$QMdf[-1L]), QMp = omnibus[[1L, "pval"]], beta = x$beta, se = x$se, zval = x$zval,
    ci.lb = unname(tests[, "ci.lb"]), ci.ub = unname(tests[, "ci.ub"]), QM = joint$QM[1L], k = x$k, p = p, btt = sets[[1L]], m = m[1L], test = x$test, dfs = x$dfs, ddf = x$ddf,
    int.only = x$int.only, int.incl = x$int.incl, digits = if (missing(digits)) x$digits else replace(x$digits, TRUE, digits),
    exact.iter = exact_permutations(x), permci = permci, alternative = con$alternative, p2defn = con$p2defn, stat = con$stat, skip.beta = FALSE,
    QM.perm = all[, 2L * p + 1L], zval.perm = perms(0L), beta.perm = perms(p)
  ), if (length(sets) > 1L) list(sets = joint, sets.perm = stats::setNames(as.data.frame(all[, 2L * p + seq_along(sets)]), joint$btt))), class = "permutest.rma.uni")
}

# metafor's control; tol, maxiter, distfac and extendInt steer its root finder, and ends of intervals are found without them here.
permutest_control <- function(control) {
  con <- list(comptol = .Machine$double.eps^0.5, alternative = "two.sided", p2defn = "abs", stat = "test", cialt = "one.sided")
  known <- c(names(con), "tol", "maxiter", "distfac", "extendInt")
  unknown <- setdiff(names(control), known)
  if (length(unknown)) mb_stop(UNKNOWN_NAME, paste0("permutest() does not know the control '", unknown[1L], "'."))
  con[intersect(names(control), names(con))] <- control[intersect(names(control), names(con))]
  con
}

# 2^k changes of sign, or the distinct orders of the rows of X.
exact_permutations <- function(x) {
  if (x$int.only) return(2^x$k)
  same <- table(apply(x$X, 1L, function(row) paste(format(row, digits = 17L), collapse = " ")))
  round(exp(lfactorial(x$k) - sum(lfactorial(same))))
}
