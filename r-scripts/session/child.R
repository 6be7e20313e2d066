# The loop of a child process: reads a request, evaluates it, answers.
# A frame is its length (8-byte little-endian double) and that many bytes of R's binary serialization, version 2. Between the two of an
# answer the host writes one byte: from then on it sends no interrupt, which would leave an answer half written.

metabridge$receive <- function(connection, count) {
  bytes <- raw()
  while (length(bytes) < count) {
    part <- tryCatch(allowInterrupts(readBin(connection, "raw", count - length(bytes))), interrupt = function(i) NULL)
    if (is.null(part)) next
    if (length(part) == 0L) return(NULL)
    bytes <- if (length(bytes)) c(bytes, part) else part
  }
  bytes
}

# Values that the host has no counterpart for travel as their type and text.
metabridge$portable <- function(x, depth = 0L) {
  if (depth > 1000L) stop("the value is nested more than 1000 levels deep")
  type <- typeof(x)
  if (!type %in% c("NULL", "logical", "integer", "double", "character", "list")) {
    return(structure(list(type, metabridge$describe(x)), class = "metabridge opaque"))
  }
  if (is.null(x)) return(x)
  kept <- attributes(x)
  # attributes() writes counted row names out; this keeps R's short form.
  if (!is.null(kept$row.names)) kept$row.names <- .row_names_info(x, 0L)
  if (type == "list") x <- lapply(unclass(x), metabridge$portable, depth + 1L)
  if (!is.null(kept)) {
    plain <- vapply(kept, function(a) is.null(attributes(a)) && is.atomic(a), NA)
    if (type == "list" || !all(plain)) {
      portable <- lapply(kept, metabridge$portable, depth + 1L)
      # Opaque attributes cannot be set back on a value that checks them, so they go as an attribute list.
      opaque <- vapply(portable, function(a) identical(class(a), "metabridge opaque"), NA)
      attributes(x) <- portable[!opaque]
      for (name in names(portable)[opaque]) attr(x, name) <- portable[[name]]
    }
  }
  x
}

metabridge$captured <- function(request) suspendInterrupts({
  console <- rawConnection(raw(), "wb")
  sink(console)
  sink(console, type = "message")
  finish <- function() {
    while (sink.number() > 0L) sink()
    sink(type = "message")
  }
  outcome <- tryCatch(metabridge$evaluate(request[[1L]], request[[2L]], NULL),
    error = function(condition) metabridge$failure(1L, condition, NULL, NULL),
    interrupt = function(condition) metabridge$failure(3L, condition, NULL, NULL))
  finish()
  output <- rawToChar(rawConnectionValue(console))
  Encoding(output) <- "UTF-8"
  close(console)
  length(outcome) <- 8L
  c(outcome, list(output))
})

metabridge$answer <- function(request) {
  outcome <- metabridge$captured(request)
  bytes <- tryCatch(
    {
      outcome[2L] <- list(metabridge$portable(outcome[[2L]]))
      serialize(outcome, NULL, xdr = FALSE, version = 2L)
    },
    error = function(condition) {
      failed <- c(metabridge$failure(1L, condition, outcome[[4L]], outcome[[5L]]), list(outcome[[9L]]))
      serialize(failed, NULL, xdr = FALSE, version = 2L)
    }
  )
  bytes
}

# R lets interrupts in while a socket waits, even where they are held back. A length goes out whole or not at all.
metabridge$send_length <- function(connection, count) {
  bytes <- writeBin(as.double(count), raw(), endian = "little")
  while (!tryCatch({ writeBin(bytes, connection); TRUE }, interrupt = function(i) FALSE)) NULL
}

# One that came when its evaluation had just ended, and is not for the next.
metabridge$forget_interrupt <- function() tryCatch(allowInterrupts(Sys.sleep(0)), interrupt = function(i) NULL)

# Interrupts are held back outside the reading and the user's code: anywhere else they would end the loop.
metabridge$serve <- function(connection) suspendInterrupts({
  repeat {
    header <- metabridge$receive(connection, 8L)
    if (is.null(header)) break
    body <- metabridge$receive(connection, readBin(header, "double", endian = "little"))
    if (is.null(body)) break
    metabridge$forget_interrupt()
    answer <- tryCatch(metabridge$answer(unserialize(body)), interrupt = function(i) NULL)
    if (is.null(answer)) {
      answer <- metabridge$failure(3L, simpleCondition("interrupted"), NULL, NULL)
      answer <- serialize(c(answer, list("")), NULL, xdr = FALSE, version = 2L)
    }
    metabridge$send_length(connection, length(answer))
    if (is.null(metabridge$receive(connection, 1L))) break
    writeBin(answer, connection)
  }
})
