# Simple slopes and contrasts between levels of a factor, of univariate models; combinations of the coefficients, tested by the engine.

simple_slopes <- function(x, of, at = NULL, values = NULL, adjust = "none", digits) {
  combinations_of(x, "slopes", "simple_slopes", of, at, values, if (!identical(adjust, "none")) adjust, digits)
}

factor_contrasts <- function(x, of, at = NULL, values = NULL, adjust = "holm", digits) {
  combinations_of(x, "contrasts", "factor_contrasts", of, at, values, adjust, digits)
}

combinations_of <- function(x, word, name, of, at, values, adjust, digits) {
  if (!is_univariate(x)) mb_stop(WRONG_ARGUMENT_TYPE, name, "() is for models by rma() without a scale part; it has no method for an object of class ", class(x)[1L], ".")
  if (is.factor(values)) values <- as.character(values)
  if (!is.null(values) && (is.null(at) || !is.atomic(values) || anyNA(values))) mb_stop(INVALID_OPTION, "'values' are values of the moderator 'at', without missing ones.")
  data <- moderator_data(x)
  require_estimable(x, of, data)
  request <- table_request(word, of = one_word(of, "of"), at = if (!is.null(at)) one_word(at, "at"), values = values, adjust = if (!is.null(adjust)) one_word(adjust, "adjust"))
  tables <- uni_tables(x, request, data)
  found <- as.data.frame(tables[[word]])
  statistic <- statistic_name(x)
  names(found)[names(found) == "zval"] <- statistic
  if (statistic == "zval") found$df <- NULL
  joint <- tables[[paste0(word, "[QM]")]]
  attr(found, "joint") <- list(QM = joint[[1L, "QM"]], QMdf = unname(joint[1L, c("df1", "df2")]), QMp = joint[[1L, "pval"]])
  attr(found, "digits") <- if (missing(digits)) x$digits else replace(x$digits, TRUE, digits)
  class(found) <- c("metabridge_combinations", "data.frame")
  found
}

# The engine gets the columns that have coefficients. A redundant one may leave no slope to ask for, unless it was that of a level without studies.
require_estimable <- function(x, of, data) {
  dropped <- sub("^X", "", names(x$coef.na)[x$coef.na])
  is.of <- function(part, variable) part == variable || startsWith(part, variable) || startsWith(part, paste0("factor(", variable, ")"))
  is.unused <- function(part) any(vapply(names(data), function(v) {
    level <- sub(paste0("factor(", v, ")"), "", part, fixed = TRUE)
    if (identical(level, part) && startsWith(part, v)) level <- substring(part, nchar(v) + 1L)
    !identical(level, part) && nzchar(level) && !(level %in% as.character(data[[v]]))
  }, NA))
  for (name in dropped) {
    parts <- strsplit(name, ":", fixed = TRUE)[[1L]]
    if (any(vapply(parts, is.of, NA, of)) && !any(vapply(parts, is.unused, NA))) {
      mb_stop(NOT_SUPPORTED, "'", of, "' has no slope of its own in these data: the column '", name, "' depends linearly on the others and has no coefficient.")
    }
  }
}

# The variables of the moderators' formula, one row per study used, from which levels of factors are read; NULL where there is no formula.
moderator_data <- function(x) {
  formula <- x$formula.mods
  if (!inherits(formula, "formula")) return(NULL)
  values <- lapply(stats::setNames(nm = all.vars(formula)), function(v) tryCatch(eval(as.name(v), x$data, environment(formula)), error = function(e) NULL))
  values <- Filter(function(v) is.atomic(v) && is.null(dim(v)) && length(v) == x$k.all, values)
  if (length(values) == 0L) return(NULL)
  rows <- x$ids[x$not.na]
  as.data.frame(lapply(values, function(v) if (is.factor(v) || is.character(v) || is.logical(v)) v[rows] else as.vector(v)[rows]), optional = TRUE, stringsAsFactors = FALSE)
}

print.metabridge_combinations <- function(x, digits, ...) {
  places <- if (missing(digits)) attr(x, "digits") else checked_digits(digits)
  joint <- attr(x, "joint")
  shown <- as.data.frame(x)
  kinds <- c(estimate = "est", se = "se", zval = "test", tval = "test", pval = "pval", pval.adj = "pval", ci.lb = "ci", ci.ub = "ci")
  for (name in intersect(names(shown), names(kinds))) shown[[name]] <- rounded(shown[[name]], places[[kinds[[name]]]], startsWith(name, "pval"))
  class(shown) <- "data.frame"
  print(shown)
  if (!is.null(joint)) {
    test <- if (is.na(joint$QMdf[2L])) paste0("QM(df = ", joint$QMdf[1L], ")") else paste0("F(df1 = ", joint$QMdf[1L], ", df2 = ", round(joint$QMdf[2L], 2), ")")
    p <- rounded(joint$QMp, places[["pval"]], TRUE)
    cat("\nJoint test: ", test, " = ", rounded(joint$QM, places[["test"]]), ", p-val ", if (startsWith(p, "<")) p else paste("=", p), "\n", sep = "")
  }
  invisible(x)
}

rounded <- function(x, digits, is.p = FALSE) {
  out <- formatC(x, digits = digits, format = "f")
  if (is.p) out[!is.na(x) & x < 10^-digits] <- paste0("<", format(10^-digits, scientific = FALSE))
  out
}
