# The covariance of dependent sampling errors, as metafor's vcalc().
vcalc <- function(vi, cluster, subgroup, obs, type, time1, time2, grp1, grp2, w1, w2, data, rho, phi, rvars, checkpd = TRUE,
                  nearpd = FALSE, sparse = FALSE, ...) {
  caller <- parent.frame()
  args <- as.list(match.call())[-1L]
  data <- checked_data(if (missing(data)) NULL else data)
  vi <- numbers_of(args, "vi", data, caller)
  cluster <- value_of(args, "cluster", data, caller)
  if (is.null(vi)) mb_stop(SPECIFICATION_INVALID, "Must specify 'vi' variable.")
  if (is.null(cluster)) mb_stop(SPECIFICATION_INVALID, "Must specify 'cluster' variable.")
  k <- if (length(vi) == 1L) max(length(cluster), 1L) else length(vi)
  vi <- rep_len(as.double(vi), k)
  codes <- cluster_codes(cluster, value_of(args, "subgroup", data, caller), k)
  labels <- function(name) row_values(value_of(args, name, data, caller), name, k)
  numbers <- function(name) {
    value <- row_values(numbers_of(args, name, data, caller), name, k)
    if (is.null(value)) NULL else as.double(value)
  }
  columns <- if (!is.null(args$rvars)) rvars_columns(args$rvars, data, caller, k)
  used <- is.null(columns)
  obs <- if (used) codes_of(labels("obs"))
  type <- if (used) codes_of(labels("type"))
  groups <- if (used) shared_codes(labels("grp1"), labels("grp2")) else list(NULL, NULL)
  rule <- if (used) rho_rules(if (missing(rho)) NULL else rho, obs, type) else list(NULL, NULL)
  phi <- if (missing(phi) || is.null(phi) || !used) NA_real_ else one_number(phi, "phi")
  n <- tabulate(codes$code + 1L, length(codes$names))
  blocks <- engine_result(.Call(
    C_vcalc, vi, codes$code, paste(codes$names, collapse = "\n"), list(obs$code, type$code, groups[[1L]], groups[[2L]]),
    if (used) lapply(c("time1", "time2", "w1", "w2"), numbers) else list(NULL, NULL, NULL, NULL), rule, columns, as.double(phi),
    c(one_logical(checkpd, "checkpd"), one_logical(nearpd, "nearpd")), c(sum(n * (n + 1) / 2), length(n))
  ))
  matrix_of_blocks(blocks, codes$code, n, one_logical(sparse, "sparse"))
}

# One value per row.
row_values <- function(value, name, k) {
  if (is.null(value)) return(NULL)
  if (length(value) == 1L) value <- rep(value, k)
  if (length(value) != k) {
    mb_stop(LENGTH_MISMATCH, "Length of variable specified via '", name, "' (", length(value), ") does not match length of 'vi' (", k, ").")
  }
  if (anyNA(value)) mb_stop(NON_FINITE, "No missing values allowed in '", name, "' variable.")
  value
}

# Codes from 0 with the name of each.
codes_of <- function(value) {
  if (is.null(value)) return(NULL)
  value <- as.character(value)
  names <- unique(value)
  list(code = match(value, names) - 1L, names = names)
}

cluster_codes <- function(cluster, subgroup, k) {
  cluster <- as.character(row_values(cluster, "cluster", k))
  subgroup <- row_values(subgroup, "subgroup", k)
  label <- gsub("\n", " ", if (is.null(subgroup)) cluster else paste0(cluster, "' / '", subgroup), fixed = TRUE)
  if (is.null(subgroup)) return(list(code = codes_of(cluster)$code, names = unique(label)))
  pair <- codes_of(paste(match(cluster, cluster), match(subgroup, subgroup)))
  list(code = pair$code, names = label[!duplicated(pair$code)])
}

shared_codes <- function(grp1, grp2) {
  all <- unique(c(as.character(grp1), as.character(grp2)))
  lapply(list(grp1, grp2), function(x) if (is.null(x)) NULL else match(as.character(x), all) - 1L)
}

