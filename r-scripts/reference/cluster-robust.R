# Records cluster-robust results of metafor::robust and clubSandwich for the tests of the multilevel and univariate families.
#   Rscript r-scripts/reference/cluster-robust.R OUTPUT.json
# The components are those of R's own fit; the tests evaluate at them, so everything must agree to rounding.

suppressMessages({library(metafor); library(metadat); library(clubSandwich); library(jsonlite)})
output <- commandArgs(TRUE)[1]
types <- c("CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3")

blocks.of <- function(V) {
  V <- as.matrix(V); k <- nrow(V); group <- seq_len(k)
  if (all(V[row(V) != col(V)] == 0)) return(NULL)
  for (i in seq_len(k)) for (j in which(V[i, ] != 0)) if (group[j] != group[i]) group[group == group[j]] <- group[i]
  lapply(unique(group), function(g) { i <- which(group == g); list(rows = I(i - 1L), values = I(c(V[i, i]))) })
}

record <- function(id, fit, data, cluster, groupings, random, struct, joint, weights = NULL) {
  clusters <- data[[cluster]]
  p <- fit$p
  of <- function(type) tryCatch({
    v <- vcovCR(fit, cluster = clusters, type = type)
    single <- coef_test(fit, vcov = v, test = "Satterthwaite")
    list(vcov = as.matrix(v)[seq_len(p), seq_len(p), drop = FALSE], df = I(if (is.null(single$df_Satt)) single$df else single$df_Satt), p = I(single$p_Satt),
         joint = lapply(joint, function(L) { w <- Wald_test(fit, constraints = L, vcov = v, test = "HTZ"); list(F = w$Fstat, df = w$df_denom, p = w$p_val) }))
  }, error = function(e) conditionMessage(e))
  plain <- function(adjust) { r <- robust(fit, cluster = clusters, adjust = adjust); list(se = I(r$se), p = I(r$pval), lower = I(r$ci.lb), QM = r$QM, QMp = r$QMp, dfs = r$dfs) }
  list(id = id, random = I(random), struct = struct, cluster = cluster, yi = I(c(fit$yi)), vi = I(unname(diag(as.matrix(fit$V %||% diag(fit$vi))))),
       blocks = if (is.null(fit$V)) NULL else blocks.of(fit$V), X = unname(fit$X), weights = weights,
       columns = lapply(data[unique(c(cluster, groupings))], function(x) I(as.integer(factor(x)))),
       components = list(sigma2 = I(as.numeric(fit$sigma2)), tau2 = I(as.numeric(fit$tau2)), rho = I(as.numeric(fit$rho))), btt = I(fit$btt), joint = joint,
       metafor = list(CR1p = plain(TRUE), CR0 = plain(FALSE)), club = setNames(lapply(types, of), types))
}
`%||%` <- function(a, b) if (is.null(a)) b else a

assink <- dat.assink2016
assink.fit <- rma.mv(yi, vi, mods = ~ year + deltype, random = ~ 1 | study/esid, data = assink)
assink.un <- rma.mv(yi, vi, random = ~ 1 | study/esid, data = assink)
konst <- dat.konstantopoulos2011
konst.fit <- rma.mv(yi, vi, mods = ~ I(year - 1990), random = ~ school | district, data = konst)
berkey <- dat.berkey1998
berkey.V <- vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = berkey)
berkey.fit <- rma.mv(yi, berkey.V, mods = ~ outcome + outcome:I(year - 1983) - 1, random = ~ outcome | trial, struct = "UN", data = berkey)
assink$w <- 1 / (assink$vi + 0.05) * (1 + (seq_len(nrow(assink)) %% 3))
pubstatus.fit <- rma.mv(yi, vi, mods = ~ year + pubstatus, random = ~ 1 | study/esid, data = assink)
weighted.fit <- rma.mv(yi, vi, W = w, mods = ~ year + pubstatus, random = ~ 1 | study/esid, data = assink)
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
bcg.fit <- rma(yi, vi, mods = ~ ablat, data = bcg)
konst.uni <- rma(yi, vi, mods = ~ I(year - 1990), data = konst)
bcg.fe <- rma(yi, vi, mods = ~ ablat + year, data = bcg, method = "EE")

cases <- list(
  record("assink-nested", assink.fit, assink, "study", "esid", "~ 1 | study/esid", "CS",
         list(cbind(0, 1, 0, 0), cbind(0, 0, diag(2)), cbind(0, diag(3)))),
  record("assink-intercept", assink.un, assink, "study", "esid", "~ 1 | study/esid", "CS", list(matrix(1))),
  record("konstantopoulos-cs", konst.fit, konst, "district", "school", "~ school | district", "CS", list(diag(2))),
  record("berkey-un", berkey.fit, berkey, "trial", "outcome", "~ outcome | trial", "UN", list(rbind(c(1, -1, 0, 0)), rbind(c(0, 0, 1, 0), c(0, 0, 0, 1)))),
  record("assink-weighted", weighted.fit, assink, "study", "esid", "~ 1 | study/esid", "CS", list(cbind(0, diag(2)), rbind(c(1, 0, 1))), weights = assink$w),
  record("assink-pubstatus", pubstatus.fit, assink, "study", "esid", "~ 1 | study/esid", "CS", list(cbind(0, diag(2)), rbind(c(1, 0, 1)))),
  record("bcg-singletons", bcg.fit, bcg, "trial", character(), character(), "CS", list(diag(2))),
  record("konstantopoulos-univariate", konst.uni, konst, "district", character(), character(), "CS", list(diag(2))),
  record("bcg-equal-effects", bcg.fe, bcg, "trial", character(), character(), "CS", list(cbind(0, diag(2))))
)
versions <- c(R = as.character(getRversion()), sapply(c("metafor", "metadat", "clubSandwich"), function(p) as.character(packageVersion(p))))
write_json(list(made.by = "r-scripts/reference/cluster-robust.R", versions = as.list(versions), cases = cases), output, digits = I(17), auto_unbox = TRUE, na = "null", null = "null")
