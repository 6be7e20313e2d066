# People and studies: two-stage models of individual data, slopes within and between studies, regression on the control risk. The engine gives the numbers as tables;
# the second stages are models by rma() and rma.mv() of this package, so that everything that works on those works here.

ipd <- function(outcome, treatment, study, data, type, event, covariates, modifier, frequency, hazard = "cox", ties = "efron", separation = "error",
                method = "REML", test = "z", level = 95, digits) {
  given <- people_columns(as.list(match.call())[-1L], c("outcome", "treatment", "study"), c("event", "modifier", "frequency"), if (missing(data)) NULL else data, parent.frame())
  if (missing(type)) mb_stop(SPECIFICATION_INVALID, "'type' says what the outcome is: \"continuous\", \"binary\" or \"time\".")
  adjusted <- covariate_columns(as.list(match.call())[["covariates"]], if (missing(data)) NULL else data, parent.frame(), nrow(given$data))
  columns <- given$data
  for (name in names(adjusted)) columns[[if (name %in% names(given$data)) paste0("covariate.", name) else name]] <- adjusted[[name]]
  level <- 100 * (1 - checked_level(level))
  method <- checked_method(one_word(method, "method"))
  test <- checked_test(test)
  spec <- c(list(family = json_texts("individual"), type = json_texts(one_word(type, "type"))), given$names, list(
    covariates = json_text_list(if (!is.null(adjusted)) names(columns)[-seq_along(given$data)]), hazard = json_texts(one_word(hazard, "hazard")), ties = json_texts(one_word(ties, "ties")),
    separation = json_texts(one_word(separation, "separation")), method = json_texts(method), test = json_texts(test), level = json_numbers(level)
  ))
  tables <- people_tables(spec, columns)
  places <- checked_digits(if (missing(digits)) NULL else digits)
  studies <- study_estimates(tables$studies, type, places)
  used <- mark_escalc(kept_rows(studies, !is.na(studies$yi), c("yi", "vi")), c("yi", "vi"), places)
  second <- function(frame, mods = NULL) second_stage(frame, mods, method, test, level, places)
  inside <- !is.null(tables$interaction)
  structure(list(
    studies = studies, fit = second(used),
    interaction = if (inside) second(interaction_frame(used, places)),
    regression = if (!is.null(tables$regression)) second(used, ~ mean),
    slopes = if (!is.null(tables$slopes)) as.data.frame(tables$slopes), type = type, notes = tables$notes, left.out = left_out_frame(tables), digits = places, call = match.call()
  ), class = "metabridge_ipd")
}

within_between <- function(yi, vi, sei, study, covariate, size, data, method = "REML", test = "t", level = 95, digits) {
  args <- as.list(match.call())[-1L]
  frame <- if (missing(data)) NULL else data
  if (is.null(args$yi) && inherits(frame, "escalc")) args[c("yi", "vi")] <- lapply(escalc_names(frame), as.name)
  if (is.null(args$vi) && !is.null(args$sei)) args$vi <- call("^", args$sei, 2)
  given <- people_columns(args, c("yi", "vi", "study", "covariate"), "size", frame, parent.frame())
  level <- 100 * (1 - checked_level(level))
  method <- checked_method(one_word(method, "method"))
  test <- checked_test(test)
  named <- given$names
  spec <- list(
    family = json_texts("within-between"), effect = json_object(named[c("yi", "vi")]), study = named$study, covariate = named$covariate, size = named$size,
    method = json_texts(method), test = json_texts(test), level = json_numbers(level)
  )
  tables <- people_tables(spec, given$data)
  places <- checked_digits(if (missing(digits)) NULL else digits)
  structure(list(
    slopes = tested_frame(tables$slopes, test), difference = tested_frame(tables[["between - within"]], test), sigma2 = tables$components[[1L, "sigma2"]], k = tables$components[[1L, "k"]],
    fit = split_model(given, method, test, level, places), method = method, test = test, notes = tables$notes, left.out = left_out_frame(tables), digits = places, call = match.call()
  ), class = "metabridge_within_between")
}

