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
#define MB_ABI_VERSION 5

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
  const char *method;      /* "REML", "DL", ...: mb_keywords("method", ...) lists them; "REML,DL": in turn until one converges */
  const char *test;        /* "z", "t", "knha", "adhoc" */
  double level;            /* confidence level in percent */
  double tau2;             /* a fixed value, or NaN to estimate it */
  const char *names;       /* names of the p columns of x, separated by line feeds, for messages and requests; NULL for generated ones */
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

/* Where tables are written: an index (text) and their numbers. */
typedef struct {
  int32_t size;              /* sizeof(mb_tables_out) */
  int32_t reserved;          /* 0 */
  char *text;
  int64_t text_capacity;     /* bytes */
  int64_t text_needed;       /* set by the library, with the final zero */
  double *numbers;
  int64_t numbers_capacity;  /* count */
  int64_t numbers_needed;    /* set by the library */
} mb_tables_out;

/* What varies in a random term. */
enum {
  MB_TERM_INTERCEPT = 0,   /* ~ 1 | outer */
  MB_TERM_FACTOR = 1,      /* ~ inner | outer: G over the levels of a factor, a time or points */
  MB_TERM_SLOPES = 2       /* ~ x + z | outer: GEN and GDIAG */
};

/* A random term. Levels are counted from 1 in their order, and each of them occurs. */
typedef struct {
  int32_t size;            /* sizeof(mb_random_term) */
  int32_t kind;
  int32_t outer_count;     /* levels of outer */
  int32_t inner_count;     /* levels of inner, or columns of slopes; 0 for an intercept term */
  int32_t variance_count;  /* 1; a value per inner level for HCS, UN, DIAG, HAR, and per column for GEN, GDIAG */
  int32_t correlation_count; /* 0 for an intercept term, ID, DIAG and GDIAG; n(n-1)/2 for UN and GEN; otherwise 1 */
  const int32_t *outer;    /* k levels */
  const int32_t *inner;    /* k levels, or NULL */
  const double *values;    /* CAR: k times, instead of inner; slopes: k x inner_count; otherwise NULL */
  const double *known;     /* intercept term: correlations of the levels of outer, or NULL; spatial: distances of those of inner;
                              AR and HAR: their lags, or NULL for the differences of their numbers */
  const char *structure;   /* "CS", "UN", ...; NULL for an intercept term */
  const char *name;        /* what messages call the term, or NULL */
  double *variances;       /* in: fixed values, NaN to estimate; out: values */
  double *correlations;    /* the same; of UN and GEN by rows of the upper triangle */
  int32_t *variance_fixed; /* out: whether it was fixed, by the caller or because the data cannot tell it */
  int32_t *correlation_fixed;
} mb_random_term;

/* Dependent effect sizes: y ~ N(X beta, V + sum of Z G Z'). */
typedef struct {
  int32_t size;            /* sizeof(mb_rma_mv_in) */
  int32_t k;               /* effect sizes */
  int32_t p;               /* columns of x */
  int32_t term_count;
  int32_t btt_count;       /* length of btt; 0: all coefficients but the intercept */
  int32_t reserved;        /* 0 */
  const double *yi;        /* k effect sizes, finite */
  const double *vi;        /* k sampling variances; NULL when V is given in one of the next two ways */
  const int32_t *v_start;  /* V sparse, by columns, both triangles: k + 1 places in the next two */
  const int32_t *v_row;    /* rows, counted from 0 */
  const double *v_value;
  const double *v_full;    /* V as k x k values */
  const double *x;         /* k x p design, finite, of full column rank; NULL: one column of ones (then p is 1) */
  const double *weights;   /* k custom weights, or NULL */
  const int32_t *btt;      /* coefficients in the omnibus test, counted from 1, or NULL */
  mb_random_term *terms;   /* term_count of them; they receive the components */
  const char *method;      /* "REML", "ML", "EE" */
  const char *test;        /* "z", "t", "knha", "adhoc" */
  const char *dfs;         /* "residual", "contain", "satterthwaite", "kenward-roger" */
  double level;            /* confidence level in percent */
} mb_rma_mv_in;

