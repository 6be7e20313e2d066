/* rma.mv: the arrays of an R call as the structures of the engine, and back. Every type and length is checked here, so that
 * the engine reads nothing but what R allocated. */
#include "engine.h"
#include "routines.h"
#include <R.h>
#include <stdio.h>
#include <string.h>

/* Members of the list that C_rma_mv returns. */
enum { BETA, SE, ZVAL, PVAL, CI_LB, CI_UB, DDF, VB, SCALARS, FIT_ML, FIT_REML, FLAGS, TERMS, MEMBER_COUNT };
enum { SCALAR_COUNT = 8, FIT_COUNT = 5, FLAG_COUNT = 7 };

/* Members of the list that describes a term, and of the list that comes back for it. */
enum { KIND, OUTER, OUTER_COUNT, INNER, INNER_COUNT, VALUES, KNOWN, STRUCTURE, NAME, VARIANCES, CORRELATIONS, DESCRIPTION_COUNT };
enum { OUT_VARIANCES, OUT_CORRELATIONS, OUT_VARIANCE_FIXED, OUT_CORRELATION_FIXED, OUT_COUNT };

static int is_count(SEXP x) { return TYPEOF(x) == INTSXP && XLENGTH(x) == 1 && INTEGER(x)[0] >= 0; }

static int is_integers(SEXP x, R_xlen_t length) { return TYPEOF(x) == INTSXP && XLENGTH(x) == length; }

/* V as variances, as a square matrix, or as list(starts, rows, values). Returns what is wrong with it, or NULL. */
static const char *read_covariance(SEXP v, R_xlen_t k, mb_rma_mv_in *in) {
  if (TYPEOF(v) == VECSXP) {
    if (XLENGTH(v) != 3 || !is_integers(VECTOR_ELT(v, 0), k + 1)) return "a sparse matrix with one column per outcome";
    in->v_start = INTEGER(VECTOR_ELT(v, 0));
    if (!is_integers(VECTOR_ELT(v, 1), in->v_start[k]) || !is_numbers(VECTOR_ELT(v, 2), in->v_start[k])) return "a sparse matrix";
    in->v_row = INTEGER(VECTOR_ELT(v, 1));
    in->v_value = REAL(VECTOR_ELT(v, 2));
    return NULL;
  }
  if (is_numbers(v, k) && !(k == 1 && Rf_isMatrix(v))) {
    in->vi = REAL(v);
    return NULL;
  }
  if (!is_numbers(v, k * k)) return "numeric, with one variance or one row and column per outcome";
  in->v_full = REAL(v);
  return NULL;
}

/* Checks the description of a term, and lets the structure point into it and into a new result. */
static const char *read_term(SEXP d, R_xlen_t k, mb_random_term *term, SEXP result) {
  R_xlen_t inner, outer;
  if (TYPEOF(d) != VECSXP || XLENGTH(d) != DESCRIPTION_COUNT) return "a description of a term";
  if (!is_count(VECTOR_ELT(d, KIND)) || !is_count(VECTOR_ELT(d, OUTER_COUNT)) || !is_count(VECTOR_ELT(d, INNER_COUNT))) return "counts";
  outer = INTEGER(VECTOR_ELT(d, OUTER_COUNT))[0];
  inner = INTEGER(VECTOR_ELT(d, INNER_COUNT))[0];
  memset(term, 0, sizeof *term);
  term->size = (int32_t)sizeof *term;
  term->kind = INTEGER(VECTOR_ELT(d, KIND))[0];
  term->outer_count = (int32_t)outer;
  term->inner_count = (int32_t)inner;
  if (!is_integers(VECTOR_ELT(d, OUTER), k)) return "a level per outcome";
  term->outer = INTEGER(VECTOR_ELT(d, OUTER));
  if (VECTOR_ELT(d, INNER) != R_NilValue) {
    if (!is_integers(VECTOR_ELT(d, INNER), k)) return "an inner level per outcome";
    term->inner = INTEGER(VECTOR_ELT(d, INNER));
  }
  if (VECTOR_ELT(d, VALUES) != R_NilValue) {
    if (!is_numbers(VECTOR_ELT(d, VALUES), term->kind == MB_TERM_SLOPES ? k * inner : k)) return "numbers per outcome";
    term->values = REAL(VECTOR_ELT(d, VALUES));
  }
  if (VECTOR_ELT(d, KNOWN) != R_NilValue) {
    R_xlen_t n = term->kind == MB_TERM_INTERCEPT ? outer : inner;
    if (!is_numbers(VECTOR_ELT(d, KNOWN), n * n)) return "a square matrix over the levels";
    term->known = REAL(VECTOR_ELT(d, KNOWN));
  }
  if (term->kind != MB_TERM_INTERCEPT) {
    if (!is_one_text(VECTOR_ELT(d, STRUCTURE))) return "a structure";
    term->structure = text(VECTOR_ELT(d, STRUCTURE));
  }
  if (is_one_text(VECTOR_ELT(d, NAME))) term->name = text(VECTOR_ELT(d, NAME));
  if (TYPEOF(VECTOR_ELT(d, VARIANCES)) != REALSXP || TYPEOF(VECTOR_ELT(d, CORRELATIONS)) != REALSXP) return "numeric components";
  term->variance_count = (int32_t)XLENGTH(VECTOR_ELT(d, VARIANCES));
  term->correlation_count = (int32_t)XLENGTH(VECTOR_ELT(d, CORRELATIONS));
  term->variances = REAL(new_member(result, OUT_VARIANCES, REALSXP, term->variance_count));
  term->correlations = REAL(new_member(result, OUT_CORRELATIONS, REALSXP, term->correlation_count));
  term->variance_fixed = INTEGER(new_member(result, OUT_VARIANCE_FIXED, LGLSXP, term->variance_count));
  term->correlation_fixed = INTEGER(new_member(result, OUT_CORRELATION_FIXED, LGLSXP, term->correlation_count));
  memcpy(term->variances, REAL(VECTOR_ELT(d, VARIANCES)), sizeof(double) * (size_t)term->variance_count);
  memcpy(term->correlations, REAL(VECTOR_ELT(d, CORRELATIONS)), sizeof(double) * (size_t)term->correlation_count);
  return NULL;
}

