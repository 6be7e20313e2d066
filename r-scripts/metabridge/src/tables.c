/* Named tables from the engine: an index (text) and numbers. */
#include "engine.h"
#include "routines.h"
#include <R.h>
#include <string.h>

enum { FIRST_TEXT = 16384, FIRST_NUMBERS = 8192, TABLE_MEMBERS = 2 };

void tables_prepare(mb_tables_out *out) {
  out->size = (int32_t)sizeof *out;
  out->text = R_alloc(FIRST_TEXT, 1);
  out->text_capacity = FIRST_TEXT;
  out->numbers = (double *)R_alloc(FIRST_NUMBERS, sizeof(double));
  out->numbers_capacity = FIRST_NUMBERS;
}

static SEXP members(const mb_tables_out *out) {
  SEXP result = PROTECT(Rf_allocVector(VECSXP, TABLE_MEMBERS));
  SEXP numbers = new_member(result, 1, REALSXP, (R_xlen_t)out->numbers_needed);
  SET_VECTOR_ELT(result, 0, Rf_ScalarString(Rf_mkCharCE(out->text, CE_UTF8)));
  if (out->numbers_needed > 0) memcpy(REAL(numbers), out->numbers, (size_t)out->numbers_needed * sizeof(double));
  UNPROTECT(1);
  return result;
}

SEXP tables_take(int status, mb_tables_out *out, char *message) {
  if (status == MB_INVALID_BUFFER && (out->text_needed > FIRST_TEXT || out->numbers_needed > FIRST_NUMBERS)) {
    out->text_capacity = out->text_needed;
    out->text = R_alloc((size_t)out->text_needed, 1);
    out->numbers_capacity = out->numbers_needed + 1;
    out->numbers = (double *)R_alloc((size_t)out->numbers_capacity, sizeof(double));
    status = engine.last_tables(out, message, MESSAGE_LENGTH);
  }
  return status == MB_OK ? members(out) : failed(status, message);
}

SEXP C_people(SEXP spec, SEXP data) {
  char message[MESSAGE_LENGTH] = "";
  mb_tables_out out = {0};
  int status;
  if (!is_one_text(spec)) return wrong_type("spec", "one text");
  if (!is_one_text(data)) return wrong_type("data", "one text");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);
  tables_prepare(&out);
  status = engine.people(text(spec), text(data), &out, message, sizeof message, poll_interrupt);
  return tables_take(status, &out, message);
}
