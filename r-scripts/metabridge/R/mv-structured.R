# Terms ~ inner | outer: levels, distances, fixed components, and the matrix G.

SPATIAL <- c("SPEXP", "SPGAU", "SPLIN", "SPRAT", "SPSPH")
SLOPES <- c("GEN", "GDIAG")
HETEROSCEDASTIC <- c("HCS", "UN", "DIAG", "HAR")
UNCORRELATED <- c("ID", "DIAG", "GDIAG")

# How many correlations a structure has over n effects.
correlations_of <- function(struct, n) if (struct %in% c("UN", "GEN")) max(1, n * (n - 1) / 2) else 1

structured_term <- function(rows, formulas, settings, which) {
  at <- formulas$structured[which]
  formula <- formulas$all[[at]]
  frame.f <- rows$frames[[at]]
  struct <- settings$struct[min(which, length(settings$struct))]
  bar <- bar_of(formula)
  outer.f <- as_levels(evaluated(bar[[3L]], frame.f, formula))
  used <- if (rows$k == rows$k.f) seq_along(outer.f) else rows$used
  term <- list(struct = struct, which = which, used = used, outer.f = outer.f, outer = droplevels(outer.f[used]),
               outer.name = short_label(bar[[3L]]), outer.label = label_of(bar[[3L]]))
  term <- if (struct %in% SLOPES) slopes_term(term, bar[[2L]], frame.f, formula)
    else if (struct %in% SPATIAL) spatial_term(term, bar[[2L]], frame.f, formula, settings$dist[[min(which, length(settings$dist))]])
    else factor_term(term, bar[[2L]], frame.f, formula)
  fix_components(term, settings$fixed[if (which == 1L) c("tau2", "rho") else c("gamma2", "phi")])
}

# Expressions between the plus signs.
added_parts <- function(expression) {
  if (is.call(expression) && identical(expression[[1L]], as.name("+")) && length(expression) == 3L) {
    c(added_parts(expression[[2L]]), added_parts(expression[[3L]]))
  } else list(expression)
}

factor_term <- function(term, inner, frame, formula) {
  if (length(added_parts(inner)) > 1L) {
    mb_stop(SPECIFICATION_INVALID, "Only a single inner variable allowed for an '~ inner | outer' term when 'struct=\"", term$struct, "\"'.")
  }
  x <- evaluated(inner, frame, formula)
  if (term$struct == "CAR") {
    if (!is.numeric(x)) {
      mb_stop(WRONG_COLUMN_TYPE, "Inner variable in '~ inner | outer' term must be numeric for 'struct=\"CAR\"', but '", label_of(inner),
              "' is ", class(x)[1L], ".")
    }
    term$times <- as.numeric(x)[term$used]
  }
  term$inner.f <- as_levels(x)
  term$inner <- droplevels(term$inner.f[term$used])
  term$effects <- levels(term$inner.f)
  term$names <- stats::setNames(c(short_label(inner), term$outer.name), c(label_of(inner), term$outer.label))
  removed <- setdiff(levels(term$inner.f), levels(term$inner))
  if (length(removed) && !(term$struct %in% c("AR", "CAR"))) {
    warning("One or more levels of inner factor (i.e., ", paste(removed, collapse = ", "), ") removed due to NAs.", call. = FALSE)
  }
  frame_of <- function(i, o) structure(list(inner = i, outer = o), class = "data.frame", row.names = .set_row_names(length(o)))
  term$mf.f <- frame_of(term$inner.f, term$outer.f)
  term$mf <- term$mf.f
  if (length(term$used) < length(term$outer.f)) {
    term$mf <- frame_of(term$inner, term$outer)
    attr(term$mf, "row.names") <- term$used
  }
  term$levels.k <- level_counts(factor(as.character(term$inner), levels = term$effects))
  term$levels.comb.k <- pair_counts(term)
  term$nlevels <- c(nlevels(term$inner), nlevels(term$outer))
  term$nlevels.f <- c(nlevels(term$inner.f), nlevels(term$outer.f))
  term$levels.f <- list(levels(term$inner.f), levels(term$outer.f))
  term
}