control_rate <- function(ai, bi, ci, di, n1i, n2i, data, slab, level = 95, digits) {
  args <- as.list(match.call())[-1L]
  frame <- if (missing(data)) NULL else data
  counts <- c("ai", "bi", "ci", "di", "n1i", "n2i")
  given <- people_columns(args, c("ai", "ci"), setdiff(counts, c("ai", "ci")), frame, parent.frame(), numbers = TRUE)
  labels <- value_of(args, "slab", frame, parent.frame())
  if (!is.null(labels)) row.names(given$data) <- unique_labels(as.character(checked_labels(labels, nrow(given$data))))
  level <- 100 * (1 - checked_level(level))
  spec <- list(family = json_texts("control-rate"), effect = json_object(c(list(measure = json_texts("OR")), given$names)), level = json_numbers(level))
  tables <- people_tables(spec, given$data)
  places <- checked_digits(if (missing(digits)) NULL else digits)
  parts <- tables$components[1L, ]
  covariance <- parts[["rho"]] * sqrt(parts[["var.control"]] * parts[["var.treated"]])
  studies <- mark_escalc(data.frame(study = rownames(tables$studies), as.data.frame(unname_rows(tables$studies))), c("yi", "vi"), places)
  attr(studies$yi, "measure") <- "OR"
  groups <- c("control", "treated")
  structure(list(
    coefficients = as.data.frame(tables[["control-rate"]]), log.odds = `row.names<-`(as.data.frame(tables[["log odds"]]), groups),
    Sigma = matrix(c(parts[["var.control"]], covariance, covariance, parts[["var.treated"]]), 2L, 2L, dimnames = list(groups, groups)), rho = parts[["rho"]],
    treated.slope = parts[["treated.slope"]], residual = parts[["residual"]], naive = second_stage(studies, ~ control, "ML", "z", level, places), studies = studies,
    notes = tables$notes, left.out = left_out_frame(tables), digits = places, call = match.call()
  ), class = "metabridge_control_rate")
}

people_tables <- function(spec, data) {
  result <- engine_result(.Call(C_people, json_object(spec), dataset_json(data)))
  read_tables(result[[1L]], result[[2L]])
}

# Arguments that are columns, as a data frame with the names that the user knows them by, and which is which in JSON.
people_columns <- function(args, needed, optional, data, caller, numbers = FALSE) {
  data <- checked_data(data)
  values <- list()
  for (name in c(needed, optional)) {
    value <- if (numbers) numbers_of(args, name, data, caller) else value_of(args, name, data, caller)
    if (is.null(value) && name %in% needed) mb_stop(SPECIFICATION_INVALID, "The argument '", name, "' is needed.")
    values[[name]] <- value
  }
  lengths <- lengths(values)
  if (any(lengths != lengths[1L])) {
    mb_stop(LENGTH_MISMATCH, "'", names(values)[lengths != lengths[1L]][1L], "' has ", lengths[lengths != lengths[1L]][1L], " values, '", names(values)[1L], "' has ", lengths[1L], ".")
  }
  known <- make.unique(vapply(names(values), function(name) if (is.symbol(args[[name]])) as.character(args[[name]]) else name, ""))
  is.plain <- vapply(values, function(v) is.atomic(v) && is.null(dim(v)), NA)
  if (!all(is.plain)) mb_stop(WRONG_ARGUMENT_TYPE, "The argument '", names(values)[!is.plain][1L], "' must be a column, not ", class(values[!is.plain][[1L]])[1L], ".")
  plain <- lapply(values, function(v) if (is.factor(v) || is.character(v) || is.logical(v)) v else as.vector(v))
  if (!is.null(plain$study)) plain$study <- as.character(plain$study)
  frame <- as.data.frame(stats::setNames(plain, known), optional = TRUE, stringsAsFactors = FALSE)
  list(data = frame, names = stats::setNames(lapply(known, json_texts), names(values)))
}

