# Diagnostics of univariate models by the engine, as objects of metafor's classes. Each function has metafor's name and arguments, serves objects of class
# "rma.uni" (ours or metafor's), and hands everything else to the function of that name in metafor (or stats).

# Location-scale models, robust tests and the like have further classes and are not ours; nor are studies that na.action keeps as missing.
serves <- function(x) identical(class(x), c("rma.uni", "rma")) && (all(x$not.na) || identical(getOption("na.action"), "na.omit")) && all(x$vi > 0)

# The call of the function that calls this one, to the function of the same name in another package: all arguments as they were written.
elsewhere_or_stop <- function(name, x, package = "metafor") {
  if (package == "metafor" && !(inherits(x, "rma") && requireNamespace("metafor", quietly = TRUE))) {
    mb_stop(WRONG_ARGUMENT_TYPE, name, "() has no method for an object of class ", class(x)[1L], ".")
  }
  call <- sys.call(-1L)
  call[[1L]] <- getExportedValue(package, name)
  eval(call, parent.frame(2L))
}

without_moderators <- function(x, name) {
  if (!x$int.only) mb_stop(SPECIFICATION_INVALID, name, "() is for models without moderators.")
}

used_slab <- function(x) x$slab[x$not.na]

used_digits <- function(x, digits) {
  if (missing(digits) || is.null(digits)) return(x$digits)
  known <- x$digits
  known[] <- digits
  known
}

# Estimates and limits through a function, without standard errors then, as metafor's transf does.
transformed <- function(out, transf, targs, names) {
  if (is.null(transf)) return(out)
  if (!is.function(transf)) mb_stop(WRONG_ARGUMENT_TYPE, "The 'transf' argument must be a function.")
  apply_one <- function(v) vapply(v, function(value) if (is.null(targs)) transf(value) else transf(value, targs), 0)
  out[names] <- lapply(out[names], apply_one)
  out$se <- rep(NA, length(out$se))
  # A decreasing function swaps the limits.
  lower <- names[2L]; upper <- names[3L]
  swap <- which(out[[lower]] > out[[upper]])
  out[c(lower, upper)] <- list(replace(out[[lower]], swap, out[[upper]][swap]), replace(out[[upper]], swap, out[[lower]][swap]))
  out
}

statistic_name <- function(x) if (x$test == "z") "zval" else "tval"

column <- function(table, name) unname(table[, name])

