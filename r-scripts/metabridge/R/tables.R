# Named tables from the engine.

# The index has three lines per table: name, rows, columns; names of the columns; names of the rows.
read_tables <- function(index, numbers) {
  lines <- strsplit(index, "\n", fixed = TRUE)[[1L]]
  count <- (length(lines) + 2L) %/% 3L
  lines <- c(lines, rep("", 3L * count - length(lines)))
  tables <- vector("list", count)
  used <- 0L
  for (i in seq_len(count)) {
    head <- strsplit(lines[3L * i - 2L], "\t", fixed = TRUE)[[1L]]
    rows <- as.integer(head[2L])
    columns <- as.integer(head[3L])
    row.names <- fields(lines[3L * i], rows)
    names(tables)[i] <- head[1L]
    if (columns == 0L) {
      tables[[i]] <- row.names
      next
    }
    size <- rows * columns
    values <- numbers[used + seq_len(size)]
    values[is.nan(values)] <- NA_real_
    used <- used + size
    tables[[i]] <- matrix(values, rows, columns, dimnames = list(row.names, fields(lines[3L * i - 1L], columns)))
  }
  tables
}

# Fields between tabs; NULL when there are not as many as rows, which then have no names.
fields <- function(line, n) {
  if (n == 0L) return(character())
  found <- strsplit(paste0(line, "\t"), "\t", fixed = TRUE)[[1L]]
  if (length(found) == n) {
    Encoding(found) <- "UTF-8"
    found
  }
}

# Tables beside a univariate fit (ours or metafor's): a list of matrices by name. `ask` is a request such as "influence" or
# "gosh(subsets=1000, seed=1)"; `data` is a data frame of further columns with one row per study used.
uni_tables <- function(x, ask, data = NULL) {
  yi <- as.vector(as.double(x$yi))
  X <- if (x$int.only) NULL else as.double(x$X)
  tau2 <- if (isTRUE(x$tau2.fix)) as.double(x$tau2) else NaN
  result <- engine_result(.Call(
    C_rma_uni_tables, yi, as.double(x$vi), X, as.integer(x$p), if (is.null(x$weights)) NULL else as.double(x$weights), as.integer(x$btt),
    x$method, x$test, 100 * (1 - x$level), tau2, isTRUE(x$weighted), paste(gsub("\n", " ", rownames(x$beta)), collapse = "\n"), if (is.null(data)) NULL else dataset_json(data), ask
  ))
  read_tables(result[[1L]], result[[2L]])
}

# One request as text: a word and its options; NULL options are left out.
table_request <- function(word, ...) {
  options <- Filter(Negate(is.null), list(...))
  if (length(options) == 0L) return(word)
  paste0(word, "(", paste0(names(options), "=", vapply(options, request_value, ""), collapse = ", "), ")")
}

request_value <- function(x) {
  items <- if (is.logical(x)) ifelse(is.na(x), "NA", ifelse(x, "TRUE", "FALSE"))
    else if (is.numeric(x)) ifelse(is.na(x), "NA", sprintf("%.17g", x))
    else paste0("\"", x, "\"")
  if (length(items) == 1L) items else paste0("c(", paste(items, collapse = ","), ")")
}
