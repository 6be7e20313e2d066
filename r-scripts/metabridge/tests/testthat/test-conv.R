# The examples of metafor's help page of conv.fivenum (versions 4 and 5); its printed results have six digits after the point.
example <- data.frame(case = c(1:3, NA), min = c(2, NA, 2, NA), q1 = c(NA, 4, 4, NA), median = c(6, 6, 6, NA), q3 = c(NA, 10, 10, NA),
                      max = c(14, NA, 14, NA), mean = c(NA, NA, NA, 7), sd = c(NA, NA, NA, 4.2), n = rep(20, 4))
converted <- function(data = example, ...) {
  metabridge::conv.fivenum(min = min, q1 = q1, median = median, q3 = q3, max = max, n = n, data = data, ...)
}
expect_printed <- function(found, mean, sd, error = 5e-7) {
  expect_lt(max(abs(found$mean[1:3] - mean)), error)
  expect_lt(max(abs(found$sd[1:3] - sd)), error)
  expect_equal(c(found$mean[4], found$sd[4]), c(7, 4.2))
}

test_that("five numbers give the published means and standard deviations", {
  expect_printed(converted(), c(6.594468, 6.719500, 6.938841), c(3.211576, 4.787076, 3.679435))
  expect_printed(converted(method = "blue"), c(6.467044, 6.379034, 6.684728), c(3.187178, 4.463030, 3.571241))
  # The published search stops after about five digits.
  expect_printed(converted(method = "qe"), c(6.762910, 7.922472, 7.043956), c(3.803302, 6.337109, 3.852243), 1.5e-4)
  expect_identical(attr(converted(method = "qe")$mean, "dist")[1:3], c("gamma", "lnorm", "weibull"))
  expect_identical(converted(method = "luo"), converted())
})

test_that("simulating from our power transformations gives the published simulations", {
  # set.seed(1234): first "bc", 1020 draws for each study, then "mln", 10000 draws for each.
  numbers <- as.double(unlist(example[1:3, c("min", "q1", "median", "q3", "max", "n")]))
  transformed <- function(method) matrix(.Call(metabridge:::C_five_numbers, numbers, 3L, method, rep(FALSE, 3), TRUE), 3)[, 6:8]
  set.seed(1234)
  simulated <- function(row, draws) {
    y <- row[1] + row[2] * rnorm(draws)
    x <- if (row[3] < 1e-12) exp(y) else (row[3] * y + 1)^(1 / row[3])
    c(mean(x), sd(x))
  }
  bc <- apply(transformed("bc"), 1, simulated, 1020)
  mln <- apply(transformed("mln"), 1, simulated, 10000)
  expect_lt(max(abs(bc - rbind(c(6.470861, 8.135197, 7.498873), c(3.262934, 6.489805, 4.978785)))), 5e-6)
  # The published search for the power stops a little above zero.
  expect_lt(max(abs(mln / rbind(c(6.436352, 7.195510, 6.782542), c(3.468935, 4.972998, 4.098021)) - 1)), 1e-3)
})

test_that("tests of skewness and attributes are the published ones", {
  found <- converted()
  expect_equal(lapply(attributes(found$mean), function(x) if (is.numeric(x)) round(x, 3) else x),
               list(est = c(TRUE, TRUE, TRUE, FALSE), tval = c(.333, .333, .491, NA), crit = c(.416, .578, .666, NA),
                    sig = c(FALSE, FALSE, FALSE, NA), dist = rep("norm", 4)))
  expect_identical(attributes(found$sd), list(est = c(TRUE, TRUE, TRUE, FALSE)))
  skewed <- transform(example, q3 = c(NA, 10, 14, NA), max = c(14, NA, 20, NA))
  found <- converted(skewed)
  expect_identical(is.na(found$mean), c(FALSE, FALSE, TRUE, FALSE))
  expect_equal(round(attr(found$mean, "tval")[3], 3), .818)
  expect_true(attr(found$mean, "sig")[3])
  expect_false(anyNA(converted(skewed, test = FALSE)$mean))
  found <- converted(found, dist = c("norm", "norm", "lnorm", "norm"), replace = "all")
  expect_equal(round(attr(found$mean, "tval")[3], 3), .353)
  expect_false(anyNA(found$mean))
  expect_equal(converted(skewed, dist = "lnorm", transf = FALSE)$mean[1:2],
               converted(transform(skewed, min = log(min), q1 = log(q1), median = log(median), q3 = log(q3), max = log(max)))$mean[1:2])
})

test_that("bad five numbers are refused", {
  expect_error(metabridge::conv.fivenum(min = 5, median = 3, max = 9, n = 20), "row 1")
  expect_error(metabridge::conv.fivenum(median = 3, n = 20, method = "nothing"), "nothing")
  expect_error(metabridge::conv.fivenum(median = 3, n = 20, dist = "gamma"), "dist")
  expect_true(is.na(metabridge::conv.fivenum(min = 1, median = 2, max = 3, n = 4)$mean))
  expect_equal(metabridge::conv.fivenum(q1 = 4, q3 = 10, n = 20)$sd, 4.787076, tolerance = 1e-7, ignore_attr = TRUE)
})
