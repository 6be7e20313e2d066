# The side of a session that runs inside R: evaluates code with its conditions caught and collected.
# Loaded once into a private environment; the same text serves R inside a .NET process and R in a child process.

metabridge <- new.env(parent = baseenv())

# Interrupts are let through only while the user's own code runs: at any other moment they would leave the harness itself, and what
# it has collected would be lost.

# Outcome of an evaluation, by position: kind (0 value, 1 error, 2 parse error, 3 interrupt), value, visible,
# warnings, messages, error message, condition classes, call.
metabridge$evaluate <- function(code, variables, frame) suspendInterrupts({
  warnings <- NULL
  messages <- NULL
  failed <- 2L
  if (is.null(frame)) frame <- new.env(parent = globalenv())
  if (length(variables)) list2env(variables, frame)
  tryCatch(
    withCallingHandlers(
      {
        result <- list(value = NULL, visible = FALSE)
        allowInterrupts({
          expressions <- parse(text = code, keep.source = FALSE)
          failed <- 1L
          for (expression in expressions) result <- withVisible(eval(expression, frame))
        })
        list(0L, result$value, result$visible, warnings, messages)
      },
      warning = function(condition) {
        warnings <<- c(warnings, metabridge$text(condition))
        if (!is.null(findRestart("muffleWarning"))) invokeRestart("muffleWarning")
      },
      message = function(condition) {
        messages <<- c(messages, sub("\n$", "", metabridge$text(condition)))
        if (!is.null(findRestart("muffleMessage"))) invokeRestart("muffleMessage")
      }
    ),
    error = function(condition) metabridge$failure(failed, condition, warnings, messages),
    interrupt = function(condition) metabridge$failure(3L, condition, warnings, messages)
  )
})

# A call of a function value with arguments that are values already: nothing is parsed.
metabridge$call <- function(fun, arguments) suspendInterrupts({
  warnings <- NULL
  messages <- NULL
  tryCatch(
    withCallingHandlers(
      {
        result <- allowInterrupts(withVisible(do.call(fun, arguments, quote = TRUE)))
        list(0L, result$value, result$visible, warnings, messages)
      },
      warning = function(condition) {
        warnings <<- c(warnings, metabridge$text(condition))
        if (!is.null(findRestart("muffleWarning"))) invokeRestart("muffleWarning")
      },
      message = function(condition) {
        messages <<- c(messages, sub("\n$", "", metabridge$text(condition)))
        if (!is.null(findRestart("muffleMessage"))) invokeRestart("muffleMessage")
      }
    ),
    error = function(condition) metabridge$failure(1L, condition, warnings, messages),
    interrupt = function(condition) metabridge$failure(3L, condition, warnings, messages)
  )
})

# A class can bring its own conditionMessage method, which may fail or give something else than one string.
metabridge$text <- function(condition) {
  text <- tryCatch(conditionMessage(condition), error = function(e) NULL)
  if (is.character(text)) paste(enc2utf8(text), collapse = "\n") else ""
}

metabridge$failure <- function(kind, condition, warnings, messages) {
  # Methods of the condition's class are the user's code again.
  interrupted <- function(i) {
    kind <<- 3L
    NULL
  }
  call <- tryCatch(allowInterrupts(conditionCall(condition)), error = function(e) NULL, interrupt = interrupted)
  message <- tryCatch(allowInterrupts(metabridge$text(condition)), interrupt = interrupted)
  # A stop() at top level names the evaluator's own frame, which tells the caller nothing.
  own <- is.call(call) && (identical(call[[1L]], quote(eval)) || identical(call[[1L]], quote(doTryCatch)) ||
    identical(call[[1L]], quote(withVisible)) || identical(call[[1L]], quote(parse)))
  text <- if (is.null(call) || own) NULL else deparse(call, width.cutoff = 120L, nlines = 1L)[1L]
  list(kind, NULL, FALSE, warnings, messages, if (is.null(message)) "" else message, class(condition), text)
}

metabridge$describe <- function(x) {
  text <- tryCatch(paste(deparse(x, nlines = 6L), collapse = "\n"), error = function(e) "")
  substr(text, 1L, 400L)
}

# Attributes are set by R, which checks them against the value.
metabridge$attribute <- function(x, attributes) {
  attributes(x) <- attributes
  x
}

metabridge$forbid_quit <- function() {
  refuse <- function(...) stop("quit() is not available here: this R session belongs to another program", call. = FALSE)
  for (name in c("quit", "q")) {
    unlockBinding(name, baseenv())
    assign(name, refuse, envir = baseenv())
    lockBinding(name, baseenv())
  }
}

# A process that hosts both .NET and R must not be forked: the copy shares the host's signal pipe and can end it.
metabridge$forbid_fork <- function() {
  options(mc.cores = 1L)
  replace <- function(...) {
    space <- asNamespace("parallel")
    unlockBinding("mcfork", space)
    assign("mcfork", function(...) {
      stop("this process cannot be forked: use a PSOCK cluster (parallel::makeCluster) or mc.cores = 1", call. = FALSE)
    }, envir = space)
    lockBinding("mcfork", space)
  }
  if ("parallel" %in% loadedNamespaces()) replace() else setHook(packageEvent("parallel", "onLoad"), replace)
}

# An R function whose body runs in the host; the host answers list(TRUE, value) or list(FALSE, message).
metabridge$callback <- function(entry, id) {
  force(entry)
  force(id)
  function(...) {
    answer <- .Call(entry, id, list(...))
    if (!answer[[1L]]) stop(answer[[2L]], call. = FALSE)
    answer[[2L]]
  }
}
