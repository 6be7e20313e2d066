# Draws in the format of the posterior package, pointwise log-likelihoods, and exact leave-one-out densities.

# An array of draws by chains by parameters, from the sampler.
brma_draws <- function(object) {
  model <- object$model
  if (is.null(model$sampler)) model$sampler <- model$sampler.options
  tables <- brma_tables(model, list(draws = "true"))
  chains <- tables$sampling[["chains", "value"]]
  draws <- tables$sampling[["draws", "value"]]
  array(tables$draws, c(draws, chains, ncol(tables$draws)), dimnames = list(
    iteration = as.character(seq_len(draws)), chain = as.character(seq_len(chains)), variable = colnames(tables$draws)))
}

as_draws <- function(x, ...) UseMethod("as_draws")
as_draws_array <- function(x, ...) UseMethod("as_draws_array")
as_draws_matrix <- function(x, ...) UseMethod("as_draws_matrix")
as_draws_df <- function(x, ...) UseMethod("as_draws_df")

as_draws.metabridge_brma <- function(x, ...) as_draws_array.metabridge_brma(x, ...)

as_draws_array.metabridge_brma <- function(x, ...) structure(brma_draws(x), class = c("draws_array", "draws", "array"))

as_draws_matrix.metabridge_brma <- function(x, ...) {
  draws <- brma_draws(x)
  flat <- matrix(draws, ncol = dim(draws)[3L])
  dimnames(flat) <- list(draw = as.character(seq_len(nrow(flat))), variable = dimnames(draws)$variable)
  structure(flat, class = c("draws_matrix", "draws", "matrix"), nchains = dim(draws)[2L])
}

as_draws_df.metabridge_brma <- function(x, ...) {
  draws <- brma_draws(x)
  size <- dim(draws)
  frame <- as.data.frame(matrix(draws, ncol = size[3L], dimnames = list(NULL, dimnames(draws)$variable)))
  frame$.chain <- rep(seq_len(size[2L]), each = size[1L])
  frame$.iteration <- rep(seq_len(size[1L]), times = size[2L])
  frame$.draw <- seq_len(size[1L] * size[2L])
  class(frame) <- c("draws_df", "draws", "tbl_df", "tbl", "data.frame")
  frame
}

# Log-likelihood of each study, or each cluster, at every draw: random effects integrated out.
logLik.metabridge_brma <- function(object, unit = c("estimate", "cluster"), ...) {
  unit <- brma_unit(unit, object)
  if (".weights" %in% names(object$frame)) mb_stop(NOT_SUPPORTED, "With likelihood weights there are no pointwise log-likelihoods.")
  draws <- brma_draws(object)
  draws <- matrix(draws, ncol = dim(draws)[3L], dimnames = list(NULL, dimnames(draws)$variable))
  mean <- draws[, brma_coefficients(object, colnames(draws)), drop = FALSE] %*% t(brma_design(object, colnames(draws)))
  tau2 <- draws[, "tau"]^2 * brma_scale_factors(object, draws)
  residual <- sweep(-mean, 2L, object$yi, "+")
  if (unit == "estimate") {
    total <- sweep(tau2, 2L, object$vi, "+")
    loglik <- -0.5 * (log(2 * pi * total) + residual^2 / total)
    return(structure(loglik, dimnames = list(NULL, object$slab)))
  }
  rho <- draws[, "rho"]
  a <- sweep((1 - rho) * tau2, 2L, object$vi, "+")
  u <- sqrt(rho * tau2)
  cluster <- factor(as.character(object$frame$.cluster[object$rows]), levels = object$clusters)
  parts <- lapply(levels(cluster), function(name) {
    i <- which(cluster == name)
    s <- 1 + rowSums(u[, i, drop = FALSE]^2 / a[, i, drop = FALSE])
    cross <- rowSums(u[, i, drop = FALSE] * residual[, i, drop = FALSE] / a[, i, drop = FALSE])
    -0.5 * (length(i) * log(2 * pi) + rowSums(log(a[, i, drop = FALSE])) + log(s) + rowSums(residual[, i, drop = FALSE]^2 / a[, i, drop = FALSE]) - cross^2 / s)
  })
  structure(do.call(cbind, parts), dimnames = list(NULL, levels(cluster)))
}

brma_coefficients <- function(object, names) if (is.null(object$mods)) "mu" else names[seq_len(match("tau", names) - 1L)]

# The design on the scale of the data, whose columns must be the reported coefficients.
brma_design <- function(object, names) {
  if (is.null(object$mods)) return(matrix(1, object$k, 1L))
  design <- stats::model.matrix(object$mods, stats::model.frame(object$mods, object$frame[object$rows, , drop = FALSE]))
  columns <- sub("^[(]Intercept[)]$", "intercept", colnames(design))
  if (!identical(columns, brma_coefficients(object, names))) {
    mb_stop(NOT_SUPPORTED, "Pointwise log-likelihoods need treatment contrasts, so that the coefficients are those of the data's scale.")
  }
  design
}

# tau_i^2 over the average of tau_i^2, draws by studies.
brma_scale_factors <- function(object, draws) {
  if (is.null(object$scale)) return(matrix(1, nrow(draws), object$k))
  design <- stats::model.matrix(object$scale, stats::model.frame(object$scale, object$frame[object$rows, , drop = FALSE]))[, -1L, drop = FALSE]
  slopes <- draws[, paste0("log(tau): ", colnames(design)), drop = FALSE]
  factors <- exp(2 * slopes %*% t(design))
  factors / rowMeans(factors)
}

loo <- function(x, ...) UseMethod("loo")

# Exact: no importance sampling, so there is no Pareto k.
loo.metabridge_brma <- function(x, unit = c("estimate", "cluster"), ...) {
  unit <- brma_unit(unit, x)
  name <- if (unit == "cluster") "loo clusters" else "loo studies"
  tables <- brma_tables(x$model, list(loo = "true"))
  pointwise <- cbind(elpd_loo = tables[[name]][, "elpd"], looic = -2 * tables[[name]][, "elpd"])
  total <- tables[[paste(name, "total")]][, "value"]
  estimates <- cbind(Estimate = c(elpd_loo = total[["elpd"]], looic = -2 * total[["elpd"]]), SE = c(total[["se"]], 2 * total[["se"]]))
  structure(list(estimates = estimates, pointwise = pointwise, unit = unit, error = total[["error"]]), class = c("metabridge_loo", "loo"))
}

print.metabridge_loo <- function(x, digits = 1, ...) {
  cat("\nExact leave-one-", if (x$unit == "cluster") "cluster" else "study", "-out densities (", nrow(x$pointwise), " units)\n\n", sep = "")
  print_brma_table(as.data.frame(x$estimates), digits)
  invisible(x)
}
