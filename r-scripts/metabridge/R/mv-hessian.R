component_covariance <- function(s, terms, fit, settings) list(NA, NA)
