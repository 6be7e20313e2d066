# The outcomes of a multilevel model, their sampling covariance and weights, and which rows are used.

# Effect sizes with what belongs to them:
#   yi, V (see covariance_of), W (NULL, a vector or a matrix), ni, slab, measure, mods, formula.yi, data, subset
mv_outcomes <- function(args, data, caller) {
  yi <- value_of(args, "yi", data, caller)
  if (is.null(yi)) mb_stop(SPECIFICATION_INVALID, "Must specify 'yi' argument.")
  if (is.null(args$V) && !inherits(yi, "escalc")) mb_stop(SPECIFICATION_INVALID, "Must specify 'V' argument.")
  if (inherits(yi, "escalc")) {
    data <- yi
    effects <- escalc_names(yi)
    if (is.null(args$V)) args$V <- as.name(effects[2L])
    yi <- data[[effects[1L]]]
  }
  out <- list(mods = value_of(args, "mods", data, caller), data = data)
  if (inherits(yi, "formula")) {
    out$formula.yi <- yi
    out["mods"] <- list(yi[-2L])
    yi <- formula_response(yi, data)
  }
  if (!is.numeric(yi) && !(is.logical(yi) && all(is.na(yi))) || is.factor(yi)) {
    mb_stop(WRONG_COLUMN_TYPE, "The object/variable specified for the 'yi' argument is not numeric, but ", class(yi)[1L], ".")
  }
  k <- length(yi)
  if (k == 0L) mb_stop(NO_DATA, "The 'yi' argument holds no effect size.")
  own <- attributes(yi)
  out$yi <- as.numeric(yi)
  out$measure <- if (is.null(own$measure)) "GEN" else own$measure
  out$ni <- if (length(own$ni) == k) own$ni
  out$V <- covariance_of(value_of(args, "V", data, caller), k)
  out["W"] <- list(weights_of(value_of(args, "W", data, caller), k))
  out$slab <- value_of(args, "slab", data, caller)
  if (is.null(out$slab) && length(own$slab) == k) out$slab <- own$slab
  out["subset"] <- list(rows_of(value_of(args, "subset", data, caller), k))
  out
}

# V as list(vi, matrix): the diagonal, and NULL (independent errors), a numeric matrix, or a sparse one.
covariance_of <- function(V, k) {
  if (is.null(V)) mb_stop(SPECIFICATION_INVALID, "Must specify 'V' argument.")
  if (is.list(V) && !is.data.frame(V)) return(block_covariance(V, k))
  if (inherits(V, "Matrix")) return(sparse_covariance(V, k))
  if (is.data.frame(V)) V <- as.matrix(V)
  if (is.logical(V) && all(is.na(V))) V <- V + 0
  if (!is.numeric(V) || is.factor(V)) {
    mb_stop(WRONG_COLUMN_TYPE, "The object/variable specified for the 'V' argument is not numeric, but ", class(V)[1L], ".")
  }
  if (is.matrix(V) && nrow(V) == ncol(V) && nrow(V) > 1L) return(full_covariance(V, k))
  V <- as.vector(V)
  if (length(V) == 1L) V <- rep(V, k)
  if (length(V) != k) mb_stop(LENGTH_MISMATCH, "Length of 'yi' (", k, ") and length/dimensions of 'V' (", length(V), ") is not the same.")
  list(vi = as.numeric(V), matrix = NULL)
}

full_covariance <- function(V, k) {
  if (nrow(V) != k) mb_stop(LENGTH_MISMATCH, "Length of 'yi' (", k, ") and length/dimensions of 'V' (", nrow(V), ") is not the same.")
  V <- unname(unclass(V)) + 0
  attributes(V) <- list(dim = c(k, k))
  if (!isSymmetric(V)) mb_stop(INVALID_OPTION, "'V' must be a symmetric matrix.")
  list(vi = V[seq.int(1L, by = k + 1L, length.out = k)], matrix = V)
}

sparse_covariance <- function(V, k) {
  if (nrow(V) != k || ncol(V) != k) mb_stop(LENGTH_MISMATCH, "Length of 'yi' (", k, ") and dimensions of 'V' (", nrow(V), " x ", ncol(V), ") do not match.")
  if (inherits(V, "diagonalMatrix")) return(list(vi = as.numeric(Matrix::diag(V)), matrix = NULL, sparse = TRUE))
  V <- general_sparse(V)
  if (!Matrix::isSymmetric(V, checkDN = FALSE)) mb_stop(INVALID_OPTION, "'V' must be a symmetric matrix.")
  V@Dimnames <- list(NULL, NULL)
  list(vi = as.numeric(Matrix::diag(V)), matrix = V, sparse = TRUE)
}

# Any matrix as one with numbers by columns, both triangles.
general_sparse <- function(M) {
  methods::as(methods::as(methods::as(M, "dMatrix"), "generalMatrix"), "CsparseMatrix")
}