influence <- function(model, digits, progbar = FALSE, ...) {
  if (!serves(model)) return(elsewhere_or_stop("influence", model, "stats"))
  table <- uni_tables(model, "influence")$influence
  slab <- used_slab(model)
  digits <- used_digits(model, digits)
  is.infl <- column(table, "inf") > 0
  inf <- c(
    lapply(stats::setNames(nm = c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")), column, table = table),
    list(inf = ifelse(is.infl, "*", ""), slab = slab, digits = digits)
  )
  dfbs <- c(
    stats::setNames(lapply(grep("^dfbs\\.", colnames(table)), function(j) unname(table[, j])), rownames(model$beta)),
    list(slab = slab, digits = digits)
  )
  class(inf) <- class(dfbs) <- "list.rma"
  structure(
    list(inf = inf, dfbs = dfbs, ids = model$ids, not.na = model$not.na, is.infl = is.infl, tau2 = model$tau2, QE = model$QE, k = model$k, p = model$p,
         m = model$p, digits = digits),
    class = "infl.rma.uni"
  )
}

cooks.distance <- function(model, ...) {
  if (!serves(model)) return(elsewhere_or_stop("cooks.distance", model, "stats"))
  stats::setNames(influence(model)$inf$cook.d, used_slab(model))
}

dfbetas <- function(model, ...) {
  if (!serves(model)) return(elsewhere_or_stop("dfbetas", model, "stats"))
  influence(model)$dfbs
}

rstudent <- function(model, digits, progbar = FALSE, ...) {
  if (!serves(model)) return(elsewhere_or_stop("rstudent", model, "stats"))
  table <- uni_tables(model, "residuals")$residuals
  structure(
    list(resid = column(table, "deleted"), se = column(table, "deleted.se"), z = column(table, "deleted.z"), slab = used_slab(model), digits = used_digits(model, digits)),
    class = "list.rma"
  )
}

# The columns of a table of fits to parts of the studies, in metafor's order and with its names.
fit_columns <- function(x, table, pval) {
  out <- list(estimate = column(table, "estimate"), se = column(table, "se"))
  out[[statistic_name(x)]] <- column(table, "zval")
  out[[pval]] <- column(table, "pval")
  out <- c(out, lapply(stats::setNames(nm = c("ci.lb", "ci.ub", "Q", "Qp")), column, table = table))
  if ("tau2" %in% colnames(table)) out$tau2 <- column(table, "tau2")
  c(out, list(I2 = column(table, "I2"), H2 = column(table, "H2")))
}

leave1out <- function(x, cluster, digits, transf, targs, progbar = FALSE, ...) {
  if (!serves(x)) return(elsewhere_or_stop("leave1out", x))
  without_moderators(x, "leave1out")
  slab <- used_slab(x)
  if (missing(cluster)) {
    table <- uni_tables(x, "leave1out")$leave1out
  } else {
    by <- used_rows(x, eval(substitute(cluster), x$data, parent.frame()), "cluster")
    if (anyNA(by)) mb_stop(SPECIFICATION_INVALID, "No missing values allowed in 'cluster' variable.")
    table <- uni_tables(x, table_request("leave1out", cluster = "cluster"), data.frame(cluster = group_codes(by)))[[1L]]
    slab <- sorted_values(by)
  }
  # From version 4.8 on a label says what is not there.
  if (layout_version() >= "4.8") slab <- paste0("-", slab)
  out <- fit_columns(x, table, "pval")
  transf <- if (missing(transf)) NULL else transf
  out <- transformed(out, transf, if (missing(targs)) NULL else targs, c("estimate", "ci.lb", "ci.ub"))
  out <- c(out, list(slab = slab, digits = used_digits(x, digits), transf = is.function(transf)))
  structure(out, class = "list.rma")
}

cumul <- function(x, order, digits, transf, targs, collapse = FALSE, progbar = FALSE, ...) {
  if (!serves(x)) return(elsewhere_or_stop("cumul", x))
  without_moderators(x, "cumul")
  slab <- used_slab(x)
  rank <- seq_len(x$k)
  together <- FALSE
  if (!missing(order)) {
    by <- used_rows(x, eval(substitute(order), x$data, parent.frame()), "order")
    together <- one_logical(collapse, "collapse")
    if (together) rank <- group_codes(by) else rank[base::order(by)] <- seq_len(x$k)
  }
  sequence <- base::order(rank)
  table <- uni_tables(x, table_request("cumul", order = "rank", collapse = if (together) TRUE), data.frame(rank = rank))[[1L]]
  # Each group is known by the last study that comes in with it, and labelled by the value; a study without a value stands for itself.
  if (together) sequence <- sequence[is.na(rank[sequence]) | !duplicated(rank[sequence], fromLast = TRUE)]
  out <- fit_columns(x, table, if (layout_version() < "4") "pvals" else "pval")
  attr(out$estimate, "measure") <- x$measure
  transf <- if (missing(transf)) NULL else transf
  out <- transformed(out, transf, if (missing(targs)) NULL else targs, c("estimate", "ci.lb", "ci.ub"))
  out$slab <- if (together) ifelse(is.na(rank[sequence]), as.character(slab[sequence]), as.character(by[sequence])) else slab[sequence]
  out$ids <- x$ids[x$not.na][sequence]
  out["data"] <- list(if (is.null(x$data)) NULL else x$data[x$ids[x$not.na][sequence], , drop = FALSE])
  out <- c(out, list(digits = used_digits(x, digits), transf = is.function(transf), slab.null = x$slab.null, level = x$level, measure = x$measure, test = x$test))
  structure(out, class = c("list.rma", "cumul.rma"))
}

# The distinct values of a variable in R's order (levels of a factor in theirs), and each study's place among them.
sorted_values <- function(by) sort(unique(by))

group_codes <- function(by) as.numeric(match(by, sorted_values(by)))

# A variable with one value per row of the original data, for the studies used.
used_rows <- function(x, value, name) {
  if (length(value) == x$k.all && !is.null(x$subset)) value <- value[x$subset]
  if (length(value) == x$k.f) value <- value[x$not.na]
  if (length(value) != x$k) mb_stop(LENGTH_MISMATCH, "Length of the '", name, "' argument (", length(value), ") does not correspond to the size of the original dataset (", x$k.all, ").")
  value
}

baujat <- function(x, xlim, ylim, xlab, ylab, cex, symbol = "ids", grid = TRUE, progbar = FALSE, ...) {
  if (!serves(x)) return(elsewhere_or_stop("baujat", x))
  table <- uni_tables(x, "baujat")$baujat
  out <- data.frame(x = column(table, "x"), y = column(table, "y"), ids = x$ids[x$not.na], slab = used_slab(x), row.names = as.character(used_slab(x)))
  is.equal <- x$method %in% c("EE", "FE", "CE")
  if (missing(xlab)) xlab <- if (is.equal) "Contribution to Overall Heterogeneity" else "Squared Pearson Residual"
  if (missing(ylab)) ylab <- if (is.equal) "Influence on Overall Result" else "Influence on Fitted Value"
  graphics::plot(
    out$x, out$y, type = "n", xlab = xlab, ylab = ylab, xlim = if (missing(xlim)) range(out$x) else xlim, ylim = if (missing(ylim)) range(out$y, na.rm = TRUE) else ylim, ...
  )
  if (!isFALSE(grid)) graphics::grid(col = if (is.character(grid)) grid else "lightgray")
  cex <- if (missing(cex)) 0.8 else cex
  if (is.numeric(symbol)) graphics::points(out$x, out$y, pch = symbol, cex = cex) else graphics::text(out$x, out$y, labels = out[[symbol]], cex = cex)
  invisible(out)
}

gosh <- function(x, subsets, progbar = FALSE, parallel = "no", ncpus = 1, cl, ...) {
  if (!serves(x)) return(elsewhere_or_stop("gosh", x))
  k <- x$k
  p <- x$p
  possible <- sum(choose(k, p:k))
  wanted <- if (missing(subsets)) 1e6 else as.integer(subsets)
  # A sample follows R's seed.
  seed <- if (possible > wanted) sample.int(.Machine$integer.max, 1L)
  table <- uni_tables(x, table_request("gosh", subsets = wanted, seed = seed))$gosh
  names <- if (x$int.only) "estimate" else rownames(x$beta)
  colnames(table)[5L + seq_len(p)] <- names
  res <- data.frame(table[, seq_len(5L + p), drop = FALSE])
  sets <- seq_len(ncol(table) - 5L - p)
  incl <- do.call(cbind, lapply(sets, function(part) {
    bits <- as.integer(table[, 5L + p + part])
    vapply(seq_len(min(24L, k - 24L * (part - 1L))), function(i) bitwAnd(bits, bitwShiftL(1L, i - 1L)) != 0L, logical(length(bits)))
  }))
  rows <- as.character(seq_len(nrow(table)))
  incl <- matrix(incl, nrow(table), k, dimnames = list(rows, as.character(seq_len(k))))
  rownames(res) <- rows
  structure(
    list(res = res, incl = incl, fit = stats::setNames(!is.na(res[[6L]]), rows), k = k, int.only = x$int.only, method = x$method, measure = x$measure, digits = x$digits),
    class = "gosh.rma"
  )
}

predicted_effects <- function(x, word, level, digits, transf, targs) {
  if (!is.null(level) && level < 1) level <- 100 * (1 - level)
  table <- uni_tables(x, table_request(word, level = level))[[word]]
  out <- list(pred = column(table, "pred"), se = column(table, "se"), pi.lb = column(table, "pi.lb"), pi.ub = column(table, "pi.ub"))
  out <- transformed(out, transf, targs, c("pred", "pi.lb", "pi.ub"))
  structure(c(out, list(slab = used_slab(x), digits = digits, transf = is.function(transf))), class = "list.rma")
}

ranef.rma.uni <- function(object, level, digits, transf, targs, ...) {
  if (!serves(object)) return(elsewhere_or_stop("ranef", object))
  predicted_effects(
    object, "ranef", if (missing(level)) NULL else level, used_digits(object, digits), if (missing(transf)) NULL else transf, if (missing(targs)) NULL else targs
  )
}

blup.rma.uni <- function(x, level, digits, transf, targs, ...) {
  if (!serves(x)) return(elsewhere_or_stop("blup", x))
  predicted_effects(x, "blup", if (missing(level)) NULL else level, used_digits(x, digits), if (missing(transf)) NULL else transf, if (missing(targs)) NULL else targs)
}
