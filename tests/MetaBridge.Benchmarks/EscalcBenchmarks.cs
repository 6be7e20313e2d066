using System.Diagnostics;
using System.Runtime.InteropServices;
using MetaBridge.EffectSizes;
using MetaBridge.Specs;
using MetaBridge.Stratified;

namespace MetaBridge.Benchmarks;

/// <summary>Effect sizes of a million rows and sums of pooled tables, beside plain C loops over the same arrays, compiled with vector mathematics.</summary>
internal static unsafe class EscalcBenchmarks
{
    private const int Rows = 1_000_000;
    private const int Repetitions = 21;
    private const int WarmUp = 40;
    private const int PauseForCompiler = 250;

    /// <summary>One loop per measure over the columns c, as one would write it in C.</summary>
    private const string Loops =
        """
        #include <math.h>
        static double J[1024];
        #define LOOP(name, ...) void name(const double **c, double *restrict y, double *restrict v, int n) { \
          const double *a = c[0], *b = c[1], *p = c[2], *q = c[3], *r = c[4], *s = c[5]; for (int i = 0; i < n; i++) { __VA_ARGS__ } }
        #define ADD4 double z = (a[i] == 0 || b[i] == 0 || p[i] == 0 || q[i] == 0) ? .5 : 0, A = a[i] + z, B = b[i] + z, C = p[i] + z, D = q[i] + z;
        #define ADD2(x, w) double z = (x[i] == 0 || w[i] == 0) ? .5 : 0, A = x[i] + z, B = w[i] + z;
        void prepare(void) { for (int m = 2; m < 1024; m++) J[m] = exp(lgamma(m / 2.) - .5 * log(m / 2.) - lgamma((m - 1) / 2.)); }
        LOOP(OR, ADD4 y[i] = log(A * D / (B * C)); v[i] = 1 / A + 1 / B + 1 / C + 1 / D;)
        LOOP(RR, ADD4 y[i] = log(A / (A + B) / (C / (C + D))); v[i] = 1 / A - 1 / (A + B) + 1 / C - 1 / (C + D);)
        LOOP(RD, ADD4 double e = A / (A + B), f = C / (C + D); y[i] = e - f; v[i] = e * (1 - e) / (A + B) + f * (1 - f) / (C + D);)
        LOOP(MD, y[i] = a[i] - b[i]; v[i] = p[i] * p[i] / r[i] + q[i] * q[i] / s[i];)
        LOOP(SMD, double N = r[i] + s[i], m = N - 2, sd = sqrt(((r[i] - 1) * p[i] * p[i] + (s[i] - 1) * q[i] * q[i]) / m), g = J[(int)m] * (a[i] - b[i]) / sd;
          y[i] = g; v[i] = 1 / r[i] + 1 / s[i] + g * g / (2 * N);)
        LOOP(ROM, double e = p[i] * p[i] / (r[i] * a[i] * a[i]), f = q[i] * q[i] / (s[i] * b[i] * b[i]); y[i] = log(a[i] / b[i]) + (e - f) / 2; v[i] = e + f;)
        LOOP(ZCOR, y[i] = atanh(a[i]); v[i] = 1 / (b[i] - 3);)
        LOOP(PLO, ADD2(a, b) y[i] = log(A / B); v[i] = 1 / A + 1 / B;)
        LOOP(IRR, ADD2(a, b) y[i] = log(A / p[i] / (B / q[i])); v[i] = 1 / A + 1 / B;)
        void MH(const double **c, double *y, double *v, int n) {
          const double *a = c[0], *b = c[1], *p = c[2], *q = c[3];
          double R = 0, S = 0, P = 0, Q = 0;
          for (int i = 0; i < n; i++) {
            double N = 1 / (a[i] + b[i] + p[i] + q[i]), r = a[i] * q[i] * N, t = b[i] * p[i] * N, u = (a[i] + q[i]) * N;
            R += r; S += t; P += u * r; Q += u * t;
          }
          y[0] = log(R / S); v[0] = P + Q;
        }
        """;

    private static readonly EffectRole[] Cells = [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di];
    private static readonly EffectRole[] Means = [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i];
    private static readonly EffectRole[] Times = [EffectRole.X1i, EffectRole.X2i, EffectRole.T1i, EffectRole.T2i];

    public static void Run()
    {
        var random = new Random(1);
        double[] Column(int most) => [.. Enumerable.Range(0, Rows).Select(_ => (double)random.Next(0, most))];
        double[] a = Column(40), b = Column(200), c = Column(50), d = Column(220);
        double[] m1 = [.. a.Select(x => 1 + (x / 10))], m2 = [.. b.Select(x => 1 + (x / 50))], sd = [.. c.Select(x => 1 + (x / 50))];
        double[] n = [.. d.Select(x => 5 + x)], r = [.. a.Select(x => (x / 41) - 0.4)];
        Console.WriteLine($"escalc, {Rows:N0} rows, best and median of {Repetitions} runs");
        using var loops = new CompiledLoops();
        Measure(loops, EffectMeasure.OddsRatio, Cells, a, b, c, d);
        Measure(loops, EffectMeasure.RiskRatio, Cells, a, b, c, d);
        Measure(loops, EffectMeasure.RiskDifference, Cells, a, b, c, d);
        Measure(loops, EffectMeasure.MeanDifference, Means, m1, m2, sd, sd, n, n);
        Measure(loops, EffectMeasure.StandardizedMeanDifference, Means, m1, m2, sd, sd, n, n);
        Measure(loops, EffectMeasure.RatioOfMeans, Means, m1, m2, sd, sd, n, n);
        Measure(loops, EffectMeasure.FisherZ, [EffectRole.Ri, EffectRole.Ni], r, n);
        Measure(loops, EffectMeasure.LogitProportion, [EffectRole.Xi, EffectRole.Mi], a, b);
        Measure(loops, EffectMeasure.IncidenceRateRatio, Times, a, c, n, n);
        Pool(loops, a, b, c, d);
    }

