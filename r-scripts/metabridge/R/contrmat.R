# The matrix that says which two groups each row compares, as metafor's contrmat().
contrmat <- function(data, grp1, grp2, last, shorten = FALSE, minlen = 2, check = TRUE, append = TRUE) {
  if (!is.data.frame(data)) data <- data.frame(data)
  first <- group_column(data, grp1, "grp1")
  second <- group_column(data, grp2, "grp2")
  levels <- if (is.factor(data[[first]]) && is.factor(data[[second]]) && identical(levels(data[[first]]), levels(data[[second]]))) {
    levels(data[[first]])
  } else {
    levels(factor(c(as.character(data[[first]]), as.character(data[[second]]))))
  }
  one <- as.character(data[[first]])
  two <- as.character(data[[second]])
  if (missing(last)) {
    counts <- table(factor(two, levels))
    last <- names(counts)[which.max(counts)]
  } else {
    at <- if (is.character(last) && length(last) == 1L) pmatch(last, levels) else NA
    if (is.na(at)) mb_stop(UNKNOWN_NAME, "Could not find or uniquely identify group specified via the 'last' argument.")
    last <- levels[[at]]
  }
  levels <- c(setdiff(levels, last), last)
  X <- as.double(outer(one, levels, "==")) - as.double(outer(two, levels, "=="))
  dim(X) <- c(length(one), length(levels))
  names <- if (one_logical(shorten, "shorten")) shortened(levels, one_number(minlen, "minlen")) else levels
  if (one_logical(check, "check")) names <- make.names(names)
  dimnames(X) <- list(row.names(data), names)
  if (!one_logical(append, "append")) return(X)
  cbind(data, X)
}

group_column <- function(data, which, name) {
  if (is.numeric(which) && length(which) == 1L) {
    if (is.na(which) || which < 1 || which > ncol(data)) {
      mb_stop(MISSING_COLUMN, "Specified position of '", name, "' variable does not exist in the data frame.")
    }
    at <- as.integer(which)
  } else {
    at <- if (is.character(which) && length(which) == 1L) match(which, names(data)) else NA
    if (is.na(at)) at <- if (is.character(which) && length(which) == 1L) pmatch(which, names(data)) else NA
    if (is.na(at)) mb_stop(MISSING_COLUMN, "Could not find or uniquely identify variable specified via the '", name, "' argument.")
  }
  if (anyNA(data[[at]])) mb_stop(NON_FINITE, "Variable specified via '", name, "' argument should not contain missing values.")
  at
}

# The shortest beginnings, of at least `least` letters, that keep the names apart.
shortened <- function(names, least) {
  for (n in seq.int(least, max(least, nchar(names)))) {
    short <- substr(names, 1L, n)
    if (!anyDuplicated(short)) return(short)
  }
  names
}
