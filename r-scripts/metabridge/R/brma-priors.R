# Priors in the words of RoBMA's prior().

# Parameters of each distribution, in the order in which they may be given without names.
PRIOR_PARAMETERS <- list(
  normal = c("mean", "sd"), t = c("location", "scale", "df"), cauchy = c("location", "scale"), invgamma = c("shape", "scale"),
  gamma = c("shape", "rate"), beta = c("alpha", "beta"), uniform = c("a", "b"), lognormal = c("meanlog", "sdlog"), point = "location",
  exp = "rate"
)
PRIOR_ALIASES <- c(spike = "point", student = "t", "student-t" = "t", "inverse-gamma" = "invgamma", exponential = "exp", norm = "normal")
PRIOR_INVALID <- 211L

prior <- function(distribution, parameters, truncation = list(lower = -Inf, upper = Inf)) {
  distribution <- tolower(one_word(distribution, "distribution"))
  if (distribution %in% names(PRIOR_ALIASES)) distribution <- PRIOR_ALIASES[[distribution]]
  needed <- PRIOR_PARAMETERS[[distribution]]
  if (is.null(needed)) {
    mb_stop(UNKNOWN_NAME, "Unknown distribution '", distribution, "'; known are ", paste(names(PRIOR_PARAMETERS), collapse = ", "), ".")
  }
  parameters <- named_parameters(parameters, needed, distribution)
  bounds <- prior_bounds(truncation)
  structure(list(distribution = distribution, parameters = parameters, truncation = bounds), class = "metabridge_prior")
}

named_parameters <- function(parameters, needed, distribution) {
  values <- as.list(parameters)
  if (is.null(names(values))) names(values) <- needed[seq_along(values)]
  if (length(values) != length(needed) || !setequal(names(values), needed)) {
    mb_stop(PRIOR_INVALID, "The distribution '", distribution, "' takes the parameters ", paste(needed, collapse = ", "), ".")
  }
  vapply(needed, function(name) {
    value <- values[[name]]
    if (!is.numeric(value) || length(value) != 1L || !is.finite(value)) {
      mb_stop(PRIOR_INVALID, "The parameter '", name, "' of a prior must be one finite number.")
    }
    as.numeric(value)
  }, 0)
}

prior_bounds <- function(truncation) {
  truncation <- as.list(truncation)
  if (length(truncation) == 2L && is.null(names(truncation))) names(truncation) <- c("lower", "upper")
  bounds <- c(lower = -Inf, upper = Inf)
  for (name in names(truncation)) {
    if (!(name %in% names(bounds))) mb_stop(PRIOR_INVALID, "The truncation of a prior takes 'lower' and 'upper', not '", name, "'.")
    bounds[[name]] <- one_number(truncation[[name]], name)
  }
  bounds
}

format.metabridge_prior <- function(x, digits = 4, ...) {
  numbers <- paste(names(x$parameters), "=", vapply(x$parameters, format, "", digits = digits), collapse = ", ")
  bounds <- if (any(is.finite(x$truncation))) paste0("[", format(x$truncation[[1L]]), ", ", format(x$truncation[[2L]]), "]") else ""
  paste0(x$distribution, "(", numbers, ")", bounds)
}

print.metabridge_prior <- function(x, ...) {
  cat(format(x, ...), "\n", sep = "")
  invisible(x)
}

# A prior as the engine reads it; NULL stays NULL.
prior_json <- function(x, name) {
  if (is.null(x)) return(NULL)
  if (is.character(x) && length(x) == 1L && !is.na(x)) return(json_texts(x))
  if (!inherits(x, "metabridge_prior")) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The argument '", name, "' must be made by prior(), such as prior(\"normal\", list(mean = 0, sd = 0.5)).")
  }
  if (x$distribution == "exp") {
    x$distribution <- "gamma"
    x$parameters <- c(shape = 1, x$parameters)
  }
  parameters <- paste0(json_texts(names(x$parameters)), ":", json_numbers(x$parameters), collapse = ",")
  cut <- x$truncation[is.finite(x$truncation)]
  truncation <- if (length(cut)) paste0(',"truncation":{', paste0(json_texts(names(cut)), ":", json_numbers(cut), collapse = ","), "}") else ""
  paste0('{"distribution":', json_texts(x$distribution), ',"parameters":{', parameters, "}", truncation, "}")
}

# One prior for all moderators, or a list of priors named by coefficient.
moderator_priors <- function(x) {
  if (is.null(x) || inherits(x, "metabridge_prior") || is.character(x)) return(list(prior_mods = prior_json(x, "prior_mods")))
  if (!is.list(x) || is.null(names(x)) || any(!nzchar(names(x)))) {
    mb_stop(WRONG_ARGUMENT_TYPE, "The argument 'prior_mods' must be a prior, or a list of priors named by coefficient.")
  }
  members <- vapply(names(x), function(name) paste0(json_texts(name), ":", prior_json(x[[name]], paste0("prior_mods$", name))), "")
  list(prior_coefficients = paste0("{", paste(members, collapse = ","), "}"))
}
