# Matrices of a fitted model: V, W, Z, G and M, dense as in metafor for few rows and sparse for many.

# Rows of V and M that are not zero, above which M is left out: a dense pattern would take gigabytes.
MOST_NONZERO <- 3e7

# V, W or another k x k matrix as the object holds it.
object_matrix <- function(V, sparse) {
  k <- length(V$vi)
  if (!sparse) {
    M <- V$matrix
    if (is.null(M)) {
      M <- matrix(0, k, k)
      M[seq.int(1L, by = k + 1L, length.out = k)] <- V$vi
    }
    return(as.matrix(M))
  }
  if (is.null(V$matrix)) return(Matrix::Diagonal(x = V$vi))
  general_sparse(V$matrix)
}

weight_matrix <- function(W, sparse) {
  if (is.null(W)) return(NULL)
  if (is.matrix(W)) return(if (sparse) general_sparse(W) else W)
  if (sparse) return(Matrix::Diagonal(x = W))
  M <- matrix(0, length(W), length(W))
  diag(M) <- W
  M
}

# The covariance of the effects a and b (numbers of levels) of an inner-outer term.
effect_covariance <- function(term, variances, correlations, a, b, G = NULL) {
  if (!is.null(G)) return(G[cbind(a, b)])
  sd <- sqrt(variances)
  scale <- if (length(sd) == 1L) variances else sd[a] * sd[b]
  scale * switch(term$struct,
    CS = , HCS = ifelse(a == b, 1, correlations),
    ID = , DIAG = as.numeric(a == b),
    AR = , HAR = ifelse(a == b, 1, correlations^abs(a - b)),
    CAR = {
      times <- as.numeric(term$effects)
      ifelse(a == b, 1, correlations^round(abs(times[a] - times[b]), 8L))
    }
  )
}

# Position of each used row's effect among the effects of a factor term, or its point.
effect_index <- function(term) {
  if (term$struct %in% SPATIAL) return(term$point)
  term$present[as.integer(term$inner)]
}

# Covariances of pairs of rows of one group of a structured term.
pair_covariance <- function(term, variances, correlations, G, row, column) {
  if (term$struct %in% SLOPES) return(rowSums((term$slopes[row, , drop = FALSE] %*% G) * term$slopes[column, , drop = FALSE]))
  at <- effect_index(term)
  effect_covariance(term, variances, correlations, at[row], at[column], G)
}

# All pairs of rows within the groups of a factor.
pairs_within <- function(f) {
  code <- as.integer(f)
  rows <- order(code)
  places <- block_places(tabulate(code, nlevels(f)))
  list(row = rows[places$row], column = rows[places$column])
}

count_within <- function(f) sum(as.numeric(tabulate(as.integer(f), nlevels(f)))^2)

# M = V + sum of Z G Z', or NULL when it would be too large.
marginal_covariance <- function(rows, terms, components, matrices, V, sparse) {
  M <- if (sparse && inherits(V, "diagonalMatrix")) general_sparse(V) else V
  if (sparse && nonzero_count(terms, rows$k) > MOST_NONZERO) return(NULL)
  for (i in seq_along(terms$s$factors)) {
    f <- terms$s$factors[[i]]
    R <- if (terms$s$withR) terms$s$R[[i]]
    M <- M + intercept_covariance(f, R, components$sigma2[i], sparse)
  }
  if (!is.null(terms$g)) M <- M + structured_covariance(terms$g, components$tau2, components$rho, matrices$G, sparse)
  if (!is.null(terms$h)) M <- M + structured_covariance(terms$h, components$gamma2, components$phi, matrices$H, sparse)
  if (sparse) return(general_sparse(M))
  dimnames(M) <- NULL
  M
}

nonzero_count <- function(terms, k) {
  known <- if (isTRUE(terms$s$withR)) k^2 else 0
  known + sum(vapply(terms$s$factors, count_within, 0)) +
    sum(vapply(Filter(Negate(is.null), list(terms$g, terms$h)), function(term) count_within(term$outer), 0))
}

intercept_covariance <- function(f, R, sigma2, sparse) {
  code <- as.integer(f)
  if (!is.null(R)) {
    M <- sigma2 * unname(R)[code, code, drop = FALSE]
    return(if (sparse) general_sparse(M) else M)
  }
  if (!sparse) return(sigma2 * base::outer(code, code, `==`))
  at <- pairs_within(f)
  Matrix::sparseMatrix(i = at$row, j = at$column, x = sigma2, dims = rep(length(code), 2L))
}

structured_covariance <- function(term, variances, correlations, G, sparse) {
  if (term$struct %in% SPATIAL) G <- covariance_matrix(term, variances, correlations)
  outer <- as.integer(term$outer)
  k <- length(outer)
  if (!sparse) {
    M <- if (term$struct %in% SLOPES) term$slopes %*% G %*% t(term$slopes) else {
      at <- effect_index(term)
      G[at, at, drop = FALSE]
    }
    return(unname(M) * base::outer(outer, outer, `==`))
  }
  at <- pairs_within(term$outer)
  values <- pair_covariance(term, variances, correlations, G, at$row, at$column)
  Matrix::sparseMatrix(i = at$row, j = at$column, x = values, dims = c(k, k))
}

# G as the object holds it: over the effects; for spatial structures over the rows.
object_G <- function(term, variances, correlations, sparse) {
  if (is.null(term)) return(NULL)
  if (term$struct %in% SPATIAL) {
    M <- structured_covariance(term, variances, correlations, NULL, sparse)
    if (!sparse) dimnames(M) <- list(as.character(seq_len(nrow(M))), as.character(seq_len(nrow(M))))
    return(M)
  }
  n <- length(term$effects)
  if (n > DENSE_M_LIMIT) return(NULL)
  G <- covariance_matrix(term, variances, correlations)
  dimnames(G) <- list(term$effects, term$effects)
  G
}

# Indicator matrices, named as model.matrix() names them in metafor.
indicator_matrix <- function(f, prefix, row.names, sparse) {
  columns <- paste0(prefix, levels(f))
  if (length(f) > DENSE_M_LIMIT) {
    return(Matrix::sparseMatrix(i = seq_along(f), j = as.integer(f), x = 1, dims = c(length(f), nlevels(f)), dimnames = list(NULL, columns)))
  }
  if (nlevels(f) == 1L) {
    Z <- cbind(rep(1, length(f)))
    return(if (sparse) general_sparse(Z) else Z)
  }
  Z <- matrix(0, length(f), nlevels(f), dimnames = list(as.character(row.names), columns))
  Z[cbind(seq_along(f), as.integer(f))] <- 1
  if (sparse) general_sparse(Z) else Z
}

inner_matrix <- function(term, sparse) {
  rows <- attr(term$mf, "row.names")
  if (term$struct %in% SLOPES) {
    if (length(rows) > DENSE_M_LIMIT) return(term$slopes)
    return(structure(term$slopes, dimnames = list(term$row.names, term$effects)))
  }
  if (term$struct %in% SPATIAL) return(if (sparse) Matrix::Diagonal(length(rows)) else diag(length(rows)))
  f <- factor(term$effects[effect_index(term)], levels = term$effects)
  indicator_matrix(f, "mf.g[[1]]", rows, sparse)
}

outer_matrix <- function(term, sparse) {
  f <- if (length(term$used) == length(term$outer.f)) term$outer else factor(term$outer.f[term$used], levels = levels(term$outer.f))
  indicator_matrix(f, "mf.g[[nvars]]", attr(term$mf, "row.names"), sparse)
}
