#ifndef METABRIDGE_ENGINE_H
#define METABRIDGE_ENGINE_H

#include "metabridge.h"

#define MESSAGE_LENGTH 4096

/* The functions of the engine, valid after engine_start() has returned MB_OK. */
typedef struct {
  int (*abi_version)(void);
  int (*version)(char *, int32_t, char *, int32_t);
  int (*rma_uni)(const mb_rma_uni_in *, mb_rma_uni_out *, char *, int32_t, mb_poll);
  int (*rma_uni_tables)(const mb_rma_uni_in *, const char *, const char *, mb_tables_out *, char *, int32_t, mb_poll);
  int (*rma_mv)(const mb_rma_mv_in *, mb_rma_mv_out *, char *, int32_t, mb_poll);
  int (*rma_mh)(const mb_rma_mh_in *, mb_rma_mh_out *, char *, int32_t, mb_poll);
  int (*escalc)(const mb_escalc_in *, double *, double *, double *, char *, int32_t, mb_poll);
  int (*five_numbers)(const double *, int32_t, const char *, const int32_t *, int32_t, double *, char *, int32_t, mb_poll);
  int (*vcalc)(const mb_vcalc_in *, double *, int64_t, char *, int32_t, mb_poll);
  int (*rcalc)(const mb_rcalc_in *, double *, double *, double *, int64_t, char *, int32_t, mb_poll);
  int (*matreg)(const mb_matreg_in *, mb_matreg_out *, char *, int32_t, mb_poll);
  int (*fit_json)(const char *, const char *, char *, int64_t, int64_t *, char *, int32_t, mb_poll);
  int (*last_text)(char *, int64_t, char *, int32_t);
  int (*explain)(const char *, char *, int32_t, char *, int32_t);
  int (*keywords)(const char *, char *, int32_t, char *, int32_t);
  int (*brma)(const char *, const char *, const char *, mb_tables_out *, char *, int32_t, mb_poll);
  int (*people)(const char *, const char *, mb_tables_out *, char *, int32_t, mb_poll);
  int (*last_tables)(mb_tables_out *, char *, int32_t);
} engine_functions;

extern engine_functions engine;

/* Where the library lies; takes effect at the first start. */
void engine_set_path(const char *path);

/* Loads the library at the first call and checks that this process may use it. Returns a status; on failure `message`
 * holds the reason. Raises nothing. */
int engine_start(char message[MESSAGE_LENGTH]);

#endif
