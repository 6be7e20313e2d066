# The same call through both packages, and a comparison of the two objects field by field.

# metafor stops its iterations early by default; this makes its estimates exact enough to compare with.
TIGHT <- list(threshold = 1e-12, maxiter = 1000, tol = 1e-12)

EXACT <- 1e-10      # closed forms: the same sums in another order
EXACT_TAIL <- 1e-8  # where the tail or a quantile of a distribution enters
TIGHT_RELATIVE <- 1e-6
LOG_LIKELIHOOD <- 1e-8

# Evaluates a call that names no package, such as quote(rma(yi, vi, data = d)), once per package where it is written.
# The tightened control is added for both: metafor's refitting methods take it from either object.
in_both <- function(call, env = parent.frame(), control = TRUE) {
  function_name <- as.character(call[[1]])
  ours <- theirs <- call
  ours[[1]] <- call("::", quote(metabridge), as.name(function_name))
  theirs[[1]] <- call("::", quote(metafor), as.name(function_name))
  if (control && is.null(theirs$control)) ours$control <- theirs$control <- quote(TIGHT)
  list(ours = quiet(eval(ours, env)), theirs = quiet(eval(theirs, env)), call = call)
}

quiet <- function(code) suppressMessages(suppressWarnings(code))

iterative <- function(fit) fit$method %in% c("ML", "REML", "EB", "PM", "MP", "PMM", "SJIT", "DLIT")

# Fields that are not a property of the fit; the call is compared by its arguments.
NOT_COMPARED <- c("time", "call")
# Fields of version 5 that version 3.8-1 does not have.
VERSION_5 <- c("chksumyi", "chksumvi", "chksumX", "QEdf")

# The differences between the two objects as texts; one expectation for all fields, so that thousands of comparisons stay quick.
expect_same_fit <- function(pair) {
  found <- fit_differences(pair$ours, pair$theirs)
  expect(length(found) == 0L, paste0(paste(deparse(pair$call), collapse = " "), "\n  ", paste(found, collapse = "\n  ")))
}

fit_differences <- function(ours, theirs) {
  # From version 5.0-1 on R^2 is also reported for models whose columns contain a constant without an intercept column
  # (tested against the same model with an intercept in test-fields.R).
  later <- if (is.null(theirs$R2) && !theirs$int.incl && spans_constant(theirs$X)) "R2"
  further <- setdiff(names(ours), c(names(theirs), later))
  c(
    differs(class(ours), class(theirs), "class"),
    differs(setdiff(names(theirs), names(ours)), character(), "missing fields"),
    differs(sort(further), sort(setdiff(VERSION_5, names(theirs))), "further fields"),
    unlist(lapply(setdiff(names(theirs), c(NOT_COMPARED, later)), function(field) {
      field_differences(ours[[field]], theirs[[field]], paste0("$", field), field_tolerance(field, theirs), field_scale(field, theirs))
    })),
    differs(bare_call(ours$call), bare_call(theirs$call), "$call")
  )
}

spans_constant <- function(X) sum(stats::lm.fit(X, rep(1, nrow(X)))$residuals^2) < 1e-16

differs <- function(ours, theirs, label) {
  if (!identical(ours, theirs)) sprintf("%s: %s against %s", label, describe(ours), describe(theirs))
}

describe <- function(x) paste(utils::capture.output(utils::str(x, vec.len = 6)), collapse = " ")

field_tolerance <- function(field, theirs) {
  if (field == "fit.stats") return(c(absolute = LOG_LIKELIHOOD))
  data_only <- c("yi", "vi", "yi.f", "vi.f", "X", "X.f", "QE", "vt", "ni", "ni.f", "weights", "weights.f", "outdat.f", "level")
  tail <- c("pval", "QEp", "QMp", "ci.lb", "ci.ub")
  if (field %in% data_only) return(c(relative = EXACT))
  if (field == "QEp") return(c(relative = EXACT_TAIL))
  if (iterative(theirs)) return(c(relative = TIGHT_RELATIVE))
  c(relative = if (field %in% tail) EXACT_TAIL else EXACT)
}

