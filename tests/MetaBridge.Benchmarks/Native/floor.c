/* Plain loops that do the bare work of a few tasks, as a measure of what the machine could do: no checks, no proof, one thread.
   The benchmark compiles them as a shared library with -O3 -march=native -ffast-math and calls them in its own process. */
#include <math.h>

#define LANES 8
#define TOLERANCE 1e-5
#define MAX_STEPS 100

/* Fisher scoring for the restricted likelihood with an intercept alone; writes the mean and its standard error. */
double floor_reml(const double *y, const double *v, int k, double *mean, double *se) {
  double sy = 0, syy = 0, sv = 0;
  for (int i = 0; i < k; i++) { sy += y[i]; syy += y[i] * y[i]; sv += v[i]; }
  double tau2 = fmax(0, (syy - sy * sy / k) / (k - 1) - sv / k), m = 0, var = 0;
  for (int step = 0; step < MAX_STEPS; step++) {
    double s1 = 0, s2 = 0, s3 = 0, y1 = 0, y2 = 0, q2 = 0;
    for (int i = 0; i < k; i++) {
      double w = 1 / (v[i] + tau2), w2 = w * w;
      s1 += w; s2 += w2; s3 += w2 * w; y1 += w * y[i]; y2 += w2 * y[i]; q2 += w2 * y[i] * y[i];
    }
    var = 1 / s1; m = y1 * var;
    double change = (q2 - 2 * m * y2 + m * m * s2 - s1 + var * s2) / (s2 - 2 * var * s3 + var * var * s2 * s2);
    while (tau2 + change < 0) change /= 2;
    tau2 += change;
    if (fabs(change) < TOLERANCE) break;
  }
  *mean = m; *se = sqrt(var);
  return tau2;
}

/* The same for LANES data sets at once, study by study: y[i * LANES + lane]. */
static void reml_lanes(const double *restrict y, const double *restrict v, int k, double *restrict tau2, double *restrict mean, double *restrict se) {
  double t[LANES], var[LANES];
  for (int l = 0; l < LANES; l++) {
    double sy = 0, syy = 0, sv = 0;
    for (int i = 0; i < k; i++) { double x = y[i * LANES + l]; sy += x; syy += x * x; sv += v[i * LANES + l]; }
    double start = (syy - sy * sy / k) / (k - 1) - sv / k;
    t[l] = start < 0 ? 0 : start;
  }
  for (int step = 0; step < MAX_STEPS; step++) {
    double s1[LANES] = {0}, s2[LANES] = {0}, s3[LANES] = {0}, y1[LANES] = {0}, y2[LANES] = {0}, q2[LANES] = {0}, largest = 0;
    for (int i = 0; i < k; i++)
      for (int l = 0; l < LANES; l++) {
        double x = y[i * LANES + l], w = 1 / (v[i * LANES + l] + t[l]), w2 = w * w;
        s1[l] += w; s2[l] += w2; s3[l] += w2 * w; y1[l] += w * x; y2[l] += w2 * x; q2[l] += w2 * x * x;
      }
    for (int l = 0; l < LANES; l++) {
      var[l] = 1 / s1[l]; mean[l] = y1[l] * var[l];
      double change = (q2[l] - 2 * mean[l] * y2[l] + mean[l] * mean[l] * s2[l] - s1[l] + var[l] * s2[l])
                    / (s2[l] - 2 * var[l] * s3[l] + var[l] * var[l] * s2[l] * s2[l]);
      double next = t[l] + change;
      if (next < 0) next = t[l] > 1e-6 ? t[l] * 0.25 : 0;
      double moved = fabs(next - t[l]);
      t[l] = next;
      if (moved > largest) largest = moved;
    }
    if (largest < TOLERANCE) break;
  }
  for (int l = 0; l < LANES; l++) { tau2[l] = t[l]; se[l] = sqrt(var[l]); }
}

/* Many data sets that stand in lanes already; sets is a multiple of LANES. */
void floor_reml_many(const double *y, const double *v, int k, int sets, double *tau2, double *mean, double *se) {
  for (int i = 0; i < sets; i += LANES) reml_lanes(y + i * k, v + i * k, k, tau2 + i, mean + i, se + i);
}

/* All subsets of two or more studies; returns the sum of tau2. */
double floor_gosh(const double *y, const double *v, int k) {
  double sum = 0, ys[32], vs[32], mean, se;
  for (int set = 1; set < 1 << k; set++) {
    int n = 0;
    for (int i = 0; i < k; i++) if (set >> i & 1) { ys[n] = y[i]; vs[n++] = v[i]; }
    if (n > 1) sum += floor_reml(ys, vs, n, &mean, &se);
  }
  return sum;
}

/* All 2^k changes of sign; returns how many z values are as large as the observed one. */
int floor_permutation(const double *y, const double *v, int k) {
  double ys[32], mean, se;
  floor_reml(y, v, k, &mean, &se);
  double observed = fabs(mean / se) - 1e-9;
  int count = 0;
  for (int set = 0; set < 1 << k; set++) {
    for (int i = 0; i < k; i++) ys[i] = set >> i & 1 ? -y[i] : y[i];
    floor_reml(ys, v, k, &mean, &se);
    count += fabs(mean / se) >= observed;
  }
  return count;
}
