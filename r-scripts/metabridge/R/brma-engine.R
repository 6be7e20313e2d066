# What goes to the engine and comes back: JSON there, named tables back.

# A JSON object of members that are JSON already; NULL members are left out.
json_object <- function(members) {
  members <- members[!vapply(members, is.null, NA)]
  if (length(members) == 0L) return("{}")
  paste0("{", paste0(json_texts(names(members)), ":", unlist(members), collapse = ","), "}")
}

json_text_list <- function(x) if (is.null(x)) NULL else json_array(json_texts(as.character(x)))
json_number_list <- function(x) if (is.null(x)) NULL else json_array(json_numbers(x))

# Fits and answers; `ask` is a list of questions, each of them JSON.
brma_tables <- function(model, ask = list()) {
  # A model beyond the reach of the quadrature is sampled with the options of the call as well.
  ask$sampler <- if (!is.null(model$sampler)) model$sampler else sub("^[{]", '{"only_if_needed":true,', model$sampler.options)
  result <- engine_result(.Call(C_brma, model$spec, model$data, json_object(ask)))
  read_tables(result[[1L]], result[[2L]])
}

SUMMARY_COLUMNS <- c("mean", "sd", "lower", "median", "upper")

# Names of an interval's columns at a level: 0.025, 0.5, 0.975.
interval_names <- function(level) format_probs(c((100 - level) / 200, 0.5, (100 + level) / 200))

format_probs <- function(probs) vapply(probs, function(p) format(round(p, 6), trim = TRUE, scientific = FALSE), "")

# Posterior summaries as a data frame with RoBMA's columns.
summary_frame <- function(table, level) {
  frame <- as.data.frame(table[, SUMMARY_COLUMNS, drop = FALSE])
  names(frame) <- c("Mean", "SD", interval_names(level))
  rownames(frame) <- unique_labels(rownames(table))
  frame
}

# The largest error of a row's five numbers.
row_errors <- function(table) apply(table[, paste0(SUMMARY_COLUMNS, ".error"), drop = FALSE], 1L, max)