    private static void Measure(CompiledLoops loops, EffectMeasure measure, EffectRole[] roles, params double[][] columns)
    {
        var inputs = new EffectInputs();
        for (var i = 0; i < roles.Length; i++)
        {
            inputs.Set(roles[i], columns[i]);
        }

        double[] y = new double[Rows], v = new double[Rows];
        var spec = new EffectSpec { Measure = measure };
        var before = GC.GetAllocatedBytesForCurrentThread();
        EffectSizeCalculator.Fill(spec, inputs, y, v);
        var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Rows;
        var (time, median) = Measure(() => EffectSizeCalculator.Fill(spec, inputs, y, v));
        var whole = Best(() => EffectSizeCalculator.Calculate(spec, inputs));
        var word = Keywords<EffectMeasure>.Of(measure);
        var (floor, middle) = loops.Time(word, columns, y, v);
        Console.WriteLine(FormattableString.Invariant(
            $"  {word,-5} {time * 1e3,8:F2} ms  {time / Rows * 1e9,6:F1} ns and {bytes:F0} bytes a row; C {floor * 1e3,6:F2} ms, {time / floor:F2} x (medians {median * 1e3:F2} and {middle * 1e3:F2} ms, {median / middle:F2} x); {whole * 1e3:F2} ms into new arrays with totals"));
    }

    /// <summary>Mantel-Haenszel: the sums alone, as the C loop has them, and the whole fit with effect sizes and tests.</summary>
    private static void Pool(CompiledLoops loops, double[] a, double[] b, double[] c, double[] d)
    {
        const int Tables = 100_000;
        double[][] columns = [a[..Tables], b[..Tables], c[..Tables], d[..Tables]];
        var strata = new Strata(columns[0], columns[1], columns[2], columns[3]);
        var counts = new EffectInputs().Set(EffectRole.Ai, columns[0]).Set(EffectRole.Bi, columns[1]).Set(EffectRole.Ci, columns[2]).Set(EffectRole.Di, columns[3]);
        double[] y = new double[1], v = new double[1];
        var floor = loops.Time("MH", columns, y, v).Best;
        double sums = Best(() => strata.Sums(EffectMeasure.OddsRatio)), difference = Best(() => strata.Sums(EffectMeasure.RiskDifference));
        double Fit(PoolingMethod method) => Best(() => StratifiedEngine.Fit(new StratifiedInput { Counts = counts }, new StratifiedSettings { Method = method }));
        Console.WriteLine(FormattableString.Invariant(
            $"pooling {Tables:N0} tables: sums of OR with both score tests {sums / Tables * 1e9:F2} ns, of RD {difference / Tables * 1e9:F2} ns a table; C (OR without tests) {floor / Tables * 1e9:F2} ns"));
        Console.WriteLine(FormattableString.Invariant(
            $"  whole fits with effect sizes, Q and tests: rma.mh OR {Fit(PoolingMethod.MantelHaenszel) * 1e3:F2} ms, rma.peto {Fit(PoolingMethod.Peto) * 1e3:F2} ms"));
    }

    /// <summary>The C loops, compiled with gcc; without it all times are NaN.</summary>
    private sealed class CompiledLoops : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("escalc").FullName;
        private readonly nint library;

        public CompiledLoops()
        {
            string source = Path.Combine(folder, "loop.c"), target = Path.Combine(folder, "libloop.so");
            File.WriteAllText(source, Loops);
            try
            {
                using var gcc = Process.Start("gcc", ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", source, "-o", target, "-lm"]);
                gcc.WaitForExit();
                library = NativeLibrary.Load(target);
                ((delegate* unmanaged<void>)NativeLibrary.GetExport(library, "prepare"))();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Console.WriteLine("  no gcc, so no C loops to compare with");
            }
        }

        /// <summary>Seconds that a loop takes into the given arrays.</summary>
        public (double Best, double Median) Time(string name, double[][] columns, double[] y, double[] v)
        {
            if (library == 0)
            {
                return (double.NaN, double.NaN);
            }

            var loop = (delegate* unmanaged<double**, double*, double*, int, void>)NativeLibrary.GetExport(library, name);
            var pins = Array.ConvertAll(columns, column => GCHandle.Alloc(column, GCHandleType.Pinned));
            try
            {
                var pointers = stackalloc double*[6];
                for (var i = 0; i < pins.Length; i++)
                {
                    pointers[i] = (double*)pins[i].AddrOfPinnedObject();
                }

                var address = (nint)pointers;
                return Measure(() =>
                {
                    fixed (double* py = y, pv = v)
                    {
                        loop((double**)address, py, pv, columns[0].Length);
                    }
                });
            }
            finally
            {
                Array.ForEach(pins, pin => pin.Free());
            }
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }

    private static double Best(Action work) => Measure(work).Best;

    private static (double Best, double Median) Measure(Action work)
    {
        // The runtime optimises what was called thirty times, on a thread of its own.
        for (var i = 0; i < WarmUp; i++)
        {
            work();
        }

        Thread.Sleep(PauseForCompiler);
        var times = new double[Repetitions];
        for (var i = 0; i < Repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(times);
        return (times[0], times[Repetitions / 2]);
    }
}
