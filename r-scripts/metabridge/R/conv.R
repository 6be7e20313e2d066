# Converters: numbers that papers report instead of those that escalc() needs.

# Appends columns to `data`; a column that is there keeps its values unless replace is "all" (then: or they are missing).
put_columns <- function(data, columns, append, replace, include) {
  if (is.logical(replace)) replace <- if (isTRUE(replace)) "all" else "ifna"
  if (!(replace %in% c("ifna", "all"))) mb_stop(INVALID_OPTION, "The 'replace' argument must be \"ifna\" or \"all\".")
  frame <- if (append && !is.null(data)) as.data.frame(data) else NULL
  k <- length(columns[[1L]])
  if (is.null(frame)) frame <- data.frame(row.names = seq_len(k))
  for (name in names(columns)) {
    new <- columns[[name]]
    if (!is.null(include)) new[!include] <- NA
    old <- frame[[name]]
    if (!is.null(old)) {
      keep <- if (replace == "all") is.na(new) else !is.na(old)
      new[keep] <- old[keep]
    }
    frame[[name]] <- new
  }
  frame
}

converter_inputs <- function(args, names, data, caller) {
  inputs <- effect_inputs(args, data, caller, names)
  if (length(inputs) == 0L) mb_stop(SPECIFICATION_INVALID, "Specify at least one of the arguments ", paste0("'", names, "'", collapse = ", "), ".")
  k <- length(inputs[[1L]])
  lapply(stats::setNames(names, names), function(name) if (is.null(inputs[[name]])) rep(NA_real_, k) else as.numeric(inputs[[name]]))
}

# 2x2 tables from margins (n1i: first row, n2i: first column) and an odds ratio, phi coefficient or signed chi-square (Bonett, 2007).
conv.2x2 <- function(ori, ri, x2i, ni, n1i, n2i, correct = TRUE, data, include, var.names = c("ai", "bi", "ci", "di"),
                     append = TRUE, replace = "ifna") {
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  data <- checked_data(if (missing(data)) NULL else data)
  x <- converter_inputs(args, c("ori", "ri", "x2i", "ni", "n1i", "n2i"), data, caller)
  k <- length(x$ni)
  correct <- rep_len(value_of(args, "correct", data, caller) %||% TRUE, k)
  product <- x$n1i * (x$ni - x$n1i) * x$n2i * (x$ni - x$n2i)
  phi <- x$ri
  cross <- sqrt(abs(x$x2i) * product / x$ni) + ifelse(correct, x$ni / 2, 0)
  phi <- ifelse(is.na(phi), sign(x$x2i) * cross / sqrt(product), phi)
  linear <- x$ni + (x$ori - 1) * (x$n1i + x$n2i)
  from.or <- 2 * x$ori * x$n1i * x$n2i / (linear + sqrt(linear^2 - 4 * x$ori * (x$ori - 1) * x$n1i * x$n2i))
  from.phi <- ifelse(abs(phi) <= 1, (x$n1i * x$n2i + phi * sqrt(product)) / x$ni, NA)
  a <- round(ifelse(is.na(x$ori), from.phi, from.or))
  table <- list(a, x$n1i - a, x$n2i - a, x$ni - x$n1i - x$n2i + a)
  impossible <- Reduce(`|`, lapply(table, function(cell) !is.na(cell) & cell < 0))
  if (any(impossible)) warning("There are negative cell frequencies in table(s) ", paste(which(impossible), collapse = ", "), ".", call. = FALSE)
  table <- lapply(table, function(cell) replace(cell, impossible, NA))
  put_columns(data, stats::setNames(table, var.names), append, replace, rows_of(value_of(args, "include", data, caller), k, "include"))
}

# Variances from Wald-type intervals, statistics or p-values.
conv.wald <- function(out, ci.lb, ci.ub, zval, pval, n, data, include, level = 95, transf, check = TRUE, var.names = c("yi", "vi"),
                      append = TRUE, replace = "ifna", ...) {
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  data <- checked_data(if (missing(data)) NULL else data)
  x <- converter_inputs(args, c("out", "ci.lb", "ci.ub", "zval", "pval", "n"), data, caller)
  k <- length(x$out)
  level <- rep_len(value_of(args, "level", data, caller) %||% 95, k)
  level <- ifelse(level > 1, level / 100, level)
  if (!missing(transf)) x[c("out", "ci.lb", "ci.ub")] <- lapply(x[c("out", "ci.lb", "ci.ub")], transf, ...)
  crit <- qnorm((1 - level) / 2, lower.tail = FALSE)
  vi <- ((x$ci.ub - x$ci.lb) / (2 * crit))^2
  vi <- ifelse(is.na(vi), (x$out / x$zval)^2, vi)
  vi <- ifelse(is.na(vi), (x$out / qnorm(x$pval / 2))^2, vi)
  vi[!is.finite(vi)] <- NA
  off <- abs((x$ci.ub - x$out) - (x$out - x$ci.lb)) / (x$ci.ub - x$ci.lb)
  if (check && any(off > 0.1, na.rm = TRUE)) {
    warning("The observed outcome does not appear to be halfway between '(ci.lb, ci.ub)' in row(s) ",
            paste(which(off > 0.1), collapse = ", "), ".", call. = FALSE)
  }
  yi <- x$out
  frame <- put_columns(data, stats::setNames(list(yi, vi), var.names), append, replace, rows_of(value_of(args, "include", data, caller), k, "include"))
  if (!all(is.na(x$n))) attr(frame[[var.names[1L]]], "ni") <- x$n
  mark_escalc(frame, var.names, checked_digits(NULL, attr(data, "digits") %||% DEFAULT_DIGITS))
}