# A list of matrices along the diagonal.
block_covariance <- function(blocks, k) {
  sizes <- vapply(seq_along(blocks), function(i) {
    block <- blocks[[i]]
    if (is.data.frame(block)) block <- as.matrix(block)
    if (!is.numeric(block) && !inherits(block, "Matrix") && !(is.logical(block) && all(is.na(block)))) {
      mb_stop(WRONG_COLUMN_TYPE, "Block ", i, " of 'V' is not numeric, but ", class(block)[1L], ".")
    }
    n <- if (is.null(dim(block))) length(block) else nrow(block)
    if (is.null(dim(block)) && n != 1L || !is.null(dim(block)) && ncol(block) != n) {
      mb_stop(LENGTH_MISMATCH, "Block ", i, " of 'V' is not a square matrix.")
    }
    as.integer(n)
  }, 0L)
  if (sum(sizes) != k) {
    mb_stop(LENGTH_MISMATCH, "Length of 'yi' (", k, ") and length/dimensions of 'V' (", sum(sizes), ") is not the same.")
  }
  values <- as.numeric(unlist(lapply(blocks, function(block) as.vector(as.matrix(block))), use.names = FALSE))
  if (k <= DENSE_M_LIMIT) {
    V <- matrix(0, k, k)
    at <- block_places(sizes)
    V[cbind(at$row, at$column)] <- values
    return(full_covariance(V, k))
  }
  at <- block_places(sizes)
  need_sparse()
  sparse_covariance(Matrix::sparseMatrix(i = at$row, j = at$column, x = values, dims = c(k, k)), k)
}

# Rows and columns of the elements of blocks along a diagonal, block after block by columns.
block_places <- function(sizes) {
  first <- rep(cumsum(sizes) - sizes, sizes)
  size <- rep(sizes, sizes)
  columns <- rep(seq_along(first), size)
  list(row = sequence(size, first + 1L), column = columns)
}

need_sparse <- function() {
  if (!requireNamespace("Matrix", quietly = TRUE)) mb_stop(NOT_SUPPORTED, "A model of this size needs the package 'Matrix' for its covariance.")
}

# W as NULL, a vector of weights, or a matrix.
weights_of <- function(W, k) {
  if (is.null(W)) return(NULL)
  if (is.list(W) && !is.data.frame(W)) {
    blocks <- block_covariance(W, k)
    W <- if (is.null(blocks$matrix)) blocks$vi else as.matrix(blocks$matrix)
  }
  if (inherits(W, "Matrix")) W <- if (inherits(W, "diagonalMatrix")) Matrix::diag(W) else as.matrix(W)
  if (is.data.frame(W)) W <- as.matrix(W)
  if (!is.numeric(W) || is.factor(W)) {
    mb_stop(WRONG_COLUMN_TYPE, "The object/variable specified for the 'W' argument is not numeric, but ", class(W)[1L], ".")
  }
  if (is.matrix(W) && nrow(W) == ncol(W) && nrow(W) > 1L) {
    if (nrow(W) != k) mb_stop(LENGTH_MISMATCH, "Length of 'yi' (", k, ") and length/dimensions of 'W' (", nrow(W), ") is not the same.")
    W <- unname(unclass(W)) + 0
    if (!isSymmetric(W)) mb_stop(INVALID_OPTION, "'W' must be a symmetric matrix.")
    return(if (sum(W != 0, na.rm = TRUE) == sum(diag(W) != 0, na.rm = TRUE)) diag(W) else W)
  }
  W <- as.vector(W)
  if (length(W) == 1L) W <- rep(W, k)
  if (length(W) != k) mb_stop(LENGTH_MISMATCH, "Length of 'yi' (", k, ") and length/dimensions of 'W' (", length(W), ") is not the same.")
  as.numeric(W)
}

# The rows: all of the data (`k.all`), those of the subset (`.f`), and those that are used.
mv_rows <- function(outcomes, formulas, intercept) {
  k <- length(outcomes$yi)
  if (is.null(outcomes$mods) && !intercept) {
    warning("Must either include an intercept and/or moderators in model.\nCoerced intercept into the model.", call. = FALSE)
    intercept <- TRUE
  }
  slab.null <- is.null(outcomes$slab)
  s <- list(
    yi.f = outcomes$yi, V.f = outcomes$V, W.f = outcomes$W, ni.f = outcomes$ni, ids = seq_len(k), k.all = k,
    slab = if (slab.null) seq_len(k) else checked_labels(outcomes$slab, k), slab.null = slab.null,
    X.f = raw_design(outcomes$mods, intercept, k, outcomes$data), frames = random_frames(formulas, outcomes$data, k)
  )
  if (!is.null(outcomes$subset)) s <- subset_rows(s, which(outcomes$subset))
  s$k.f <- length(s$yi.f)
  if (s$k.f == 0L) mb_stop(NO_DATA, "Stopped because k = 0 after subsetting.")
  if (!slab.null) s$slab <- unique_labels(s$slab)
  for (frame in s$frames) {
    if (anyNA(frame)) {
      column <- names(frame)[vapply(frame, anyNA, NA)][1L]
      mb_stop(NON_FINITE, "No NAs allowed in variables specified via the 'random' argument: '", column, "' is missing in row ",
              s$ids[which(is.na(frame[[column]]))[1L]], ".")
    }
  }
  complete_rows(s)
}