typedef struct {
  int32_t size;            /* sizeof(mb_rma_mv_out) */
  int32_t parms;           /* parameters counted by the information criteria */
  int32_t optimality;      /* as in mb_rma_uni_out */
  int32_t converged;
  int32_t iterations;
  int32_t evaluations;     /* of the likelihood */
  int32_t starts;          /* starting points searched from */
  int32_t has_intercept;
  double *beta;            /* p, as are the next six; every one must be given */
  double *se;
  double *zval;
  double *pval;
  double *ci_lb;
  double *ci_ub;
  double *ddf;             /* NaN for the normal test */
  double *vb;              /* p x p */
  double QE, QE_df, QEp;
  double QM, QM_df1, QM_df2, QMp;
  double gradient;         /* largest derivative left at the optimum */
  double fit_ml[5];        /* log-likelihood, deviance, AIC, BIC, AICc */
  double fit_reml[5];
} mb_rma_mv_out;

/* 2 x 2 tables, or person-time data, with one common effect, for mb_rma_mh. Of the pairs the first is for the effect sizes of
 * single tables, the second for what is pooled. */
typedef struct {
  int32_t size;            /* sizeof(mb_rma_mh_in) */
  int32_t k;               /* tables */
  int32_t correct;         /* 0: no continuity correction of the (Cochran-)Mantel-Haenszel test */
  int32_t drop00[2];       /* not 0: leave out tables without events, or with only events, in both groups */
  int32_t reserved;        /* 0 */
  const double *first;     /* k values: ai, or x1i; a table with a NaN is left out */
  const double *first_rest; /* bi, or t1i */
  const double *second;    /* ci, or x2i */
  const double *second_rest; /* di, or t2i */
  const char *method;      /* "MH", "PETO" */
  const char *measure;     /* "OR", "RR", "RD", "IRR", "IRD"; NULL for OR, or for Peto's own */
  const char *to[2];       /* "only0", "all", "if0all", "none" */
  double add[2];
  double level;            /* confidence level in percent */
} mb_rma_mh_in;

typedef struct {
  int32_t size;            /* sizeof(mb_rma_mh_out) */
  int32_t k;               /* tables pooled */
  int32_t k_yi;            /* tables with an effect size */
  int32_t k_pos;           /* tables with both outcomes and both groups; -1 where that is not counted */
  double *yi;              /* k of the input, as are the next two: effect sizes, NaN where there is none; must be given */
  double *vi;              /* sampling variances */
  int32_t *pooled;         /* 1 for a table that is pooled, 0 for one that is not */
  double beta, se, zval, pval, ci_lb, ci_ub; /* NaN where the tables have no pooled effect */
  double QE, QE_df, QEp, I2, H2;
  double CO, COp, MH, MHp; /* NaN for measures that have no such test, as are the next */
  double BD, BDp, TA, TAp;
  double fit_ml[5];        /* log-likelihood, deviance, AIC, BIC, AICc */
  double fit_reml[5];
} mb_rma_mh_out;

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

/* How k sampling errors depend on each other, for mb_vcalc. Codes are counted from 0 in any order; a NULL list is not given. */
typedef struct {
  int32_t size;            /* sizeof(mb_vcalc_in) */
  int32_t k;               /* rows */
  int32_t cluster_count;   /* codes of cluster */
  int32_t obs_count;       /* codes of obs, 0 without */
  int32_t type_count;      /* codes of type, 0 without */
  int32_t within_count;    /* 0: no rho for obs; 1: one value; obs_count: a matrix */
  int32_t between_count;   /* the same for type */
  int32_t rvar_count;      /* columns of rvars, 0 without */
  int32_t check_pd;        /* 0: blocks need not be positive definite */
  int32_t near_pd;         /* not 0: a block that is not is replaced by the nearest one */
  const double *vi;        /* k sampling variances, NaN where unknown */
  const int32_t *cluster;  /* k; subgroups are clusters of their own */
  const int32_t *obs;      /* k or NULL */
  const int32_t *type;     /* k or NULL */
  const int32_t *grp1;     /* k or NULL; grp1 and grp2 share their codes */
  const int32_t *grp2;
  const double *time1;     /* k or NULL */
  const double *time2;
  const double *w1;
  const double *w2;
  const double *within;    /* rho of different observations of a type */
  const double *between;   /* rho of different types */
  const double *rvars;     /* k x rvar_count: correlations with the first, second, ... row of the cluster */
  const char *names;       /* names of the clusters for messages, separated by line feeds */
  double phi;              /* autocorrelation, NaN without */
} mb_vcalc_in;

