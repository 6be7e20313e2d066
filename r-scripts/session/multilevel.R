# How the reference side finds the maximum of rma.mv's likelihood, with metafor's own functions only.
# rma.mv searches with numeric derivatives of first order on function values, which leaves 4 to 8 digits of the estimates. Here its
# tightened searches are followed by Newton steps on the log-likelihood that rma.mv reports at fixed components (central differences of
# fourth order), and rma.mv is evaluated once more at the point found, its components free, its optimiser told not to move.

metabridge_matrix <- function(m) {
  full <- matrix(0, m$size, m$size)
  for (block in m$blocks) full[block$rows, block$rows] <- block$values
  if (!is.null(m$names)) dimnames(full) <- list(m$names, m$names)
  full
}

metabridge_search <- function(call, envir) {
  most <- 300   # k x k matrices: more rows take longer than a second search and Newton steps are worth
  controls <- list(
    nlminb = list(optimizer = "nlminb", rel.tol = 1e-12, x.tol = 1e-8, eval.max = 20000, iter.max = 10000),
    nlm = list(optimizer = "nlm", gradtol = 1e-14, steptol = 1e-14, iterlim = 1000),
    default = list())
  evaluate <- function(...) {
    changed <- call
    new <- list(...)
    for (name in names(new)) changed[[name]] <- new[[name]]
    eval(changed, envir)
  }
  found <- list()
  said <- character()
  failure <- NULL
  for (name in names(controls)) {
    if (length(found) && (found[[1]]$k > most || !nrow(metabridge_free(found[[1]])) || name == "default" && length(found) == 2)) break
    f <- tryCatch(evaluate(control = controls[[name]]), error = function(e) e)
    if (inherits(f, "rma")) {
      found[[name]] <- f
      said <- c(said, sprintf("%s: %.17g", name, metabridge_loglik(f)))
    } else {
      failure <- f
      said <- c(said, sprintf("%s: %s", name, conditionMessage(f)))
    }
  }
  if (!length(found)) stop(conditionMessage(failure))
  ll <- vapply(found, metabridge_loglik, 0)
  best <- if (all(is.na(ll))) 1L else which.max(ll)
  fit <- found[[best]]
  control <- controls[[names(found)[best]]]
  polished <- if (is.null(call$W)) metabridge_polish(fit, evaluate)
  if (!is.null(polished$fit)) {
    # What refits the model later (profiles, deletions) must search again.
    fit <- polished$fit
    fit$control <- controls[[names(found)[best]]]
    control <- polished$control
  }
  list(fit = fit, control = metabridge_text(control), said = c(said, polished$said))
}

metabridge_loglik <- function(fit) as.numeric(stats::logLik(fit))

# The vectors of components that a model has, and the components that it estimates.
metabridge_kinds <- function(fit)
  c("sigma2", "tau2", "rho", "gamma2", "phi")[c(fit$withS, fit$withG, fit$withG, fit$withH, fit$withH)]

metabridge_free <- function(fit) {
  index <- lapply(metabridge_kinds(fit), function(kind) which(!(fit$vc.fix[[kind]] %in% TRUE)))
  data.frame(kind = rep(as.character(metabridge_kinds(fit)), lengths(index)), index = as.integer(unlist(index)))
}

# A list of numbers, texts and truth values as R code that gives the same list, 17 digits.
metabridge_text <- function(x) {
  if (!length(x)) return(NA_character_)
  one <- function(v) {
    parts <- if (is.character(v)) dQuote(v, FALSE) else if (is.logical(v)) as.character(v) else sprintf("%.17g", v)
    if (length(parts) == 1) parts else paste0("c(", paste(parts, collapse = ", "), ")")
  }
  paste0("list(", paste(names(x), vapply(x, one, ""), sep = " = ", collapse = ", "), ")")
}

