/* Uses every function of metabridge.h as a C host would. Prints what fails; the last line says that nothing did. */
#include "metabridge.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void check(int ok, const char *what) {
  if (!ok) {
    failures++;
    printf("failed: %s\n", what);
  }
}

static void check_near(double value, double expected, double relative, const char *what) {
  if (!(fabs(value - expected) <= relative * fabs(expected))) {
    failures++;
    printf("failed: %s is %.17g, expected %.17g\n", what, value, expected);
  }
}

/* dat.bcg of metadat 1.2-0 as 2x2 tables: events and non-events, treated and control. */
#define K 13
static const double ai[K] = {4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27};
static const double bi[K] = {119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886};
static const double ci[K] = {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29};
static const double di[K] = {128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825};
static const double ablat[K] = {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33};

static double yi[K], vi[K], ni[K];
static char err[512];

static void effect_sizes(void) {
  mb_escalc_in in;
  memset(&in, 0, sizeof in);
  in.size = (int32_t)sizeof in;
  in.k = K;
  in.columns[MB_AI] = ai;
  in.columns[MB_BI] = bi;
  in.columns[MB_CI] = ci;
  in.columns[MB_DI] = di;
  in.measure = "RR";
  in.add = NAN;
  check(mb_escalc(&in, yi, vi, ni, err, sizeof err, NULL) == MB_OK, err);
  /* metafor 3.8-1: escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg) */
  check_near(yi[0], -0.889311333920205, 1e-10, "yi[0]");
  check_near(vi[0], 0.325584765003961, 1e-10, "vi[0]");
  check(ni[0] == 262, "ni[0]");
  in.measure = "nothing";
  check(mb_escalc(&in, yi, vi, ni, err, sizeof err, NULL) == 111, "an unknown measure is 111");
  check(strstr(err, "nothing") != NULL, "the message names the measure");
  in.size = 8;
  check(mb_escalc(&in, yi, vi, ni, err, sizeof err, NULL) == MB_ABI_MISMATCH, "a wrong structure size is 501");
  check(mb_escalc(NULL, yi, vi, ni, err, sizeof err, NULL) == MB_INVALID_BUFFER, "a null structure is 503");
}

static void five_numbers(void) {
  /* Two samples of 20 values: minimum, median and maximum; quartiles and median. metafor's help page of conv.fivenum, method "blue". */
  static const double numbers[12] = {2, NAN, NAN, 4, 6, 6, NAN, 10, 14, NAN, 20, 20};
  double out[18];
  check(mb_five_numbers(numbers, 2, "blue", NULL, 1, out, err, sizeof err, NULL) == MB_OK, err);
  check_near(out[0], 6.467044, 1e-7, "mean of the first");
  check_near(out[2], 3.187178, 1e-7, "standard deviation of the first");
  check_near(out[3], 4.463030, 1e-7, "standard deviation of the second");
  check(mb_five_numbers(numbers, 2, "nothing", NULL, 1, out, err, sizeof err, NULL) == 111, "an unknown method is 111");
  check(mb_five_numbers(numbers, 2, "qe", NULL, 1, NULL, err, sizeof err, NULL) == MB_INVALID_BUFFER, "a null array is 503");
}

