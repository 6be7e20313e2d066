# Composite Gauss-Legendre rules of the Bayesian references: nodes, weights, and partial integrals by the panels' own polynomials.
# brma-reference.R and brma-quadrature.R share them.

gauss_legendre <- function(n) {
  i <- seq_len(n - 1)
  off <- i / sqrt(4 * i^2 - 1)
  m <- matrix(0, n, n)
  m[cbind(i, i + 1)] <- off
  m[cbind(i + 1, i)] <- off
  e <- eigen(m, symmetric = TRUE)
  o <- order(e$values)
  list(x = e$values[o], w = 2 * e$vectors[1, o]^2)
}

panel_rule <- function(breaks, n) {
  g <- gauss_legendre(n)
  lo <- head(breaks, -1); hi <- tail(breaks, -1)
  bw <- sapply(seq_len(n), function(k) 1 / prod(g$x[k] - g$x[-k]))
  list(x = as.vector(outer(g$x, seq_along(lo), function(x, p) (lo[p] + hi[p]) / 2 + (hi[p] - lo[p]) / 2 * x)),
       w = as.vector(outer(g$w, seq_along(lo), function(w, p) w * (hi[p] - lo[p]) / 2)),
       panel = rep(seq_along(lo), each = n), breaks = breaks, n = n, g = g, bw = bw)
}

# One node of weight 1 for a known value.
known_rule <- function(value) list(x = value, w = 1, known = TRUE)

# Weights c with sum(c * f) the integral of f from the first break to q: whole panels, and in the last one its polynomial.
partial_weights <- function(p, q) {
  if (q <= p$breaks[1]) return(numeric(length(p$x)))
  if (q >= tail(p$breaks, 1)) return(p$w)
  j <- findInterval(q, p$breaks)
  inside <- p$panel == j
  a <- p$breaks[j]; b <- p$breaks[j + 1]
  # The Lagrange basis at the Gauss points of [a, q], by the barycentric formula.
  u <- (q - a) / (b - a) * (p$g$x + 1) - 1
  d <- outer(p$g$x, u, function(node, t) t - node)
  basis <- p$bw / d
  basis <- basis / rep(colSums(basis), each = p$n)
  hit <- which(d == 0, arr.ind = TRUE)
  if (nrow(hit)) { basis[, hit[, 2]] <- 0; basis[hit] <- 1 }
  weights <- p$w * (p$panel < j)
  weights[inside] <- drop(basis %*% p$g$w) * (q - a) / 2
  weights
}
