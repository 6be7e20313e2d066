# Compares what a method returned: numbers to the tight class (the objects differ by as much), everything else exactly.
expect_same_value <- function(ours, theirs, label) {
  found <- value_differences(ours, theirs, label)
  expect(length(found) == 0L, paste(found, collapse = "\n  "))
}

value_differences <- function(ours, theirs, label) {
  if (is.environment(theirs) || is.function(theirs) || is.language(theirs)) return(NULL)
  if (is.list(theirs)) {
    if (!is.list(ours)) return(sprintf("%s: %s against a list", label, describe(ours)))
    skipped <- c("time", "call", "control", VERSION_5)
    keys <- if (is.null(names(theirs))) seq_along(theirs) else setdiff(names(theirs), skipped)
    return(unlist(lapply(keys, function(key) value_differences(unclass(ours)[[key]], unclass(theirs)[[key]], paste0(label, "$", key)))))
  }
  # M is sparse in our objects.
  if (inherits(ours, "sparseMatrix") && is.matrix(theirs)) ours <- dense(ours)
  if (is.numeric(theirs)) {
    if (!isTRUE(all.equal(ours, theirs, tolerance = 1e-5, check.attributes = TRUE, countEQ = TRUE))) {
      return(sprintf("%s: %s against %s", label, describe(ours), describe(theirs)))
    }
    return(NULL)
  }
  differs(ours, theirs, label)
}

printed <- function(x, ...) utils::capture.output(print(x, ...))

# Draws into a file and returns its bytes: equal drawings are equal files.
drawn <- function(draw, object) {
  file <- tempfile(fileext = ".pdf")
  on.exit(unlink(file))
  grDevices::pdf(file, compress = FALSE)
  value <- tryCatch(draw(object), finally = grDevices::dev.off())
  # All but the time at which it was drawn.
  lines <- readLines(file, warn = FALSE, encoding = "bytes")
  list(bytes = grep("^/(CreationDate|ModDate)", lines, value = TRUE, invert = TRUE, useBytes = TRUE), value = value)
}

# Equal commands and texts, and coordinates equal to the last of their two printed decimals, where rounding may tip over.
expect_same_drawing <- function(ours, theirs, label) {
  number <- "-?[0-9]+\\.[0-9]+"
  expect_identical(gsub(number, "#", ours$bytes, useBytes = TRUE), gsub(number, "#", theirs$bytes, useBytes = TRUE), label = paste(label, "commands"))
  coordinates <- function(drawing) as.numeric(unlist(regmatches(drawing$bytes, gregexpr(number, drawing$bytes, useBytes = TRUE))))
  expect_true(isTRUE(all(abs(coordinates(ours) - coordinates(theirs)) < 0.0101)), label = paste(label, "coordinates"))
}

# Runs every action on both fits, in the same state of the random number generator, and compares what it returns and prints.
expect_same_actions <- function(pair, actions) {
  label <- paste(deparse(pair$call), collapse = " ")
  found <- unlist(lapply(names(actions), function(name) {
    run <- function(object) {
      set.seed(1234)
      tryCatch(quiet(actions[[name]](object)), error = function(e) paste("error:", conditionMessage(e)))
    }
    ours <- run(pair$ours)
    theirs <- run(pair$theirs)
    value_differences(ours, theirs, paste0(name, "() of ", label))
  }))
  expect(length(found) == 0L, paste(found, collapse = "\n  "))
}
