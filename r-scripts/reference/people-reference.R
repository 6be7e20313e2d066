# The reference side of models of people and studies: lm, glm, survival::coxph and survival::survdiff in every study and metafor::rma on their estimates; slopes
# within and between studies and the bivariate model of the control rate by dense matrices in plain R.
#
# Written on purpose unlike the C# engine: R's own regressions instead of one Newton search, dense inverses instead of sums per study, the joint observed
# information of means and components instead of a profile's. Every function returns list(tables): each with a name, row names and columns.

people_table <- function(name, rows, columns) list(name = name, rows = as.character(rows), columns = lapply(columns, as.numeric))

people_normal <- function(name, rows, b, se, df = NA, level = 95) {
  stat <- b / se
  p <- if (is.na(df)) 2 * stats::pnorm(-abs(stat)) else 2 * stats::pt(-abs(stat), df)
  crit <- if (is.na(df)) stats::qnorm(1 - (100 - level) / 200) else stats::qt(1 - (100 - level) / 200, df)
  people_table(name, rows, list(estimate = b, se = se, zval = stat, pval = p, ci.lb = b - crit * se, ci.ub = b + crit * se))
}

people_fit_table <- function(name, fit) people_table(name, rownames(fit$beta), list(
  estimate = fit$beta, se = fit$se, zval = fit$zval, pval = fit$pval, ci.lb = fit$ci.lb, ci.ub = fit$ci.ub))

# metafor with its iterations made as sharp as the comparison needs.
people_rma <- function(yi, vi, x = NULL, method, test, level, name = "x") {
  control <- if (method %in% c("REML", "ML", "EB", "SJIT", "DLIT")) list(threshold = 1e-12, maxiter = 1000) else if (method %in% c("PM", "PMM", "GENQM")) list(tol = 1e-12, maxiter = 1000) else list()
  if (is.null(x)) return(metafor::rma(yi = yi, vi = vi, method = method, test = test, level = level, control = control))
  X <- cbind(x); colnames(X) <- name
  metafor::rma(yi = yi, vi = vi, mods = X, method = method, test = test, level = level, control = control)
}

# ---- the regression of a study: coefficients and covariance of the columns of x, without the intercept; NULL when there is no maximum ----

study_regression <- function(x, y, event, weight, type, hazard, ties, separation) {
  if (length(y) == 0 || qr(cbind(1, x))$rank <= ncol(x) || (type == "time" && all(event == 0))) return(NULL)
  spread <- apply(x, 2, stats::sd)
  usable <- function(b) all(is.finite(b)) && all(abs(b) * spread < 15)
  finish <- function(b, v) if (usable(b[-1])) list(b = unname(b[-1]), v = unname(v[-1, -1, drop = FALSE]))
  if (type == "continuous") {
    again <- rep(seq_along(y), weight)
    fit <- stats::lm(y[again] ~ x[again, , drop = FALSE])
    return(list(b = unname(stats::coef(fit)[-1]), v = unname(stats::vcov(fit)[-1, -1, drop = FALSE])))
  }
  if (type == "binary" && separation == "firth") return(study_firth(x, y, weight))
  if (type == "binary" || hazard == "exponential") {
    family <- if (type == "binary") stats::binomial() else stats::poisson()
    response <- if (type == "binary") y else event
    offset <- if (type == "binary") NULL else log(y)
    X <- cbind(1, x)
    control <- stats::glm.control(epsilon = 1e-14, maxit = 100)
    fit <- suppressWarnings(stats::glm.fit(X, response, weights = weight, family = family, offset = offset, control = control))
    if (!usable(fit$coefficients[-1])) return(NULL)
    # The weights that glm() keeps are those of the step before the last; a second start at the maximum sharpens them.
    for (i in 1:2) fit <- suppressWarnings(stats::glm.fit(X, response, weights = weight, family = family, offset = offset, start = fit$coefficients, control = control))
    return(finish(fit$coefficients, chol2inv(qr.R(fit$qr)[order(fit$qr$pivot), order(fit$qr$pivot)])))
  }
  outcome <- survival::Surv(y, event)
  if (hazard == "logrank") {
    test <- survival::survdiff(outcome ~ x[, 1])
    return(list(b = (test$obs[2] - test$exp[2]) / test$var[2, 2], v = matrix(1 / test$var[2, 2])))
  }
  fit <- suppressWarnings(survival::coxph(outcome ~ x, ties = ties, control = survival::coxph.control(eps = 1e-15, iter.max = 100, toler.chol = 1e-20, timefix = FALSE)))
  if (usable(stats::coef(fit))) list(b = unname(stats::coef(fit)), v = unname(stats::vcov(fit)))
}

