/* Bayesian models: texts go to the engine, tables come back. */
#include "engine.h"
#include "routines.h"

SEXP C_brma(SEXP spec, SEXP data, SEXP ask) {
  char message[MESSAGE_LENGTH] = "";
  mb_tables_out out = {0};
  int status;
  if (!is_one_text(spec)) return wrong_type("spec", "one text");
  if (!is_one_text(data)) return wrong_type("data", "one text");
  if (!is_one_text(ask)) return wrong_type("ask", "one text");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);
  tables_prepare(&out);
  status = engine.brma(text(spec), text(data), text(ask), &out, message, sizeof message, poll_interrupt);
  return tables_take(status, &out, message);
}
