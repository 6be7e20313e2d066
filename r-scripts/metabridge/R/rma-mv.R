rma.mv <- function(yi, V, W, mods, random, struct = "CS", intercept = TRUE, data, slab, subset, method = "REML", test = "z",
                   dfs = "residual", level = 95, btt, R, Rscale = "cor", sigma2, tau2, rho, gamma2, phi, cvvc = FALSE,
                   sparse = FALSE, verbose = FALSE, digits, control, ...) {
  started <- proc.time()[[3L]]
  ensure_methods()
  call <- match.call()
  caller <- parent.frame()
  args <- as.list(call)[-1L]
  data.given <- checked_data(if (missing(data)) NULL else data)
  dots <- if (...length()) as.list(substitute(list(...)))[-1L]
  check_mv_dots(dots)
  given <- function(missing, value) if (missing) NULL else value
  settings <- list(
    method = checked_mv_method(method), test = one_word(test, "test"), dfs = dfs, alpha = checked_level(level),
    btt = given(missing(btt), btt), R = given(missing(R), R), Rscale = checked_scaling(Rscale),
    struct = checked_structures(struct),
    fixed = list(sigma2 = given(missing(sigma2), sigma2), tau2 = given(missing(tau2), tau2), rho = given(missing(rho), rho),
                 gamma2 = given(missing(gamma2), gamma2), phi = given(missing(phi), phi)),
    dist = checked_metrics(if (is.null(dots$dist)) "euclidean" else eval(dots$dist, data.given, caller)),
    cvvc = checked_cvvc(cvvc), sparse = one_logical(sparse, "sparse"), verbose = verbose,
    digits = checked_digits(if (missing(digits)) NULL else digits), control = if (missing(control)) list() else control,
    time = isTRUE(eval(dots$time, data.given, caller))
  )
  for (old in c("tdist", "knha")) if (isTRUE(eval(dots[[old]], data.given, caller))) settings$test <- "t"
  settings <- with_test(settings)
  if (!is.list(settings$control)) mb_stop(WRONG_ARGUMENT_TYPE, "The 'control' argument must be a list.")
  if (identical(settings$control$REMLf, FALSE)) mb_stop(NOT_SUPPORTED, "The control option 'REMLf = FALSE' is not supported.")

  outcomes <- mv_outcomes(args, data.given, caller)
  random.given <- if (missing(random)) NULL else random
  formulas <- random_formulas(random.given, settings$method)
  rows <- mv_rows(outcomes, formulas, one_logical(intercept, "intercept"))
  if (is.matrix(rows$W)) check_weight_matrix(settings)
  terms <- random_terms(rows, formulas, settings)
  fit <- fit_mv(rows, terms, settings)
  new_rma_mv(fit, rows, terms, outcomes, settings, list(
    call = call, data = if (is.null(outcomes$data)) caller else outcomes$data, random = formulas$given, started = started
  ))
}

# Arguments in `...` that metafor documents for this function; others are disregarded with its warning.
MV_DOTS <- c("tdist", "knha", "outlist", "time", "dist", "abbrev", "restart", "retopt", "retfit")

# Arguments of version 5 that change what is estimated.
MV_REFUSED_DOTS <- c("vccon", "beta", "optbeta", "lambda1", "lambda2")

check_mv_dots <- function(dots) {
  for (name in intersect(names(dots), MV_REFUSED_DOTS)) mb_stop(NOT_SUPPORTED, "The argument '", name, "' is not supported.")
  unknown <- setdiff(names(dots), c(MV_DOTS, ""))
  if (length(unknown)) {
    warning("Extra argument", if (length(unknown) > 1L) "s ", if (length(unknown) == 1L) " ",
            "(", paste0("'", unknown, "'", collapse = ", "), ") disregarded.", call. = FALSE)
  }
}

checked_mv_method <- function(method) {
  method <- one_word(method, "method")
  if (method %in% c("FE", "EE", "CE", "ML", "REML")) return(method)
  if (method %in% METAFOR_METHODS) mb_stop(NOT_SUPPORTED, "The method '", method, "' does not exist for this model; it has REML, ML and EE.")
  mb_stop(UNKNOWN_NAME, "Unknown 'method' specified: '", method, "'; known are REML, ML, EE, FE, CE.")
}

# The test and the degrees of freedom together: containment asks for t tests by itself, as in metafor; so do the methods of the
# engine for which metafor has no word.
with_test <- function(settings) {
  settings$test <- checked_test(settings$test)
  settings$dfs <- checked_dfs(settings$dfs)
  # Numbers ask for t tests too, as in version 5 of metafor.
  if (!identical(settings$dfs, "residual") && settings$test == "z") settings$test <- "t"
  settings
}

