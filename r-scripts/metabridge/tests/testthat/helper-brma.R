# The school-calendar data of RoBMA's vignette and its multilevel fit.
school <- function() {
  skip_if_not_installed("metadat")
  data <- new.env()
  utils::data("dat.konstantopoulos2011", package = "metadat", envir = data)
  data$dat.konstantopoulos2011
}

school_fit <- function(...) {
  dat <- school()
  brma(yi = yi, vi = vi, measure = "SMD", cluster = district, data = dat, seed = 1, ...)
}