static void pooled(void) {
  double y[K], v[K];
  int32_t used[K];
  mb_rma_mh_in in;
  mb_rma_mh_out out;
  memset(&in, 0, sizeof in);
  memset(&out, 0, sizeof out);
  in.size = (int32_t)sizeof in;
  in.k = K;
  in.correct = 1;
  in.drop00[0] = 1;
  in.first = ai;
  in.first_rest = bi;
  in.second = ci;
  in.second_rest = di;
  in.method = "MH";
  in.to[0] = "only0";
  in.to[1] = "none";
  in.add[0] = 0.5;
  in.level = 95;
  out.size = (int32_t)sizeof out;
  out.yi = y;
  out.vi = v;
  out.pooled = used;
  check(mb_rma_mh(&in, &out, err, sizeof err, NULL) == MB_OK, err);
  /* metafor 5.1-12: rma.mh(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg) */
  check_near(out.beta, -0.473410988388585, 1e-10, "pooled log odds ratio");
  check_near(out.se, 0.0410077784042314, 1e-10, "its standard error");
  check_near(out.QE, 163.942579569193, 1e-10, "QE");
  check_near(out.MH, 135.688943723906, 1e-10, "MH");
  check_near(out.CO, 135.70871485512, 1e-10, "CO");
  check_near(out.BD, 171.765366579396, 1e-10, "BD");
  check_near(out.TA, 171.756672993871, 1e-10, "TA");
  check_near(y[0], -0.938694140870392, 1e-10, "yi of a table");
  check(out.k == K && out.k_yi == K && out.k_pos == K && used[K - 1] == 1, "counts of tables");
  in.method = "PETO";
  check(mb_rma_mh(&in, &out, err, sizeof err, NULL) == MB_OK, err);
  check_near(out.beta, -0.474446310940636, 1e-10, "Peto's log odds ratio");
  check_near(out.QE, 167.730167511489, 1e-10, "Peto's Q");
  check(isnan(out.MH), "Peto's method has no test MH");
  in.measure = "RR";
  check(mb_rma_mh(&in, &out, err, sizeof err, NULL) == 110, "a measure that is not Peto's is 110");
  out.vi = NULL;
  check(mb_rma_mh(&in, &out, err, sizeof err, NULL) == MB_INVALID_BUFFER, "a missing array is 503");
}

static int stop(void) { return 1; }
static int go_on(void) { return 0; }

/* A request by the name of a column; its slope is the column's coefficient. */
static void slopes(mb_rma_uni_in *in) {
  char text[1024];
  double numbers[64];
  mb_tables_out tables = {0};
  tables.size = (int32_t)sizeof tables;
  tables.text = text;
  tables.text_capacity = sizeof text;
  tables.numbers = numbers;
  tables.numbers_capacity = 64;
  in->names = "intrcpt\nablat";
  check(mb_rma_uni_tables(in, NULL, "slopes(of=ablat)", &tables, err, sizeof err, NULL) == MB_OK, err);
  check(strncmp(text, "slopes\t1\t7\nestimate\tse\t", 23) == 0, "the index begins with the slopes");
  /* metafor 3.8-1: rma(yi, vi, mods = ~ ablat, method = "DL", test = "knha", data = bcg) */
  check_near(numbers[0], -0.0292287387551884, 1e-10, "the slope of ablat");
  check(mb_rma_uni_tables(in, NULL, "slopes(of=year)", &tables, err, sizeof err, NULL) == 110, "a moderator that there isn't is 110");
  in->names = "intrcpt";
  check(mb_rma_uni_tables(in, NULL, "slopes(of=ablat)", &tables, err, sizeof err, NULL) == 106, "a name too few is 106");
  in->names = NULL;
}

