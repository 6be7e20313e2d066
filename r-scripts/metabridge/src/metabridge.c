/* The R side of the engine: registered routines for .Call.
 *
 * No routine raises an R error while managed code is on the stack, and none trusts its arguments: what has the wrong type or
 * length comes back as a failure. A failure is a character vector c(status, message), which the R code turns into a
 * condition of class metabridge_error. */
#include "engine.h"
#include "md5.h"
#include "routines.h"
#include <R.h>
#include <R_ext/Rdynload.h>
#include <R_ext/Utils.h>
#include <Rinternals.h>
#include <stdio.h>
#include <string.h>

enum { WRONG_ARGUMENT_TYPE = 122, TEXT_LENGTH = 16384, FIRST_JSON_LENGTH = 65536 };

extern int R_interrupts_pending;

SEXP failure(int status, const char *message) {
  char number[16];
  SEXP out = PROTECT(Rf_allocVector(STRSXP, 2));
  snprintf(number, sizeof number, "%d", status);
  SET_STRING_ELT(out, 0, Rf_mkChar(number));
  SET_STRING_ELT(out, 1, Rf_mkCharCE(message, CE_UTF8));
  UNPROTECT(1);
  return out;
}

/* ---- interrupts ---- */

static int interrupted = 0;

static void check_interrupt(void *unused) { R_CheckUserInterrupt(); }

/* Called by the engine: R's check runs in its own top-level context, so that its jump ends here. */
int poll_interrupt(void) {
  if (!interrupted && !R_ToplevelExec(check_interrupt, NULL)) interrupted = 1;
  return interrupted;
}

/* The result of a managed call as an R failure; an interrupt is raised again now that managed code has returned. */
SEXP failed(int status, const char *message) {
  if (status == MB_CANCELLED && interrupted) {
    interrupted = 0;
    R_interrupts_pending = 1;
    R_CheckUserInterrupt();
  }
  interrupted = 0;
  return failure(status, message);
}

/* ---- arguments ---- */

int is_numbers(SEXP x, R_xlen_t length) { return TYPEOF(x) == REALSXP && XLENGTH(x) == length; }

int is_one_text(SEXP x) { return TYPEOF(x) == STRSXP && XLENGTH(x) == 1 && STRING_ELT(x, 0) != NA_STRING; }

const char *text(SEXP x) { return Rf_translateCharUTF8(STRING_ELT(x, 0)); }

SEXP wrong_type(const char *name, const char *needed) {
  char message[256];
  snprintf(message, sizeof message, "Argument '%s' must be %s.", name, needed);
  return failure(WRONG_ARGUMENT_TYPE, message);
}

SEXP new_member(SEXP list, int index, SEXPTYPE type, R_xlen_t length) {
  SEXP member = Rf_allocVector(type, length);
  SET_VECTOR_ELT(list, index, member);
  return member;
}

/* ---- escalc ---- */

static SEXP C_escalc(SEXP columns, SEXP rows, SEXP measure, SEXP to, SEXP vtype, SEXP add, SEXP drop00,
                     SEXP rules) {
  char message[MESSAGE_LENGTH] = "";
  mb_escalc_in in = {0};
  SEXP result;
  int status, k;
  if (TYPEOF(rows) != INTSXP || XLENGTH(rows) != 1 || INTEGER(rows)[0] < 0) return wrong_type("k", "a count");
  k = INTEGER(rows)[0];
  if (TYPEOF(columns) != VECSXP || XLENGTH(columns) != MB_COLUMN_COUNT) return wrong_type("columns", "the list of columns");
  for (int i = 0; i < MB_COLUMN_COUNT; i++) {
    SEXP column = VECTOR_ELT(columns, i);
    if (column != R_NilValue && !is_numbers(column, k)) return wrong_type("columns", "numeric vectors of one length");
    in.columns[i] = column == R_NilValue ? NULL : REAL(column);
  }
  if (!is_one_text(measure)) return wrong_type("measure", "a word");
  if (!is_one_text(to)) return wrong_type("to", "a word");
  if (!is_one_text(vtype)) return wrong_type("vtype", "a word");
  if (!is_numbers(add, 1)) return wrong_type("add", "one number");
  if (TYPEOF(drop00) != LGLSXP || XLENGTH(drop00) != 1) return wrong_type("drop00", "TRUE or FALSE");
  if (TYPEOF(rules) != INTSXP || XLENGTH(rules) != 1) return wrong_type("rules", "an integer");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  result = PROTECT(Rf_allocVector(VECSXP, 3));
  in.size = (int32_t)sizeof in;
  in.k = k;
  in.drop00 = LOGICAL(drop00)[0] != 0;
  in.rules = INTEGER(rules)[0];
  in.measure = text(measure);
  in.to = text(to);
  in.vtype = text(vtype);
  in.add = REAL(add)[0];
  status = engine.escalc(&in, REAL(new_member(result, 0, REALSXP, k)), REAL(new_member(result, 1, REALSXP, k)),
                         REAL(new_member(result, 2, REALSXP, k)), message, sizeof message, poll_interrupt);
  UNPROTECT(1);
  return status == MB_OK ? result : failed(status, message);
}

