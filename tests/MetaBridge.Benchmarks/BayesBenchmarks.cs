using System.Diagnostics;
using System.Globalization;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Specs;

namespace MetaBridge.Benchmarks;

/// <summary>The Bayesian school-calendar model: time of a fit with all summaries by quadrature, and of the sampler per effective draw.</summary>
public static class BayesBenchmarks
{
    private const int Rounds = 51, SamplerRounds = 9, DrawsPerChain = 5000;

    private static readonly double[] Districts =
    [
        11, 11, 11, 11, 12, 12, 12, 12, 18, 18, 18, 27, 27, 27, 27, 56, 56, 56, 56, 58, 58, 58, 58, 58, 58, 58, 58, 58, 58, 58, 71, 71, 71, 86, 86, 86,
        86, 86, 86, 86, 86, 91, 91, 91, 91, 91, 91, 108, 108, 108, 108, 108, 644, 644, 644, 644,
    ];

    private static readonly double[] Effects =
    [
        -0.18, -0.22, 0.23, -0.3, 0.13, -0.26, 0.19, 0.32, 0.45, 0.38, 0.29, 0.16, 0.65, 0.36, 0.6, 0.08, 0.04, 0.19, -0.06, -0.18, 0, 0, -0.28, -0.04,
        -0.3, 0.07, 0, 0.05, -0.08, -0.09, 0.3, 0.98, 1.19, -0.07, -0.05, -0.01, 0.02, -0.03, 0, 0.01, -0.1, 0.5, 0.66, 0.2, 0, 0.05, 0.07, -0.52, 0.7,
        -0.03, 0.27, -0.34, 0.12, 0.61, 0.04, -0.05,
    ];

    private static readonly double[] Variances =
    [
        0.118, 0.118, 0.144, 0.144, 0.014, 0.014, 0.015, 0.024, 0.023, 0.043, 0.012, 0.02, 0.004, 0.004, 0.007, 0.019, 0.007, 0.005, 0.004, 0.02, 0.018,
        0.019, 0.022, 0.02, 0.021, 0.006, 0.007, 0.007, 0.007, 0.007, 0.015, 0.011, 0.01, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.01,
        0.011, 0.01, 0.009, 0.013, 0.013, 0.031, 0.031, 0.03, 0.03, 0.03, 0.087, 0.082, 0.067, 0.067,
    ];

    /// <summary>Measures and prints.</summary>
    public static void Run()
    {
        var data = new Dataset(
            "dat.konstantopoulos2011", [new NumberColumn("district", Districts), new NumberColumn("yi", Effects), new NumberColumn("vi", Variances)]);
        var spec = new BayesSpec
        {
            Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
            Measure = BayesMeasure.StandardizedMeanDifference,
            ClusterColumn = "district",
        };
        Print("fit with both tables and ln p(y)", Median(Rounds, () => BayesEngine.Fit(spec, data)));
        Print("the same, effects, predictions, leave-one-out", Median(Rounds, () => Everything(BayesEngine.Fit(spec, data).Posterior!)));
        var fit = BayesEngine.Fit(spec, data);
        Print("case deletion of studies and clusters", Median(Rounds, () => (fit.Posterior!.Diagnostics(), fit.Posterior.ClusterDiagnostics())));
        Sampler(spec, data);
    }

    private static object Everything(BayesPosterior posterior) => (
        posterior.ClusterEffects(),
        posterior.StudyEffects(),
        posterior.Predict(PredictionKind.NewStudy),
        posterior.LeaveOneOut(),
        posterior.LeaveOneClusterOut());

    private static void Sampler(BayesSpec spec, Dataset data)
    {
        var options = new SamplerOptions { Draws = DrawsPerChain };
        var ess = BayesEngine.Sample(spec, data, options).Sampling!.Diagnostics.Min(row => Math.Min(row.BulkEss, row.TailEss));
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var calls = 0;
        var wall = Median(SamplerRounds, () => (++calls, BayesEngine.Sample(spec, data, options)));
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalSeconds / calls;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"sampler, {options.Chains} x {DrawsPerChain} draws: {wall:F0} ms on the clock, {1000 * processor:F0} ms of processor time; smallest effective size {ess:F0}, {ess / processor:F0} a second of processor time"));
    }

    private static void Print(string what, double milliseconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-48} {milliseconds,8:F2} ms (median)"));

    /// <summary>Median of the calls after a second of warming up, which the compiler needs to have optimised the code, in milliseconds.</summary>
    private static double Median(int rounds, Func<object> call)
    {
        var warmUp = Stopwatch.StartNew();
        do
        {
            call();
        }
        while (warmUp.ElapsedMilliseconds < 1000);
        var times = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            call();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        return times[rounds / 2];
    }
}
