using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MetaBridge.EffectSizes;
using MetaBridge.Specs;

namespace MetaBridge.Benchmarks;

/// <summary>Effect sizes of a million rows beside a plain C loop over the same arrays, compiled with vector mathematics.</summary>
internal static unsafe class EscalcBenchmarks
{
    private const int Rows = 1_000_000;
    private const int Repetitions = 21;

    private const string Loop =
        """
        #include <math.h>
        void log_odds_ratios(const double *a, const double *b, const double *c, const double *d, double *y, double *v, int n) {
          for (int i = 0; i < n; i++) {
            double z = (a[i] == 0 || b[i] == 0 || c[i] == 0 || d[i] == 0) ? .5 : 0, p = a[i] + z, q = b[i] + z, r = c[i] + z, u = d[i] + z;
            y[i] = log(p * u / (q * r));
            v[i] = 1 / p + 1 / q + 1 / r + 1 / u;
          }
        }
        """;

    public static void Run()
    {
        var random = new Random(1);
        double[] Column(int most) => [.. Enumerable.Range(0, Rows).Select(_ => (double)random.Next(0, most))];
        double[] a = Column(40), b = Column(200), c = Column(50), d = Column(220);
        var tables = new EffectInputs().Set(EffectRole.Ai, a).Set(EffectRole.Bi, b).Set(EffectRole.Ci, c).Set(EffectRole.Di, d);
        double[] m1 = [.. a.Select(x => x / 10)], m2 = [.. b.Select(x => x / 50)], sd = [.. c.Select(x => 1 + (x / 50))];
        double[] n = [.. d.Select(x => 5 + x)], r = [.. a.Select(x => (x / 41) - 0.4)];
        var means = new EffectInputs().Set(EffectRole.M1i, m1).Set(EffectRole.M2i, m2).Set(EffectRole.Sd1i, sd).Set(EffectRole.Sd2i, sd)
            .Set(EffectRole.N1i, n).Set(EffectRole.N2i, n);
        var correlations = new EffectInputs().Set(EffectRole.Ri, r).Set(EffectRole.Ni, n);

        Console.WriteLine($"escalc, {Rows:N0} rows, median of {Repetitions} runs");
        double[] y = new double[Rows], v = new double[Rows];
        var floor = CompiledLoop(a, b, c, d);
        foreach (var (measure, inputs) in ((EffectMeasure, EffectInputs)[])
            [(EffectMeasure.OddsRatio, tables), (EffectMeasure.RiskRatio, tables), (EffectMeasure.RiskDifference, tables),
             (EffectMeasure.StandardizedMeanDifference, means), (EffectMeasure.RatioOfMeans, means), (EffectMeasure.FisherZ, correlations)])
        {
            var spec = new EffectSpec { Measure = measure };
            var before = GC.GetAllocatedBytesForCurrentThread();
            EffectSizeCalculator.Fill(spec, inputs, y, v);
            var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Rows;
            var time = Median(() => EffectSizeCalculator.Fill(spec, inputs, y, v));
            var whole = Median(() => EffectSizeCalculator.Calculate(spec, inputs));
            var ratio = measure == EffectMeasure.OddsRatio && floor > 0 ? FormattableString.Invariant($", {time / floor:F2} x the C loop") : "";
            Console.WriteLine(FormattableString.Invariant(
                $"  {Keywords<EffectMeasure>.Of(measure),-5} {time * 1e3,8:F2} ms  {time / Rows * 1e9,6:F1} ns and {bytes:F0} bytes a row{ratio}; {whole * 1e3:F2} ms into new arrays with totals"));
        }
    }

    /// <summary>Seconds that the C loop takes, output arrays allocated in every run as ours are; 0 without a C compiler.</summary>
    private static double CompiledLoop(double[] a, double[] b, double[] c, double[] d)
    {
        var folder = Directory.CreateTempSubdirectory("escalc").FullName;
        try
        {
            string source = Path.Combine(folder, "loop.c"), library = Path.Combine(folder, "libloop.so");
            File.WriteAllText(source, Loop);
            using var gcc = Process.Start("gcc", ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", source, "-o", library, "-lm"]);
            gcc.WaitForExit();
            var loop = (delegate* unmanaged<double*, double*, double*, double*, double*, double*, int, void>)NativeLibrary.GetExport(
                NativeLibrary.Load(library), "log_odds_ratios");
            double[] y = new double[Rows], v = new double[Rows];
            void Call(double[] yi, double[] vi)
            {
                fixed (double* pa = a, pb = b, pc = c, pd = d, py = yi, pv = vi)
                {
                    loop(pa, pb, pc, pd, py, pv, Rows);
                }
            }

            var warm = Median(() => Call(y, v));
            var fresh = Median(() => Call(new double[Rows], new double[Rows]));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  C loop {warm * 1e3,7:F2} ms into the same arrays, {fresh * 1e3:F2} ms into new ones"));
            return warm;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("  no gcc, so no C loop to compare with");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(Action work)
    {
        var times = new double[Repetitions];
        for (var i = 0; i < Repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(times);
        return times[Repetitions / 2];
    }
}
