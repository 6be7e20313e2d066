using System.Diagnostics;
using System.Globalization;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Benchmarks;

/// <summary>The exact permutation test of the BCG trials and the fits to all their 8,191 subsets, whole calls on both sides in one run.</summary>
/// <remarks>metafor takes most of a minute for each, so it is called once; ours are called before and after it.</remarks>
public static class ExhaustiveBenchmarks
{
    private const int Rounds = 15;
    private const int WarmUps = 30;

    /// <summary>Measures and prints, one line a case.</summary>
    public static void Run()
    {
        using var session = InProcessRSession.Open();
        var (y, v) = (UnivariateBenchmarks.BcgEffects, UnivariateBenchmarks.BcgVariances);
        var analysis = UnivariateAnalysis.Of(new UnivariateInput { EffectSizes = y, Variances = v }, new UnivariateSettings());
        Console.WriteLine($"{"",-44} {"1 thread",11} {"all threads",14} {"metafor",12} {"times",7} {"times",7}");
        Case(
            "exact permutation test, 8,192 signs",
            threads => analysis.Permute(new PermutationOptions { Exact = true, Threads = threads }),
            "utils::capture.output(metafor::permutest(fit, exact = TRUE, progbar = FALSE))");
        Case(
            "GOSH, 8,191 subsets",
            threads => analysis.Subsets(new SubsetOptions { MaxParallel = threads }),
            "metafor::gosh(fit, progbar = FALSE)");

        void Case(string what, Action<int> ours, string theirs)
        {
            int[] threads = [1, Environment.ProcessorCount];
            var times = Array.ConvertAll(threads, _ => new double[2 * Rounds]);
            for (var round = 0; round < WarmUps; round++)
            {
                ours(threads[round % 2]);
            }

            Measure(0);
            var metafor = InMetafor(session, theirs, y, v);
            Measure(Rounds);
            var (one, all) = (Median(times[0]), Median(times[1]));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{what,-44} {one,8:F2} ms {all,11:F2} ms {metafor / 1e3,10:F1} s {metafor / one,7:F0} {metafor / all,7:F0}"));

            void Measure(int from)
            {
                for (var round = from; round < from + Rounds; round++)
                {
                    for (var which = 0; which < threads.Length; which++)
                    {
                        var start = Stopwatch.GetTimestamp();
                        ours(threads[which]);
                        times[which][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    }
                }
            }
        }
    }

    private static double Median(double[] times)
    {
        Array.Sort(times);
        return (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2;
    }

    private static double InMetafor(IRSession session, string call, double[] y, double[] v)
    {
        var variables = new Dictionary<string, RValue> { ["y"] = new RDoubleVector(y), ["v"] = new RDoubleVector(v) };
        var code = $"fit <- metafor::rma(y, v); t <- Sys.time(); invisible({call}); as.numeric(Sys.time() - t, units = 'secs') * 1e3";
        return ((RDoubleVector)session.EvaluateAsync(code, variables).GetAwaiter().GetResult().Value).Values[0];
    }
}