# rho as list(within a type, between types), each NULL, a number, or a matrix in the order of the codes.
rho_rules <- function(rho, obs, type) {
  wanted <- c("obs", "type")[c(!is.null(obs), !is.null(type))]
  given <- if (is.null(rho)) list() else if (is.list(rho) && !is.data.frame(rho)) rho
    else if (is.matrix(rho) || is.data.frame(rho) || inherits(rho, "Matrix")) list(as.matrix(rho)) else as.list(rho)
  if (length(given) != length(wanted)) {
    mb_stop(SPECIFICATION_INVALID, if (length(wanted) == 0L) "'rho' needs 'obs' or 'type', which say whose correlation it is."
      else if (length(given) == 0L) paste0("Must specify 'rho' when '", wanted[[1L]], "' is specified.")
      else if (length(wanted) == 2L) "When 'type' and 'obs' are both specified, 'rho' must specify both the within- and between-construct correlations."
      else paste0("When only '", wanted, "' is specified, 'rho' must be a scalar or a matrix."))
  }
  rules <- list(NULL, NULL)
  for (i in seq_along(wanted)) {
    at <- match(wanted[[i]], c("obs", "type"))
    rules[[at]] <- rho_rule(given[[i]], wanted[[i]], list(obs, type)[[at]]$names)
  }
  rules
}

rho_rule <- function(rule, name, levels) {
  if (is.data.frame(rule) || inherits(rule, "Matrix")) rule <- as.matrix(rule)
  if (!is.numeric(rule)) mb_stop(WRONG_ARGUMENT_TYPE, "The 'rho' argument must hold numbers.")
  if (!is.matrix(rule)) return(as.double(one_number(rule, "rho")))
  if (nrow(rule) != ncol(rule)) mb_stop(LENGTH_MISMATCH, "Matrices specified via 'rho' must be square.")
  known <- rownames(rule)
  if (is.null(known)) known <- colnames(rule)
  if (is.null(known)) mb_stop(SPECIFICATION_INVALID, "Any matrices specified via 'rho' must have dimension names.")
  at <- match(levels, known)
  if (anyNA(at)) {
    mb_stop(UNKNOWN_NAME, "There are '", name, "' values with no corresponding row/column in the correlation matrix: ",
            paste(levels[is.na(at)], collapse = ", "), ".")
  }
  as.double(rule[at, at, drop = FALSE])
}

# The columns of `data` named as in select of subset(): c(r1, r2), r1:r4, or their names as texts.
rvars_columns <- function(expression, data, caller, k) {
  if (is.null(data)) mb_stop(SPECIFICATION_INVALID, "Must specify 'data' argument when using 'rvars'.")
  at <- tryCatch(eval(expression, as.list(stats::setNames(seq_along(data), names(data))), caller),
                 error = function(e) cannot_evaluate("rvars", expression, e))
  picked <- tryCatch(data[at], error = function(e) mb_stop(MISSING_COLUMN, "Cannot find all variables specified via 'rvars'."))
  if (!all(vapply(picked, is.numeric, TRUE))) mb_stop(WRONG_COLUMN_TYPE, "The variables specified via 'rvars' must be numeric.")
  columns <- as.matrix(picked)
  if (nrow(columns) != k) {
    mb_stop(LENGTH_MISMATCH, "Number of rows in 'rvars' (", nrow(columns), ") does not match length of 'vi' (", k, ").")
  }
  matrix(as.double(columns), k)
}

# Lower triangles of blocks, one after the other, as a k x k matrix; a sparse one stores them as they are.
matrix_of_blocks <- function(values, code, n, sparse, names = NULL) {
  k <- length(code)
  values[is.nan(values)] <- NA_real_
  order <- order(code)
  first <- cumsum(c(0, n))
  local <- unique(n)
  shapes <- lapply(local, function(m) list(i = sequence(m:1, seq_len(m)), j = rep.int(seq_len(m), m:1)))
  shape <- match(n, local)
  size <- n * (n + 1) / 2
  offset <- rep.int(first[seq_along(n)], size)
  i <- order[offset + unlist(lapply(shape, function(s) shapes[[s]]$i))]
  j <- order[offset + unlist(lapply(shape, function(s) shapes[[s]]$j))]
  if (sparse) {
    if (!requireNamespace("Matrix", quietly = TRUE)) mb_stop(NOT_SUPPORTED, "A sparse result needs the 'Matrix' package.")
    keep <- is.na(values) | values != 0
    return(Matrix::sparseMatrix(i = pmin(i, j)[keep], j = pmax(i, j)[keep], x = values[keep], dims = c(k, k), symmetric = TRUE,
                                dimnames = if (!is.null(names)) list(names, names)))
  }
  V <- matrix(0, k, k, dimnames = if (!is.null(names)) list(names, names))
  V[cbind(i, j)] <- values
  V[cbind(j, i)] <- values
  V
}
