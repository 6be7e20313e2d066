/* Sampling covariances and regressions from matrices. */
#include "engine.h"
#include "routines.h"
#include <R.h>
#include <string.h>

static int is_codes(SEXP x, R_xlen_t length) { return TYPEOF(x) == INTSXP && XLENGTH(x) == length; }

static int is_flags(SEXP x, R_xlen_t length) { return TYPEOF(x) == LGLSXP && XLENGTH(x) == length; }

/* Lists of `count` members, each NULL or a vector of k values. */
static int are_members(SEXP list, int count, SEXPTYPE type, R_xlen_t k) {
  if (TYPEOF(list) != VECSXP || XLENGTH(list) != count) return 0;
  for (int i = 0; i < count; i++) {
    SEXP member = VECTOR_ELT(list, i);
    if (member != R_NilValue && (TYPEOF(member) != type || XLENGTH(member) != k)) return 0;
  }
  return 1;
}

static const int *codes_of(SEXP list, int i) { return VECTOR_ELT(list, i) == R_NilValue ? NULL : INTEGER(VECTOR_ELT(list, i)); }

static const double *numbers_at(SEXP list, int i) { return VECTOR_ELT(list, i) == R_NilValue ? NULL : REAL(VECTOR_ELT(list, i)); }

/* 1 for one value, n for an n x n matrix, 0 for nothing. */
static int side(SEXP x) {
  int n = 1;
  if (x == R_NilValue) return 0;
  while ((R_xlen_t)n * n < XLENGTH(x)) n++;
  return n;
}

/* codes: cluster count, obs, type, grp1, grp2; numbers: time1, time2, w1, w2; rho: within, between; flags: checkpd, nearpd. */
SEXP C_vcalc(SEXP vi, SEXP cluster, SEXP names, SEXP codes, SEXP numbers, SEXP rho, SEXP rvars, SEXP phi, SEXP flags, SEXP length) {
  char message[MESSAGE_LENGTH] = "";
  mb_vcalc_in in = {0};
  SEXP result;
  int status;
  R_xlen_t k = TYPEOF(vi) == REALSXP ? XLENGTH(vi) : -1;
  if (k < 0 || k > INT32_MAX) return wrong_type("vi", "a numeric vector");
  if (!is_codes(cluster, k)) return wrong_type("cluster", "codes, one per row");
  if (!is_one_text(names)) return wrong_type("names", "one text");
  if (!are_members(codes, 4, INTSXP, k)) return wrong_type("codes", "four lists of codes");
  if (!are_members(numbers, 4, REALSXP, k)) return wrong_type("numbers", "four lists of numbers");
  if (TYPEOF(rho) != VECSXP || XLENGTH(rho) != 2) return wrong_type("rho", "a list of two");
  for (int i = 0; i < 2; i++) {
    SEXP rule = VECTOR_ELT(rho, i);
    if (rule != R_NilValue && (TYPEOF(rule) != REALSXP || XLENGTH(rule) < 1 || (R_xlen_t)side(rule) * side(rule) != XLENGTH(rule))) {
      return wrong_type("rho", "numbers or square matrices");
    }
  }
  if (rvars != R_NilValue && (TYPEOF(rvars) != REALSXP || k == 0 || XLENGTH(rvars) % k != 0)) return wrong_type("rvars", "a numeric matrix");
  if (!is_numbers(phi, 1)) return wrong_type("phi", "one number");
  if (!is_flags(flags, 2)) return wrong_type("flags", "two logicals");
  if (!is_numbers(length, 2)) return wrong_type("length", "two numbers");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  in.size = (int32_t)sizeof in;
  in.k = (int32_t)k;
  in.cluster_count = (int32_t)REAL(length)[1];
  in.within_count = side(VECTOR_ELT(rho, 0));
  in.between_count = side(VECTOR_ELT(rho, 1));
  in.obs_count = in.within_count > 1 ? in.within_count : 0;
  in.type_count = in.between_count > 1 ? in.between_count : 0;
  in.rvar_count = rvars == R_NilValue ? 0 : (int32_t)(XLENGTH(rvars) / k);
  in.check_pd = LOGICAL(flags)[0] != 0;
  in.near_pd = LOGICAL(flags)[1] != 0;
  in.vi = REAL(vi);
  in.cluster = INTEGER(cluster);
  in.obs = codes_of(codes, 0);
  in.type = codes_of(codes, 1);
  in.grp1 = codes_of(codes, 2);
  in.grp2 = codes_of(codes, 3);
  in.time1 = numbers_at(numbers, 0);
  in.time2 = numbers_at(numbers, 1);
  in.w1 = numbers_at(numbers, 2);
  in.w2 = numbers_at(numbers, 3);
  in.within = numbers_at(rho, 0);
  in.between = numbers_at(rho, 1);
  in.rvars = rvars == R_NilValue ? NULL : REAL(rvars);
  in.names = text(names);
  in.phi = REAL(phi)[0];
  result = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)REAL(length)[0]));
  status = engine.vcalc(&in, REAL(result), XLENGTH(result), message, sizeof message, poll_interrupt);
  UNPROTECT(1);
  return status == MB_OK ? result : failed(status, message);
}