/* Correlations of the same persons as outcomes, for mb_rcalc. Codes are counted from 0 in any order. */
typedef struct {
  int32_t size;            /* sizeof(mb_rcalc_in) */
  int32_t k;               /* rows */
  int32_t study_count;     /* codes of study */
  int32_t fisher_z;        /* not 0: the transformed correlations */
  int32_t check_pd;        /* 0: blocks need not be positive definite */
  int32_t reserved;        /* 0 */
  const int32_t *study;    /* k, as are the next four */
  const int32_t *var1;
  const int32_t *var2;
  const double *ri;        /* NaN where missing */
  const double *ni;
  const char *names;       /* names of the studies for messages, separated by line feeds */
  const char *variables;   /* names of the variables, separated by line feeds */
  const char *nfun;        /* "min", "harmonic", "mean": the one sample size of a study */
} mb_rcalc_in;

/* A regression from a correlation or covariance matrix, for mb_matreg. */
typedef struct {
  int32_t size;            /* sizeof(mb_matreg_in) */
  int32_t p;               /* variables */
  int32_t y;               /* the outcome, counted from 0 */
  int32_t m;               /* predictors */
  int32_t covariance;      /* not 0: R is a covariance matrix */
  int32_t fisher_z;        /* not 0: R and V are of Fisher's z */
  int32_t near_pd;         /* not 0: predictors that are not positive definite are replaced by the nearest that are */
  int32_t reserved;        /* 0 */
  const int32_t *x;        /* m predictors, counted from 0 */
  const double *r;         /* p x p by columns, the lower triangle is read */
  const double *v;         /* covariance of the elements of R, or NULL when n is given */
  const double *means;     /* p means, or NULL */
  const char *names;       /* names of the variables, separated by line feeds */
  double n;                /* sample size, or NaN when v is given */
  double level;            /* confidence level in percent */
} mb_matreg_in;

typedef struct {
  int32_t size;            /* sizeof(mb_matreg_out) */
  int32_t reserved;        /* 0 */
  double *beta;            /* m, or m + 1 with the intercept first for a covariance matrix; as are the next five */
  double *se;
  double *stat;
  double *pval;
  double *ci_lb;
  double *ci_ub;
  double *vb;              /* square of that */
  double df;               /* NaN for z tests */
  double R2, R2adj;
  double test, test_df1, test_df2, testp; /* F, or chi-squared with df2 NaN */
} mb_matreg_out;

/* Version of the structures and functions; the one function without an error buffer. */
int mb_abi_version(void);

/* Version of MetaBridge, such as "0.1.0". */
int mb_version(char *out, int32_t outlen, char *err, int32_t errlen);

/* Fits the model; fills `out`, whose size and array members the caller has set. */
int mb_rma_uni(const mb_rma_uni_in *in, mb_rma_uni_out *out, char *err, int32_t errlen, mb_poll poll);

/* Fits the model and gives tables beside it. `ask` are requests as in the member "also" of a specification, separated by commas:
 * "influence, gosh(subsets=1000, seed=1)"; `data` is a dataset as for mb_fit_json with further columns, one row per study, or NULL; requests that
 * name moderators, "slopes(of=ablat)", need `names` in `in`, and levels of factors come from `data`. The
 * tables come as those of mb_brma; when a buffer is too small, mb_last_tables() gives them without a second fit. */
int mb_rma_uni_tables(const mb_rma_uni_in *in, const char *data, const char *ask, mb_tables_out *out,
                      char *err, int32_t errlen, mb_poll poll);

/* Fits the model; fills `out` and the components of the terms. The fit runs on a thread of its own when `poll` is given, which
 * is called every few milliseconds. */
int mb_rma_mv(const mb_rma_mv_in *in, mb_rma_mv_out *out, char *err, int32_t errlen, mb_poll poll);

/* Pools the tables; fills `out`, whose size and arrays the caller has set. */
int mb_rma_mh(const mb_rma_mh_in *in, mb_rma_mh_out *out, char *err, int32_t errlen, mb_poll poll);

