using System.Diagnostics;
using System.Globalization;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;
using MetaBridge.Univariate;

namespace MetaBridge.Benchmarks;

/// <summary>Univariate fits beside metafor's on the same data in the same process: median time of a call, and the ratio.</summary>
public static class UnivariateBenchmarks
{
    private const int Rounds = 15;

    /// <summary>metafor forms k × k matrices: beyond this many studies one call takes minutes.</summary>
    private const int LargestForMetafor = 1000;

    private static readonly double[] BcgEffects =
    [
        -0.8893113339202054, -1.5853886572014306, -1.3480731482996933, -1.4415511900213054, -0.2175473222112956,
        -0.7861155858188640, -1.6208982235983918, 0.0119523335238405, -0.4694176487381494, -1.3713448034727844,
        -0.3393588283383906, 0.4459134005713787, -0.0173139482168798,
    ];

    private static readonly double[] BcgVariances =
    [
        0.32558476500396133, 0.19458112139814385, 0.41536796536796539, 0.02001003190224757, 0.05121017216963086,
        0.00690561845590876, 0.22301724757231517, 0.00396157929781773, 0.05643421046324897, 0.07302479361302891,
        0.01241221397155972, 0.53250584520015276, 0.07140465968398629,
    ];

    /// <summary>Measures and prints, one line a case.</summary>
    public static void Run()
    {
        using var session = InProcessRSession.Open();
        session.EvaluateAsync("suppressPackageStartupMessages(loadNamespace('metafor')); NULL").GetAwaiter().GetResult();
        Compare(session, "REML, BCG, k = 13", BcgEffects, BcgVariances, 1000, 20);
        foreach (var k in (int[])[100, 1_000, 10_000, 100_000, 1_000_000])
        {
            var (y, v) = Simulate(k);
            Compare(session, $"REML, k = {k.ToString("N0", CultureInfo.InvariantCulture)}", y, v, Math.Max(1, 100_000 / k), Math.Max(1, 500 / k));
        }
    }

    private static void Compare(IRSession session, string what, double[] y, double[] v, int ourCalls, int theirCalls)
    {
        var input = new UnivariateInput { EffectSizes = y, Variances = v };
        var settings = new UnivariateSettings();
        var ours = Median(ourCalls, () => UnivariateEngine.Fit(input, settings));
        var theirs = y.Length <= LargestForMetafor ? InMetafor(session, y, v, theirCalls) : double.NaN;
        var beside = double.IsNaN(theirs)
            ? "     not run"
            : string.Create(CultureInfo.InvariantCulture, $"{theirs,12:F0} us   {theirs / ours,9:F0} times");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-24} MetaBridge {ours,12:F1} us   metafor {beside}"));
    }

    private static double InMetafor(IRSession session, double[] y, double[] v, int calls)
    {
        var variables = new Dictionary<string, RValue>
        {
            ["y"] = new RDoubleVector(y), ["v"] = new RDoubleVector(v), ["n"] = new RIntegerVector([calls]),
        };
        var rounds = y.Length >= LargestForMetafor ? 3 : Rounds;
        var code = string.Create(
            CultureInfo.InvariantCulture,
            $"median(replicate({rounds}, {{ t <- Sys.time(); for (i in seq_len(n)) metafor::rma(y, v); as.numeric(Sys.time() - t, units = 'secs') / n }})) * 1e6");
        return ((RDoubleVector)session.EvaluateAsync(code, variables).GetAwaiter().GetResult().Value).Values[0];
    }

    private static double Median(int calls, Action action)
    {
        // The first rounds run code that is not optimised yet.
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++)
            {
                action();
            }

            times[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }

    private static (double[] Y, double[] V) Simulate(int k)
    {
        var random = new Random(k);
        var y = new double[k];
        var v = new double[k];
        for (var i = 0; i < k; i++)
        {
            v[i] = 0.005 + (0.1 * random.NextDouble());
            var z = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            y[i] = 0.3 + (Math.Sqrt(0.05 + v[i]) * z);
        }

        return (y, v);
    }
}