/* flags: rtoz, checkpd; returns yi, ni and the blocks. */
SEXP C_rcalc(SEXP study, SEXP names, SEXP var1, SEXP var2, SEXP variables, SEXP ri, SEXP ni, SEXP nfun, SEXP flags, SEXP length) {
  char message[MESSAGE_LENGTH] = "";
  mb_rcalc_in in = {0};
  SEXP result;
  int status;
  R_xlen_t k = TYPEOF(ri) == REALSXP ? XLENGTH(ri) : -1;
  if (k < 0 || k > INT32_MAX) return wrong_type("ri", "a numeric vector");
  if (!is_codes(study, k) || !is_codes(var1, k) || !is_codes(var2, k)) return wrong_type("study", "codes, one per row, as 'var1' and 'var2'");
  if (!is_numbers(ni, k)) return wrong_type("ni", "a numeric vector with one value per row");
  if (!is_one_text(names) || !is_one_text(variables) || !is_one_text(nfun)) return wrong_type("names", "one text");
  if (!is_flags(flags, 2)) return wrong_type("flags", "two logicals");
  if (!is_numbers(length, 2)) return wrong_type("length", "two numbers");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  in.size = (int32_t)sizeof in;
  in.k = (int32_t)k;
  in.study_count = (int32_t)REAL(length)[1];
  in.fisher_z = LOGICAL(flags)[0] != 0;
  in.check_pd = LOGICAL(flags)[1] != 0;
  in.study = INTEGER(study);
  in.var1 = INTEGER(var1);
  in.var2 = INTEGER(var2);
  in.ri = REAL(ri);
  in.ni = REAL(ni);
  in.names = text(names);
  in.variables = text(variables);
  in.nfun = text(nfun);
  result = PROTECT(Rf_allocVector(VECSXP, 3));
  status = engine.rcalc(&in, REAL(new_member(result, 0, REALSXP, k)), REAL(new_member(result, 1, REALSXP, k)),
                        REAL(new_member(result, 2, REALSXP, (R_xlen_t)REAL(length)[0])), (int64_t)REAL(length)[0], message, sizeof message,
                        poll_interrupt);
  UNPROTECT(1);
  return status == MB_OK ? result : failed(status, message);
}

/* flags: cov, ztor, nearpd; returns a list of six coefficient vectors, vb and seven scalars. */
SEXP C_matreg(SEXP y, SEXP x, SEXP r, SEXP names, SEXP n, SEXP v, SEXP means, SEXP flags, SEXP level) {
  enum { VECTORS = 6, SCALARS = 7 };
  char message[MESSAGE_LENGTH] = "";
  mb_matreg_in in = {0};
  mb_matreg_out out = {0};
  SEXP result;
  int status, p = 0, rows;
  R_xlen_t elements;
  if (TYPEOF(r) != REALSXP || XLENGTH(r) < 1) return wrong_type("R", "a numeric matrix");
  while ((R_xlen_t)p * p < XLENGTH(r)) p++;
  if ((R_xlen_t)p * p != XLENGTH(r)) return wrong_type("R", "a square matrix");
  if (!is_flags(flags, 3)) return wrong_type("flags", "three logicals");
  if (!is_codes(y, 1)) return wrong_type("y", "one variable");
  if (TYPEOF(x) != INTSXP || XLENGTH(x) < 1 || XLENGTH(x) > INT32_MAX - 1) return wrong_type("x", "variables");
  if (!is_one_text(names)) return wrong_type("names", "one text");
  if (!is_numbers(n, 1)) return wrong_type("n", "one number");
  if (!is_numbers(level, 1)) return wrong_type("level", "one number");
  if (means != R_NilValue && !is_numbers(means, p)) return wrong_type("means", "one number per variable");
  elements = LOGICAL(flags)[0] ? (R_xlen_t)p * (p + 1) / 2 : (R_xlen_t)p * (p - 1) / 2;
  if (v != R_NilValue && !is_numbers(v, elements * elements)) return wrong_type("V", "the covariance of the elements of R");
  if ((status = engine_start(message)) != MB_OK) return failure(status, message);

  in.size = (int32_t)sizeof in;
  in.p = p;
  in.y = INTEGER(y)[0];
  in.m = (int32_t)XLENGTH(x);
  in.covariance = LOGICAL(flags)[0] != 0;
  in.fisher_z = LOGICAL(flags)[1] != 0;
  in.near_pd = LOGICAL(flags)[2] != 0;
  in.x = INTEGER(x);
  in.r = REAL(r);
  in.v = v == R_NilValue ? NULL : REAL(v);
  in.means = means == R_NilValue ? NULL : REAL(means);
  in.names = text(names);
  in.n = REAL(n)[0];
  in.level = REAL(level)[0];
  rows = in.m + in.covariance;
  result = PROTECT(Rf_allocVector(VECSXP, VECTORS + 2));
  out.size = (int32_t)sizeof out;
  out.beta = REAL(new_member(result, 0, REALSXP, rows));
  out.se = REAL(new_member(result, 1, REALSXP, rows));
  out.stat = REAL(new_member(result, 2, REALSXP, rows));
  out.pval = REAL(new_member(result, 3, REALSXP, rows));
  out.ci_lb = REAL(new_member(result, 4, REALSXP, rows));
  out.ci_ub = REAL(new_member(result, 5, REALSXP, rows));
  out.vb = REAL(new_member(result, 6, REALSXP, (R_xlen_t)rows * rows));
  status = engine.matreg(&in, &out, message, sizeof message, poll_interrupt);
  if (status == MB_OK) {
    double scalars[SCALARS] = {out.df, out.R2, out.R2adj, out.test, out.test_df1, out.test_df2, out.testp};
    memcpy(REAL(new_member(result, 7, REALSXP, SCALARS)), scalars, sizeof scalars);
  }
  UNPROTECT(1);
  return status == MB_OK ? result : failed(status, message);
}
