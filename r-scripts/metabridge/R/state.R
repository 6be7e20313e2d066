# What the package remembers during a session.
#   library   path of the engine; nothing is loaded from it before the first call
#   methods   whether metafor's methods (or ours, without metafor) were looked for
#   keywords  the words that the engine knows, by kind
state <- new.env(parent = emptyenv())

.onLoad <- function(libname, pkgname) {
  path <- Sys.getenv("METABRIDGE_LIB", unset = "")
  if (!nzchar(path)) path <- file.path(libname, pkgname, "native", "libmetabridge.so")
  state$library <- path
  # Only remembers the path: the engine starts at the first call, so that a worker forked before it can start its own.
  .Call(C_set_library, path)
}

# metafor's methods serve our objects when it is installed; otherwise the few of fallback-methods.R do.
ensure_methods <- function() {
  if (is.null(state$methods)) {
    state$methods <- if (requireNamespace("metafor", quietly = TRUE)) "metafor" else register_fallback_methods()
  }
}

# The version whose objects ours look like.
layout_version <- function() {
  if (is.null(state$version)) {
    state$version <- if (identical(state$methods, "metafor")) packageVersion("metafor") else package_version("3.8.1")
  }
  state$version
}

# Whether M has the class that version 5 gives it; comparing versions takes longer than a fit, so once is enough.
has_vcovmat_class <- function() {
  if (is.null(state$vcovmat)) state$vcovmat <- layout_version() >= "5"
  state$vcovmat
}

# Words of a kind ("method", "test", "measure", "to"): a character vector of canonical words named by word or alias.
keywords <- function(kind) {
  known <- state$keywords[[kind]]
  if (is.null(known)) {
    rows <- strsplit(strsplit(engine_result(.Call(C_keywords, kind))[[1L]], "\n", fixed = TRUE)[[1L]], "\t", fixed = TRUE)
    words <- vapply(rows, `[[`, "", 1L)
    aliases <- lapply(rows, function(row) if (length(row) > 2L) strsplit(row[[3L]], ",", fixed = TRUE)[[1L]] else character())
    known <- c(stats::setNames(words, words), stats::setNames(rep(words, lengths(aliases)), unlist(aliases)))
    state$keywords[[kind]] <- known
  }
  known
}
