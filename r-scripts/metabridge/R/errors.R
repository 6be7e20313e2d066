# Every error of the package is a condition of class metabridge_error with the member `code`.
mb_stop <- function(code, ...) {
  label <- sprintf("MB%04d", as.integer(code))
  stop(structure(
    class = c("metabridge_error", "error", "condition"),
    list(message = paste0(label, ": ", ...), call = NULL, code = label)
  ))
}

# The codes raised by the R side itself; `metabridge_explain()` prints the whole closed set.
MISSING_COLUMN <- 101L
WRONG_COLUMN_TYPE <- 102L
NON_POSITIVE_VARIANCE <- 103L
RANK_DEFICIENT <- 105L
LENGTH_MISMATCH <- 106L
NO_DATA <- 107L
TOO_FEW_STUDIES <- 108L
NON_FINITE <- 109L
INVALID_OPTION <- 110L
UNKNOWN_NAME <- 111L
FORMULA_EVALUATION <- 113L
SPECIFICATION_INVALID <- 117L
NOT_SUPPORTED <- 119L
WRONG_ARGUMENT_TYPE <- 122L
NOT_CONVERGED <- 201L

# Passes a result of the engine on, and raises its failures.
engine_result <- function(result) {
  if (is.character(result)) mb_stop(result[[1L]], result[[2L]])
  result
}
