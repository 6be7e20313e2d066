# Mantel-Haenszel and Peto: tables with one common effect.

rma.mh <- function(ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, measure = "OR", data, slab, subset, add = 1/2, to = "only0",
                   drop00 = TRUE, correct = TRUE, level = 95, verbose = FALSE, digits, ...) {
  started <- proc.time()[[3L]]
  ensure_methods()
  call <- match.call()
  measure <- one_word(measure, "measure")
  if (!(measure %in% c("OR", "RR", "RD", "IRR", "IRD"))) {
    mb_stop(INVALID_OPTION, "Mantel-Haenszel method can only be used with measures OR, RR, RD, IRR, and IRD, not ", measure, ".")
  }
  settings <- stratified_settings("MH", measure, add, to, drop00, correct, level, if (!missing(digits)) digits)
  pool_tables(call, if (missing(data)) NULL else data, parent.frame(), settings, started)
}

rma.peto <- function(ai, bi, ci, di, n1i, n2i, data, slab, subset, add = 1/2, to = "only0", drop00 = TRUE, level = 95,
                     verbose = FALSE, digits, ...) {
  started <- proc.time()[[3L]]
  ensure_methods()
  call <- match.call()
  settings <- stratified_settings("PETO", "PETO", add, to, drop00, TRUE, level, if (!missing(digits)) digits)
  pool_tables(call, if (missing(data)) NULL else data, parent.frame(), settings, started)
}

# The first value of add, to and drop00 is for the effect sizes of single tables, the second for what is pooled.
stratified_settings <- function(method, measure, add, to, drop00, correct, level, digits) {
  list(
    method = method, measure = measure,
    add = vapply(pair_of(add, 0, "add"), function(x) checked_add(x, FALSE, measure), 0),
    to = vapply(pair_of(to, "none", "to"), checked_to, ""),
    drop00 = vapply(pair_of(drop00, FALSE, "drop00"), one_logical, NA, name = "drop00"),
    correct = one_logical(correct, "correct"), alpha = checked_level(level), digits = checked_digits(digits)
  )
}

pair_of <- function(value, second, name) {
  if (!(length(value) %in% 1:2)) mb_stop(INVALID_OPTION, "Argument '", name, "' should specify one or two values.")
  if (length(value) == 1L) list(value, second) else as.list(unname(value))
}

pool_tables <- function(call, data.given, caller, settings, started) {
  args <- as.list(call)[-1L]
  dots <- setdiff(names(args), c(names(formals(rma.mh)), ""))
  if (length(dots)) check_dots(args[dots])
  tables <- stratified_tables(args, checked_data(data.given), caller, settings)
  fit <- engine_result(.Call(
    C_rma_mh, unname(lapply(tables$cells, as.double)), tables$k.f, settings$method, settings$measure, settings$add, settings$to,
    settings$drop00, settings$correct, 100 * (1 - settings$alpha)
  ))
  new_stratified(fit, tables, settings, list(call = call, data = if (is.null(data.given)) caller else checked_data(data.given), started = started))
}

# The cells of the rows of the subset, in the order in which the engine expects them, with labels and totals.
stratified_tables <- function(args, data, caller, settings) {
  is.time <- settings$measure %in% c("IRR", "IRD")
  inputs <- effect_inputs(args, data, caller, if (is.time) c("x1i", "x2i", "t1i", "t2i") else c("ai", "bi", "ci", "di", "n1i", "n2i"))
  # As in metafor: what a table lacks follows from its totals, row by row.
  if (!is.time) inputs <- filled_cells(inputs)
  needed <- if (is.time) c("x1i", "t1i", "x2i", "t2i") else c("ai", "bi", "ci", "di")
  if (!all(needed %in% names(inputs))) {
    mb_stop(SPECIFICATION_INVALID, "Must specify arguments ", paste(sort(needed), collapse = ", "),
            if (!is.time) " (or ai, ci, n1i, n2i)", " for this measure.")
  }
  cells <- inputs[needed]
  k.all <- length(cells[[1L]])
  if (k.all == 0L) mb_stop(NO_DATA, "There are no tables in the data.")
  slab <- value_of(args, "slab", data, caller)
  slab.null <- is.null(slab)
  slab <- if (slab.null) seq_len(k.all) else checked_labels(slab, k.all)
  subset <- rows_of(value_of(args, "subset", data, caller), k.all)
  ids <- seq_len(k.all)
  if (!is.null(subset)) {
    cells <- lapply(cells, `[`, subset)
    slab <- slab[subset]
    ids <- ids[subset]
    if (length(ids) == 0L) mb_stop(NO_DATA, "Stopped because k = 0 after subsetting.")
  }
  if (!slab.null) slab <- unique_labels(slab)
  ni <- if (is.time) cells$t1i + cells$t2i else cells$ai + cells$bi + cells$ci + cells$di
  list(cells = cells, ni = ni, slab = slab, slab.null = slab.null, ids = ids, subset = subset, k.all = k.all, k.f = length(ids))
}

filled_cells <- function(inputs) {
  fill <- function(cell, total, other) {
    if (is.null(total) || is.null(other)) return(cell)
    if (is.null(cell)) total - other else ifelse(is.na(cell), total - other, cell)
  }
  inputs$bi <- fill(inputs$bi, inputs$n1i, inputs$ai)
  inputs$di <- fill(inputs$di, inputs$n2i, inputs$ci)
  inputs
}

