# Matrices of the same call through both packages.
expect_same_matrix <- function(call, env = parent.frame(), tolerance = EXACT) {
  pair <- in_both(call, env, control = FALSE)
  label <- paste(deparse(call), collapse = " ")
  found <- c(
    differs(class(pair$ours), class(pair$theirs), "class"),
    differs(dim(pair$ours), dim(pair$theirs), "dim"),
    differs(dimnames(pair$ours), dimnames(pair$theirs), "dimnames"),
    if (identical(dim(pair$ours), dim(pair$theirs))) {
      scale <- 1e-3 * sqrt(abs(outer(diag(as.matrix(pair$theirs)), diag(as.matrix(pair$theirs)))))
      scale[is.na(scale)] <- 0
      not_near(as.matrix(pair$ours), as.matrix(pair$theirs), c(relative = tolerance), "V", as.vector(scale))
    }
  )
  expect(length(found) == 0L, paste0(label, "\n  ", paste(found, collapse = "\n  ")))
}
