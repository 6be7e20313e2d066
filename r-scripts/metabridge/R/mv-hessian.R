# cvvc: the Hessian of the negative log-likelihood in the components that were estimated, and its inverse. The components are
# differentiated by extrapolated central differences of the engine's log-likelihood, which profiles the coefficients out.

component_covariance <- function(s, terms, fit, settings) {
  none <- list(NA, NA)
  free <- lapply(fit$vc.fix, function(fixed) which(!is.na(fixed) & !fixed))
  if (sum(lengths(free)) == 0L) return(none)
  type <- if (isTRUE(settings$cvvc)) "varcor" else settings$cvvc
  if (type == "varcov" && any(unlist(fit$vc.fix), na.rm = TRUE)) {
    warning("Cannot use cvvc='varcov' when one or more components are fixed. Setting cvvc='varcor'.", call. = FALSE)
    type <- "varcor"
  }
  scale <- component_scales(fit, free, terms, type)
  at <- scale$to(unlist(Map(`[`, fit$components, free), use.names = FALSE))
  value <- function(point) -log_likelihood_at(scale$from(point), s, terms, fit, free, settings)
  H <- tryCatch(extrapolated_hessian(value, at, scale$step(at)), error = function(e) NULL)
  if (is.null(H) || anyNA(H)) {
    warning("Error when trying to compute the Hessian.", call. = FALSE)
    return(none)
  }
  dimnames(H) <- list(scale$names, scale$names)
  V <- tryCatch(chol2inv(chol(H)), error = function(e) NULL)
  if (is.null(V)) {
    warning("Error when trying to invert Hessian.", call. = FALSE)
    return(list(H, NA))
  }
  dimnames(V) <- dimnames(H)
  list(H, V)
}

log_likelihood_at <- function(values, s, terms, fit, free, settings) {
  if (anyNA(values)) return(NaN)
  components <- fit$components
  at <- 0L
  for (name in names(free)) {
    n <- length(free[[name]])
    components[[name]][free[[name]]] <- values[at + seq_len(n)]
    at <- at + n
  }
  fixed <- terms
  if (!is.null(terms$s)) fixed$s$fixed <- components$sigma2
  if (!is.null(terms$g)) fixed$g[c("variances", "correlations")] <- components[c("tau2", "rho")]
  if (!is.null(terms$h)) fixed$h[c("variances", "correlations")] <- components[c("gamma2", "phi")]
  result <- .Call(C_rma_mv, as.double(s$yi), engine_covariance(s$V), if (s$int.only) NULL else as.double(s$X), fit$p, NULL, fit$btt,
                  describe_terms(fixed), settings$method, "z", "residual", 95)
  if (is.character(result)) return(NaN)
  result[[if (settings$method == "ML") MV_FIT_ML else MV_FIT_REML]][1L]
}

# Names of the components, the way to and from the scale of the derivatives, and first steps on it.
component_scales <- function(fit, free, terms, type) {
  kinds <- rep(names(free), lengths(free))
  names <- component_names(fit, free)
  identity.steps <- function(x) pmax(1e-4, 0.1 * abs(x)) * 0.1
  if (type == "varcov") return(covariance_scale(fit, free, terms, names, identity.steps))
  if (type == "varcor") return(list(names = names, to = identity, from = identity, step = identity.steps))
  struct <- ifelse(kinds == "rho", if (is.null(terms$g)) "" else terms$g$struct, ifelse(kinds == "phi", if (is.null(terms$h)) "" else terms$h$struct, ""))
  is.log <- kinds %in% c("sigma2", "tau2", "gamma2") | struct %in% SPATIAL
  is.logit <- struct == "CAR"
  to <- function(x) ifelse(is.log, log(x), ifelse(is.logit, stats::qlogis(x), suppressWarnings(atanh(x))))
  from <- function(x) ifelse(is.log, exp(x), ifelse(is.logit, stats::plogis(x), tanh(x)))
  list(names = names, to = to, from = from, step = function(x) rep(0.02, length(x)))
}

component_names <- function(fit, free) {
  symbols <- c(sigma2 = "sigma^2", tau2 = "tau^2", rho = "rho", gamma2 = "gamma^2", phi = "phi")
  unlist(lapply(names(free), function(name) {
    if (length(free[[name]]) == 0L) return(character())
    n <- length(fit$components[[name]])
    if (n == 1L) symbols[[name]] else paste0(symbols[[name]], ".", free[[name]])
  }))
}

# Covariances instead of correlations, for UN and GEN.
covariance_scale <- function(fit, free, terms, names, steps) {
  kinds <- rep(base::names(free), lengths(free))
  convert <- function(x, divide) {
    for (pair in list(c("tau2", "rho", "g"), c("gamma2", "phi", "h"))) {
      term <- terms[[pair[3L]]]
      if (is.null(term) || !(term$struct %in% c("UN", "GEN"))) next
      n <- length(term$effects)
      if (n < 2L) next
      v <- x[kinds == pair[1L]]
      product <- sqrt(base::outer(v, v))
      product <- product[lower.tri(product)]
      own <- kinds == pair[2L]
      x[own] <- if (divide) x[own] / product else x[own] * product
    }
    x
  }
  for (pair in list(c("rho", "g"), c("phi", "h"))) {
    term <- terms[[pair[2L]]]
    if (is.null(term) || !(term$struct %in% c("UN", "GEN"))) next
    n <- length(term$effects)
    index <- which(lower.tri(diag(n)), arr.ind = TRUE)
    names[kinds == pair[1L]] <- paste0("cov.", index[, 1L], ".", index[, 2L])
  }
  list(names = names, to = function(x) convert(x, FALSE), from = function(x) convert(x, TRUE), step = steps)
}

# Second derivatives by central differences at four step widths, extrapolated to width zero (Richardson).
extrapolated_hessian <- function(f, x, step) {
  n <- length(x)
  H <- matrix(0, n, n)
  centre <- f(x)
  widths <- 2^-(0:3)
  extrapolate <- function(d) {
    for (order in 1:3) d <- (4^order * d[-1L] - d[-length(d)]) / (4^order - 1)
    d
  }
  along <- function(direction) extrapolate(vapply(widths, function(w) {
    (f(x + w * direction) - 2 * centre + f(x - w * direction)) / w^2
  }, 0))
  unit <- function(i) replace(numeric(n), i, step[i])
  for (i in seq_len(n)) H[i, i] <- along(unit(i)) / step[i]^2
  for (i in seq_len(n)) for (j in seq_len(i - 1L)) {
    both <- along(unit(i) + unit(j))
    H[i, j] <- H[j, i] <- (both - H[i, i] * step[i]^2 - H[j, j] * step[j]^2) / (2 * step[i] * step[j])
  }
  H
}
