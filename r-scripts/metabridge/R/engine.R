metabridge_version <- function() {
  engine_result(.Call(C_version))[[1L]]
}

metabridge_explain <- function(code) {
  if (inherits(code, "metabridge_error")) code <- code$code
  if (is.numeric(code) && length(code) == 1L) code <- as.character(code)
  lines <- strsplit(engine_result(.Call(C_explain, code))[[1L]], "\n", fixed = TRUE)[[1L]]
  structure(list(code = lines[1L], cause = lines[2L], remedy = lines[3L]), class = "metabridge_explanation")
}

print.metabridge_explanation <- function(x, ...) {
  cat(x$code, ": ", x$cause, "\n", x$remedy, "\n", sep = "")
  invisible(x)
}

fit_json <- function(spec, data) {
  if (!is.character(data)) data <- dataset_json(data)
  engine_result(.Call(C_fit_json, spec, data))[[1L]]
}
