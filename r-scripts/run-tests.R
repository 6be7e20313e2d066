# Rscript run-tests.R FOLDER [FILTER]: runs the testthat tests and counts expectations.
args <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages(library(testthat))
results <- test_dir(args[[1]], package = "metabridge", load_package = "installed", reporter = "check", stop_on_failure = FALSE,
                    filter = if (length(args) > 1) args[[2]])
counted <- as.data.frame(results)
failed <- sum(counted$failed) + sum(counted$error)
skipped <- sum(counted$skipped)
if (skipped > 0) cat(skipped, "skipped\n")
cat(sum(counted$passed), "passed,", failed, "failed\n")
quit(status = if (failed > 0 || sum(counted$passed) == 0) 1L else 0L)