static void copy_scalars(const mb_rma_mv_out *o, SEXP result) {
  double scalars[SCALAR_COUNT] = {o->QE, o->QE_df, o->QEp, o->QM, o->QM_df1, o->QM_df2, o->QMp, o->gradient};
  int flags[FLAG_COUNT] = {o->parms, o->optimality, o->converged, o->iterations, o->evaluations, o->starts, o->has_intercept};
  memcpy(REAL(new_member(result, SCALARS, REALSXP, SCALAR_COUNT)), scalars, sizeof scalars);
  memcpy(REAL(new_member(result, FIT_ML, REALSXP, FIT_COUNT)), o->fit_ml, sizeof o->fit_ml);
  memcpy(REAL(new_member(result, FIT_REML, REALSXP, FIT_COUNT)), o->fit_reml, sizeof o->fit_reml);
  memcpy(INTEGER(new_member(result, FLAGS, INTSXP, FLAG_COUNT)), flags, sizeof flags);
}

SEXP C_rma_mv(SEXP yi, SEXP v, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP terms, SEXP method, SEXP test, SEXP dfs, SEXP level) {
  char message[MESSAGE_LENGTH] = "";
  mb_rma_mv_in in = {0};
  mb_rma_mv_out out = {0};
  R_xlen_t k = TYPEOF(yi) == REALSXP ? XLENGTH(yi) : -1;
  const char *wrong;
  SEXP result, components;
  int status, count;
  if (k < 0 || k > INT32_MAX) return wrong_type("yi", "a numeric vector");
  if (!is_count(p) || INTEGER(p)[0] < 1) return wrong_type("p", "a positive integer");
  in.p = INTEGER(p)[0];
  if ((wrong = read_covariance(v, k, &in)) != NULL) return wrong_type("V", wrong);
  if (x != R_NilValue && !is_numbers(x, k * in.p)) return wrong_type("mods", "a numeric matrix with one row per outcome");
  if (weights != R_NilValue && !is_numbers(weights, k)) return wrong_type("W", "a numeric vector with one value per outcome");
  if (TYPEOF(btt) != INTSXP) return wrong_type("btt", "a vector of integers");
  if (TYPEOF(terms) != VECSXP || XLENGTH(terms) > 1000) return wrong_type("random", "a list of terms");
  if (!is_one_text(method)) return wrong_type("method", "a word");
  if (!is_one_text(test)) return wrong_type("test", "a word");
  if (!is_one_text(dfs)) return wrong_type("dfs", "a word");
  if (!is_numbers(level, 1)) return wrong_type("level", "one number");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  count = (int)XLENGTH(terms);
  result = PROTECT(Rf_allocVector(VECSXP, MEMBER_COUNT));
  components = new_member(result, TERMS, VECSXP, count);
  in.terms = (mb_random_term *)R_alloc((size_t)count + 1, sizeof(mb_random_term));
  for (int t = 0; t < count; t++) {
    wrong = read_term(VECTOR_ELT(terms, t), k, &in.terms[t], new_member(components, t, VECSXP, OUT_COUNT));
    if (wrong != NULL) {
      UNPROTECT(1);
      return wrong_type("random", wrong);
    }
  }
  in.size = (int32_t)sizeof in;
  in.k = (int32_t)k;
  in.term_count = count;
  in.btt_count = (int32_t)XLENGTH(btt);
  in.yi = REAL(yi);
  in.x = x == R_NilValue ? NULL : REAL(x);
  in.weights = weights == R_NilValue ? NULL : REAL(weights);
  in.btt = INTEGER(btt);
  in.method = text(method);
  in.test = text(test);
  in.dfs = text(dfs);
  in.level = REAL(level)[0];
  out.size = (int32_t)sizeof out;
  out.beta = REAL(new_member(result, BETA, REALSXP, in.p));
  out.se = REAL(new_member(result, SE, REALSXP, in.p));
  out.zval = REAL(new_member(result, ZVAL, REALSXP, in.p));
  out.pval = REAL(new_member(result, PVAL, REALSXP, in.p));
  out.ci_lb = REAL(new_member(result, CI_LB, REALSXP, in.p));
  out.ci_ub = REAL(new_member(result, CI_UB, REALSXP, in.p));
  out.ddf = REAL(new_member(result, DDF, REALSXP, in.p));
  out.vb = REAL(new_member(result, VB, REALSXP, (R_xlen_t)in.p * in.p));
  status = engine.rma_mv(&in, &out, message, sizeof message, poll_interrupt);
  if (status != MB_OK) {
    UNPROTECT(1);
    return failed(status, message);
  }
  copy_scalars(&out, result);
  UNPROTECT(1);
  return result;
}