static void fits(void) {
  double x[2 * K], beta[2], se[2], zval[2], pval[2], lb[2], ub[2], vb[4];
  mb_rma_uni_in in;
  mb_rma_uni_out out;
  memset(&in, 0, sizeof in);
  memset(&out, 0, sizeof out);
  in.size = (int32_t)sizeof in;
  in.k = K;
  in.p = 1;
  in.weighted = 1;
  in.yi = yi;
  in.vi = vi;
  in.method = "REML";
  in.test = "z";
  in.level = 95;
  in.tau2 = NAN;
  out.size = (int32_t)sizeof out;
  out.beta = beta;
  out.se = se;
  out.zval = zval;
  out.pval = pval;
  out.ci_lb = lb;
  out.ci_ub = ub;
  out.vb = vb;
  check(mb_rma_uni(&in, &out, err, sizeof err, go_on) == MB_OK, err);
  /* metafor 3.8-1: rma(yi, vi, data = bcg, control = list(threshold = 1e-12, maxiter = 1000)) */
  check_near(out.tau2, 0.313243258136481, 1e-6, "tau2");
  check_near(beta[0], -0.714532348365101, 1e-6, "beta");
  check_near(out.QE, 152.233008082373, 1e-10, "QE");
  check_near(out.I2, 92.22, 1e-3, "I2");
  check(out.has_intercept == 1 && out.parms == 2, "flags");

  for (int i = 0; i < K; i++) {
    x[i] = 1;
    x[K + i] = ablat[i];
  }
  in.p = 2;
  in.x = x;
  in.test = "knha";
  in.method = "DL";
  check(mb_rma_uni(&in, &out, err, sizeof err, NULL) == MB_OK, err);
  check(out.ddf == 11 && out.QM_df1 == 1 && out.QM_df2 == 11, "degrees of freedom");

  slopes(&in);
  check(mb_rma_uni(&in, &out, err, sizeof err, stop) == MB_CANCELLED, "a poll that says stop is 203");
  for (int i = 0; i < K; i++) x[K + i] = 2;
  check(mb_rma_uni(&in, &out, err, sizeof err, NULL) == 105, "a redundant column is 105");
  in.x = NULL;
  in.p = 1;
  vi[3] = -1;
  check(mb_rma_uni(&in, &out, err, sizeof err, NULL) == 103, "a negative variance is 103");
  vi[3] = NAN;
  check(mb_rma_uni(&in, &out, err, sizeof err, NULL) == 109, "a NaN is 109");
  in.k = 0;
  check(mb_rma_uni(&in, &out, err, sizeof err, NULL) == 107, "no data is 107");
  in.method = NULL;
  check(mb_rma_uni(&in, &out, err, sizeof err, NULL) == MB_INVALID_BUFFER, "a null text is 503");
  check(mb_rma_uni(&in, &out, NULL, 0, NULL) == MB_INVALID_BUFFER, "no error buffer is fine");
}

