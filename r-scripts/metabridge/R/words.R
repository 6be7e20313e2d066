# Words of metafor that the engine may not know (yet): asked for, they are "not supported", anything else is "unknown".
METAFOR_METHODS <- c("FE", "EE", "CE", "HS", "HSk", "HE", "CO", "VC", "DL", "DLIT", "GENQ", "GENQM", "SJ", "SJIT", "PM",
                     "MP", "PMM", "ML", "REML", "EB")
METAFOR_MEASURES <- c(
  "RR", "OR", "PETO", "RD", "AS", "PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET", "PBIT", "OR2D", "OR2DN", "OR2DL", "MPRD",
  "MPRR", "MPOR", "MPORC", "MPPETO", "MPORM", "IRR", "IRD", "IRSD", "MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "RPB",
  "ZPB", "RBIS", "ZBIS", "D2OR", "D2ORN", "D2ORL", "VR", "CVR", "CLES", "AUC", "CLESN", "AUCN", "COR", "UCOR", "ZCOR",
  "PCOR", "ZPCOR", "SPCOR", "ZSPCOR", "R2", "ZR2", "R2F", "ZR2F", "PR", "PLN", "PLO", "PRZ", "PAS", "PFT", "IR", "IRLN",
  "IRS", "IRFT", "MN", "SMN", "MNLN", "SDLN", "CVLN", "MC", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH", "ROMC", "VRC",
  "CVRC", "CLESCN", "AUCCN", "ARAW", "AHW", "ABT", "REH", "HR", "HD", "GEN"
)

# The method as metafor stores it (as typed, in upper case where it has no lower-case letters).
checked_method <- function(method) {
  if (!is.character(method) || length(method) == 0L || anyNA(method)) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The 'method' argument must hold words such as \"REML\".")
  }
  known <- keywords("method")
  for (i in seq_along(method)) {
    if (!is.na(known[method[i]])) next
    found <- match(toupper(method[i]), toupper(names(known)))
    if (is.na(found)) unknown_word("method", method[i], METAFOR_METHODS, known)
    method[i] <- names(known)[found]
  }
  method
}

checked_test <- function(test) {
  test <- one_word(test, "test")
  known <- keywords("test")
  word <- known[test]
  if (is.na(word)) word <- known[match(tolower(test), tolower(names(known)))]
  if (is.na(word)) unknown_word("test", test, character(), known)
  unname(word)
}

# A measure that is to be computed must be one of the engine's.
checked_measure <- function(measure) {
  if (is.na(keywords("measure")[measure])) unknown_word("measure", measure, METAFOR_MEASURES, keywords("measure"))
  measure
}

unknown_word <- function(kind, word, elsewhere, known) {
  words <- paste(unique(known), collapse = ", ")
  if (word %in% elsewhere) mb_stop(NOT_SUPPORTED, "The ", kind, " '", word, "' is not supported; supported are ", words, ".")
  mb_stop(UNKNOWN_NAME, "Unknown '", kind, "' specified: '", word, "'; known are ", words, ".")
}

# Arguments in `...` that would change numbers: refused rather than passed over. All others mean nothing to us.
check_dots <- function(dots) {
  refuse <- function(name) mb_stop(NOT_SUPPORTED, "The argument '", name, "' is not supported.")
  for (name in intersect(names(dots), c("dfs", "a", "flip"))) refuse(name)
  for (name in intersect(names(dots), c("i2def", "r2def"))) if (!identical(as.character(eval(dots[[name]])), "1")) refuse(name)
}

# Options in `control` that would change what is estimated. What steers an optimiser means nothing to us.
check_control <- function(control) {
  if (!is.list(control)) mb_stop(WRONG_ARGUMENT_TYPE, "The 'control' argument must be a list.")
  if (!is.null(control$tau2.min) && !identical(as.numeric(control$tau2.min), 0)) {
    mb_stop(NOT_SUPPORTED, "The control option 'tau2.min' is not supported: the smallest tau^2 is 0.")
  }
  if (identical(control$REMLf, FALSE)) mb_stop(NOT_SUPPORTED, "The control option 'REMLf = FALSE' is not supported.")
}