level_counts <- function(f) table(f, dnn = "")

# Above this many inner levels their pairs are not counted.
MOST_PAIRED_LEVELS <- 2000L

# In how many levels of the outer factor two inner levels are seen together, for the pairs of the upper triangle by rows.
pair_counts <- function(term) {
  n <- length(term$effects)
  if (n > MOST_PAIRED_LEVELS) return(NULL)
  seen <- unique(cbind(as.integer(term$outer), match(levels(term$inner), term$effects)[as.integer(term$inner)]))
  together <- matrix(0L, n, n)
  for (own in split(seen[, 2L], seen[, 1L])) together[own, own] <- together[own, own] + 1L
  counts <- t(together)[lower.tri(together)]
  if (nlevels(term$outer) == 1L) counts > 0L else counts
}

coordinates_of <- function(term, columns) {
  term$columns <- columns
  frame_of <- function(rows, outer) {
    out <- c(lapply(columns, `[`, rows), list(outer = outer))
    structure(out, class = "data.frame", row.names = if (length(rows) == length(term$outer.f)) .set_row_names(length(rows)) else rows)
  }
  everything <- seq_along(term$outer.f)
  term$mf.f <- frame_of(everything, term$outer.f)
  term$mf <- frame_of(term$used, if (length(term$used) < length(everything)) term$outer else term$outer.f)
  points <- do.call(paste, c(unname(columns), sep = " + "))
  term$levels.f <- list(levels(factor(points)), factor(levels(term$outer.f), levels = levels(term$outer.f)))
  if (length(columns) == 1L) term$levels.f[[1L]] <- as.character(sort(unique(columns[[1L]])))
  own <- points[term$used]
  term$levels.k <- level_counts(factor(own, levels = term$levels.f[[1L]]))
  term$nlevels <- c(length(unique(own)), nlevels(term$outer))
  term$nlevels.f <- c(length(term$levels.f[[1L]]), nlevels(term$outer.f))
  term
}

slopes_term <- function(term, inner, frame, formula) {
  Z <- formula_design(stats::as.formula(call("~", inner), env = environment(formula)), frame)
  columns <- lapply(seq_len(ncol(Z)), function(j) unname(Z[, j]))
  names(columns) <- sub("(Intercept)", "intrcpt", colnames(Z), fixed = TRUE)
  term$effects <- names(columns)
  term <- coordinates_of(term, columns)
  term$slopes <- unname(vapply(columns, `[`, numeric(length(term$used)), term$used))
  dim(term$slopes) <- c(length(term$used), length(columns))
  term$row.names <- rownames(Z)[term$used]
  names <- c(names(columns), term$outer.name)
  term$names <- stats::setNames(names, c(names(columns), term$outer.label))
  term
}

spatial_term <- function(term, inner, frame, formula, dist) {
  parts <- added_parts(inner)
  columns <- lapply(parts, evaluated, frame, formula)
  labels <- vapply(parts, label_of, "")
  names(columns) <- labels
  if (!is.matrix(dist)) {
    numeric <- vapply(columns, function(x) is.numeric(x) && !is.factor(x), NA)
    if (!all(numeric)) {
      mb_stop(WRONG_COLUMN_TYPE, "Inner variable(s) in '~ inner | outer' term must be numeric for 'struct=\"", term$struct, "\"', but '",
              labels[!numeric][1L], "' is not.")
    }
  } else if (length(columns) > 1L) {
    mb_stop(SPECIFICATION_INVALID, "With a distance matrix, a '~ inner | outer' term has a single inner variable.")
  }
  term <- coordinates_of(term, columns)
  own <- lapply(columns, `[`, term$used)
  points <- do.call(paste, c(unname(own), sep = "\r"))
  first <- which(!duplicated(points))
  term$point <- match(points, points[first])
  term$distances <- point_distances(lapply(own, `[`, first), dist, labels)
  term$effects <- NULL
  pairs <- unique(cbind(as.integer(term$outer), term$point))
  if (!anyDuplicated(pairs[, 1L])) {
    mb_stop(SPECIFICATION_INVALID, "Cannot fit model since each level of the outer factor contains only a single level of the inner term.")
  }
  term$names <- stats::setNames(c(labels, term$outer.name), c(labels, term$outer.label))
  term
}

