# Variance inflation factors as metafor's vif(): a list of data frames, one per coefficient or set.

vif <- function(x, btt, att, table = FALSE, reestimate = FALSE, sim = FALSE, progbar = TRUE, seed = NULL, parallel = "no", ncpus = 1, cl, digits, ...) {
  if (!is_univariate(x) || !missing(att)) return(elsewhere_or_stop("vif", x))
  count <- simulation_count(sim)
  intercept <- isTRUE(list(...)$intercept)
  sets <- if (missing(btt)) as.list((if (x$int.incl && !intercept) 2L else 1L):x$p) else lapply(if (is.list(btt)) btt else list(btt), coefficient_set, x)
  if (x$p == 1L && x$int.incl) mb_stop(INVALID_OPTION, "VIFs need moderators.")
  texts <- vapply(sets, paste, "", collapse = ",")
  request <- list("vif", sets = texts, intercept = if (intercept) TRUE, reestimate = if (reestimate) TRUE)
  tables <- if (count == 0) uni_tables(x, do.call(table_request, request)) else simulated_tables(x, request, count, seed)
  # Formulas that the engine can't read are metafor's.
  if (is.null(tables)) return(elsewhere_or_stop("vif", x))
  found <- tables[["vif"]]
  positions <- vapply(sets, set_text, "")
  given <- if (missing(btt)) list() else if (is.list(btt)) btt else list(btt)
  specs <- positions
  for (i in seq_along(given)) if (is.character(given[[i]])) specs[i] <- paste(given[[i]], collapse = ",")
  frames <- lapply(seq_along(sets), function(i) data.frame(
    spec = specs[i], coefs = positions[i], coefname = if (length(sets[[i]]) == 1L) rownames(x$beta)[sets[[i]]] else "", m = length(sets[[i]]),
    vif = found[[i, "vif"]], sif = found[[i, "sif"]]
  ))
  names(frames) <- if (missing(btt)) rownames(x$beta)[unlist(sets)] else positions
  out <- list(vif = frames, vifs = stats::setNames(unname(found[, "vif"]), names(frames)))
  if (table && missing(btt)) out <- c(out, list(table = tested_coefficients(x), test = x$test))
  out <- c(out, list(bttspec = !missing(btt), digits = if (missing(digits)) x$digits else replace(x$digits, TRUE, digits)))
  if (count > 0) {
    numbers <- paste(seq_along(sets))
    out$sim <- structure(unname(tables[["vif[sim]"]]), dimnames = list(paste(seq_len(count)), numbers), type = attr(tables, "type"))
    out$prop <- stats::setNames(unname(found[, "prop"]), numbers)
  }
  structure(out, class = "vif.rma")
}

simulation_count <- function(sim) {
  if (is.logical(sim)) return(if (isTRUE(sim)) 1000 else 0)
  count <- round(one_number(sim, "sim"))
  if (count <= 1) mb_stop(INVALID_OPTION, "Argument 'sim' must be >= 2.")
  count
}

# With a formula and data the variables are reshuffled, else the columns of the model matrix. NULL where the engine can't build the model matrix from the formula.
simulated_tables <- function(x, request, count, seed) {
  if (any(x$coef.na)) mb_stop(INVALID_OPTION, "Cannot use 'sim' when some redundant predictors were dropped from the model.")
  seed <- if (is.null(seed)) sample.int(.Machine$integer.max, 1L) else seed
  data <- reshuffled_data(x)
  request <- c(request, list(sim = count, seed = seed, sims = TRUE, mods = if (!is.null(data)) paste(deparse(x$formula.mods, width.cutoff = 500L), collapse = " ")))
  tables <- tryCatch(uni_tables(x, do.call(table_request, request), data), metabridge_error = function(e) {
    if (is.null(data) || !(e$code %in% c("MB0110", "MB0112", "MB0113", "MB0119")) || !requireNamespace("metafor", quietly = TRUE)) stop(e)
  })
  if (!is.null(tables)) structure(tables, type = if (is.null(data)) "X" else "data")
}

# What can be reshuffled: the moderators' variables, where a formula names them all in data that the object keeps.
reshuffled_data <- function(x) {
  data <- moderator_data(x)
  if (is.null(data) || !is.data.frame(x$data) || !all(all.vars(x$formula.mods) %in% names(x$data))) return(NULL)
  as.data.frame(lapply(data, function(value) if (is.character(value)) factor(value) else value), optional = TRUE)
}

# The coefficients as metafor's coef(summary()) has them.
tested_coefficients <- function(x) {
  statistic <- if (x$test %in% c("knha", "adhoc", "t")) "tval" else "zval"
  table <- data.frame(estimate = x$beta[, 1L], se = x$se)
  table[[statistic]] <- x$zval
  if (statistic == "tval") table$df <- x$ddf
  cbind(table, pval = x$pval, ci.lb = x$ci.lb, ci.ub = x$ci.ub)
}

# Positions, or the coefficients whose names match a pattern.
coefficient_set <- function(btt, x) {
  set <- if (is.character(btt)) which(Reduce(`|`, lapply(btt, grepl, rownames(x$beta)))) else sort(unique(as.integer(btt)))
  if (length(set) == 0L || any(set < 1L | set > x$p)) mb_stop(INVALID_OPTION, "'btt' names no coefficient of the model.")
  set
}

set_text <- function(set) {
  runs <- split(set, cumsum(c(1L, diff(set) != 1L)))
  paste(vapply(runs, function(r) if (length(r) == 1L) paste(r) else paste0(r[1L], ":", r[length(r)]), ""), collapse = ",")
}
