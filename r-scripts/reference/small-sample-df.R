# Records Satterthwaite and Kenward-Roger results of lmerTest and pbkrtest on models that can be written in both worlds:
# with V = c I, c below the residual variance, and a random effect per outcome, rma.mv's model is lmer's.
#   Rscript r-scripts/reference/small-sample-df.R OUTPUT.json
# Needs the R packages lme4, lmerTest, pbkrtest, jsonlite and nlme (for its data); nothing else in the project does.

suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
output <- commandArgs(TRUE)[1]

control <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE,
                       optCtrl = list(algorithm = "NLOPT_LN_BOBYQA", xtol_abs = 1e-13, ftol_abs = 1e-14, xtol_rel = 1e-13, ftol_rel = 1e-15, maxeval = 100000))

describe <- function(x) if (is.factor(x)) list(type = "factor", levels = I(levels(x)), values = as.integer(x) - 1L) else list(type = "numeric", values = as.numeric(x))

record <- function(id, formula, data, random, struct, known, joint) {
  fit <- lmer(formula, data, REML = TRUE, control = control)
  adjusted <- vcovAdj(fit)
  p <- length(fixef(fit))
  single <- lapply(seq_len(p), function(j) { l <- rep(0, p); l[j] <- 1; list(
    satterthwaite = contest1D(fit, l)$df,
    kr = unname(KRmodcomp(fit, matrix(l, 1))$stats$ddf)) })
  several <- lapply(joint, function(L) {
    s <- contestMD(fit, L); k <- KRmodcomp(fit, L)$stats
    list(L = L, satterthwaite = list(F = s$`F value`, df = s$DenDF, p = s$`Pr(>F)`),
         kr = list(F = k$Fstat, df = k$ddf, scale = k$F.scaling, p = k$p.value))
  })
  vc <- as.data.frame(VarCorr(fit))
  variables <- all.vars(formula)
  list(id = id, formula = paste(deparse(formula), collapse = ""), random = I(random), struct = struct, known = known,
       columns = setNames(lapply(variables, function(v) describe(data[[v]])), variables),
       X = getME(fit, "X"), ll = as.numeric(logLik(fit)), components = setNames(as.list(vc$vcov), paste(vc$grp, ifelse(is.na(vc$var1), "", vc$var1), ifelse(is.na(vc$var2), "", vc$var2))),
       beta = unname(fixef(fit)), vcov = as.matrix(vcov(fit)), adjusted = as.matrix(adjusted),
       satterthwaite = sapply(single, `[[`, "satterthwaite"), kr = sapply(single, `[[`, "kr"), joint = several)
}

sleep <- sleepstudy
sleep$obs <- seq_len(nrow(sleep))
beets <- pbkrtest::beets; beets$obs <- seq_len(nrow(beets)); beets$plot <- interaction(beets$block, beets$harvest, drop = TRUE)
pen <- Penicillin; pen$obs <- seq_len(nrow(pen)); pen$dose <- rep(c(0.3, 1.1, 2.4, 0.9, 1.7), length.out = nrow(pen))
past <- Pastes; past$obs <- seq_len(nrow(past)); past$x <- (seq_len(nrow(past)) * 7) %% 11
few <- sleep[-c(1:7, 15, 24:27, 61, 90:96, 131:137), ]
ortho <- as.data.frame(nlme::Orthodont); ortho$Subject <- factor(as.character(ortho$Subject)); ortho$girl <- as.numeric(ortho$Sex == "Female"); ortho$age <- ortho$age - 11
rats <- as.data.frame(nlme::Rail); rats$Rail <- factor(as.character(rats$Rail))

cases <- list(
  record("rail-balanced", travel ~ 1 + (1 | Rail), rats, c("~ 1 | Rail", "~ 1 | obs"), "CS", 10, list()),
  record("sleep-intercept", Reaction ~ Days + (1 | Subject), sleep, c("~ 1 | Subject", "~ 1 | obs"), "CS", 500, list(diag(2))),
  record("sleep-unbalanced", Reaction ~ Days + (1 | Subject), few, c("~ 1 | Subject", "~ 1 | obs"), "CS", 500, list(diag(2))),
  record("sleep-slopes", Reaction ~ Days + (Days | Subject), few, c("~ Days | Subject", "~ 1 | obs"), "GEN", 300, list(diag(2))),
  record("beets-split-plot", sugpct ~ block + sow + harvest + (1 | plot), beets, c("~ 1 | plot", "~ 1 | obs"), "CS", 0.001,
         list(cbind(0, 0, 0, diag(4), 0), cbind(0, diag(2), 0, 0, 0, 0, 0))),
  record("penicillin-crossed", diameter ~ dose + (1 | plate) + (1 | sample), pen, c("~ 1 | plate", "~ 1 | sample", "~ 1 | obs"), "CS", 0.1, list(diag(2))),
  record("pastes-nested", strength ~ x + (1 | batch) + (1 | sample), past, c("~ 1 | batch", "~ 1 | sample", "~ 1 | obs"), "CS", 0.2, list(diag(2))),
  record("orthodont-slopes", distance ~ age * girl + (age | Subject), ortho, c("~ age | Subject", "~ 1 | obs"), "GEN", 0.5,
         list(rbind(c(0, 0, 1, 0), c(0, 0, 0, 1)), rbind(c(0, 1, 0, 0), c(0, 0, 0, 1))))
)
versions <- c(R = as.character(getRversion()), sapply(c("lme4", "lmerTest", "pbkrtest"), function(p) as.character(packageVersion(p))))
write_json(list(made.by = "r-scripts/reference/small-sample-df.R", versions = as.list(versions), cases = cases), output, digits = I(17), auto_unbox = TRUE, na = "null")