subset_rows <- function(s, rows) {
  s$yi.f <- s$yi.f[rows]
  s$V.f <- take_covariance(s$V.f, rows)
  s["W.f"] <- list(take_weights(s$W.f, rows))
  s["ni.f"] <- list(s$ni.f[rows])
  s$ids <- s$ids[rows]
  s$slab <- s$slab[rows]
  if (!is.null(s$X.f)) s$X.f <- s$X.f[rows, , drop = FALSE]
  s$frames <- lapply(s$frames, take_frame, rows)
  s
}

take_frame <- function(frame, rows) frame[rows, , drop = FALSE]

take_covariance <- function(V, rows) {
  V$vi <- V$vi[rows]
  if (!is.null(V$matrix)) V$matrix <- V$matrix[rows, rows, drop = FALSE]
  V
}

take_weights <- function(W, rows) if (is.matrix(W)) W[rows, rows, drop = FALSE] else W[rows]

# Rows of a matrix with a missing value, where rows with one on the diagonal count as gone.
rows_with_missing <- function(M, gone) {
  if (inherits(M, "Matrix")) {
    M <- methods::as(M, "TsparseMatrix")
    hit <- is.na(M@x) & !gone[M@i + 1L] & !gone[M@j + 1L]
    seq_along(gone) %in% (c(M@i[hit], M@j[hit]) + 1L)
  } else {
    M[gone, ] <- 0
    M[, gone] <- 0
    rowSums(is.na(M)) > 0
  }
}

complete_rows <- function(s) {
  is.missing <- is.na(s$yi.f) | is.na(s$V.f$vi)
  if (!is.null(s$V.f$matrix)) is.missing <- is.missing | rows_with_missing(s$V.f$matrix, is.na(s$V.f$vi))
  if (!is.null(s$W.f)) {
    is.missing <- is.missing | if (is.matrix(s$W.f)) is.na(diag(s$W.f)) | rows_with_missing(s$W.f, is.na(diag(s$W.f))) else is.na(s$W.f)
  }
  if (!is.null(s$X.f)) is.missing <- (rowSums(is.na(s$X.f)) > 0) | is.missing
  s$not.na <- !is.missing
  s$yi <- s$yi.f
  s$V <- s$V.f
  s["W"] <- list(s$W.f)
  s["ni"] <- list(s$ni.f)
  s["X"] <- list(s$X.f)
  s$used <- seq_len(s$k.f)
  if (any(is.missing)) s <- without_missing_rows(s)
  s$k <- length(s$yi)
  check_rows(s)
  with_design(s)
}

without_missing_rows <- function(s) {
  if (identical(getOption("na.action"), "na.fail")) mb_stop(NON_FINITE, "Missing values in data.")
  rows <- which(s$not.na)
  if (length(rows) == 0L) mb_stop(NO_DATA, "No row is left: each of the ", s$k.f, " has a missing value.")
  warning("Rows with NAs omitted from model fitting.", call. = FALSE)
  s$used <- rows
  s$yi <- s$yi[rows]
  s$V <- take_covariance(s$V, rows)
  s["W"] <- list(take_weights(s$W, rows))
  s["ni"] <- list(s$ni[rows])
  if (!is.null(s$X)) s$X <- s$X[rows, , drop = FALSE]
  s
}

check_rows <- function(s) {
  what <- if (any(!is.finite(s$yi))) "effect size" else if (any(!is.finite(s$V$vi))) "sampling variance"
  if (!is.null(what)) {
    values <- if (what == "effect size") s$yi else s$V$vi
    row <- which(!is.finite(values))[1L]
    mb_stop(NON_FINITE, "The ", what, " in row ", s$ids[s$used[row]], " is ", values[row], ".")
  }
  if (any(s$V$vi < 0)) {
    row <- which(s$V$vi < 0)[1L]
    mb_stop(NON_POSITIVE_VARIANCE, "The sampling variance in row ", s$ids[s$used[row]], " is negative: ", format(s$V$vi[row]), ".")
  }
  if (any(s$V$vi == 0)) warning("There are outcomes with non-positive sampling variances.", call. = FALSE)
  if (!is.null(s$X) && any(is.infinite(s$X))) mb_stop(NON_FINITE, "The model matrix holds an infinite value.")
  smallest <- min(s$V$vi)
  if (smallest > 0 && max(s$V$vi) / smallest >= 1e7) {
    warning("Ratio of largest to smallest sampling variance extremely large. May not be able to obtain stable results.",
            call. = FALSE)
  }
}
