# Records to.long(), to.table() and to.wide() of metafor for every measure that they know.
#   Rscript r-scripts/reference/reshape.R OUTPUT.json
# Needs metafor, metadat, jsonlite.
suppressMessages({library(metafor); library(jsonlite)})
output <- commandArgs(TRUE)[1]

d <- data.frame(ai = c(4, 0, 3, 12, NA), bi = c(119, 30, 28, 36, 9), ci = c(11, 0, 11, 0, 2), di = c(128, 27, 20, 19, 4), x1i = c(3, 0, 7, 4, 1), x2i = c(5, 0, 2, 9, 6),
                t1i = c(100.5, 90, 80, 70, 60), t2i = c(110, 95, 85.25, 75, NA), m1i = c(1.5, 2, 3, 4, 5), m2i = c(1, 2.5, 2, 4.5, 5), sd1i = c(1, 2, 3, 1, 2), sd2i = c(2, 1, 2, 3, 1),
                n1i = c(10, 20, 30, 40, 50), n2i = c(11, 21, 31, 41, 51), ri = c(.1, .2, .3, NA, .5), ni = c(20, 30, 40, 50, 60), xi = c(0, 2, 3, 4, 5), mi = c(7, 6, 5, 4, 3), ti = c(10, 20, 30, 40, 50),
                sdi = c(1, 2, 1, 2, 3), lab = c("a", "b", "c", "d", "e"))
inputs <- list(
  list(measures = c("RR", "OR", "RD", "AS", "PETO", "PHI", "YUQ", "YUY", "RTET", "PBIT", "OR2D", "OR2DN", "OR2DL", "MPRD", "MPRR", "MPOR", "MPORC", "MPPETO"), columns = c("ai", "bi", "ci", "di")),
  list(measures = c("IRR", "IRD", "IRSD"), columns = c("x1i", "x2i", "t1i", "t2i")),
  list(measures = c("MD", "SMD", "SMDH", "ROM", "RPB", "RBIS", "D2OR", "D2ORN", "D2ORL", "CVR"), columns = c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")),
  list(measures = "VR", columns = c("sd1i", "n1i", "sd2i", "n2i")),
  list(measures = c("COR", "UCOR", "ZCOR"), columns = c("ri", "ni")),
  list(measures = c("PR", "PLN", "PLO", "PAS", "PFT"), columns = c("xi", "mi")),
  list(measures = c("IR", "IRLN", "IRS", "IRFT"), columns = c("xi", "ti")),
  list(measures = c("MN", "MNLN", "CVLN"), columns = c("mi", "sdi", "ni")),
  list(measures = "SDLN", columns = c("sdi", "ni")),
  list(measures = c("MC", "SMCC", "SMCR", "SMCRH", "ROMC", "CVRC"), columns = c("m1i", "m2i", "sd1i", "sd2i", "ni", "ri")),
  list(measures = "VRC", columns = c("sd1i", "sd2i", "ni", "ri")),
  list(measures = c("ARAW", "AHW", "ABT"), columns = c("ai", "mi", "ni")))
inputs[[12]]$data <- transform(d, ai = c(.8, .9, NA, .7, .6))
rules <- list(list(), list(to = "only0"), list(to = "all", add = .25), list(to = "if0all", drop00 = TRUE))

as.texts <- function(frame) lapply(frame, function(x) if (is.numeric(x)) x else as.character(x))
cases <- list()
for (input in inputs) for (measure in input$measures) for (rule in rules) {
  data <- if (is.null(input$data)) d else input$data
  args <- c(list(measure = measure, data = data, slab = quote(lab)), setNames(lapply(input$columns, as.name), input$columns), rule)
  long <- tryCatch(suppressWarnings(do.call(to.long, c(args, append = FALSE))), error = function(e) if (grepl("not available", e$message)) NULL else stop(e))
  if (is.null(long)) { message(measure, " is not available"); next }
  table <- suppressWarnings(do.call(to.table, args))
  vlong <- if (measure %in% c("OR", "MPOR", "PLO")) as.texts(suppressWarnings(do.call(to.long, c(args, vlong = TRUE, append = FALSE))))
  cases[[length(cases) + 1]] <- list(measure = measure, columns = I(input$columns), rule = rule, alpha = !is.null(input$data), long = as.texts(long), levels = lapply(Filter(is.factor, long), levels),
                                     vlong = vlong, rows = I(dimnames(table)[[1]]), cols = I(dimnames(table)[[2]]), table = as.vector(table))
}

wide <- function(data, ...) as.texts(to.wide(data, ...))
senn <- get(data(dat.senn2013, package = "metadat", envir = environment()))
long <- suppressWarnings(to.long("OR", ai = ai, bi = bi, ci = ci, di = di, data = d, slab = lab, append = FALSE))
three <- data.frame(study = c(2, 2, 2, 1, 1, 3), arm = c("drug", "placebo", "surgery", "surgery", "drug", "placebo"), n = c(10, 20, 30, 40, 50, 60), y = c(1, NA, 3, 4, 5, 6))
wides <- list(
  list(data = "senn", result = wide(senn, study = "study", grp = "treatment", ref = "placebo", grpvars = c("ni", "mi", "sdi"))),
  list(data = "long", result = wide(long, study = "study", grp = "group", grpvars = c("out1", "out2"))),
  list(data = "three", result = wide(three, study = "study", grp = "arm", ref = "placebo", grpvars = c("n", "y"))),
  list(data = "three", default = TRUE, result = wide(three, study = "study", grp = "arm", grpvars = 3:4)))
writeLines(toJSON(list(made.by = "r-scripts/reference/reshape.R", versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
                       data = d, alpha = inputs[[12]]$data$ai, three = three, senn = as.texts(senn), cases = cases, wide = wides),
                  auto_unbox = TRUE, digits = I(17), na = "null", null = "null", dataframe = "columns"), output)
