using System.Diagnostics;
using System.Globalization;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Specs;
using MetaBridge.Tests.Bayes;

namespace MetaBridge.Benchmarks;

/// <summary>The Bayesian school-calendar model: time of a fit with all summaries by quadrature, and of the sampler per effective draw.</summary>
public static class BayesBenchmarks
{
    private const int Rounds = 51, SamplerRounds = 9, DrawsPerChain = 5000;

    /// <summary>Measures and prints.</summary>
    public static void Run()
    {
        var (spec, data) = (SchoolCalendar.Spec, SchoolCalendar.Data);
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
