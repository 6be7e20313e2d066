# Posterior densities over their priors, in base graphics.

plot.metabridge_brma <- function(x, parameter = NULL, prior = FALSE, xlim = NULL, ylim = NULL, main = NULL, xlab = NULL, ylab = "Density",
                                 lwd = 2, col = "black", col.prior = "grey50", lty.prior = 2, n = 241, legend = prior, ...) {
  if (is.null(parameter)) parameter <- rownames(x$estimates)[1L]
  parameter <- one_word(parameter, "parameter")
  prior <- one_logical(prior, "prior")
  question <- list(parameters = json_text_list(parameter), n = whole_number(n, "n"))
  if (!is.null(xlim)) {
    if (!is.numeric(xlim) || length(xlim) != 2L || !all(is.finite(xlim)) || xlim[1L] >= xlim[2L]) {
      mb_stop(INVALID_OPTION, "The 'xlim' argument must hold two finite numbers, the first below the second.")
    }
    question$lower <- json_numbers(xlim[1L])
    question$upper <- json_numbers(xlim[2L])
  }
  density <- as.data.frame(brma_tables(x$model, list(density = json_object(question)))[[paste("density", parameter)]])
  has.prior <- prior && !anyNA(density$prior)
  if (is.null(xlim)) xlim <- range(density$x)
  if (is.null(ylim)) {
    top <- max(density$posterior)
    ylim <- c(0, if (has.prior) max(top, min(max(density$prior), 2.5 * top)) else top)
  }
  graphics::plot(NA, xlim = xlim, ylim = ylim, main = main, xlab = if (is.null(xlab)) parameter else xlab, ylab = ylab, bty = "l", ...)
  if (has.prior) graphics::lines(density$x, density$prior, lwd = lwd, lty = lty.prior, col = col.prior)
  graphics::lines(density$x, density$posterior, lwd = lwd, col = col)
  if (isTRUE(legend) && has.prior) {
    # Away from the peak.
    side <- if (density$x[which.max(density$posterior)] > mean(xlim)) "topleft" else "topright"
    graphics::legend(side, c("Posterior", "Prior"), lwd = lwd, lty = c(1, lty.prior), col = c(col, col.prior), bty = "n", cex = graphics::par("cex.lab"))
  }
  invisible(density)
}

plot.metabridge_sensitivity <- function(x, parameter = NULL, xlab = "Factor on the scale of the effect's prior", ylab = NULL, ...) {
  if (is.null(parameter)) parameter <- names(x)[3L]
  parameter <- one_word(parameter, "parameter")
  limits <- c(parameter, paste0(parameter, c(".lower", ".upper")))
  if (!all(limits %in% names(x))) mb_stop(UNKNOWN_NAME, "There is no parameter '", parameter, "' in the table.")
  # Factors of the effect's prior in places of their own; those of tau's prior side by side within, the wider the darker.
  effects <- sort(unique(x$effect))
  scales <- sort(unique(x$heterogeneity))
  shades <- grDevices::gray(seq(0.7, 0.1, length.out = length(scales)))
  offsets <- if (length(scales) > 1L) seq(-0.32, 0.32, length.out = length(scales)) else 0
  ylim <- range(unlist(x[limits]))
  graphics::plot(NA, xlim = c(0.5, length(effects) + 0.5), ylim = ylim + c(0, 0.15 * diff(ylim)), xaxt = "n", xlab = xlab,
                 ylab = if (is.null(ylab)) parameter else ylab, bty = "l", ...)
  graphics::axis(1, seq_along(effects), effects)
  at <- match(x$effect, effects) + offsets[match(x$heterogeneity, scales)]
  col <- shades[match(x$heterogeneity, scales)]
  graphics::segments(at, x[[limits[2L]]], at, x[[limits[3L]]], col = col, lwd = 2)
  graphics::points(at, x[[limits[1L]]], pch = 19, col = col)
  graphics::legend("top", legend = scales, col = shades, lwd = 2, pch = 19, bty = "n", horiz = TRUE, title = "Factor on the scale of tau's prior",
                   cex = 0.9 * graphics::par("cex.lab"))
  invisible(x)
}