# Firth's (1993) modified score: y - p + h (1/2 - p), h the leverages.
study_firth <- function(x, y, weight) {
  X <- cbind(1, x); b <- numeric(ncol(X))
  for (i in 1:2000) {
    p <- as.vector(stats::plogis(X %*% b)); w <- weight * p * (1 - p)
    inverse <- solve(crossprod(X * w, X))
    h <- rowSums((X %*% inverse) * X) * p * (1 - p)
    step <- as.vector(inverse %*% crossprod(X, weight * (y - p + h * (0.5 - p))))
    b <- b + step
    if (max(abs(step)) < 1e-15 * (1 + max(abs(b)))) break
  }
  p <- as.vector(stats::plogis(X %*% b)); w <- weight * p * (1 - p)
  list(b = b[-1], v = solve(crossprod(X * w, X))[-1, -1, drop = FALSE])
}

# ---- two stages ----

two_stage_reference <- function(data, study, treatment, outcome, type, event = NULL, covariates = NULL, modifier = NULL, frequency = NULL, hazard = "cox",
                                ties = "efron", separation = "error", method = "REML", test = "z", level = 95) {
  arm <- data[[treatment]]
  if (is.character(arm)) arm <- factor(arm)
  if (is.factor(arm)) arm <- as.integer(droplevels(arm)) - 1L
  frame <- data.frame(arm = as.numeric(arm), y = as.numeric(data[[outcome]]))
  frame$event <- if (is.null(event)) 1 else as.numeric(data[[event]])
  frame$weight <- if (is.null(frequency)) 1 else as.numeric(data[[frequency]])
  frame$x <- if (is.null(modifier)) 0 else as.numeric(data[[modifier]])
  for (name in covariates) frame[[paste0("z.", name)]] <- as.numeric(data[[name]])
  group <- as.character(data[[study]])
  labels <- unique(group[!is.na(group)])
  rows <- lapply(labels, function(label) {
    own <- frame[!is.na(group) & group == label & stats::complete.cases(frame), , drop = FALSE]
    mean <- if (is.null(modifier)) NA else sum(own$weight * own$x) / sum(own$weight)
    varies <- !is.null(modifier) && length(unique(own$x)) > 1
    x <- cbind(own$arm, if (varies) cbind(own$arm * (own$x - mean), own$x - mean), as.matrix(own[grepl("^z[.]", names(own))]))
    fit <- study_regression(x, own$y, own$event, own$weight, type, hazard, ties, separation)
    if (is.null(fit) && separation != "exclude") stop("study ", label, " has no estimate")
    if (is.null(fit)) fit <- list(b = c(NA, NA), v = matrix(NA, 2, 2))
    c(n = sum(own$weight), events = if (type == "continuous") NA else sum(own$weight * (if (type == "binary") own$y else own$event)), yi = fit$b[1], vi = fit$v[1, 1],
      interaction = if (varies) fit$b[2] else NA, interaction.vi = if (varies) fit$v[2, 2] else NA, covariance = if (varies) fit$v[1, 2] else NA, mean = mean)
  })
  studies <- as.data.frame(do.call(rbind, rows))
  used <- studies[!is.na(studies$yi), ]
  effect <- people_rma(used$yi, used$vi, NULL, method, test, level)
  inside <- which(!is.na(used$interaction))
  interaction <- if (length(inside)) people_rma(used$interaction[inside], used$interaction.vi[inside], NULL, method, test, level)
  regression <- if (!is.null(modifier) && nrow(used) >= 4 && length(unique(used$mean)) > 1) people_rma(used$yi, used$vi, used$mean, method, test, level, paste0("mean(", modifier, ")"))
  tables <- list(people_table("studies", labels, studies), people_fit_table("effect", effect))
  if (!is.null(interaction)) tables <- c(tables, list(people_fit_table("interaction", interaction)))
  if (!is.null(regression)) tables <- c(tables, list(people_fit_table("regression", regression)))
  if (!is.null(interaction) && !is.null(regression)) tables <- c(tables, list(two_slopes(used, inside, interaction, regression)))
  fits <- Filter(Negate(is.null), list(effect = effect, interaction = interaction, regression = regression))
  each <- function(what) vapply(fits, function(fit) as.numeric(fit[[what]]), 0)
  list(tables = c(tables, list(people_table("heterogeneity", names(fits), list(k = each("k"), tau2 = each("tau2"), I2 = each("I2"), QE = each("QE"), QEp = each("QEp"))))))
}