/* Six columns in one vector go in, nine in one vector come out. */
static SEXP C_five_numbers(SEXP numbers, SEXP rows, SEXP method, SEXP log_normal, SEXP back_transform) {
  char message[MESSAGE_LENGTH] = "";
  SEXP result;
  int status, k;
  if (TYPEOF(rows) != INTSXP || XLENGTH(rows) != 1 || INTEGER(rows)[0] < 0) return wrong_type("k", "a count");
  k = INTEGER(rows)[0];
  if (!is_numbers(numbers, 6 * (R_xlen_t)k)) return wrong_type("numbers", "six columns of numbers");
  if (!is_one_text(method)) return wrong_type("method", "a word");
  if (TYPEOF(log_normal) != LGLSXP || XLENGTH(log_normal) != k) return wrong_type("dist", "one flag per row");
  if (TYPEOF(back_transform) != LGLSXP || XLENGTH(back_transform) != 1) return wrong_type("transf", "TRUE or FALSE");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);
  result = PROTECT(Rf_allocVector(REALSXP, 9 * (R_xlen_t)k));
  status = engine.five_numbers(REAL(numbers), k, text(method), LOGICAL(log_normal), LOGICAL(back_transform)[0], REAL(result), message,
                               sizeof message, poll_interrupt);
  UNPROTECT(1);
  return status == MB_OK ? result : failed(status, message);
}

/* ---- texts ---- */

static SEXP one_text(const char *value) { return Rf_ScalarString(Rf_mkCharCE(value, CE_UTF8)); }

/* A successful text is a list of one, so that it can't be taken for a failure. */
static SEXP success(const char *value) {
  SEXP out = PROTECT(Rf_allocVector(VECSXP, 1));
  SET_VECTOR_ELT(out, 0, one_text(value));
  UNPROTECT(1);
  return out;
}

static SEXP C_fit_json(SEXP spec, SEXP data) {
  char message[MESSAGE_LENGTH] = "";
  int64_t needed = 0;
  char *buffer;
  int status;
  if (!is_one_text(spec)) return wrong_type("spec", "one text");
  if (!is_one_text(data)) return wrong_type("data", "one text");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);
  buffer = R_alloc(FIRST_JSON_LENGTH, 1);
  status = engine.fit_json(text(spec), text(data), buffer, FIRST_JSON_LENGTH, &needed, message, sizeof message, poll_interrupt);
  if (status == MB_INVALID_BUFFER && needed > FIRST_JSON_LENGTH) {
    buffer = R_alloc((size_t)needed, 1);
    status = engine.last_text(buffer, needed, message, sizeof message);
  }
  return status == MB_OK ? success(buffer) : failed(status, message);
}

static SEXP C_version(void) {
  char message[MESSAGE_LENGTH] = "", out[TEXT_LENGTH];
  int status = engine_start(message);
  if (status == MB_OK) status = engine.version(out, sizeof out, message, sizeof message);
  return status == MB_OK ? success(out) : failure(status, message);
}

static SEXP C_explain(SEXP code) {
  char message[MESSAGE_LENGTH] = "", out[TEXT_LENGTH];
  int status;
  if (!is_one_text(code)) return wrong_type("code", "one text, such as \"MB0103\"");
  status = engine_start(message);
  if (status == MB_OK) status = engine.explain(text(code), out, sizeof out, message, sizeof message);
  return status == MB_OK ? success(out) : failure(status, message);
}

static SEXP C_keywords(SEXP kind) {
  char message[MESSAGE_LENGTH] = "", out[TEXT_LENGTH];
  int status;
  if (!is_one_text(kind)) return wrong_type("kind", "one text");
  status = engine_start(message);
  if (status == MB_OK) status = engine.keywords(text(kind), out, sizeof out, message, sizeof message);
  return status == MB_OK ? success(out) : failure(status, message);
}

/* ---- without the engine ---- */

static SEXP C_set_library(SEXP path) {
  if (is_one_text(path)) engine_set_path(R_ExpandFileName(text(path)));
  return R_NilValue;
}

/* MD5 of a raw vector without its first bytes. */
static SEXP C_md5(SEXP bytes, SEXP skip) {
  char digits[33];
  R_xlen_t from = TYPEOF(skip) == INTSXP && XLENGTH(skip) == 1 ? INTEGER(skip)[0] : -1;
  if (TYPEOF(bytes) != RAWSXP || from < 0 || from > XLENGTH(bytes)) return wrong_type("bytes", "a raw vector");
  md5_hex(RAW(bytes) + from, (size_t)(XLENGTH(bytes) - from), digits);
  return Rf_mkString(digits);
}

static const R_CallMethodDef routines[] = {
  {"C_rma_uni", (DL_FUNC)&C_rma_uni, 11},
  {"C_rma_uni_tables", (DL_FUNC)&C_rma_uni_tables, 14},
  {"C_rma_mv", (DL_FUNC)&C_rma_mv, 11},
  {"C_rma_mh", (DL_FUNC)&C_rma_mh, 9},
  {"C_escalc", (DL_FUNC)&C_escalc, 8},
  {"C_five_numbers", (DL_FUNC)&C_five_numbers, 5},
  {"C_brma", (DL_FUNC)&C_brma, 3},
  {"C_people", (DL_FUNC)&C_people, 2},
  {"C_vcalc", (DL_FUNC)&C_vcalc, 10},
  {"C_rcalc", (DL_FUNC)&C_rcalc, 10},
  {"C_matreg", (DL_FUNC)&C_matreg, 9},
  {"C_fit_json", (DL_FUNC)&C_fit_json, 2},
  {"C_version", (DL_FUNC)&C_version, 0},
  {"C_explain", (DL_FUNC)&C_explain, 1},
  {"C_keywords", (DL_FUNC)&C_keywords, 1},
  {"C_set_library", (DL_FUNC)&C_set_library, 1},
  {"C_md5", (DL_FUNC)&C_md5, 2},
  {NULL, NULL, 0}
};

void R_init_metabridge(DllInfo *dll) {
  R_registerRoutines(dll, NULL, routines, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