point_distances <- function(columns, dist, labels) {
  n <- length(columns[[1L]])
  points <- if (is.matrix(dist)) NULL else do.call(cbind, columns)
  D <- if (is.matrix(dist)) {
    names <- if (is.null(rownames(dist))) colnames(dist) else rownames(dist)
    at <- match(as.character(columns[[1L]]), names)
    if (anyNA(at)) {
      mb_stop(UNKNOWN_NAME, "There are levels in '", labels[1L], "' for which there are no matching rows/columns in the distance matrix: ",
              columns[[1L]][is.na(at)][1L], ".")
    }
    dist[at, at, drop = FALSE]
  } else if (is.function(dist)) as.matrix(dist(points))
  else if (dist == "gcd") great_circle_distances(points)
  else as.matrix(stats::dist(points, method = dist))
  D <- matrix(as.numeric(D), nrow(D), ncol(D))
  if (nrow(D) != n || ncol(D) != n) mb_stop(LENGTH_MISMATCH, "The distances have ", nrow(D), " rows for ", n, " points.")
  if (anyNA(D) || any(D < 0)) mb_stop(NON_FINITE, "The distances hold missing or negative values.")
  if (!isSymmetric(D)) mb_stop(INVALID_OPTION, "The distance matrix must be symmetric.")
  D
}

great_circle_distances <- function(points) {
  if (!requireNamespace("sp", quietly = TRUE)) mb_stop(NOT_SUPPORTED, "Great-circle distances need the package 'sp'.")
  sp::spDists(points, longlat = TRUE)
}

# Fixed components: the user's, and those that the data can't tell, by metafor's rules and with its warnings.
fix_components <- function(term, fixed) {
  variance <- names(fixed)[1L]
  correlation <- names(fixed)[2L]
  n <- if (term$struct %in% SPATIAL) 1L else length(term$effects)
  count <- if (term$struct %in% c(HETEROSCEDASTIC, SLOPES)) n else 1L
  term$variances <- fixed_values(fixed[[1L]], count, variance)
  term$n.correlations <- correlations_of(term$struct, n)
  if (term$struct %in% UNCORRELATED) {
    term$correlations <- 0
    return(drop_levels(term))
  }
  term$correlations <- fixed_values(fixed[[2L]], term$n.correlations, correlation)
  check_correlations(term$correlations, term$struct, correlation)
  if (!(term$struct %in% c(SPATIAL, SLOPES))) term <- fix_correlations(term, n, correlation)
  if (term$struct == "GEN" && n == 1L) term$correlations <- 0
  drop_levels(term)
}

check_correlations <- function(values, struct, name) {
  range <- if (struct %in% SPATIAL) c(0, Inf) else if (struct == "CAR") c(0, 1) else c(-1, 1)
  bad <- which(values < range[1L] | values > range[2L] | is.infinite(values))
  if (length(bad)) {
    mb_stop(INVALID_OPTION, "Specified value(s) of '", name, "' must be ", if (range[2L] == Inf) ">= 0" else paste0("in [", range[1L], ",", range[2L], "]"),
            ", not ", values[bad[1L]], ".")
  }
}