# What an error is relative to. An estimate near zero carries the rounding of the terms that cancel in it: a coefficient that
# of its standard error, a covariance that of the standard errors, a test statistic that of 1, tau^2 that of the total variance; and metafor, whose steps towards a
# boundary are halved, stops within its threshold of zero instead of at zero.
field_scale <- function(field, theirs) {
  stopped <- if (iterative(theirs)) TIGHT$threshold / TIGHT_RELATIVE else 0
  switch(field,
    b = , beta = theirs$se,
    ci.lb = , ci.ub = theirs$se,
    zval = 1,
    vb = as.vector(outer(theirs$se, theirs$se)),
    tau2 = , tau2.f = max(if (is.na(theirs$vt)) 0 else theirs$vt, stopped),
    I2 = 1,
    0
  )
}

field_differences <- function(ours, theirs, label, tolerance, scale = 0) {
  if (is.list(theirs) && !is.object(theirs) || is.data.frame(theirs) && "REML" %in% names(theirs)) {
    return(c(
      differs(attributes(ours), attributes(theirs), paste(label, "attributes")),
      unlist(lapply(seq_along(theirs), function(i) field_differences(ours[[i]], theirs[[i]], paste0(label, "[[", i, "]]"), tolerance)))
    ))
  }
  # Evaluated in a frame of its own by each package, so the environments are equal only in what they hold.
  if (inherits(theirs, "formula")) return(differs(deparse(ours), deparse(theirs), label))
  if (!is.double(theirs)) return(differs(ours, theirs, label))
  # M is sparse in our objects; version 5 gives the dense one a class of its own.
  if (label == "$M" && inherits(ours, "dsCMatrix")) {
    ours <- dense(ours)
    theirs <- unclass(theirs)
  }
  c(
    differs(typeof(ours), "double", paste(label, "type")),
    differs(by_name(attributes(ours)), by_name(attributes(theirs)), paste(label, "attributes")),
    not_near(ours, theirs, tolerance, label, scale)
  )
}

# Attributes are a set.
by_name <- function(attributes) if (is.null(attributes)) NULL else attributes[order(names(attributes))]

# Elementwise, so that a small coefficient is not hidden by a large one.
not_near <- function(ours, theirs, tolerance, label, scale) {
  ours <- as.vector(ours)
  theirs <- as.vector(theirs)
  if (!is.numeric(ours) || length(ours) != length(theirs) || !identical(is.na(ours), is.na(theirs))) {
    return(differs(ours, theirs, label))
  }
  difference <- abs(ours - theirs)
  difference[is.infinite(theirs) & ours == theirs] <- 0
  allowed <- if (names(tolerance) == "absolute") pmax(tolerance, 1e-13 * abs(theirs)) else tolerance * pmax(abs(theirs), scale) + 1e-300
  worst <- which.max(difference - allowed)
  if (length(worst) == 0L || difference[worst] <= allowed[worst]) return(NULL)
  sprintf("%s[%d]: %.15g against %.15g, off by %.3g", label, worst, ours[worst], theirs[worst], difference[worst])
}

bare_call <- function(call) {
  args <- as.list(call)[-1]
  args$control <- NULL
  args[order(names(args))]
}

expect_metabridge_error <- function(code, expected) {
  condition <- tryCatch({ force(code); NULL }, error = identity)
  expect_s3_class(condition, "metabridge_error")
  expect_identical(condition$code, expected, label = paste0("code of \"", conditionMessage(condition), "\""))
  invisible(condition)
}

with_metafor <- function() {
  skip_if_not_installed("metafor")
  skip_if_not_installed("metadat")
}

metadat <- function(name) getExportedValue("metadat", name)

bcg <- function() metafor::escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat("dat.bcg"))

# The words of methods and tests come from the engine, so that a new one is compared without touching the tests.
methods <- function() {
  known <- names(metabridge:::keywords("method"))
  known[known %in% eval(formals(check_methods)$all)]
}
check_methods <- function(all = c("FE", "EE", "CE", "HS", "HSk", "HE", "DL", "SJ", "PM", "PMM", "ML", "REML", "EB")) all
