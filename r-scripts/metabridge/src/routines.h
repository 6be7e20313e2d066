/* What the files with routines for .Call share. */
#ifndef METABRIDGE_ROUTINES_H
#define METABRIDGE_ROUTINES_H

#include "metabridge.h"
#include <Rinternals.h>

/* A failure as c(status, message). */
SEXP failure(int status, const char *message);

/* The failure of a managed call; raises a pending interrupt now that managed code has returned. */
SEXP failed(int status, const char *message);

/* The failure of an argument of another type or length than needed. */
SEXP wrong_type(const char *name, const char *needed);

/* Asked by the engine during long work. */
int poll_interrupt(void);

int is_numbers(SEXP x, R_xlen_t length);
int is_one_text(SEXP x);
const char *text(SEXP x);

/* A new vector as a member of a list. */
SEXP new_member(SEXP list, int index, SEXPTYPE type, R_xlen_t length);

/* Gives `out` its first buffers; the result of the call that filled them, as a list of index and numbers, or a failure. */
void tables_prepare(mb_tables_out *out);
SEXP tables_take(int status, mb_tables_out *out, char *message);

SEXP C_rma_uni(SEXP yi, SEXP vi, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP method, SEXP test, SEXP level, SEXP tau2,
               SEXP weighted);
SEXP C_rma_uni_tables(SEXP yi, SEXP vi, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP method, SEXP test, SEXP level, SEXP tau2,
                      SEXP weighted, SEXP names, SEXP data, SEXP ask);

SEXP C_rma_mv(SEXP yi, SEXP v, SEXP x, SEXP p, SEXP weights, SEXP btt, SEXP terms, SEXP method, SEXP test, SEXP dfs, SEXP level);

SEXP C_rma_mh(SEXP cells, SEXP k, SEXP method, SEXP measure, SEXP add, SEXP to, SEXP drop00, SEXP correct, SEXP level);

SEXP C_brma(SEXP spec, SEXP data, SEXP ask);
SEXP C_people(SEXP spec, SEXP data);

SEXP C_vcalc(SEXP vi, SEXP cluster, SEXP names, SEXP codes, SEXP numbers, SEXP rho, SEXP rvars, SEXP phi, SEXP flags, SEXP length);
SEXP C_rcalc(SEXP study, SEXP names, SEXP var1, SEXP var2, SEXP variables, SEXP ri, SEXP ni, SEXP nfun, SEXP flags, SEXP length);
SEXP C_matreg(SEXP y, SEXP x, SEXP r, SEXP names, SEXP n, SEXP v, SEXP means, SEXP flags, SEXP level);

#endif