# A transformed effect size and its variance by the delta method.
conv.delta <- function(yi, vi, ni, data, include, transf, var.names = c("yi", "vi"), append = TRUE, replace = "ifna", ...) {
  if (missing(transf)) mb_stop(SPECIFICATION_INVALID, "The 'transf' argument must be a function.")
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  data <- checked_data(if (missing(data)) NULL else data)
  x <- converter_inputs(args, c("yi", "vi", "ni"), data, caller)
  y <- vapply(x$yi, function(value) if (is.na(value)) NA_real_ else as.numeric(transf(value, ...)), 0)
  slope <- vapply(x$yi, function(value) if (is.na(value)) NA_real_ else slope_at(function(z) transf(z, ...), value), 0)
  frame <- put_columns(data, stats::setNames(list(y, slope^2 * x$vi), var.names), append, replace,
                       rows_of(value_of(args, "include", data, caller), length(y), "include"))
  if (!all(is.na(x$ni))) attr(frame[[var.names[1L]]], "ni") <- x$ni
  mark_escalc(frame, var.names, checked_digits(NULL, attr(data, "digits") %||% DEFAULT_DIGITS))
}

# The derivative by Richardson extrapolation of central differences (Ridders, 1982).
slope_at <- function(h, x, rounds = 6L) {
  step <- 1e-3 * max(abs(x), 0.1) * 2^(rounds - 1L)
  before <- numeric()
  best <- NA_real_
  error <- Inf
  for (i in seq_len(rounds)) {
    row <- (h(x + step) - h(x - step)) / (2 * step)
    for (j in seq_along(before)) {
      row[j + 1L] <- (4^j * row[j] - before[j]) / (4^j - 1)
      change <- max(abs(row[j + 1L] - row[j]), abs(row[j + 1L] - before[j]))
      if (is.finite(change) && change <= error) {
        error <- change
        best <- row[j + 1L]
      }
    }
    before <- row
    step <- step / 2
  }
  best
}

# Means and standard deviations from five-number summaries: Luo et al. (2018), Wan et al. (2014), Shi et al. (2020a, b, 2023), McGrath et al.
# (2020), Cai et al. (2021), Yang et al. (2022). What other programs simulate ("bc", "mln") is integrated: no random numbers are used.
conv.fivenum <- function(min, q1, median, q3, max, n, data, include, method = "default", dist = "norm", transf = TRUE, test = TRUE,
                         var.names = c("mean", "sd"), append = TRUE, replace = "ifna", ...) {
  methods <- c("default", "luo/wan/shi", "qe", "bc", "mln", "blue")
  word <- one_word(method, "method")
  method <- methods[pmatch(word, methods)]
  if (is.na(method)) mb_stop(UNKNOWN_NAME, "Unknown 'method' specified: '", word, "'; known are ", paste0('"', methods, '"', collapse = ", "), ".")
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  data <- checked_data(if (missing(data)) NULL else data)
  x <- converter_inputs(args, c("min", "q1", "median", "q3", "max", "n"), data, caller)
  k <- length(x$n)
  dist <- rep_len(value_of(args, "dist", data, caller) %||% "norm", k)
  if (!all(dist %in% c("norm", "lnorm"))) mb_stop(INVALID_OPTION, "The 'dist' argument must be \"norm\" or \"lnorm\".")
  check_order(x)
  found <- matrix(engine_result(.Call(C_five_numbers, as.double(unlist(x)), k, method, dist == "lnorm", one_logical(transf, "transf"))), k)
  found[is.nan(found)] <- NA
  include <- rows_of(value_of(args, "include", data, caller), k, "include") %||% rep(TRUE, k)
  crit <- ifelse(include, found[, 4L], NA)
  tval <- ifelse(is.na(crit), NA, found[, 3L])
  sig <- tval > crit
  usable <- include & !(one_logical(test, "test") & !is.na(sig) & sig)
  mean <- ifelse(usable, found[, 1L], NA)
  sd <- ifelse(usable, found[, 2L], NA)
  frame <- put_columns(data, stats::setNames(list(mean, sd), var.names), append, replace, NULL)
  words <- c("norm", "lnorm", "gamma", "beta", "weibull", NA)[found[, 5L] + 1L]
  words[method %in% c("default", "luo/wan/shi")] <- dist
  before <- function(name) if (append && !is.null(data) && !is.null(data[[name]])) data[[name]] else rep(NA, k)
  put <- function(new, name) !is.na(new) & (identical(replace, "all") | isTRUE(replace) | is.na(before(name)))
  attributes(frame[[var.names[1L]]]) <- list(est = put(mean, var.names[1L]), tval = tval, crit = crit, sig = sig, dist = words)
  attributes(frame[[var.names[2L]]]) <- list(est = put(sd, var.names[2L]))
  frame
}

check_order <- function(x) {
  five <- do.call(cbind, x[c("min", "q1", "median", "q3", "max")])
  falls <- which(apply(five, 1L, function(row) is.unsorted(row[!is.na(row)])))
  if (length(falls)) {
    mb_stop(INVALID_OPTION, "The numbers in row ", falls[1L], " are not in the order min <= q1 <= median <= q3 <= max: ",
            paste(colnames(five), five[falls[1L], ], sep = " = ", collapse = ", "), ".")
  }
}
