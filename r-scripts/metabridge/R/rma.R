rma.uni <- function(yi, vi, sei, weights, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri,
                    ti, fi, pi, sdi, r2i, ni, mods, scale, measure = "GEN", data, slab, subset, add = 1/2, to = "only0",
                    drop00 = FALSE, intercept = TRUE, method = "REML", weighted = TRUE, test = "z", level = 95, btt, att,
                    tau2, verbose = FALSE, digits, control, ...) {
  started <- proc.time()[[3L]]
  ensure_methods()
  call <- match.call()
  caller <- parent.frame()
  args <- as.list(call)[-1L]
  data.given <- if (missing(data)) NULL else data
  if (!is.null(args$scale) && !is.null(eval(args$scale, data.given, caller))) {
    mb_stop(NOT_SUPPORTED, "Location-scale models (the 'scale' argument) are not supported.")
  }
  dots <- if (...length()) as.list(substitute(list(...)))[-1L]
  if (length(dots)) check_dots(dots)
  control <- if (missing(control)) list() else control
  check_control(control)

  options <- list(
    measure = one_word(measure, "measure"), to = checked_to(to), drop00 = one_logical(drop00, "drop00"),
    vtype = if (is.null(dots$vtype)) "LS" else value_of(dots, "vtype", data.given, caller)
  )
  options$rules <- effect_rules(dots, caller)
  options$add <- checked_add(add, missing(add), options$measure)
  # A given yi may carry any measure of metafor as its name; only a computed one must be the engine's.
  if (!(options$measure %in% METAFOR_MEASURES)) checked_measure(options$measure)
  settings <- list(
    methods = checked_method(method), test = checked_test(dots_test(test, dots, caller)), alpha = checked_level(level),
    weighted = one_logical(weighted, "weighted"), btt = if (missing(btt)) NULL else btt,
    tau2 = if (missing(tau2) || is.null(tau2)) NULL else one_number(tau2, "tau2"),
    digits = checked_digits(if (missing(digits)) NULL else digits)
  )

  outcomes <- model_outcomes(args, checked_data(data.given), caller, options)
  studies <- used_studies(outcomes, one_logical(intercept, "intercept"))
  fit <- fit_studies(studies, settings)
  new_rma_uni(fit, studies, outcomes, settings, options, list(
    call = call, data = if (is.null(outcomes$data)) caller else outcomes$data, control = control, verbose = verbose,
    started = started
  ))
}

rma <- rma.uni

# metafor's old spelling knha = TRUE of the test.
dots_test <- function(test, dots, caller) if (isTRUE(eval(dots$knha, caller))) "knha" else test

# The rows: all of the data (`k.all`), those of the subset (`.f`), and those that are used.
used_studies <- function(outcomes, intercept) {
  yi <- outcomes$yi
  vi <- outcomes$vi
  subset <- outcomes$subset
  k.all <- if (outcomes$is.subset) outcomes$k.all else length(yi)
  slab.null <- is.null(outcomes$slab)
  slab <- if (slab.null) seq_len(k.all) else checked_labels(outcomes$slab, k.all)
  weights <- checked_weights(outcomes$weights, k.all)
  if (is.null(outcomes$mods) && !intercept) {
    warning("Must either include an intercept and/or moderators in model.\nCoerced intercept into the model.", call. = FALSE)
    intercept <- TRUE
  }
  X <- raw_design(outcomes$mods, intercept, k.all, outcomes$data)
  ids <- seq_len(k.all)
  ni <- outcomes$ni
  if (!is.null(subset)) {
    if (!outcomes$is.subset) {
      yi <- yi[subset]
      vi <- vi[subset]
      ni <- ni[subset]
    }
    slab <- slab[subset]
    ids <- ids[subset]
    weights <- weights[subset]
    if (!is.null(X)) X <- X[subset, , drop = FALSE]
  }
  if (length(yi) == 0L) mb_stop(NO_DATA, "Stopped because k = 0 after subsetting.")
  if (!slab.null) slab <- unique_labels(slab)
  complete_studies(list(yi.f = yi, vi.f = vi, X.f = X, ni.f = ni, slab = slab, slab.null = slab.null, ids = ids,
                        weights.f = weights, k.all = k.all, k.f = length(yi)))
}

checked_weights <- function(weights, k) {
  if (is.null(weights)) return(NULL)
  if (length(weights) == 1L) weights <- rep(weights, k)
  if (length(weights) != k) {
    mb_stop(LENGTH_MISMATCH, "Length of the 'weights' argument (", length(weights), ") does not match length of 'yi' (", k, ").")
  }
  if (any(weights < 0 | is.infinite(weights), na.rm = TRUE)) {
    mb_stop(INVALID_OPTION, "The 'weights' argument holds a negative or infinite weight in row ",
            which(weights < 0 | is.infinite(weights))[1L], ".")
  }
  as.numeric(weights)
}

