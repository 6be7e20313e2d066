# Combines effect sizes of one cluster. V is formed cluster by cluster.
aggregate.escalc <- function(x, cluster, time, obs, V, struct = "CS", rho, phi, weighted = TRUE, checkpd = TRUE, fun, na.rm = TRUE,
                             addk = FALSE, subset, select, digits, var.names, ...) {
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  STRUCTURES <- c("ID", "CS", "CAR", "CS+CAR", "CS*CAR")
  if (!(struct %in% STRUCTURES)) mb_stop(UNKNOWN_NAME, "Unknown 'struct' specified: '", struct, "'; known are ", paste(STRUCTURES, collapse = ", "), ".")
  names <- if (missing(var.names)) c(attr(x, "yi.names")[1L] %||% "yi", attr(x, "vi.names")[1L] %||% "vi") else var.names
  k <- nrow(x)
  given <- lapply(stats::setNames(nm = c("cluster", "time", "obs")), function(name) value_of(args, name, x, caller))
  if (is.null(given$cluster)) mb_stop(SPECIFICATION_INVALID, "Must specify 'cluster' variable.")
  if (anyNA(given$cluster)) mb_stop(SPECIFICATION_INVALID, "No missing values allowed in 'cluster' variable.")
  for (name in names(given)) {
    if (!is.null(given[[name]]) && length(given[[name]]) != k) mb_stop(LENGTH_MISMATCH, "Length of variable specified via '", name, "' does not match the data.")
  }
  rows <- rows_of(value_of(args, "subset", x, caller), k) %||% rep(TRUE, k)
  na.rm <- rep_len(na.rm, 2L)
  clusters <- unique(given$cluster[rows])
  V <- if (missing(V)) NULL else given_covariance(V, given$cluster, k)
  within <- aggregate_correlation(struct, if (missing(rho)) NULL else rho, if (missing(phi)) NULL else phi, given, length(clusters))
  if (!is.null(V)) within <- NULL
  fun <- if (missing(fun)) list(mean, mean, most_frequent) else if (is.function(fun)) rep(list(fun), 3L) else fun
  parts <- lapply(seq_along(clusters), function(i) {
    members <- which(rows & given$cluster == clusters[i])
    used <- members
    if (na.rm[1L]) used <- used[!is.na(x[[names[1L]]][used]) & !is.na(if (is.null(V)) x[[names[2L]]][used] else diag(V)[used])]
    combined <- combine_effects(x[[names[1L]]][used], cluster_covariance(V, within, i, used, x[[names[2L]]]), weighted, checkpd, clusters[i])
    others <- lapply(x[setdiff(names(x), names)], function(column) aggregate_column(column[members], fun, na.rm[2L]))
    list(combined = combined, others = others, size = length(used), all = length(members))
  })
  out <- x[match(clusters, given$cluster), , drop = FALSE]
  class(out) <- "data.frame"
  for (name in setdiff(names(out), names)) out[[name]] <- bind_values(lapply(parts, function(part) part$others[[name]]), x[[name]])
  out[[names[1L]]] <- structure(vapply(parts, function(part) part$combined[1L], 0), measure = attr(x[[names[1L]]], "measure"))
  out[[names[2L]]] <- vapply(parts, function(part) part$combined[2L], 0)
  if (addk) out$ki <- vapply(parts, `[[`, 0L, "size")
  rownames(out) <- NULL
  if (!missing(select)) out <- out[union(select, if (addk) "ki")]
  attr(out, "yi.names") <- attr(x, "yi.names")
  attr(out, "vi.names") <- attr(x, "vi.names")
  mark_escalc(out, names, if (missing(digits)) attr(x, "digits") %||% DEFAULT_DIGITS else checked_digits(digits))
}

given_covariance <- function(V, cluster, k) {
  if (is.list(V)) {
    full <- matrix(0, k, k)
    groups <- split(seq_len(k), factor(cluster, levels = unique(cluster)))
    for (i in seq_along(groups)) full[groups[[i]], groups[[i]]] <- V[[i]]
    V <- full
  }
  V <- as.matrix(V)
  if (nrow(V) != k || ncol(V) != k) mb_stop(LENGTH_MISMATCH, "The 'V' argument must have one row and column per effect size.")
  V
}

# The correlation matrix of rows of the i-th cluster.
aggregate_correlation <- function(struct, rho, phi, given, count) {
  needs.rho <- struct %in% c("CS", "CS+CAR", "CS*CAR")
  needs.phi <- struct %in% c("CAR", "CS+CAR", "CS*CAR")
  check <- function(value, name, lower) {
    if (is.null(value)) mb_stop(SPECIFICATION_INVALID, "Must specify '", name, "' when struct=\"", struct, "\".")
    if (!(length(value) %in% c(1L, count))) mb_stop(LENGTH_MISMATCH, "Length of '", name, "' does not match the number of clusters.")
    if (anyNA(value) || any(value < lower | value > 1)) mb_stop(INVALID_OPTION, "The value(s) of '", name, "' must be between ", lower, " and 1.")
    rep_len(value, count)
  }
  return(function(i, rows) {
    r <- if (needs.rho) check(rho, "rho", -1)[i]
    n <- length(rows)
    if (struct == "ID") return(diag(n))
    if (struct == "CS") return(`diag<-`(matrix(r, n, n), 1))
    if (is.null(given$time)) mb_stop(SPECIFICATION_INVALID, "Must specify 'time' variable for this structure.")
    decay <- check(phi, "phi", 0)[i]^abs(outer(given$time[rows], given$time[rows], "-"))
    if (struct == "CAR") return(`diag<-`(decay, 1))
    if (struct == "CS+CAR") return(`diag<-`(r + (1 - r) * decay, 1))
    if (is.null(given$obs)) mb_stop(SPECIFICATION_INVALID, "Must specify 'obs' variable for this structure.")
    same <- outer(given$obs[rows], given$obs[rows], "==")
    `diag<-`(decay * ifelse(same, 1, r), 1)
  })
}

cluster_covariance <- function(V, within, i, rows, vi) {
  if (!is.null(V)) return(V[rows, rows, drop = FALSE])
  sei <- sqrt(vi[rows])
  within(i, rows) * outer(sei, sei)
}

combine_effects <- function(y, V, weighted, checkpd, name) {
  n <- length(y)
  if (n == 0L) return(c(NA_real_, NA_real_))
  if (anyNA(V)) return(c(if (weighted) NA_real_ else mean(y), NA_real_))
  root <- if (weighted || checkpd) tryCatch(chol(V), error = function(e) NULL) else V
  if (is.null(root)) mb_stop(104L, "The covariance matrix of cluster '", format(name), "' is not positive definite.")
  if (!weighted) return(c(mean(y), sum(V) / n^2))
  w <- backsolve(root, forwardsolve(t(root), rep(1, n)))
  c(sum(w * y) / sum(w), 1 / sum(w))
}

aggregate_column <- function(column, fun, na.rm) {
  if (na.rm) column <- column[!is.na(column)]
  if (length(column) == 0L) return(NA)
  if (is.logical(column)) return(fun[[2L]](column))
  if (is.numeric(column)) return(fun[[1L]](column))
  fun[[3L]](as.character(column))
}

# Of several that are as frequent, the last in alphabetical order, as in metafor.
most_frequent <- function(x) {
  counts <- table(x)
  names(counts)[max(which(counts == max(counts)))]
}

bind_values <- function(values, old) {
  flat <- unlist(lapply(values, function(value) if (length(value) == 0L) NA else value))
  if (is.factor(old)) factor(flat, levels = levels(old)) else flat
}
