# A data frame in the JSON form of the engine's datasets.
dataset_json <- function(data) {
  if (!is.data.frame(data)) mb_stop(WRONG_ARGUMENT_TYPE, "The 'data' argument must be a data frame or a JSON text.")
  columns <- vapply(names(data), function(name) column_json(name, data[[name]]), "")
  labels <- if (is.character(attr(data, "row.names"))) paste0(',"rowLabels":', json_array(json_texts(row.names(data)))) else ""
  paste0('{"name":"data","columns":', json_array(columns), labels, "}")
}

column_json <- function(name, x) {
  if (is.factor(x)) {
    return(paste0('{"name":', json_texts(name), ',"type":"factor","levels":', json_array(json_texts(levels(x))),
                  ',"values":', json_array(json_texts(as.character(x))), "}"))
  }
  parts <- if (is.character(x)) list("character", json_texts(x))
    else if (is.logical(x)) list("logical", ifelse(is.na(x), "null", ifelse(x, "true", "false")))
    else if (is.integer(x)) list("integer", ifelse(is.na(x), "null", format(x, trim = TRUE, scientific = FALSE)))
    else if (is.numeric(x)) list("numeric", json_numbers(x))
    else mb_stop(WRONG_COLUMN_TYPE, "Column '", name, "' has the class ", class(x)[1L], ", which has no JSON form.")
  paste0('{"name":', json_texts(name), ',"type":"', parts[[1L]], '","values":', json_array(parts[[2L]]), "}")
}

json_array <- function(items) paste0("[", paste(items, collapse = ","), "]")

json_numbers <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", as.numeric(x)))

json_texts <- function(x) {
  escaped <- gsub('(["\\\\])', "\\\\\\1", enc2utf8(x))
  escaped <- gsub("\n", "\\n", gsub("\t", "\\t", gsub("\r", "\\r", escaped, fixed = TRUE), fixed = TRUE), fixed = TRUE)
  ifelse(is.na(x), "null", paste0('"', escaped, '"'))
}
