# Summary data as tables: long format, arrays of tables, and arms against a reference arm.

# Inputs, names of the long format, and names in tables, by family of measures.
RESHAPE_FAMILIES <- list(
  list(measures = c("RR", "OR", "RD", "AS", "PETO", "PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET", "PBIT", "OR2D", "OR2DN", "OR2DL", "MPORM"),
       groups = list(c("ai", "bi"), c("ci", "di")), row = "group", long = c("out1", "out2"), rows = c("Grp1", "Grp2"), cols = c("Out1", "Out2")),
  list(measures = c("MPRD", "MPRR", "MPOR"), margins = TRUE,
       groups = list(c("ai", "bi"), c("ci", "di")), row = "time", long = c("out1", "out2"), rows = c("Time1", "Time2"), cols = c("Out1", "Out2")),
  list(measures = c("MPORC", "MPPETO"),
       groups = list(c("ai", "bi"), c("ci", "di")), row = "out.time1", long = c("out1.time2", "out2.time2"),
       rows = c("Time1.Out1", "Time1.Out2"), cols = c("Time2.Out1", "Time2.Out2")),
  list(measures = c("IRR", "IRD", "IRSD"), groups = list(c("x1i", "t1i"), c("x2i", "t2i")), row = "group", long = c("events", "ptime"),
       rows = c("Grp1", "Grp2"), cols = c("Events", "Person-Time")),
  list(measures = c("MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "RPB", "ZPB", "RBIS", "ZBIS", "D2OR", "D2ORN", "D2ORL", "CVR", "CLESN", "AUCN"),
       groups = list(c("m1i", "sd1i", "n1i"), c("m2i", "sd2i", "n2i")), row = "group", long = c("mean", "sd", "n"),
       rows = c("Grp1", "Grp2"), cols = c("Mean", "SD", "n")),
  list(measures = "VR", groups = list(c("sd1i", "n1i"), c("sd2i", "n2i")), row = "group", long = c("sd", "n"),
       rows = c("Grp1", "Grp2"), cols = c("SD", "n")),
  list(measures = c("COR", "UCOR", "ZCOR"), groups = list(c("ri", "ni")), long = c("r", "n"), rows = "Grp", cols = c("r", "n")),
  list(measures = c("PR", "PLN", "PLO", "PRZ", "PAS", "PFT"), groups = list(c("xi", "mi")), long = c("out1", "out2"), rows = "Grp", cols = c("Out1", "Out2")),
  list(measures = c("IR", "IRLN", "IRS", "IRFT"), groups = list(c("xi", "ti")), long = c("events", "ptime"), rows = "Grp", cols = c("Events", "Person-Time")),
  list(measures = c("MN", "SMN", "MNLN", "CVLN"), groups = list(c("mi", "sdi", "ni")), long = c("mean", "sd", "n"), rows = "Grp", cols = c("Mean", "SD", "n")),
  list(measures = "SDLN", groups = list(c("sdi", "ni")), long = c("sd", "n"), rows = "Grp", cols = c("SD", "n")),
  list(measures = c("MC", "SMCC", "SMCRH", "SMCRP", "SMCRPH", "ROMC", "CVRC", "CLESCN", "AUCCN"),
       groups = list(c("m1i", "m2i", "sd1i", "sd2i", "ni", "ri")), long = c("mean1", "mean2", "sd1", "sd2", "n", "r"),
       rows = "Grp", cols = c("Mean1", "Mean2", "SD1", "SD2", "n", "r")),
  list(measures = "SMCR", groups = list(c("m1i", "m2i", "sd1i", "ni", "ri")), long = c("mean1", "mean2", "sd1", "n", "r"),
       rows = "Grp", cols = c("Mean1", "Mean2", "SD1", "n", "r")),
  list(measures = "VRC", groups = list(c("sd1i", "sd2i", "ni", "ri")), long = c("sd1", "sd2", "n", "r"), rows = "Grp", cols = c("SD1", "SD2", "n", "r")),
  list(measures = c("ARAW", "AHW", "ABT"), groups = list(c("ai", "mi", "ni")), long = c("alpha", "m", "n"), rows = "Grp", cols = c("alpha", "m", "n"))
)

reshape_family <- function(measure) {
  for (family in RESHAPE_FAMILIES) if (measure %in% family$measures) return(family)
  if (measure %in% METAFOR_MEASURES) mb_stop(NOT_SUPPORTED, "Function not available for the outcome measure '", measure, "'.")
  mb_stop(UNKNOWN_NAME, "Unknown 'measure' specified: '", measure, "'.")
}

# The inputs of a family after zero-cell rules and the subset; rows with a missing value are left out, with a warning.
reshape_inputs <- function(args, family, data, caller, add, to, drop00) {
  inputs <- effect_inputs(args, data, caller)
  if (is.null(inputs$bi) && !is.null(inputs$n1i)) inputs$bi <- inputs$n1i - inputs$ai
  if (is.null(inputs$di) && !is.null(inputs$n2i)) inputs$di <- inputs$n2i - inputs$ci
  if (is.null(inputs$mi) && !is.null(inputs$xi) && !is.null(inputs$ni)) inputs$mi <- inputs$ni - inputs$xi
  needed <- unlist(family$groups)
  absent <- setdiff(needed, names(inputs))
  if (length(absent)) mb_stop(SPECIFICATION_INVALID, "Cannot reshape: the argument '", absent[1L], "' is missing.")
  inputs <- inputs[needed]
  k <- length(inputs[[1L]])
  labels <- value_of(args, "slab", data, caller)
  labels <- if (is.null(labels)) seq_len(k) else as.character(unique_labels(checked_labels(labels, k)))
  subset <- rows_of(value_of(args, "subset", data, caller), k) %||% rep(TRUE, k)
  inputs <- lapply(inputs, `[`, subset)
  cells <- intersect(c("ai", "bi", "ci", "di", "x1i", "x2i", "xi", if ("xi" %in% needed) "mi"), needed)
  if (!identical(family$measures[1L], "ARAW")) inputs <- reshape_zeros(inputs, cells, add, to, drop00)
  complete <- Reduce(`&`, lapply(inputs, function(x) !is.na(x)))
  if (!all(complete)) warning("Tables with NAs omitted.", call. = FALSE)
  list(inputs = lapply(inputs, `[`, complete), labels = labels[subset][complete], rows = which(subset)[complete])
}

reshape_zeros <- function(inputs, cells, add, to, drop00) {
  if (length(cells) == 0L) return(inputs)
  if (drop00) {
    none <- if ("x1i" %in% cells) inputs$x1i == 0 & inputs$x2i == 0
            else if ("ci" %in% cells) (inputs$ai == 0 & inputs$ci == 0) | (inputs$bi == 0 & inputs$di == 0)
    if (!is.null(none)) inputs[cells] <- lapply(inputs[cells], function(x) replace(x, which(none), NA))
  }
  zero <- Reduce(`|`, lapply(inputs[cells], function(x) !is.na(x) & x == 0))
  amount <- switch(checked_to(to), all = add, only0 = ifelse(zero, add, 0), if0all = if (any(zero)) add else 0, none = 0)
  if (any(amount != 0)) inputs[cells] <- lapply(inputs[cells], `+`, amount)
  inputs
}

# Margins of a paired table: outcome 1 and 2 at either time.
reshape_groups <- function(family, inputs) {
  if (isTRUE(family$margins)) {
    inputs <- list(ai = inputs$ai + inputs$bi, bi = inputs$ci + inputs$di, ci = inputs$ai + inputs$ci, di = inputs$bi + inputs$di)
  }
  lapply(family$groups, function(names) inputs[names])
}

to.long <- function(measure, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri, ti, sdi, r2i, ni, data,
                    slab, subset, add = 1/2, to = "none", drop00 = FALSE, vlong = FALSE, append = TRUE, var.names) {
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  data <- checked_data(if (missing(data)) NULL else data)
  family <- reshape_family(one_word(measure, "measure"))
  x <- reshape_inputs(args, family, data, caller, one_number(add, "add"), to, one_logical(drop00, "drop00"))
  groups <- reshape_groups(family, x$inputs)
  k <- length(x$labels)
  reps <- length(groups)
  interleave <- function(parts) as.vector(do.call(rbind, parts))
  values <- lapply(seq_along(family$long), function(j) interleave(lapply(groups, `[[`, j)))
  study <- factor(rep(x$labels, each = reps), levels = unique(x$labels))
  long <- if (reps > 1L) list(study, factor(rep(seq_len(reps), k), levels = rev(seq_len(reps)))) else list(study)
  names <- c("study", if (reps > 1L) family$row, family$long)
  rows <- rep(x$rows, each = reps)
  if (isTRUE(vlong) && identical(family$cols, c("Out1", "Out2"))) {
    long <- c(lapply(long, function(column) rep(column, each = 2L)), list(factor(rep(1:2, k * reps), levels = 2:1), interleave(values)))
    names <- c("study", if (reps > 1L) family$row, "outcome", "freq")
    rows <- rep(rows, each = 2L)
  } else {
    long <- c(long, values)
  }
  if (!missing(var.names)) {
    if (length(var.names) != length(names)) mb_stop(INVALID_OPTION, "The 'var.names' argument must hold ", length(names), " names.")
    names <- var.names
  }
  long <- stats::setNames(as.data.frame(long), names)
  if (append && !is.null(data)) long <- cbind(as.data.frame(data)[rows, , drop = FALSE], long)
  rownames(long) <- seq_len(nrow(long))
  long
}

to.table <- function(measure, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri, ti, sdi, r2i, ni, data,
                     slab, subset, add = 1/2, to = "none", drop00 = FALSE, rows, cols) {
  args <- as.list(match.call())[-1L]
  caller <- parent.frame()
  data <- checked_data(if (missing(data)) NULL else data)
  family <- reshape_family(one_word(measure, "measure"))
  x <- reshape_inputs(args, family, data, caller, one_number(add, "add"), to, one_logical(drop00, "drop00"))
  groups <- reshape_groups(family, x$inputs)
  rows <- if (missing(rows)) family$rows else rows
  cols <- if (missing(cols)) family$cols else cols
  if (length(rows) != length(family$rows) || length(cols) != length(family$cols)) {
    mb_stop(INVALID_OPTION, "There are ", length(family$rows), " rows and ", length(family$cols), " columns to name.")
  }
  k <- length(x$labels)
  table <- array(NA_real_, c(length(rows), length(cols), k), list(rows, cols, as.character(x$labels)))
  for (i in seq_along(groups)) for (j in seq_along(cols)) table[i, j, ] <- groups[[i]][[j]]
  table
}

# One row per arm becomes one row per comparison with the reference arm of the study.
to.wide <- function(data, study, grp, ref, grpvars, postfix = c(".1", ".2"), addid = TRUE, addcomp = TRUE, adddesign = TRUE,
                    minlen = 2, var.names = c("id", "comp", "design")) {
  if (!is.data.frame(data)) data <- data.frame(data)
  column <- function(which, what) {
    if (is.numeric(which)) which <- names(data)[which]
    if (anyNA(which) || !all(which %in% names(data))) mb_stop(MISSING_COLUMN, "The '", what, "' argument names a column that is not there.")
    which
  }
  study <- column(study, "study")
  grp <- column(grp, "grp")
  grpvars <- union(grp, column(grpvars, "grpvars"))
  arms <- data[[grp]]
  levels <- if (is.factor(arms)) levels(arms) else sort(unique(arms))
  if (missing(ref)) ref <- names(which.max(table(factor(arms, levels = levels))))
  if (!(ref %in% levels)) mb_stop(UNKNOWN_NAME, "The reference group '", ref, "' is not one of the groups.")
  levels <- c(setdiff(as.character(levels), as.character(ref)), as.character(ref))
  place <- match(as.character(arms), levels)
  pairs <- lapply(sort(unique(data[[study]])), function(one) {
    rows <- which(data[[study]] == one)
    rows <- rows[order(place[rows])]
    last <- rows[length(rows)]
    first <- if (length(rows) > 1L) rows[-length(rows)] else rows
    data.frame(first = first, second = if (length(rows) > 1L) last else NA_integer_,
               design = if (length(rows) > 1L) paste(levels[place[rows]], collapse = "\r") else NA_character_)
  })
  pairs <- do.call(rbind, pairs)
  wide <- data[pairs$first, , drop = FALSE]
  names(wide)[match(grpvars, names(wide))] <- paste0(grpvars, postfix[1L])
  second <- data[pairs$second, grpvars, drop = FALSE]
  names(second) <- paste0(grpvars, postfix[2L])
  wide <- cbind(wide, second)
  rownames(wide) <- NULL
  short <- stats::setNames(shortened(levels, minlen), levels)
  if (addid) wide[[var.names[1L]]] <- seq_len(nrow(wide))
  arm <- function(rows) short[as.character(arms[rows])]
  if (addcomp) wide[[var.names[2L]]] <- ifelse(is.na(pairs$second), NA_character_, paste(arm(pairs$first), arm(pairs$second), sep = "-"))
  if (adddesign) {
    wide[[var.names[3L]]] <- vapply(strsplit(pairs$design, "\r", fixed = TRUE), function(x) if (anyNA(x)) NA_character_ else paste(short[x], collapse = "-"), "")
  }
  wide
}
