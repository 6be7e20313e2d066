/* Pooled tables: rma.mh and rma.peto. */
#include "engine.h"
#include "routines.h"
#include <Rinternals.h>
#include <string.h>

/* Members of the list that C_rma_mh returns. */
enum { YI, VI, POOLED, SCALARS, FIT_ML, FIT_REML, COUNTS, MEMBER_COUNT };
enum { CELL_COUNT = 4, SCALAR_COUNT = 19, FIT_COUNT = 5, COUNT_COUNT = 3 };

static int is_flags(SEXP x, R_xlen_t length) {
  if (TYPEOF(x) != LGLSXP || XLENGTH(x) != length) return 0;
  for (R_xlen_t i = 0; i < length; i++) if (LOGICAL(x)[i] == NA_LOGICAL) return 0;
  return 1;
}

static void copy_numbers(const mb_rma_mh_out *o, SEXP result) {
  double scalars[SCALAR_COUNT] = {o->beta, o->se, o->zval, o->pval, o->ci_lb, o->ci_ub, o->QE, o->QE_df, o->QEp, o->I2,
                                  o->H2, o->CO, o->COp, o->MH, o->MHp, o->BD, o->BDp, o->TA, o->TAp};
  int counts[COUNT_COUNT] = {o->k, o->k_yi, o->k_pos < 0 ? NA_INTEGER : o->k_pos};
  memcpy(REAL(new_member(result, SCALARS, REALSXP, SCALAR_COUNT)), scalars, sizeof scalars);
  memcpy(REAL(new_member(result, FIT_ML, REALSXP, FIT_COUNT)), o->fit_ml, sizeof o->fit_ml);
  memcpy(REAL(new_member(result, FIT_REML, REALSXP, FIT_COUNT)), o->fit_reml, sizeof o->fit_reml);
  memcpy(INTEGER(new_member(result, COUNTS, INTSXP, COUNT_COUNT)), counts, sizeof counts);
}

SEXP C_rma_mh(SEXP cells, SEXP k, SEXP method, SEXP measure, SEXP add, SEXP to, SEXP drop00, SEXP correct, SEXP level) {
  char message[MESSAGE_LENGTH] = "";
  mb_rma_mh_in in = {0};
  mb_rma_mh_out out = {0};
  const double *columns[CELL_COUNT];
  SEXP result;
  int status;
  if (TYPEOF(k) != INTSXP || XLENGTH(k) != 1 || INTEGER(k)[0] < 0) return wrong_type("k", "a count");
  in.k = INTEGER(k)[0];
  if (TYPEOF(cells) != VECSXP || XLENGTH(cells) != CELL_COUNT) return wrong_type("cells", "the list of four columns");
  for (int i = 0; i < CELL_COUNT; i++) {
    if (!is_numbers(VECTOR_ELT(cells, i), in.k)) return wrong_type("cells", "numeric vectors of one length");
    columns[i] = REAL(VECTOR_ELT(cells, i));
  }
  if (!is_one_text(method)) return wrong_type("method", "a word");
  if (!is_one_text(measure)) return wrong_type("measure", "a word");
  if (!is_numbers(add, 2)) return wrong_type("add", "two numbers");
  if (TYPEOF(to) != STRSXP || XLENGTH(to) != 2 || STRING_ELT(to, 0) == NA_STRING || STRING_ELT(to, 1) == NA_STRING) return wrong_type("to", "two words");
  if (!is_flags(drop00, 2)) return wrong_type("drop00", "two logicals");
  if (!is_flags(correct, 1)) return wrong_type("correct", "TRUE or FALSE");
  if (!is_numbers(level, 1)) return wrong_type("level", "one number");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  result = PROTECT(Rf_allocVector(VECSXP, MEMBER_COUNT));
  in.size = (int32_t)sizeof in;
  in.correct = LOGICAL(correct)[0] != 0;
  in.first = columns[0];
  in.first_rest = columns[1];
  in.second = columns[2];
  in.second_rest = columns[3];
  in.method = text(method);
  in.measure = text(measure);
  in.level = REAL(level)[0];
  for (int i = 0; i < 2; i++) {
    in.drop00[i] = LOGICAL(drop00)[i] != 0;
    in.add[i] = REAL(add)[i];
    in.to[i] = Rf_translateCharUTF8(STRING_ELT(to, i));
  }
  out.size = (int32_t)sizeof out;
  out.yi = REAL(new_member(result, YI, REALSXP, in.k));
  out.vi = REAL(new_member(result, VI, REALSXP, in.k));
  out.pooled = INTEGER(new_member(result, POOLED, INTSXP, in.k));
  status = engine.rma_mh(&in, &out, message, sizeof message, poll_interrupt);
  if (status == MB_OK) copy_numbers(&out, result);
  UNPROTECT(1);
  return status == MB_OK ? result : failed(status, message);
}
