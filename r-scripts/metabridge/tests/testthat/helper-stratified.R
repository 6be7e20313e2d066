# Pooled tables: what expect_same_fit() and expect_same_actions() need to know of them.

# The two objects; rma.mh and rma.peto take no control.
pooled_in_both <- function(call, env = parent.frame()) in_both(call, env, control = FALSE)

# Statistics that are squares in units of a standard error, and differences of larger sums.
pooled_scale <- function(field, theirs) {
  squares <- sum(theirs$yi^2 / theirs$vi)
  switch(field,
    b = , beta = , ci.lb = , ci.ub = if (is.na(theirs$se)) 0 else theirs$se,
    yi = sqrt(theirs$vi), yi.f = sqrt(theirs$vi.f),
    QE = squares, H2 = squares, I2 = 100,
    zval = , CO = , MH = , BD = , TA = 1,
    0
  )
}

# metafor's NA of what does not exist is sometimes logical, ours is a number wherever a number would stand.
as_numbers <- function(fit) {
  fit[] <- lapply(fit, function(x) { if (is.logical(x) && length(x) == 1L && is.na(x)) storage.mode(x) <- "double"; x })
  fit[c("b", "beta", "k.pos")] <- lapply(fit[c("b", "beta", "k.pos")], function(x) { storage.mode(x) <- "double"; x })
  fit$fit.stats[] <- lapply(fit$fit.stats, as.numeric)
  fit
}

expect_same_pooled <- function(pair) {
  ours <- as_numbers(pair$ours)
  theirs <- as_numbers(pair$theirs)
  further <- setdiff(names(ours), names(theirs))
  found <- c(
    differs(class(ours), class(theirs), "class"),
    differs(setdiff(names(theirs), names(ours)), character(), "missing fields"),
    differs(sort(further), sort(setdiff(intersect(VERSION_5, names(ours)), names(theirs))), "further fields"),
    unlist(lapply(setdiff(names(theirs), NOT_COMPARED), function(field) {
      tolerance <- if (field == "fit.stats") c(absolute = LOG_LIKELIHOOD) else
        c(relative = if (field %in% c("pval", "QEp", "COp", "MHp", "BDp", "TAp", "ci.lb", "ci.ub")) EXACT_TAIL else EXACT)
      scale <- pooled_scale(field, theirs)
      scale[is.na(scale)] <- 0
      field_differences(ours[[field]], theirs[[field]], paste0("$", field), tolerance, scale)
    })),
    differs(bare_call(ours$call), bare_call(theirs$call), "$call")
  )
  expect(length(found) == 0L, paste0(paste(deparse(pair$call), collapse = " "), "\n  ", paste(found, collapse = "\n  ")))
}
