# Draws in the format of the posterior package, pointwise log-likelihoods, and exact leave-one-out densities.

# An array of draws by chains by parameters, from the sampler.
brma_draws <- function(object) {
  model <- object$model
  model$sampler <- model$sampler.options
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
as_draws_list <- function(x, ...) UseMethod("as_draws_list")

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

as_draws_list.metabridge_brma <- function(x, ...) {
  draws <- brma_draws(x)
  names <- dimnames(draws)$variable
  chains <- lapply(seq_len(dim(draws)[2L]), function(chain) stats::setNames(lapply(names, function(name) unname(draws[, chain, name])), names))
  structure(stats::setNames(chains, seq_along(chains)), class = c("draws_list", "draws", "list"))
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

# The design of the reported coefficients: levels of a factor that was coded by its deviations have a column each.
brma_design <- function(object, names) {
  if (is.null(object$mods)) return(matrix(1, object$k, 1L))
  reported_design(object$mods, object$frame[object$rows, , drop = FALSE], brma_coefficients(object, names))
}

reported_design <- function(formula, frame, reported) {
  design <- stats::model.matrix(formula, stats::model.frame(formula, frame))
  colnames(design) <- sub("^[(]Intercept[)]$", "intercept", colnames(design))
  columns <- lapply(reported, function(name) {
    if (name %in% colnames(design)) return(design[, name])
    at <- regmatches(name, regexec("^(.*) \\[dif: (.*)\\]$", name))[[1L]]
    if (length(at) == 3L && !is.null(frame[[at[2L]]])) return(as.numeric(as.character(frame[[at[2L]]]) == at[3L]))
    mb_stop(NOT_SUPPORTED, "The coefficient '", name, "' has no column on the scale of the data, so there are no pointwise log-likelihoods.")
  })
  unname(do.call(cbind, columns))
}

# tau_i^2 over the average of tau_i^2, draws by studies.
brma_scale_factors <- function(object, draws) {
  if (is.null(object$scale)) return(matrix(1, nrow(draws), object$k))
  prefix <- "log(tau): "
  names <- colnames(draws)[startsWith(colnames(draws), prefix)]
  design <- reported_design(object$scale, object$frame[object$rows, , drop = FALSE], substring(names, nchar(prefix) + 1L))
  factors <- exp(2 * draws[, names, drop = FALSE] %*% t(design))
  factors / rowMeans(factors)
}

loo <- function(x, ...) UseMethod("loo")

# Integrated fits need no importance sampling and have no Pareto k; those of sampled ones are in diagnostics.
loo.metabridge_brma <- function(x, unit = c("estimate", "cluster"), ...) {
  unit <- brma_unit(unit, x)
  name <- if (unit == "cluster") "loo clusters" else "loo studies"
  tables <- brma_tables(x$model, list(loo = "true"))
  units <- tables[[name]]
  pointwise <- cbind(elpd_loo = units[, "elpd"], p_loo = units[, "p_loo"], looic = -2 * units[, "elpd"])
  total <- tables[[paste(name, "total")]][, "value"]
  estimates <- cbind(Estimate = c(elpd_loo = total[["elpd"]], p_loo = total[["p_loo"]], looic = -2 * total[["elpd"]]),
                     SE = c(total[["se"]], total[["p_loo.se"]], 2 * total[["se"]]))
  k <- if ("pareto_k" %in% colnames(units)) units[, "pareto_k"]
  structure(list(estimates = estimates, pointwise = pointwise, diagnostics = if (!is.null(k)) list(pareto_k = k, limit = total[["pareto_k.limit"]]),
                 unit = unit, error = total[["error"]], outcome = cbind(x$yi, x$vi)), class = c("metabridge_loo", "loo"))
}

print.metabridge_loo <- function(x, digits = 1, ...) {
  k <- x$diagnostics$pareto_k
  cat("\n", if (is.null(k)) "Exact l" else "L", "eave-one-", if (x$unit == "cluster") "cluster" else "study", "-out densities (", nrow(x$pointwise), " units)\n\n", sep = "")
  print_brma_table(as.data.frame(x$estimates), digits)
  if (!is.null(k)) {
    bad <- sum(k > x$diagnostics$limit)
    cat("\nFrom draws: ", if (bad == 0L) "all Pareto k estimates are" else paste(bad, "Pareto k estimates are not"), " below ", format(x$diagnostics$limit, digits = 2), ".\n", sep = "")
  }
  invisible(x)
}
