# Records metafor's asymptotic covariance of the components (cvvc, by numDeriv) and likelihood-ratio tests, for models of r-scripts/fixtures/multilevel.R.
#   Rscript r-scripts/reference/component-covariance.R OUTPUT.json
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
output <- commandArgs(TRUE)[1]
tight <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-14, maxit = 5000)
k <- dat.konstantopoulos2011; a <- dat.assink2016; bk <- dat.berkey1998
Vb <- vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = bk)
of <- function(id, cvvc, V, data, ...) {
  fit <- rma.mv(data$yi, V, ..., data = data, cvvc = cvvc, control = tight)
  list(id = id, cvvc = cvvc, names = I(rownames(fit$vvc)), vvc = unname(fit$vvc), sigma2 = I(fit$sigma2), tau2 = I(fit$tau2), rho = I(fit$rho))
}
cases <- list(
  of("konstantopoulos-nested-reml", "varcor", k$vi, k, random = ~ 1 | district/school),
  of("konstantopoulos-cs-ml", "varcor", k$vi, k, random = ~ school | district, method = "ML"),
  of("assink-nested-reml", "varcor", a$vi, a, random = ~ 1 | study/esid),
  of("berkey-un-reml", "varcor", Vb, bk, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN"),
  of("berkey-un-reml", "varcov", Vb, bk, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN"),
  of("berkey-hcs-ml", "varcor", Vb, bk, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "HCS", method = "ML"))
full <- rma.mv(yi, vi, random = ~ 1 | district/school, data = k, control = tight)
small <- rma.mv(yi, vi, random = ~ 1 | district/school, sigma2 = c(0, NA), data = k, control = tight)
mods <- rma.mv(yi, vi, mods = ~ I(year - 2000), random = ~ 1 | district/school, data = k, method = "ML", control = tight)
plain <- rma.mv(yi, vi, random = ~ 1 | district/school, data = k, method = "ML", control = tight)
lrt <- function(f, r) { x <- anova(f, r); list(LRT = x$LRT, pval = x$pval, df = x$parms.f - x$parms.r) }
versions <- c(R = as.character(getRversion()), sapply(c("metafor", "metadat", "numDeriv"), function(p) as.character(packageVersion(p))))
write_json(list(made.by = "r-scripts/reference/component-covariance.R", versions = as.list(versions), cases = cases,
                district = lrt(full, small), year = lrt(mods, plain)), output, digits = I(17), auto_unbox = TRUE, na = "null")
