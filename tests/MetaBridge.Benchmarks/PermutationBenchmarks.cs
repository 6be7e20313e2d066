using System.Diagnostics;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Benchmarks;

/// <summary>Permutation tests: all changes of sign of the BCG trials, and samples of orders of their latitudes and years.</summary>
public static class PermutationBenchmarks
{
    private const int Rounds = 15;

    private static readonly double[] Effects =
    [
        -0.8893113339202054, -1.5853886572014306, -1.3480731482996933, -1.4415511900213054, -0.2175473222112956, -0.7861155858188640, -1.6208982235983918,
        0.0119523335238405, -0.4694176487381494, -1.3713448034727844, -0.3393588283383906, 0.4459134005713787, -0.0173139482168798,
    ];

    private static readonly double[] Variances =
    [
        0.32558476500396133, 0.19458112139814385, 0.41536796536796539, 0.02001003190224757, 0.05121017216963086, 0.00690561845590876, 0.22301724757231517,
        0.00396157929781773, 0.05643421046324897, 0.07302479361302891, 0.01241221397155972, 0.53250584520015276, 0.07140465968398629,
    ];

    private static readonly double[] Latitudes = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33];
    private static readonly double[] Years = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976];

    /// <summary>Measures and prints, one line a case.</summary>
    public static void Run()
    {
        foreach (var method in (HeterogeneityMethod[])[HeterogeneityMethod.DerSimonianLaird, HeterogeneityMethod.Reml])
        {
            var word = Keywords<HeterogeneityMethod>.Of(method);
            var signs = Analyse(method, null);
            Measure($"{word}, all 8,192 signs, 1 thread", () => signs.Permute(new PermutationOptions { Exact = true, Threads = 1 }));
            Measure($"{word}, all 8,192 signs", () => signs.Permute(new PermutationOptions { Exact = true }));
            Measure($"{word}, interval by 8,192 signs", () => signs.Permute(new PermutationOptions { Exact = true, Intervals = [0] }));
            var regression = Analyse(method, [.. Enumerable.Repeat(1.0, 13), .. Latitudes, .. Years]);
            Measure($"{word}, 10,000 orders, 2 moderators, 1 thread", () => regression.Permute(new PermutationOptions { Iterations = 10_000, Threads = 1 }));
            Measure($"{word}, 10,000 orders, 2 moderators", () => regression.Permute(new PermutationOptions { Iterations = 10_000 }));
        }
    }

    private static UnivariateAnalysis Analyse(HeterogeneityMethod method, double[]? design) =>
        UnivariateAnalysis.Of(new UnivariateInput { EffectSizes = Effects, Variances = Variances, Design = design }, new UnivariateSettings { Method = method });

    private static void Measure(string name, Action action)
    {
        var times = new double[Rounds];
        action();
        for (var i = 0; i < Rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            action();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        Console.WriteLine($"{name,-52} median {times[Rounds / 2],9:F2} ms   best {times[0],9:F2} ms");
    }
}