/* dat.berkey1998 of metadat 1.2-0: two outcomes (PD, AL) of five trials, and their covariances within a trial. */
static void multilevel(void) {
  static const double y[10] = {0.47, -0.32, 0.20, -0.60, 0.40, -0.12, 0.26, -0.31, 0.56, -0.39};
  static const int32_t trial[10] = {1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
  static const int32_t outcome[10] = {2, 1, 2, 1, 2, 1, 2, 1, 2, 1}; /* AL, PD */
  static const double block[5][3] = {{0.0075, 0.0030, 0.0077}, {0.0057, 0.0009, 0.0008}, {0.0021, 0.0007, 0.0014},
                                     {0.0029, 0.0009, 0.0015}, {0.0148, 0.0072, 0.0304}};
  double x[20] = {0}, full[100] = {0}, value[20], beta[2], se[2], zval[2], pval[2], lb[2], ub[2], ddf[2], vb[4];
  double tau2[2] = {NAN, NAN}, rho[1] = {NAN};
  int32_t start[11], row[20], tau2_fixed[2], rho_fixed[1];
  mb_random_term term;
  mb_rma_mv_in in;
  mb_rma_mv_out out;
  memset(&term, 0, sizeof term);
  memset(&in, 0, sizeof in);
  memset(&out, 0, sizeof out);
  for (int i = 0; i < 10; i++) {
    x[i] = outcome[i] == 1;
    x[10 + i] = outcome[i] == 2;
    start[i] = 2 * i;
    for (int j = 0; j < 2; j++) {
      int other = i / 2 * 2 + j;
      row[2 * i + j] = other;
      value[2 * i + j] = full[i * 10 + other] = block[i / 2][i == other ? i % 2 * 2 : 1];
    }
  }
  start[10] = 20;
  term.size = (int32_t)sizeof term;
  term.kind = MB_TERM_FACTOR;
  term.outer_count = 5;
  term.inner_count = 2;
  term.variance_count = 2;
  term.correlation_count = 1;
  term.outer = trial;
  term.inner = outcome;
  term.structure = "UN";
  term.name = "trial";
  term.variances = tau2;
  term.correlations = rho;
  term.variance_fixed = tau2_fixed;
  term.correlation_fixed = rho_fixed;
  in.size = (int32_t)sizeof in;
  in.k = 10;
  in.p = 2;
  in.term_count = 1;
  in.yi = y;
  in.v_start = start;
  in.v_row = row;
  in.v_value = value;
  in.x = x;
  in.terms = &term;
  in.method = "REML";
  in.test = "z";
  in.dfs = "residual";
  in.level = 95;
  out.size = (int32_t)sizeof out;
  out.beta = beta;
  out.se = se;
  out.zval = zval;
  out.pval = pval;
  out.ci_lb = lb;
  out.ci_ub = ub;
  out.ddf = ddf;
  out.vb = vb;
  check(mb_rma_mv(&in, &out, err, sizeof err, go_on) == MB_OK, err);
  /* metafor 3.8-1: rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = dat.berkey1998),
     components to the digits that its search carries; QE has a closed form. */
  check_near(tau2[0], 0.0326513, 1e-5, "tau2[0]");
  check_near(tau2[1], 0.0117330, 1e-5, "tau2[1]");
  check_near(rho[0], 0.6087987, 1e-5, "rho");
  check_near(beta[0], -0.3392152, 1e-5, "beta[0]");
  check_near(beta[1], 0.3534282, 1e-5, "beta[1]");
  check_near(out.QE, 128.226716212968, 1e-10, "QE");
  check(out.parms == 5 && out.QE_df == 8 && tau2_fixed[0] == 0 && rho_fixed[0] == 0, "counts");

  in.v_start = NULL;
  in.v_full = full;
  tau2[0] = 0.03;
  tau2[1] = 0.01;
  rho[0] = 0.5;
  check(mb_rma_mv(&in, &out, err, sizeof err, NULL) == MB_OK, err);
  check(out.parms == 2 && tau2_fixed[0] == 1 && rho_fixed[0] == 1 && tau2[0] == 0.03, "fixed components");
  term.variance_count = 1;
  check(mb_rma_mv(&in, &out, err, sizeof err, NULL) != MB_OK, "one variance for two levels of UN");
  term.variance_count = 2;
  term.outer_count = 6;
  check(mb_rma_mv(&in, &out, err, sizeof err, NULL) == MB_INVALID_BUFFER, "a level without rows is 503");
  term.outer_count = 5;
  full[1] = full[10] = 1;
  tau2[0] = tau2[1] = rho[0] = 0;
  check(mb_rma_mv(&in, &out, err, sizeof err, NULL) != MB_OK, "a covariance that is not positive definite");
  check(mb_rma_mv(&in, &out, err, sizeof err, stop) == MB_CANCELLED, "a poll that says stop is 203");
  in.size = 8;
  check(mb_rma_mv(&in, &out, err, sizeof err, NULL) == MB_ABI_MISMATCH, "a wrong structure size is 501");
}

static void json(void) {
  const char *spec = "{\"family\":\"univariate\",\"effect\":{\"yi\":\"y\",\"vi\":\"v\"},\"method\":\"DL\"}";
  const char *data = "{\"y\":[0.1,0.3,0.2],\"v\":[0.01,0.02,0.015]}";
  int64_t needed = 0;
  char small[4], *whole;
  int status = mb_fit_json(spec, data, small, sizeof small, &needed, err, sizeof err, NULL);
  check(status == MB_INVALID_BUFFER && needed > 4, err);
  if (needed <= 4) return;
  whole = malloc((size_t)needed);
  check(mb_last_text(whole, needed, err, sizeof err) == MB_OK, err);
  check(strlen(whole) == (size_t)needed - 1, "the length of the text");
  check(strstr(whole, "univariate") != NULL, "the family is in the text");
  check(mb_last_text(whole, needed, err, sizeof err) == MB_INVALID_BUFFER, "a text is given once");
  check(mb_fit_json(spec, data, whole, needed, NULL, err, sizeof err, NULL) == MB_OK, err);
  check(mb_fit_json("{", data, whole, needed, NULL, err, sizeof err, NULL) == 116, "malformed JSON is 116");
  free(whole);
}

/* dat.bcg: van Houwelingen, Arends and Stijnen (2002) have slope 0.730 of the treated on the control log odds. */
static void people(void) {
  const char *spec = "{\"family\":\"control-rate\",\"effect\":{\"measure\":\"OR\",\"ai\":\"a\",\"bi\":\"b\",\"ci\":\"c\",\"di\":\"d\"}}";
  char data[4096], text[8192], *at = data;
  double numbers[512];
  const double *columns[4] = {ai, bi, ci, di};
  mb_tables_out out = {0};
  out.size = (int32_t)sizeof out;
  for (int j = 0; j < 4; j++) {
    at += sprintf(at, "%s\"%c\":[", j == 0 ? "{" : ",", 'a' + j);
    for (int i = 0; i < K; i++) at += sprintf(at, "%s%.0f", i == 0 ? "" : ",", columns[j][i]);
    at += sprintf(at, "]");
  }
  sprintf(at, "}");
  check(mb_people(spec, data, &out, err, sizeof err, NULL) == MB_INVALID_BUFFER, "buffers that are too small are 503");
  out.text = text;
  out.text_capacity = sizeof text;
  out.numbers = numbers;
  out.numbers_capacity = 512;
  check(mb_last_tables(&out, err, sizeof err) == MB_OK, err);
  check(strncmp(text, "control-rate\t3\t6\nestimate\tse\t", 29) == 0, "the index begins with the regression");
  check(strstr(text, "\nnotes\t2\t0\n") != NULL, "notes are texts");
  check_near(numbers[2], -0.270, 1e-3, "slope of the log odds ratio on the control log odds");
  check(mb_people("{\"family\":\"bayes\",\"effect\":{\"yi\":\"a\",\"vi\":\"b\"}}", data, &out, err, sizeof err, NULL) == 119, "another family is 119");
}

static void bayes(void) {
  const char *spec = "{\"family\":\"bayes\",\"effect\":{\"yi\":\"y\",\"vi\":\"v\"},\"measure\":\"SMD\"}";
  const char *data = "{\"y\":[0.1,0.3,0.2],\"v\":[0.01,0.02,0.015]}";
  char text[8192];
  double numbers[512];
  mb_tables_out out = {0};
  out.size = (int32_t)sizeof out;
  check(mb_brma(spec, data, NULL, &out, err, sizeof err, NULL) == MB_INVALID_BUFFER, "buffers that are too small are 503");
  check(out.text_needed > 1 && out.text_needed <= (int64_t)sizeof text && out.numbers_needed > 0 && out.numbers_needed <= 512, "what is needed");
  out.text = text;
  out.text_capacity = sizeof text;
  out.numbers = numbers;
  out.numbers_capacity = 512;
  check(mb_last_tables(&out, err, sizeof err) == MB_OK, err);
  check(strncmp(text, "estimates\t2\t10\nmean\tsd\t", 23) == 0, "the index begins with the estimates");
  check(numbers[0] > 0.1 && numbers[0] < 0.3, "the mean of mu");
  check(mb_last_tables(&out, err, sizeof err) == MB_INVALID_BUFFER, "tables are given once");
  check(mb_brma(spec, data, "{\"loo\":true}", &out, err, sizeof err, NULL) == MB_OK && strstr(text, "loo studies\t3\t3") != NULL, err);
  check(mb_brma(spec, data, "{\"diagnostics\":true}", &out, err, sizeof err, NULL) == MB_OK && strstr(text, "residuals\t3\t6") != NULL && strstr(text, "influence\t3\t6") != NULL, err);
  check(mb_brma(spec, data, "{\"predict\":{\"type\":\"response\",\"average\":true,\"v\":[0.1]}}", &out, err, sizeof err, NULL) == MB_OK && strstr(text, "predictions\t1\t10") != NULL, err);
  check(mb_brma(spec, data, "{\"lou\":true}", &out, err, sizeof err, NULL) == 111, "an unknown question is 111");
  check(mb_brma(spec, data, NULL, &out, err, sizeof err, stop) == MB_CANCELLED, "a poll that says stop is 203");
  check(mb_brma(spec, data, NULL, NULL, err, sizeof err, NULL) == MB_INVALID_BUFFER, "no structure is 503");
  out.size = 1;
  check(mb_brma(spec, data, NULL, &out, err, sizeof err, NULL) == MB_ABI_MISMATCH, "another size is 501");
}

static void texts(void) {
  char out[8192];
  check(mb_version(out, sizeof out, err, sizeof err) == MB_OK && out[0] != 0, "the version");
  check(mb_explain("MB0103", out, sizeof out, err, sizeof err) == MB_OK && strncmp(out, "MB0103\n", 7) == 0, "an explanation");
  check(mb_explain("MB9999", out, sizeof out, err, sizeof err) == 111, "an unknown code is 111");
  check(mb_explain("MB0103", out, 3, err, sizeof err) == MB_INVALID_BUFFER, "a buffer that is too small is 503");
  check(mb_keywords("method", out, sizeof out, err, sizeof err) == MB_OK && strstr(out, "REML\t") != NULL, "the methods");
  check(mb_keywords("nothing", out, sizeof out, err, sizeof err) == 111, "an unknown kind is 111");
}

/* Two correlated errors and one alone; a correlation matrix of three variables. */
static void check_covariances(void) {
  double vi[3] = {1, 4, 9}, out[4], yi[3], ni[3], triangle[6], number[8] = {0};
  double ri[3] = {.5, .4, .3}, sizes[3] = {51, 51, 51}, rho = .5, r[9] = {1, .5, .4, .5, 1, .3, .4, .3, 1};
  int32_t cluster[3] = {0, 1, 0}, obs[3] = {0, 0, 1}, zero[3] = {0, 0, 0}, one[3] = {0, 0, 1}, two[3] = {1, 2, 2}, x[2] = {1, 2};
  char err[256];
  mb_vcalc_in v = {0};
  mb_rcalc_in c = {0};
  mb_matreg_in m = {0};
  mb_matreg_out o = {0};
  v.size = (int32_t)sizeof v;
  v.k = 3;
  v.cluster_count = 2;
  v.within_count = 1;
  v.check_pd = 1;
  v.vi = vi;
  v.cluster = cluster;
  v.obs = obs;
  v.within = &rho;
  v.names = "a\nb";
  v.phi = NAN;
  check(mb_vcalc(&v, out, 4, err, sizeof err, NULL) == MB_OK, "mb_vcalc");
  check(out[0] == 1 && out[1] == 1.5 && out[2] == 9 && out[3] == 4, "blocks of mb_vcalc");
  check(mb_vcalc(&v, out, 3, err, sizeof err, NULL) == MB_INVALID_BUFFER, "mb_vcalc without room");
  rho = -1;
  check(mb_vcalc(&v, out, 4, err, sizeof err, NULL) == 104, "mb_vcalc refuses a singular block");
  check(strstr(err, "cluster 'a' (rows 1, 3)") != NULL, "mb_vcalc names the cluster");

  c.size = (int32_t)sizeof c;
  c.k = 3;
  c.study_count = 1;
  c.check_pd = 1;
  c.study = zero;
  c.var1 = one;
  c.var2 = two;
  c.ri = ri;
  c.ni = sizes;
  c.nfun = "min";
  check(mb_rcalc(&c, yi, ni, triangle, 6, err, sizeof err, NULL) == MB_OK, "mb_rcalc");
  check_near(triangle[0], .75 * .75 / 50, 1e-14, "a variance of mb_rcalc");
  check(yi[1] == .4 && ni[1] == 51, "outcomes of mb_rcalc");

  m.size = (int32_t)sizeof m;
  m.p = 3;
  m.m = 2;
  m.x = x;
  m.r = r;
  m.names = "y\na\nb";
  m.n = 50;
  m.level = 95;
  o.size = (int32_t)sizeof o;
  o.beta = number;
  o.se = yi;
  o.stat = ni;
  o.pval = out;
  o.ci_lb = triangle;
  o.ci_ub = triangle + 2;
  o.vb = number + 2;
  check(mb_matreg(&m, &o, err, sizeof err, NULL) == MB_OK, "mb_matreg");
  check_near(number[0], (.5 - .3 * .4) / (1 - .09), 1e-14, "a coefficient of mb_matreg");
  check(o.df == 48, "degrees of freedom of mb_matreg");
}

int main(void) {
  check(mb_abi_version() == MB_ABI_VERSION, "the version of the interface");
  effect_sizes();
  five_numbers();
  check_covariances();
  pooled();
  fits();
  multilevel();
  json();
  bayes();
  people();
  texts();
  if (failures == 0) printf("all checks passed\n");
  return failures == 0 ? 0 : 1;
}
