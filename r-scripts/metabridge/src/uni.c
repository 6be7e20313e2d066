/* Univariate models: the fit, and tables beside it. */
#include "engine.h"
#include "routines.h"
#include <R.h>
#include <string.h>

/* Members of the list that C_rma_uni returns. */
enum { BETA, SE, ZVAL, PVAL, CI_LB, CI_UB, VB, SCALARS, FIT_ML, FIT_REML, FLAGS, MEMBER_COUNT };
enum { SCALAR_COUNT = 15, FIT_COUNT = 5, FLAG_COUNT = 5 };

static void copy_scalars(const mb_rma_uni_out *o, SEXP result) {
  double scalars[SCALAR_COUNT] = {o->tau2, o->se_tau2, o->I2, o->H2, o->R2, o->vt, o->QE, o->QE_df, o->QEp,
                                  o->QM, o->QM_df1, o->QM_df2, o->QMp, o->s2w, o->ddf};
  int flags[FLAG_COUNT] = {o->parms, o->optimality, o->converged, o->iterations, o->has_intercept};
  memcpy(REAL(new_member(result, SCALARS, REALSXP, SCALAR_COUNT)), scalars, sizeof scalars);
  memcpy(REAL(new_member(result, FIT_ML, REALSXP, FIT_COUNT)), o->fit_ml, sizeof o->fit_ml);
  memcpy(REAL(new_member(result, FIT_REML, REALSXP, FIT_COUNT)), o->fit_reml, sizeof o->fit_reml);
  memcpy(INTEGER(new_member(result, FLAGS, INTSXP, FLAG_COUNT)), flags, sizeof flags);
}

/* Checks the arguments of a model and points `in` at them; NULL when all is well, else a failure. */
static SEXP read_model(SEXP yi, SEXP vi, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP method, SEXP test, SEXP level, SEXP tau2,
                       SEXP weighted, mb_rma_uni_in *in) {
  R_xlen_t k = TYPEOF(yi) == REALSXP ? XLENGTH(yi) : -1;
  if (k < 0 || k > INT32_MAX) return wrong_type("yi", "a numeric vector");
  if (TYPEOF(p) != INTSXP || XLENGTH(p) != 1 || INTEGER(p)[0] < 1) return wrong_type("p", "a positive integer");
  in->p = INTEGER(p)[0];
  if (!is_numbers(vi, k)) return wrong_type("vi", "a numeric vector with one value per study");
  if (x != R_NilValue && !is_numbers(x, k * in->p)) return wrong_type("mods", "a numeric matrix with one row per study");
  if (weights != R_NilValue && !is_numbers(weights, k)) return wrong_type("weights", "a numeric vector with one value per study");
  if (TYPEOF(btt) != INTSXP) return wrong_type("btt", "a vector of integers");
  if (!is_one_text(method)) return wrong_type("method", "a word");
  if (!is_one_text(test)) return wrong_type("test", "a word");
  if (!is_numbers(level, 1)) return wrong_type("level", "one number");
  if (!is_numbers(tau2, 1)) return wrong_type("tau2", "one number");
  if (TYPEOF(weighted) != LGLSXP || XLENGTH(weighted) != 1) return wrong_type("weighted", "TRUE or FALSE");
  in->size = (int32_t)sizeof *in;
  in->k = (int32_t)k;
  in->weighted = LOGICAL(weighted)[0] != 0;
  in->btt_count = (int32_t)XLENGTH(btt);
  in->yi = REAL(yi);
  in->vi = REAL(vi);
  in->x = x == R_NilValue ? NULL : REAL(x);
  in->weights = weights == R_NilValue ? NULL : REAL(weights);
  in->btt = INTEGER(btt);
  in->method = text(method);
  in->test = text(test);
  in->level = REAL(level)[0];
  in->tau2 = REAL(tau2)[0];
  return NULL;
}

SEXP C_rma_uni(SEXP yi, SEXP vi, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP method, SEXP test, SEXP level, SEXP tau2,
               SEXP weighted) {
  char message[MESSAGE_LENGTH] = "";
  mb_rma_uni_in in = {0};
  mb_rma_uni_out out = {0};
  SEXP result, wrong = read_model(yi, vi, x, p, weights, btt, method, test, level, tau2, weighted, &in);
  int status;
  if (wrong != NULL) return wrong;
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  result = PROTECT(Rf_allocVector(VECSXP, MEMBER_COUNT));
  out.size = (int32_t)sizeof out;
  out.beta = REAL(new_member(result, BETA, REALSXP, in.p));
  out.se = REAL(new_member(result, SE, REALSXP, in.p));
  out.zval = REAL(new_member(result, ZVAL, REALSXP, in.p));
  out.pval = REAL(new_member(result, PVAL, REALSXP, in.p));
  out.ci_lb = REAL(new_member(result, CI_LB, REALSXP, in.p));
  out.ci_ub = REAL(new_member(result, CI_UB, REALSXP, in.p));
  out.vb = REAL(new_member(result, VB, REALSXP, (R_xlen_t)in.p * in.p));
  status = engine.rma_uni(&in, &out, message, sizeof message, poll_interrupt);
  if (status != MB_OK) {
    UNPROTECT(1);
    return failed(status, message);
  }
  copy_scalars(&out, result);
  UNPROTECT(1);
  return result;
}

SEXP C_rma_uni_tables(SEXP yi, SEXP vi, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP method, SEXP test, SEXP level, SEXP tau2,
                      SEXP weighted, SEXP names, SEXP data, SEXP ask) {
  char message[MESSAGE_LENGTH] = "";
  mb_rma_uni_in in = {0};
  mb_tables_out out = {0};
  SEXP wrong = read_model(yi, vi, x, p, weights, btt, method, test, level, tau2, weighted, &in);
  int status;
  if (wrong != NULL) return wrong;
  if (!is_one_text(names)) return wrong_type("names", "one text");
  in.names = text(names);
  if (data != R_NilValue && !is_one_text(data)) return wrong_type("data", "one text");
  if (!is_one_text(ask)) return wrong_type("ask", "one text");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);
  tables_prepare(&out);
  status = engine.rma_uni_tables(&in, data == R_NilValue ? NULL : text(data), text(ask), &out, message, sizeof message, poll_interrupt);
  return tables_take(status, &out, message);
}
