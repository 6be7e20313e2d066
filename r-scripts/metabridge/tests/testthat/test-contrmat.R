expect_same_contrasts <- function(call, env = parent.frame()) {
  pair <- in_both(call, env, control = FALSE)
  expect_identical(pair$ours, pair$theirs, label = paste(deparse(call), collapse = " "))
}

test_that("contrast matrices agree", {
  with_metafor()
  senn <- metadat("dat.senn2013")[c(1, 4, 3, 2, 5, 6)]
  senn <- metafor::to.wide(senn, study = "study", grp = "treatment", ref = "placebo", grpvars = 4:6)
  smoking <- metafor::to.wide(metadat("dat.hasselblad1998"), study = "study", grp = "trt", ref = "no_contact", grpvars = 6:7)
  d <- data.frame(a = c("B b", "C-c", "A", "B b"), b = c("A", "A", "C-c", "C-c"), y = 1:4)
  f <- data.frame(a = factor(c("x", "y", "z"), levels = c("z", "y", "x", "w")), b = factor(c("y", "x", "x"), levels = c("z", "y", "x", "w")))
  calls <- list(
    quote(contrmat(senn, grp1 = "treatment.1", grp2 = "treatment.2")),
    quote(contrmat(senn, grp1 = "treatment.1", grp2 = "treatment.2", append = FALSE)),
    quote(contrmat(senn, grp1 = "treatment.1", grp2 = "treatment.2", last = "metformin", shorten = TRUE)),
    quote(contrmat(smoking, grp1 = "trt.1", grp2 = "trt.2", shorten = TRUE, minlen = 3)),
    quote(contrmat(d, "a", "b")), quote(contrmat(d, 1, 2, append = FALSE)), quote(contrmat(d, "a", "b", check = FALSE)),
    quote(contrmat(d, "a", "b", last = "B b", append = FALSE)), quote(contrmat(f, "a", "b", append = FALSE)),
    quote(contrmat(data.frame(a = c("x", "y"), b = c("y", "x")), "a", "b", append = FALSE)),
    quote(contrmat(data.frame(a = c("x", "y"), b = c("x", "x")), "a", "b", append = FALSE)),
    quote(contrmat(data.frame(a = c(3, 2, 10), b = c(1, 1, 1)), "a", "b", append = FALSE, check = FALSE)),
    quote(contrmat(data.frame(a = c("metformin", "metabolic", "placebo", "m"), b = rep("plan", 4)), "a", "b", append = FALSE, shorten = TRUE))
  )
  for (call in calls) expect_same_contrasts(call)
})

# rma.mv with an optimiser that comes to the maximum.
SEARCHED <- list(optimizer = "nlm", gradtol = 1e-14, steptol = 1e-14, iterlim = 1000)

test_that("networks fitted from them agree with metafor", {
  with_metafor()
  d <- metadat("dat.hasselblad1998")
  wide <- metafor::to.wide(d, study = "study", grp = "trt", ref = "no_contact", grpvars = 6:7)
  wide <- metafor::escalc(measure = "OR", ai = xi.1, n1i = ni.1, ci = xi.2, n2i = ni.2, data = wide)
  wide <- contrmat(wide, "trt.1", "trt.2")
  V <- vcalc(vi, cluster = study, grp1 = trt.1, grp2 = trt.2, w1 = ni.1, w2 = ni.2, data = wide)
  formula <- ~ grp_counseling + ind_counseling + self_help - 1
  ours <- metabridge::rma.mv(yi, V, mods = formula, random = ~ comp | study, rho = 1/2, data = wide)
  theirs <- metafor::rma.mv(yi, V, mods = formula, random = ~ comp | study, rho = 1/2, data = wide, control = SEARCHED)
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-6)
  expect_equal(ours$tau2, theirs$tau2, tolerance = 1e-6)
  expect_gte(as.numeric(logLik(ours)), as.numeric(logLik(theirs)) - 1e-8)
  # By arms: the same treatments, log odds with a fixed effect per study.
  arms <- metafor::escalc(measure = "PLO", xi = xi, ni = ni, data = d, add = 1/2, to = "all")
  arms$trt <- relevel(factor(arms$trt), ref = "no_contact")
  ours <- metabridge::rma.mv(yi, vi, mods = ~ factor(study) + trt - 1, random = ~ trt | study, rho = 1/2, data = arms)
  theirs <- metafor::rma.mv(yi, vi, mods = ~ factor(study) + trt - 1, random = ~ trt | study, rho = 1/2, data = arms, control = SEARCHED)
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-6)
  expect_gte(as.numeric(logLik(ours)), as.numeric(logLik(theirs)) - 1e-8)
})

test_that("errors", {
  d <- data.frame(a = c("x", "y", NA), b = c("y", "x", "z"))
  expect_metabridge_error(contrmat(d, "a", "b"), "MB0109")
  expect_metabridge_error(contrmat(d, "q", "b"), "MB0101")
  expect_metabridge_error(contrmat(d, 9, 2), "MB0101")
  expect_metabridge_error(contrmat(d[1:2, ], "a", "b", last = "q"), "MB0111")
})
