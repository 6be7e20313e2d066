/* metabridge.h: the C interface of MetaBridge.
 *
 * One shared library (libmetabridge.so), no .NET installation needed. Every function is plain C, keeps no state between
 * calls, never writes to the standard streams and never raises anything across this border.
 *
 * Conventions
 *   - The result is a status: 0 for success, otherwise the number of an error code (103 is MB0103; mb_explain tells more).
 *   - `err` receives the message as UTF-8, always ended by a zero byte and cut to `errlen` bytes; it may be NULL.
 *   - The caller allocates every output. Texts of unknown length: see mb_fit_json.
 *   - Matrices are stored by columns. A missing number is any NaN. Rows and coefficients are counted from 1.
 *   - `poll` may be NULL. It is called now and then on the calling thread during long work; a result other than zero
 *     cancels the work, and the function returns 203.
 *   - The library starts its runtime at the first call. A process forked after that must not call it; see docs/native.md.
 */
#ifndef METABRIDGE_H
#define METABRIDGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a function or a structure of this file changes. Compare it with mb_abi_version() after loading. */
#define MB_ABI_VERSION 2

enum {
  MB_OK = 0,
  MB_CANCELLED = 203,
  MB_ABI_MISMATCH = 501,
  MB_INVALID_BUFFER = 503,
  MB_INTERNAL = 901
};

typedef int (*mb_poll)(void);

/* A meta-analysis of one effect size per study: y ~ N(X beta, diag(v + tau2)). */
typedef struct {
  int32_t size;            /* sizeof(mb_rma_uni_in) */
  int32_t k;               /* studies */
  int32_t p;               /* columns of x */
  int32_t weighted;        /* 0: unweighted estimation of the coefficients */
  int32_t btt_count;       /* length of btt; 0: all coefficients but the intercept */
  int32_t reserved;        /* 0 */
  const double *yi;        /* k effect sizes, finite */
  const double *vi;        /* k sampling variances, finite and not negative */
  const double *x;         /* k x p design, finite, of full column rank; NULL: one column of ones (then p is 1) */
  const double *weights;   /* k custom weights, or NULL */
  const int32_t *btt;      /* coefficients in the omnibus test, counted from 1, or NULL */
  const char *method;      /* "REML", "DL", ...: mb_keywords("method", ...) lists them */
  const char *test;        /* "z", "t", "knha", "adhoc" */
  double level;            /* confidence level in percent */
  double tau2;             /* a fixed value, or NaN to estimate it */
} mb_rma_uni_in;

typedef struct {
  int32_t size;            /* sizeof(mb_rma_uni_out) */
  int32_t parms;           /* parameters counted by the information criteria */
  int32_t optimality;      /* 0 closed form, 1 proven, 2 several starts, 3 local, 4 fixed, 5 unknown */
  int32_t converged;
  int32_t iterations;
  int32_t has_intercept;   /* whether a column of ones is part of the design */
  double *beta;            /* p, as are the next five; every one must be given */
  double *se;
  double *zval;
  double *pval;
  double *ci_lb;
  double *ci_ub;
  double *vb;              /* p x p */
  double tau2, se_tau2, I2, H2, R2, vt;
  double QE, QE_df, QEp;
  double QM, QM_df1, QM_df2, QMp;
  double s2w, ddf;
  double fit_ml[5];        /* log-likelihood, deviance, AIC, BIC, AICc */
  double fit_reml[5];
} mb_rma_uni_out;

/* Columns of mb_escalc_in, in the order of metafor's arguments. */
enum {
  MB_AI, MB_BI, MB_CI, MB_DI, MB_N1I, MB_N2I, MB_X1I, MB_X2I, MB_T1I, MB_T2I, MB_M1I, MB_M2I, MB_SD1I, MB_SD2I,
  MB_XI, MB_MI, MB_RI, MB_TI, MB_NI, MB_YI, MB_VI, MB_SEI, MB_SDI, MB_R2I, MB_FI, MB_PI,
  MB_COLUMN_COUNT
};

/* Bits of `rules` in mb_escalc_in. */
enum {
  MB_NO_CORRECTION = 1,      /* no second-order bias correction of ROM, ROMC, CVR, CVRC */
  MB_ONLY_FIRST_OUTCOME = 2, /* add to the cells of the first outcome only (onlyo1) */
  MB_NOT_TO_EFFECT = 4,      /* keep the addition out of the effect sizes (addyi = FALSE) */
  MB_NOT_TO_VARIANCE = 8     /* keep it out of the variances (addvi = FALSE) */
};

typedef struct {
  int32_t size;            /* sizeof(mb_escalc_in) */
  int32_t k;               /* rows */
  int32_t drop00;
  int32_t rules;           /* sum of the bits above, or 0 */
  const double *columns[MB_COLUMN_COUNT]; /* k values each, NULL for columns that are not given */
  const char *measure;     /* "RR", "SMD", ...: mb_keywords("measure", ...) lists them */
  const char *to;          /* "only0", "all", "if0all", "none"; NULL for only0 */
  const char *vtype;       /* the sampling variance, a word of metafor; NULL for LS */
  double add;              /* NaN for the measure's default */
} mb_escalc_in;

/* Version of the structures and functions; the one function without an error buffer. */
int mb_abi_version(void);

/* Version of MetaBridge, such as "0.1.0". */
int mb_version(char *out, int32_t outlen, char *err, int32_t errlen);

/* Fits the model; fills `out`, whose size and array members the caller has set. */
int mb_rma_uni(const mb_rma_uni_in *in, mb_rma_uni_out *out, char *err, int32_t errlen, mb_poll poll);

/* Effect sizes yi, sampling variances vi and total sample sizes ni: k values each, NaN where there is none. */
int mb_escalc(const mb_escalc_in *in, double *yi, double *vi, double *ni, char *err, int32_t errlen, mb_poll poll);

/* The general door: a model specification and a dataset as JSON go in, the result as JSON comes out. `*needed` is set to
 * the bytes the result takes with its final zero. When that is more than `capacity`, nothing is written to `out`, the
 * status is MB_INVALID_BUFFER and mb_last_text() on the same thread gives the same result without a second fit. */
int mb_fit_json(const char *spec, const char *data, char *out, int64_t capacity, int64_t *needed,
                char *err, int32_t errlen, mb_poll poll);

/* Copies and forgets the text that the last function on this thread could not deliver. */
int mb_last_text(char *out, int64_t capacity, char *err, int32_t errlen);

/* Explains an error code ("MB0103", "103" or "NonPositiveVariance"): label, cause and remedy, separated by line feeds. */
int mb_explain(const char *code, char *out, int32_t outlen, char *err, int32_t errlen);

/* The words of "method", "test", "measure" or "to", one per line: word, tab, description, tab, aliases with commas. */
int mb_keywords(const char *kind, char *out, int32_t outlen, char *err, int32_t errlen);

#ifdef __cplusplus
}
#endif

#endif