metabridge_polish <- function(fit, evaluate) {
  kinds <- metabridge_kinds(fit)
  free <- metabridge_free(fit)
  if (!nrow(free)) return(NULL)
  values <- lapply(fit[kinds], as.numeric)
  structure_of <- c(rho = fit$struct[1], phi = fit$struct[length(fit$struct)])
  is_correlation <- free$kind %in% c("rho", "phi")
  is_range <- is_correlation & grepl("^SP", structure_of[free$kind])
  is_forward <- is_correlation & grepl("AR$", structure_of[free$kind])
  at <- function(values, i) values[[free$kind[i]]][free$index[i]]
  put <- function(values, i, x) { values[[free$kind[i]]][free$index[i]] <- x; values }
  fixed <- function(values) tryCatch(suppressWarnings(metabridge_loglik(do.call(evaluate, values))), error = function(e) NA_real_)

  # What is at its boundary stays there: variances for which zero is as good, correlations near the end of their range.
  start <- fixed(values)
  if (!is.finite(start)) return(NULL)
  held <- logical(nrow(free))
  for (i in seq_len(nrow(free))) {
    x <- at(values, i)
    if (is_range[i]) {
      held[i] <- !(x > 1e-6 && x < 1e6)
    } else if (is_correlation[i]) {
      held[i] <- abs(x) > 0.9999 || is_forward[i] && x < 1e-4
    } else if (x < 1e-3) {
      without <- put(values, i, 0)
      zero <- fixed(without)
      if (is.finite(zero) && zero >= start - 1e-11) {
        values <- without
        held[i] <- TRUE
        start <- zero
      }
    }
  }
  for (pair in list(c("tau2", "rho"), c("gamma2", "phi")))
    if (pair[1] %in% kinds && length(values[[pair[1]]]) == 1 && values[[pair[1]]] == 0) held[free$kind == pair[2]] <- TRUE

  moving <- which(!held)
  p <- length(moving)
  evaluations <- (1 + 2 * p + 2 * p * (p - 1) + 16 * p) * (max(fit$k, 30) / 300)^3
  if (p > 0 && evaluations > 500) return(NULL)
  left <- 0
  if (p > 0) {
    is_tanh <- (is_correlation & !is_range)[moving]
    from <- function(x) {
      v <- values
      for (j in seq_len(p)) v <- put(v, moving[j], if (is_tanh[j]) tanh(x[j]) else exp(x[j]))
      v
    }
    x <- vapply(seq_len(p), function(j) { v <- at(values, moving[j]); if (is_tanh[j]) atanh(v) else log(v) }, 0)
    newton <- metabridge_newton(function(x) fixed(from(x)), x)
    if (is.character(newton)) return(list(said = newton))
    values <- from(newton$x)
    left <- newton$left
  }

  init <- values
  for (kind in intersect(kinds, c("sigma2", "tau2", "gamma2"))) init[[kind]] <- pmax(init[[kind]], 1e-30)
  names(init) <- paste0(names(init), ".init")
  control <- c(list(optimizer = "optim", optmethod = "BFGS", maxit = 0, cholesky = c(FALSE, FALSE)), init)
  new <- tryCatch(evaluate(control = control), error = function(e) e)
  if (!inherits(new, "rma")) return(list(said = paste("Newton steps:", conditionMessage(new))))
  if (!(metabridge_loglik(new) >= metabridge_loglik(fit) - 1e-10))
    return(list(said = sprintf("Newton steps: %.17g, lower", metabridge_loglik(new))))
  list(fit = new, control = control, said = sprintf("Newton steps: %.17g, the last of %.0e standard errors", metabridge_loglik(new), left))
}

# Newton steps to a maximum of f near x; a text says why there is none.
metabridge_newton <- function(f, x) {
  p <- length(x)
  unit <- function(j, h) { e <- numeric(p); e[j] <- h; e }
  slope <- function(x, j, h) (f(x + unit(j, h)) - f(x - unit(j, h))) / (2 * h)
  gradient <- function(x, h = 4e-3) vapply(seq_len(p), function(j) (4 * slope(x, j, h) - slope(x, j, 2 * h)) / 3, 0)
  start <- f(x)
  h <- 0.02
  up <- vapply(seq_len(p), function(j) f(x + unit(j, h)), 0)
  down <- vapply(seq_len(p), function(j) f(x - unit(j, h)), 0)
  H <- diag((up - 2 * start + down) / h^2, p)
  for (j in seq_len(p)) for (l in seq_len(j - 1)) {
    a <- unit(j, h)
    b <- unit(l, h)
    H[j, l] <- H[l, j] <- (f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / (4 * h^2)
  }
  if (!all(is.finite(H)) || max(eigen(H, TRUE, TRUE)$values) >= 0) return("Newton steps: not at a maximum")
  y <- x
  for (step in 1:6) {
    g <- gradient(y)
    move <- tryCatch(-solve(H, g), error = function(e) NA)
    if (!all(is.finite(move)) || max(abs(move)) > 0.5) return("Newton steps: too far")
    left <- sqrt(max(0, sum(g * move)))
    y <- y + move
    if (left < 1e-7) break
  }
  if (f(y) >= start - 1e-10) list(x = y, left = left) else "Newton steps: lower"
}

# Profile-likelihood intervals of all components that are estimated, in metafor's order; where the profile has no end, infinity.
metabridge_intervals <- function(fit) {
  rows <- metabridge_free(fit)
  ends <- function(i) {
    arguments <- list(fit, rows$index[i], control = list(tol = 1e-9, maxiter = 1000))
    names(arguments)[2] <- rows$kind[i]
    ci <- tryCatch(do.call(stats::confint, arguments), error = function(e) NULL)
    if (is.null(ci)) return(c(NA_real_, NA_real_))
    c(if (identical(ci$lb.sign, "<") && !(rows$kind[i] %in% c("sigma2", "tau2", "gamma2"))) -Inf else ci$random[1, "ci.lb"],
      if (identical(ci$ub.sign, ">")) Inf else ci$random[1, "ci.ub"])
  }
  limits <- vapply(seq_len(nrow(rows)), ends, c(0, 0))
  list(lb = limits[1, ], ub = limits[2, ])
}