# Both slopes are linear in the studies' estimates: a'd and b'y, with Cov(y, d) diagonal.
two_slopes <- function(used, inside, interaction, regression) {
  a <- numeric(nrow(used)); w <- 1 / (used$interaction.vi[inside] + interaction$tau2); a[inside] <- w / sum(w)
  X <- cbind(1, used$mean); W <- diag(1 / (used$vi + regression$tau2))
  b <- (solve(t(X) %*% W %*% X) %*% t(X) %*% W)[2, ]
  shared <- sum((a * b * used$covariance)[inside])
  estimate <- c(interaction$beta[1], regression$beta[2])
  variance <- c(interaction$vb[1, 1], regression$vb[2, 2])
  difference <- estimate[2] - estimate[1]; se <- sqrt(sum(variance) - 2 * shared)
  people_table("slopes", c("within", "between", "between - within"), list(
    estimate = c(estimate, difference), se = c(sqrt(variance), se), pval = c(interaction$pval, regression$pval[2], 2 * stats::pnorm(-abs(difference / se)))))
}

# ---- slopes within and between studies: y ~ N(X beta, V + sigma2 Z Z') ----

within_between_reference <- function(data, yi, vi, study, covariate, size = NULL, method = "REML", test = "t", level = 95) {
  group <- as.character(data[[study]]); x <- as.numeric(data[[covariate]]); weight <- if (is.null(size)) rep(1, length(x)) else as.numeric(data[[size]])
  own <- !is.na(group) & !is.na(x)
  means <- tapply((weight * x)[own], group[own], sum) / tapply(weight[own], group[own], sum)
  mean <- as.numeric(means[group])
  y <- as.numeric(data[[yi]]); v <- as.numeric(data[[vi]])
  keep <- is.finite(y) & is.finite(v) & !is.na(mean) & own
  y <- y[keep]; v <- v[keep]; X <- cbind(1, mean[keep], (x - mean)[keep]); K <- outer(group[keep], group[keep], "==") + 0
  parts <- function(s) {
    M <- diag(v) + s * K; W <- solve(M); XW <- t(X) %*% W; C <- solve(XW %*% X); P <- W - t(XW) %*% C %*% XW
    ll <- -0.5 * (as.numeric(determinant(M)$modulus) + (method == "REML") * as.numeric(determinant(XW %*% X)$modulus) + sum(y * (P %*% y)))
    list(ll = ll, W = W, P = P, C = C, b = as.vector(C %*% XW %*% y))
  }
  s <- if (method == "EE") 0 else within_between_search(parts, y, K, v, method)
  at <- parts(s); df <- if (test == "z") NA else length(y) - 3
  difference <- at$b[2] - at$b[3]; names <- c("intrcpt", paste0(covariate, c(".mean", ".dev")))
  list(tables = list(
    people_normal("slopes", names, at$b, sqrt(diag(at$C)), df, level),
    people_normal("between - within", "between - within", difference, sqrt(at$C[2, 2] + at$C[3, 3] - 2 * at$C[2, 3]), df, level),
    people_table("components", "", list(sigma2 = s, k = length(y)))))
}

# The highest of a grid, then Newton's method on the score tr(QK) = y'PKPy, Q being P (REML) or the inverse of M (ML); 0 where the score is negative there.
within_between_search <- function(parts, y, K, v, method) {
  scale <- mean(v) + stats::var(y)
  grid <- c(0, scale * exp(seq(log(1e-8), log(1e3), length.out = 200)))
  s <- grid[which.max(vapply(grid, function(s) parts(s)$ll, 0))]
  if (s == 0) return(0)
  for (i in 1:100) {
    at <- parts(s); Q <- if (method == "REML") at$P else at$W
    PKP <- at$P %*% K %*% at$P; QK <- Q %*% K
    score <- -0.5 * (sum(diag(QK)) - sum(y * (PKP %*% y)))
    curvature <- 0.5 * sum(QK * t(QK)) - sum(y * (PKP %*% K %*% at$P %*% y))
    step <- if (curvature < 0) -score / curvature else sign(score) * 0.1 * s
    step <- max(step, -0.9 * s)
    s <- s + step
    if (abs(step) < 1e-15 * s) break
  }
  s
}

# ---- the control rate: (control, treated) log odds ~ N(mu, Sigma + diag(v)) ----