/* Effect sizes yi, sampling variances vi and total sample sizes ni: k values each, NaN where there is none. */
int mb_escalc(const mb_escalc_in *in, double *yi, double *vi, double *ni, char *err, int32_t errlen, mb_poll poll);

/* Means and standard deviations from five-number summaries. `numbers` has six columns of k values: minimum, first quartile, median, third
 * quartile, maximum, sample size; NaN for what is not known. `method` is "default", "qe", "bc", "mln" or "blue"; `log_normal` holds k flags for
 * "default", or is NULL; `back_transform` is 0 to keep the estimates of the logarithms. `out` gets nine columns of k values: mean, standard
 * deviation, statistic of the test of skewness and its critical value, distribution (0 normal, 1 log-normal, 2 gamma, 3 beta, 4 Weibull, 5
 * normal after a power transformation), location, scale and power of the transformation, distance of the fitted quantiles; NaN for what
 * there is not. Nothing is left out where the test says that data are skewed. */
int mb_five_numbers(const double *numbers, int32_t k, const char *method, const int32_t *log_normal, int32_t back_transform, double *out,
                    char *err, int32_t errlen, mb_poll poll);

/* The general door: a model specification and a dataset as JSON go in, the result as JSON comes out. `*needed` is set to
 * the bytes the result takes with its final zero. When that is more than `capacity`, nothing is written to `out`, the
 * status is MB_INVALID_BUFFER and mb_last_text() on the same thread gives the same result without a second fit. */
int mb_fit_json(const char *spec, const char *data, char *out, int64_t capacity, int64_t *needed,
                char *err, int32_t errlen, mb_poll poll);

/* Copies and forgets the text that the last function on this thread could not deliver. */
int mb_last_text(char *out, int64_t capacity, char *err, int32_t errlen);

/* Fits a Bayesian model: `spec` of the family "bayes" and `data` as for mb_fit_json; `ask` is a JSON object of further
 * questions, or NULL. The index has three lines per table: name, tab, rows, tab, columns; the columns' names separated by
 * tabs; the rows' names separated by tabs. The numbers follow table after table, column after column; a table of texts has
 * no columns. docs/native.md lists questions and tables. When a buffer is too small nothing is written, the status is
 * MB_INVALID_BUFFER and mb_last_tables() on the same thread gives the same result without a second fit. */
int mb_brma(const char *spec, const char *data, const char *ask, mb_tables_out *out, char *err, int32_t errlen, mb_poll poll);

/* Fits a model of people and studies: `spec` of the family "individual", "within-between" or "control-rate", and `data` as for
 * mb_fit_json. The tables come as those of mb_brma, with the texts "notes" and, where rows were left out, "left out": the
 * rows' names are the reasons, the column "row" their numbers counted from 1. */
int mb_people(const char *spec, const char *data, mb_tables_out *out, char *err, int32_t errlen, mb_poll poll);

/* Copies and forgets the tables that the last function on this thread could not deliver. */
int mb_last_tables(mb_tables_out *out, char *err, int32_t errlen);

/* The covariance of sampling errors: the lower triangle of the block of each cluster in the order of its code, by columns,
 * rows in their order. `length` is the sum of n(n+1)/2 over the clusters. */
int mb_vcalc(const mb_vcalc_in *in, double *out, int64_t length, char *err, int32_t errlen, mb_poll poll);

/* Outcomes yi and sample sizes ni (k values each), and their covariance by studies as mb_vcalc has it by clusters. */
int mb_rcalc(const mb_rcalc_in *in, double *yi, double *ni, double *out, int64_t length, char *err, int32_t errlen, mb_poll poll);

/* Fits the regression; fills `out`, whose size and array members the caller has set. */
int mb_matreg(const mb_matreg_in *in, mb_matreg_out *out, char *err, int32_t errlen, mb_poll poll);

/* Explains an error code ("MB0103", "103" or "NonPositiveVariance"): label, cause and remedy, separated by line feeds. */
int mb_explain(const char *code, char *out, int32_t outlen, char *err, int32_t errlen);

/* The words of "method", "test", "measure" or "to", one per line: word, tab, description, tab, aliases with commas. */
int mb_keywords(const char *kind, char *out, int32_t outlen, char *err, int32_t errlen);

#ifdef __cplusplus
}
#endif

#endif