# Covariates as columns of numbers: a one-sided formula (factors are coded by R), or one expression.
covariate_columns <- function(expression, data, caller, k) {
  if (is.null(expression)) return(NULL)
  value <- value_of(list(covariates = expression), "covariates", checked_data(data), caller)
  X <- if (inherits(value, "formula")) formula_design(value, checked_data(data)) else if (is.data.frame(value)) formula_design(~ ., value) else cbind(value)
  if (is.null(colnames(X)) || (ncol(X) == 1L && !nzchar(colnames(X)[1L]))) colnames(X) <- if (is.symbol(expression)) as.character(expression) else paste0("covariate", seq_len(ncol(X)))
  X <- X[, colnames(X) != "(Intercept)", drop = FALSE]
  if (nrow(X) != k) mb_stop(LENGTH_MISMATCH, "'covariates' have ", nrow(X), " rows, the outcome has ", k, ".")
  if (!is.numeric(X) && !is.logical(X)) mb_stop(WRONG_COLUMN_TYPE, "'covariates' must be numbers; write factors in a formula, such as ~ age + factor(site).")
  storage.mode(X) <- "double"
  as.data.frame(X, optional = TRUE)
}

unname_rows <- function(table) `rownames<-`(table, NULL)

PEOPLE_MEASURES <- c(continuous = "MD", binary = "OR", time = "HR")

# The first stage as an escalc data frame; what has no values is left out.
study_estimates <- function(table, type, digits) {
  frame <- data.frame(study = rownames(table), as.data.frame(unname_rows(table)), stringsAsFactors = FALSE)
  frame <- frame[c(TRUE, TRUE, vapply(frame[-(1:2)], function(v) !all(is.na(v)), NA))]
  frame <- mark_escalc(frame, c("yi", "vi"), digits)
  attr(frame$yi, "measure") <- PEOPLE_MEASURES[[type]]
  attr(frame$yi, "ni") <- frame$n
  frame
}

interaction_frame <- function(used, digits) {
  inside <- used[!is.na(used$interaction), , drop = FALSE]
  mark_escalc(data.frame(study = inside$study, yi = inside$interaction, vi = inside$interaction.vi), c("yi", "vi"), digits)
}

second_stage <- function(frame, mods, method, test, level, digits) {
  study <- frame$study
  if (is.null(mods)) return(rma.uni(yi, vi, data = frame, slab = study, method = method, test = test, level = level, digits = digits))
  rma.uni(yi, vi, mods = mods, data = frame, slab = study, method = method, test = test, level = level, digits = digits)
}

# The model of within_between() as an object: the moderator split into the study's mean and the deviation from it.
split_model <- function(given, method, test, level, digits) {
  at <- function(name) given$data[[match(name, names(given$names))]]
  x <- as.numeric(at("covariate"))
  weight <- if (is.null(given$names$size)) rep(1, length(x)) else as.numeric(at("size"))
  own <- !is.na(at("study")) & !is.na(x)
  totals <- rowsum(cbind(weight * x, weight)[own, , drop = FALSE], at("study")[own])
  mean <- (totals[, 1L] / totals[, 2L])[at("study")]
  name <- names(given$data)[match("covariate", names(given$names))]
  split <- data.frame(yi = as.numeric(at("yi")), vi = as.numeric(at("vi")), study = at("study"), mean = unname(mean), dev = x - unname(mean))
  names(split)[4:5] <- paste0(name, c(".mean", ".dev"))
  mods <- stats::reformulate(sprintf("`%s`", names(split)[4:5]))
  split <- split[stats::complete.cases(split), , drop = FALSE]
  yi <- split$yi
  vi <- split$vi
  if (method %in% c("EE", "FE", "CE")) return(rma.mv(yi, vi, mods = mods, data = split, method = method, test = test, level = level, digits = digits))
  rma.mv(yi, vi, mods = mods, random = ~ 1 | study, data = split, method = method, test = test, level = level, digits = digits)
}

# The statistic has the name that metafor gives it.
tested_frame <- function(table, test) {
  if (test != "z") colnames(table)[colnames(table) == "zval"] <- "tval"
  as.data.frame(table)
}

left_out_frame <- function(tables) {
  found <- tables[["left out"]]
  if (is.null(found)) data.frame(row = integer(), reason = character()) else data.frame(row = as.integer(found[, "row"]), reason = rownames(found), row.names = NULL)
}