control_rate_reference <- function(data, ai, ci, bi = NULL, di = NULL, n1i = NULL, n2i = NULL, level = 95) {
  a <- data[[ai]]; c <- data[[ci]]
  b <- if (is.null(bi)) data[[n1i]] - a else data[[bi]]
  d <- if (is.null(di)) data[[n2i]] - c else data[[di]]
  ok <- !is.na(a + b + c + d); a <- a[ok]; b <- b[ok]; c <- c[ok]; d <- d[ok]
  add <- ifelse(a == 0 | b == 0 | c == 0 | d == 0, 0.5, 0)
  y <- cbind(log((c + add) / (d + add)), log((a + add) / (b + add)))
  v <- cbind(1 / (c + add) + 1 / (d + add), 1 / (a + add) + 1 / (b + add))
  fit <- bivariate_ml(y, v)
  vc <- fit$theta[3]; vt <- fit$theta[4]; cv <- fit$theta[5]; mc <- fit$theta[1]; mt <- fit$theta[2]; slope <- cv / vc
  components <- solve(fit$information)[3:5, 3:5]; means <- solve(fit$information[1:2, 1:2])
  gradient <- c(-slope / vc, 0, 1 / vc)
  slope.variance <- sum(gradient * (components %*% gradient))
  weights <- rbind(c(-slope, 1), c(-1, 1), c(0, 0)); by.slope <- c(-mc, 0, 1)
  se <- sqrt(diag(weights %*% means %*% t(weights) + slope.variance * outer(by.slope, by.slope)))
  naive <- people_rma(y[, 2] - y[, 1], v[, 1] + v[, 2], y[, 1], "ML", "z", level, "observed control log odds")
  list(tables = list(
    people_normal("control-rate", c("intrcpt", "mean", "slope"), c(mt - slope * mc, mt - mc, slope - 1), se, NA, level),
    people_normal("log odds", c("armcontrol", "armtreated"), c(mc, mt), sqrt(diag(means)), NA, level),
    people_table("components", "", list(var.control = vc, var.treated = vt, rho = cv / sqrt(vc * vt), treated.slope = slope, residual = vt - cv * slope, naive.tau2 = naive$tau2)),
    people_fit_table("naive", naive),
    people_table("studies", which(ok), list(control = y[, 1], control.vi = v[, 1], treated = y[, 2], treated.vi = v[, 2], yi = y[, 2] - y[, 1], vi = v[, 1] + v[, 2], covariance = -v[, 1]))))
}

# theta: both means, both variances and the covariance. A search from moments, then Newton's method with exact derivatives.
bivariate_ml <- function(y, v) {
  E <- list(diag(c(1, 0)), diag(c(0, 1)), matrix(c(0, 1, 1, 0), 2))
  sigma <- function(theta) matrix(c(theta[3], theta[5], theta[5], theta[4]), 2)
  minus.ll <- function(theta) {
    S <- sigma(theta); if (theta[3] <= 0 || theta[3] * theta[4] <= theta[5]^2) return(1e10)
    sum(vapply(seq_len(nrow(y)), function(i) { M <- S + diag(v[i, ]); r <- y[i, ] - theta[1:2]; 0.5 * (log(det(M)) + sum(r * solve(M, r))) }, 0))
  }
  derivatives <- function(theta) {
    g <- numeric(5); H <- matrix(0, 5, 5)
    for (i in seq_len(nrow(y))) {
      W <- solve(sigma(theta) + diag(v[i, ])); u <- W %*% (y[i, ] - theta[1:2])
      g[1:2] <- g[1:2] + u; H[1:2, 1:2] <- H[1:2, 1:2] - W
      for (j in 1:3) {
        g[2 + j] <- g[2 + j] - 0.5 * (sum(diag(W %*% E[[j]])) - sum(u * (E[[j]] %*% u)))
        cross <- -W %*% E[[j]] %*% u
        H[1:2, 2 + j] <- H[1:2, 2 + j] + cross; H[2 + j, 1:2] <- H[2 + j, 1:2] + cross
        for (l in 1:3) H[2 + j, 2 + l] <- H[2 + j, 2 + l] + 0.5 * sum(diag(W %*% E[[j]] %*% W %*% E[[l]])) - sum(u * (E[[j]] %*% W %*% E[[l]] %*% u))
      }
    }
    list(g = g, H = H)
  }
  start <- c(colMeans(y), apply(y, 2, stats::var), 0.5 * stats::cov(y[, 1], y[, 2]))
  theta <- start
  for (i in 1:5) theta <- stats::optim(theta, minus.ll, method = "Nelder-Mead", control = list(reltol = 1e-14, maxit = 5000))$par
  for (i in 1:100) {
    at <- derivatives(theta); step <- -solve(at$H, at$g)
    while (minus.ll(theta + step) > minus.ll(theta) + 1e-9) step <- step / 2
    theta <- theta + as.vector(step)
    if (max(abs(step)) < 1e-15) break
  }
  list(theta = theta, information = -derivatives(theta)$H)
}
