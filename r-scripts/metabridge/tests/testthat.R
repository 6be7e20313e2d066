library(testthat)
library(metabridge)

test_check("metabridge")