# Members of the list that C_rma_mh returns, and of its vectors.
MH_YI <- 1L; MH_VI <- 2L; MH_POOLED <- 3L; MH_SCALARS <- 4L; MH_FIT_ML <- 5L; MH_FIT_REML <- 6L; MH_COUNTS <- 7L
MH_NAMES <- c("beta", "se", "zval", "pval", "ci.lb", "ci.ub", "QE", "QEdf", "QEp", "I2", "H2", "CO", "COp", "MH", "MHp", "BD", "BDp", "TA", "TAp")

new_stratified <- function(fit, tables, settings, context) {
  x <- fit[[MH_SCALARS]]
  x[is.nan(x)] <- NA_real_
  x <- stats::setNames(as.list(x), MH_NAMES)
  counts <- fit[[MH_COUNTS]]
  is.peto <- settings$method == "PETO"
  not.na <- fit[[MH_POOLED]] == 1L
  yi.f <- fit[[MH_YI]]
  vi.f <- fit[[MH_VI]]
  has.effect <- !is.na(yi.f) & !is.na(vi.f)
  yi.f[!has.effect] <- vi.f[!has.effect] <- NA_real_
  yi <- yi.f[has.effect]
  vi <- vi.f[has.effect]
  if (!all(not.na)) warning("Tables with NAs omitted from model fitting.", call. = FALSE)
  if (!all(has.effect)) warning("Some yi/vi values are NA.", call. = FALSE)
  # A table that is kept out of pooling is missing in the tables that metafor's methods fit again.
  outdat.f <- kept_tables(tables$cells, fit[[MH_POOLED]] == 0L & !is.na(Reduce(`+`, tables$cells)))
  ni <- tables$ni[has.effect]
  object <- c(
    list(b = c(intrcpt = x$beta), beta = c(intrcpt = x$beta)), x[c("se", "zval", "pval", "ci.lb", "ci.ub")],
    list(vb = matrix(x$se^2, dimnames = list("intrcpt", "intrcpt")), tau2 = 0, tau2.f = 0),
    x[c("I2", "H2", "QE", "QEp")], list(QEdf = as.integer(x$QEdf)),
    if (!is.peto) lapply(x[c("CO", "COp", "MH", "MHp", "BD", "BDp", "TA", "TAp")], logical_na),
    list(
      k = counts[1L], k.f = tables$k.f, k.yi = counts[2L], k.pos = logical_na(counts[3L]), k.eff = counts[1L], k.all = tables$k.all,
      p = 1, p.eff = 1, parms = 1, int.only = TRUE, intercept = TRUE, coef.na = c(X = FALSE),
      yi = with_outcome_attributes(yi, ni, settings$measure, NULL), vi = vi,
      yi.f = with_outcome_attributes(yi.f, tables$ni, settings$measure, NULL), vi.f = vi.f, X.f = cbind(rep(1, tables$k.f)),
      chksumyi = checksum(yi), chksumvi = checksum(vi), outdat.f = outdat.f,
      outdat = whole_outdat(pooled_cells(lapply(outdat.f, `[`, not.na), settings), is.peto), ni = ni, ni.f = tables$ni, ids = tables$ids, not.na = not.na,
      subset = tables$subset, not.na.yivi = has.effect, slab = tables$slab, slab.null = tables$slab.null,
      measure = settings$measure, method = "FE", weighted = TRUE, test = "z", ddf = NA, dfs = NA, btt = 1, m = 1,
      digits = settings$digits, level = settings$alpha, add = settings$add, to = settings$to, drop00 = settings$drop00
    ),
    if (!is.peto) list(correct = settings$correct),
    list(
      fit.stats = mh_statistics(fit), data = context$data, formula.yi = NULL, formula.mods = NULL, version = layout_version(),
      call = context$call, time = proc.time()[[3L]] - context$started
    )
  )
  structure(object, class = c(if (is.peto) "rma.peto" else "rma.mh", "rma"))
}

logical_na <- function(x) if (is.na(x)) NA else x

kept_tables <- function(cells, dropped) {
  order <- if ("x1i" %in% names(cells)) c("x1i", "x2i", "t1i", "t2i") else names(cells)
  counts <- if ("x1i" %in% names(cells)) c("x1i", "x2i") else names(cells)
  if (any(dropped)) cells[counts] <- lapply(cells[counts], function(x) { x[dropped] <- NA; x })
  cells[order]
}

# What is pooled: the cells after the addition.
pooled_cells <- function(cells, settings) {
  add <- settings$add[2L]
  to <- settings$to[2L]
  if (add == 0 || to == "none") return(cells)
  counts <- intersect(names(cells), c("ai", "bi", "ci", "di", "x1i", "x2i"))
  zero <- Reduce(`|`, lapply(cells[counts], function(x) x == 0))
  if (to == "if0all" && !any(zero)) return(cells)
  cells[counts] <- lapply(cells[counts], function(x) x + if (to == "only0") ifelse(zero, add, 0) else add)
  cells
}

whole_outdat <- function(cells, is.peto) {
  if (is.peto) return(cells)
  outdat <- NO_COUNTS
  outdat[names(cells)] <- cells
  outdat
}

mh_statistics <- function(fit) {
  clean <- function(x) { x[is.nan(x)] <- NA_real_; x }
  structure(list(ML = clean(fit[[MH_FIT_ML]]), REML = clean(fit[[MH_FIT_REML]])), names = c("ML", "REML"), class = "data.frame", row.names = FIT_ROWS)
}
