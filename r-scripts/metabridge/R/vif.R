# Variance inflation factors as metafor's vif(): a list of data frames, one per coefficient or set.

vif <- function(x, btt, att, table = FALSE, reestimate = FALSE, sim = FALSE, progbar = TRUE, seed = NULL, parallel = "no", ncpus = 1, cl, digits, ...) {
  simulates <- !identical(sim, FALSE)
  if (!is_univariate(x) || simulates || !missing(att)) return(elsewhere_or_stop("vif", x))
  intercept <- isTRUE(list(...)$intercept)
  sets <- if (missing(btt)) as.list((if (x$int.incl && !intercept) 2L else 1L):x$p) else lapply(if (is.list(btt)) btt else list(btt), coefficient_set, x)
  if (x$p == 1L && x$int.incl) mb_stop(INVALID_OPTION, "VIFs need moderators.")
  texts <- vapply(sets, paste, "", collapse = ",")
  found <- uni_tables(x, table_request("vif", sets = texts, intercept = if (intercept) TRUE, reestimate = if (reestimate) TRUE))[["vif"]]
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
  structure(out, class = "vif.rma")
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