# A word as the engine spells it, or numbers. The engine knows its words, and says so when it does not know one.
checked_dfs <- function(dfs) {
  if (is.character(dfs) && length(dfs) == 1L && !is.na(dfs)) {
    dfs <- tolower(dfs)
    return(if (dfs == "kr") "kenward-roger" else dfs)
  }
  if (!is.numeric(dfs) || anyNA(dfs) || any(dfs <= 0) || length(dfs) == 0L) {
    mb_stop(INVALID_OPTION, "The 'dfs' argument must be a word such as \"contain\", or hold positive numbers.")
  }
  dfs
}

KNAPP_HARTUNG <- c("knha", "adhoc")
CORRECTED_DFS <- c("satterthwaite", "kenward-roger")

# A full matrix of weights reaches only the coefficients, after the engine's fit; what the engine would refuse or scale is refused here.
check_weight_matrix <- function(settings) {
  if (settings$test %in% KNAPP_HARTUNG) mb_stop(NOT_SUPPORTED, "The test '", settings$test, "' is not supported with a matrix 'W'.")
  if (any(settings$dfs %in% CORRECTED_DFS)) {
    mb_stop(NOT_SUPPORTED, "The degrees of freedom '", settings$dfs, "' are for the model's own weights; leave out 'W', or use residual or containment ones.")
  }
}

STRUCTURES <- c("CS", "HCS", "UN", "AR", "HAR", "CAR", "ID", "DIAG", "SPEXP", "SPGAU", "SPLIN", "SPRAT", "SPSPH", "GEN", "GDIAG")

checked_structures <- function(struct) {
  if (!is.character(struct) || length(struct) == 0L || anyNA(struct)) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'struct' argument must hold words such as \"UN\".")
  }
  unknown <- setdiff(struct, STRUCTURES)
  if (length(unknown)) {
    mb_stop(UNKNOWN_NAME, "Unknown 'struct' specified: '", unknown[1L], "'; known are ", paste(STRUCTURES, collapse = ", "), ".")
  }
  if (length(struct) == 1L) rep(struct, 2L) else struct
}

# The scaling of known correlation matrices as metafor stores it.
checked_scaling <- function(Rscale) {
  words <- c("none", "cor", "cor0", "cov0")
  if (length(Rscale) == 1L && !is.na(Rscale)) {
    if (is.logical(Rscale)) return(if (Rscale) "cor" else "none")
    if (is.character(Rscale) && Rscale %in% words) return(Rscale)
    if (is.numeric(Rscale) && Rscale %in% 0:3) return(words[Rscale + 1])
  }
  mb_stop(UNKNOWN_NAME, "Unknown 'Rscale' value specified; known are ", paste(words, collapse = ", "), ", TRUE and FALSE.")
}

METRICS <- c("euclidean", "maximum", "manhattan", "gcd")

# One metric, function or matrix for each of the two inner-outer terms.
checked_metrics <- function(dist) {
  dist <- if (is.list(dist) && !is.data.frame(dist)) lapply(dist, one_metric) else if (is.character(dist)) lapply(dist, one_metric) else list(one_metric(dist))
  if (length(dist) == 0L) mb_stop(WRONG_ARGUMENT_TYPE, "The 'dist' argument is empty.")
  if (length(dist) == 1L) dist <- rep(dist, 2L)
  dist
}

one_metric <- function(dist) {
  if (is.function(dist)) return(dist)
  if (is.matrix(dist) && is.numeric(dist)) {
    if (nrow(dist) != ncol(dist) || is.null(rownames(dist)) && is.null(colnames(dist))) {
      mb_stop(INVALID_OPTION, "A distance matrix must be square and have row or column names.")
    }
    return(dist)
  }
  if (is.data.frame(dist)) return(one_metric(as.matrix(dist)))
  if (!is.character(dist) || length(dist) != 1L) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'dist' argument must be a word, a function, a matrix, or a list of these.")
  }
  found <- pmatch(dist, METRICS)
  if (is.na(found)) {
    mb_stop(UNKNOWN_NAME, "Argument 'dist' must be one of 'euclidean', 'maximum', 'manhattan', or 'gcd', not '", dist, "'.")
  }
  METRICS[found]
}

checked_cvvc <- function(cvvc) {
  if (is.logical(cvvc) && length(cvvc) == 1L && !is.na(cvvc)) return(cvvc)
  if (is.character(cvvc) && length(cvvc) == 1L && cvvc %in% c("varcor", "varcov", "transf")) return(cvvc)
  mb_stop(UNKNOWN_NAME, "Unknown 'cvvc' value specified; known are TRUE, FALSE, \"varcor\", \"varcov\" and \"transf\".")
}