fix_correlations <- function(term, n, name) {
  if (term$nlevels.f[1L] == 1L) {
    warning("Inner factor has only a single level, so fixed value of ", name, " to 0.", call. = FALSE)
    term$correlations[] <- 0
    return(term)
  }
  free <- is.na(term$correlations)
  if (term$struct == "UN") {
    never <- term$levels.comb.k == 0L
    if (any(never)) {
      warning("Some combinations of the levels of the inner factor never occurred. Corresponding ", name, " value(s) fixed to 0.", call. = FALSE)
      term$correlations[never] <- 0
    }
  } else if (any(free) && !any_pair(term)) {
    warning("Each level of the outer factor contains only a single level of the inner factor, so fixed value of ", name, " to 0.", call. = FALSE)
    term$correlations[] <- 0
  }
  term
}

any_pair <- function(term) {
  n <- nlevels(term$inner)
  pairs <- unique((as.integer(term$outer) - 1) * n + as.integer(term$inner))
  anyDuplicated((pairs - 1) %/% n) > 0L
}

# Variances (and correlations) of levels that no used row has.
drop_levels <- function(term) {
  term$present <- if (is.null(term$inner)) seq_along(term$effects) else match(levels(term$inner), term$effects)
  removed <- setdiff(seq_along(term$effects), term$present)
  if (length(removed) && term$struct %in% HETEROSCEDASTIC) {
    term$variances[removed] <- 0
    if (term$struct == "UN") {
      term$correlations[pairs_with(removed, length(term$effects))] <- 0
      warning("Fixed ", if (term$which == 1L) "tau2" else "gamma2", " and corresponding ", if (term$which == 1L) "rho" else "phi",
              " value(s) to 0 for removed level(s).", call. = FALSE)
    } else {
      warning("Fixed ", if (term$which == 1L) "tau2" else "gamma2", " to 0 for removed level(s).", call. = FALSE)
    }
  }
  term
}

# Whether each pair of the upper triangle, by rows, has one of the levels.
pairs_with <- function(levels, n) {
  hit <- outer(seq_len(n) %in% levels, seq_len(n) %in% levels, `|`)
  t(hit)[lower.tri(hit)]
}

# G over the effects of a term; for spatial terms over the points of the used rows.
covariance_matrix <- function(term, variances, correlations) {
  if (term$struct %in% SPATIAL) return(variances * spatial_correlation(term$struct, term$distances, correlations))
  n <- length(term$effects)
  sd <- sqrt(if (length(variances) == n) variances else rep(variances, n))
  C <- switch(term$struct,
    UN = , GEN = triangle_matrix(correlations, n),
    AR = , HAR = lag_correlation(abs(outer(seq_len(n), seq_len(n), `-`)), correlations),
    CAR = lag_correlation(round(abs(outer(as.numeric(term$effects), as.numeric(term$effects), `-`)), 8L), correlations),
    ID = , DIAG = , GDIAG = diag(n),
    { C <- matrix(correlations, n, n); diag(C) <- 1; C }
  )
  if (n == 1L) C <- matrix(1)
  C <- C * outer(sd, sd)
  removed <- setdiff(seq_len(n), term$present)
  C[removed, ] <- 0
  C[, removed] <- 0
  C
}

lag_correlation <- function(lags, rho) {
  C <- rho^lags
  diag(C) <- 1
  C
}

triangle_matrix <- function(values, n) {
  C <- diag(n)
  if (n > 1L) C[lower.tri(C)] <- values
  C <- t(C)
  if (n > 1L) C[lower.tri(C)] <- t(C)[lower.tri(C)]
  C
}

spatial_correlation <- function(struct, d, rho) {
  u <- d / rho
  u[d == 0] <- 0
  switch(struct,
    SPEXP = exp(-u),
    SPGAU = exp(-u^2),
    SPLIN = (1 - u) * (u < 1),
    SPRAT = 1 / (1 + u^2),
    SPSPH = (1 - 1.5 * u + 0.5 * u^3) * (u < 1)
  )
}