# Takes rows with missing values out, and checks those that stay.
complete_studies <- function(s) {
  is.missing <- is.na(s$yi.f) | is.na(s$vi.f)
  if (!is.null(s$X.f)) {
    is.missing <- (rowSums(is.na(s$X.f)) > 0) | is.missing
  }
  if (!is.null(s$weights.f)) is.missing <- is.missing | is.na(s$weights.f)
  s$not.na <- !is.missing
  s$yi <- s$yi.f
  s$vi <- s$vi.f
  s$ni <- s$ni.f
  s$weights <- s$weights.f
  s$X <- s$X.f
  s$labels <- s$slab
  if (any(is.missing)) s <- without_missing(s)
  s$k <- length(s$yi)
  check_values(s)
  with_design(s)
}

without_missing <- function(s) {
  if (identical(getOption("na.action"), "na.fail")) mb_stop(NON_FINITE, "Missing values in data.")
  keep <- s$not.na
  if (!any(keep)) mb_stop(NO_DATA, "No study is left: each of the ", s$k.f, " has a missing value.")
  warning("Studies with NAs omitted from model fitting.", call. = FALSE)
  s$yi <- s$yi[keep]
  s$vi <- s$vi[keep]
  s$ni <- s$ni[keep]
  s$labels <- s$labels[keep]
  s$weights <- s$weights[keep]
  if (!is.null(s$X)) s$X <- s$X[keep, , drop = FALSE]
  s
}

check_values <- function(s) {
  bad <- which(!is.finite(s$yi) | !is.finite(s$vi))
  if (length(bad)) {
    i <- bad[1L]
    what <- if (is.finite(s$yi[i])) "sampling variance" else "effect size"
    mb_stop(NON_FINITE, "The ", what, " of study ", s$labels[i], " (row ", s$ids[s$not.na][i], ") is ",
            if (is.finite(s$yi[i])) s$vi[i] else s$yi[i], ".")
  }
  smallest <- min(s$vi)
  if (smallest < 0) {
    i <- which(s$vi < 0)[1L]
    mb_stop(NON_POSITIVE_VARIANCE, "The sampling variance of study ", s$labels[i], " (row ", s$ids[s$not.na][i],
            ") is negative: ", format(s$vi[i]), ".")
  }
  if (!is.null(s$X) && any(is.infinite(s$X))) mb_stop(NON_FINITE, "The model matrix holds an infinite value.")
  # metafor's limit for a warning.
  if (smallest > 0 && max(s$vi) / smallest >= 1e7) {
    warning("Ratio of largest to smallest sampling variance extremely large. May not be able to obtain stable results.",
            call. = FALSE)
  }
}

with_design <- function(s) {
  if (is.null(s$X)) {
    names <- list(NULL, "intrcpt")
    s$X <- matrix(1, nrow = s$k, ncol = 1L, dimnames = names)
    s$X.f <- if (s$k == s$k.f) s$X else matrix(1, nrow = s$k.f, ncol = 1L, dimnames = names)
    s$coef.na <- c(X = FALSE)
    s$has.intercept <- s$int.only <- TRUE
    s$names <- "intrcpt"
    return(s)
  }
  design <- arrange_design(s$X, s$yi)
  s$names <- design$names
  s$X <- s$X[, design$columns, drop = FALSE]
  s$X.f <- s$X.f[, design$columns, drop = FALSE]
  attr(s$X, "assign") <- attr(s$X, "contrasts") <- attr(s$X.f, "assign") <- attr(s$X.f, "contrasts") <- NULL
  colnames(s$X) <- colnames(s$X.f) <- design$names
  s$coef.na <- design$coef.na
  s$has.intercept <- design$intercept
  s$int.only <- design$intercept && length(design$columns) == 1L
  s
}

# Tries the methods in turn until one converges.
fit_studies <- function(s, settings) {
  p <- ncol(s$X)
  btt <- checked_btt(settings$btt, p, s$has.intercept, s$names)
  test <- settings$test
  if (s$k == 1L && test != "z") {
    warning("Setting argument test=\"z\" since k=1.", call. = FALSE)
    test <- "z"
  }
  X <- if (s$int.only) NULL else as.double(s$X)
  yi <- as.double(s$yi)
  tau2 <- if (is.null(settings$tau2)) NaN else settings$tau2
  for (method in settings$methods) {
    result <- .Call(C_rma_uni, yi, s$vi, X, p, s$weights, btt, method, test, 100 * (1 - settings$alpha), tau2,
                    settings$weighted)
    is.last <- method == settings$methods[length(settings$methods)]
    if (is.last || !is.character(result) || as.integer(result[[1L]]) != NOT_CONVERGED) break
    warning(result[[2L]], call. = FALSE)
  }
  result <- engine_result(result)
  c(result, list(method = method, test = test, btt = btt, p = p))
}
