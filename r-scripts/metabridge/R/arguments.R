# Arguments that users write as expressions: columns of `data`, variables of the calling environment, or both mixed.

# The inputs from which effect sizes are computed, in the order in which the engine expects them.
COUNT_INPUTS <- c("ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "m1i", "m2i", "sd1i", "sd2i",
                  "xi", "mi", "ri", "ti", "ni")
FURTHER_INPUTS <- c("sdi", "r2i", "fi", "pi")
ENGINE_INPUTS <- c(COUNT_INPUTS, "yi", "vi", "sei", FURTHER_INPUTS)

# The value of an argument given as an expression; NULL when it was not given.
value_of <- function(args, name, data, caller) {
  expression <- args[[name]]
  if (is.symbol(expression) && is.list(data)) {
    value <- .subset2(data, as.character(expression))
    if (!is.null(value)) return(value)
  }
  if (!is.language(expression)) return(expression)
  tryCatch(
    eval(expression, data, caller),
    metabridge_error = function(e) stop(e),
    error = function(e) cannot_evaluate(name, expression, e)
  )
}

cannot_evaluate <- function(name, expression, e) {
  if (grepl("not found", conditionMessage(e), fixed = TRUE)) {
    mb_stop(MISSING_COLUMN, "Cannot find the object/variable ('", deparse(expression)[1L], "') specified for the '", name,
            "' argument.")
  }
  mb_stop(FORMULA_EVALUATION, "The '", name, "' argument, ", deparse(expression)[1L], ", cannot be computed: ",
          conditionMessage(e))
}

# The same for arguments that must be numbers; integers stay integers, a matrix with one column becomes a vector.
numbers_of <- function(args, name, data, caller) {
  value <- value_of(args, name, data, caller)
  if (is.null(value)) return(NULL)
  if (is.logical(value) && all(is.na(value))) value <- as.numeric(value)
  if (!is.numeric(value) || is.factor(value)) {
    mb_stop(WRONG_COLUMN_TYPE, "The object/variable specified for the '", name, "' argument is not numeric, but ",
            class(value)[1L], ".")
  }
  if (!is.null(dim(value))) value <- as.vector(value)
  value
}

# The `data` argument as a data frame, or NULL.
checked_data <- function(data) {
  if (is.null(data) || is.data.frame(data)) return(data)
  tryCatch(data.frame(data), error = function(e) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'data' argument must be a data frame, not ", class(data)[1L], ".")
  })
}

# A rule for rows (logical, positions, or positions to leave out) as one logical per row.
rows_of <- function(rule, k, name = "subset") {
  if (is.null(rule)) return(NULL)
  if (is.logical(rule)) {
    if (length(rule) != k) {
      mb_stop(LENGTH_MISMATCH, "Length of the '", name, "' argument (", length(rule), ") is not of length k = ", k, ".")
    }
    rule[is.na(rule)] <- FALSE
    return(as.vector(rule))
  }
  if (!is.numeric(rule) || anyNA(rule) || any(abs(rule) > k)) {
    mb_stop(INVALID_OPTION, "The '", name, "' argument must be logical, or hold row numbers from 1 to ", k, ".")
  }
  picked <- tryCatch(seq_len(k)[rule], error = function(e) {
    mb_stop(INVALID_OPTION, "The '", name, "' argument mixes positive and negative row numbers.")
  })
  seq_len(k) %in% picked
}

# Labels, one per row.
checked_labels <- function(labels, k) {
  if (anyNA(labels)) mb_stop(SPECIFICATION_INVALID, "NAs in study labels.")
  if (length(labels) != k) {
    mb_stop(LENGTH_MISMATCH, "Study labels not of same length as data: there are ", length(labels), " for ", k, " studies.")
  }
  if (is.factor(labels)) as.character(labels) else labels
}

# A label that occurs more than once gets a counter.
unique_labels <- function(labels) {
  if (!anyDuplicated(labels)) return(labels)
  labels <- as.character(labels)
  repeated <- labels %in% labels[duplicated(labels)]
  counter <- stats::ave(seq_along(labels), labels, FUN = seq_along)
  labels[repeated] <- paste0(labels[repeated], ".", counter[repeated])
  labels
}

DEFAULT_DIGITS <- c(est = 4, se = 4, test = 4, pval = 4, ci = 4, var = 4, sevar = 4, fit = 4, het = 4)

# Decimal places for the kinds of numbers that metafor prints.
checked_digits <- function(digits, default = DEFAULT_DIGITS) {
  if (is.null(digits)) return(default)
  if (!is.numeric(digits) || anyNA(digits) || any(digits < 0)) {
    mb_stop(INVALID_OPTION, "The 'digits' argument must hold numbers that are not negative.")
  }
  if (is.null(names(digits)) && length(digits) == 1L) {
    default[] <- digits
    return(default)
  }
  kinds <- match(names(digits), names(default))
  if (is.null(names(digits)) || anyNA(kinds)) {
    mb_stop(INVALID_OPTION, "The 'digits' argument must be one number, or named by ",
            paste(names(default), collapse = ", "), ".")
  }
  default[kinds] <- digits
  default
}

# The level argument (95, .95 or .05) as an error probability, by metafor's rule.
checked_level <- function(level) {
  if (!is.numeric(level) || length(level) != 1L || is.na(level) || level < 0 || level >= 100) {
    mb_stop(INVALID_OPTION, "The 'level' argument must be a number between 0 and 100.")
  }
  if (level == 0) 1 else if (level >= 1) (100 - level) / 100 else if (level > .5) 1 - level else level
}

one_logical <- function(value, name) {
  if (length(value) != 1L || is.na(value) || !(is.logical(value) || is.numeric(value))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The '", name, "' argument must be TRUE or FALSE.")
  }
  as.logical(value)
}

one_number <- function(value, name) {
  if (!is.numeric(value) || length(value) != 1L || is.na(value)) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The '", name, "' argument must be one number.")
  }
  as.numeric(value)
}

one_word <- function(value, name) {
  if (!is.character(value) || length(value) != 1L || is.na(value)) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The '", name, "' argument must be one word.")
  }
  value
}
