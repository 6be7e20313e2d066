# Rscript r-scripts/bench/bcg.R: median time of fits by metafor and by metabridge, measured in turns in one session.
script <- sub("--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
.libPaths(c(file.path(dirname(dirname(normalizePath(script))), ".library"), .libPaths()))
suppressPackageStartupMessages(library(metafor))
dat.bcg <- metadat::dat.bcg
d <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)

# Microseconds per call: median over rounds, each of `calls` calls, so that the clock's resolution does not matter.
median_time <- function(code, calls, rounds = 25L) {
  body <- substitute(code)
  env <- parent.frame()
  run <- eval(call("function", NULL, call("for", quote(i), call("seq_len", calls), body)), env)
  run()
  1e6 / calls * stats::median(replicate(rounds, { t <- as.numeric(Sys.time()); run(); as.numeric(Sys.time()) - t }))
}

report <- function(what, theirs, ours) cat(sprintf("%-34s metafor %8.0f us   metabridge %7.1f us   %5.1f times\n", what, theirs, ours, theirs / ours))

report("rma(yi, vi), REML", median_time(metafor::rma(yi, vi, data = d), 20L), median_time(metabridge::rma(yi, vi, data = d), 200L))
report("rma(yi, vi, ~ ablat + year), knha", median_time(metafor::rma(yi, vi, mods = ~ ablat + year, data = d, test = "knha"), 10L),
       median_time(metabridge::rma(yi, vi, mods = ~ ablat + year, data = d, test = "knha"), 50L))
report("escalc(RR)", median_time(metafor::escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg), 20L),
       median_time(metabridge::escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg), 100L))
