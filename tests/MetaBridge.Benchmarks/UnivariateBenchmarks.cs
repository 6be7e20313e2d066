using System.Diagnostics;
using System.Globalization;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Benchmarks;

/// <summary>
/// Univariate fits beside metafor and beside plain C loops, on the same data in the same process: median times of a call, taken in turn so that a
/// busy machine slows all alike, and their ratios.
/// </summary>
public static class UnivariateBenchmarks
{
    private const int Rounds = 101;
    private const int RoundsOfMetafor = 21;
    private const int WarmUps = 15;
    private const int PauseForCompiler = 120;
    private const int SecondsOfWarmUp = 4;

    /// <summary>metafor forms k × k matrices: beyond this many studies one call takes minutes.</summary>
    private const int LargestForMetafor = 1000;

    internal static readonly double[] BcgEffects =
    [
        -0.8893113339202054, -1.5853886572014306, -1.3480731482996933, -1.4415511900213054, -0.2175473222112956,
        -0.7861155858188640, -1.6208982235983918, 0.0119523335238405, -0.4694176487381494, -1.3713448034727844,
        -0.3393588283383906, 0.4459134005713787, -0.0173139482168798,
    ];

    internal static readonly double[] BcgVariances =
    [
        0.32558476500396133, 0.19458112139814385, 0.41536796536796539, 0.02001003190224757, 0.05121017216963086,
        0.00690561845590876, 0.22301724757231517, 0.00396157929781773, 0.05643421046324897, 0.07302479361302891,
        0.01241221397155972, 0.53250584520015276, 0.07140465968398629,
    ];

    /// <summary>Measures and prints, one line a case.</summary>
    /// <param name="withOthers">Whether to run metafor too.</param>
    public static void Run(bool withOthers = true)
    {
        using var session = withOthers ? InProcessRSession.Open() : null;
        session?.EvaluateAsync("suppressPackageStartupMessages(loadNamespace('metafor')); NULL").GetAwaiter().GetResult();
        var floor = NativeFloor.TryOpen();
        WarmUp();
        Console.WriteLine($"{"",-44} {"MetaBridge",12} {"C loop",12} {"ratio",7} {"metafor",12} {"times",9}");
        foreach (var k in (int[])[13, 100, 1_000, 10_000, 100_000, 1_000_000])
        {
            var (y, v) = k == BcgEffects.Length ? (BcgEffects, BcgVariances) : Simulate(k);
            Fits(session, floor, k, y, v);
        }

        Intervals();
        Many(session, floor);
        Refits(session, floor);
    }

    /// <summary>Until the runtime has optimised what is measured first; it does so on another thread, which has to wait for a core where all are busy.</summary>
    private static void WarmUp()
    {
        var input = new UnivariateInput { EffectSizes = BcgEffects, Variances = BcgVariances };
        var settings = new UnivariateSettings();
        var refitter = new UnivariateRefitter(BcgVariances, null, settings);
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < SecondsOfWarmUp)
        {
            UnivariateEngine.Fit(input, settings);
            refitter.Fit(BcgEffects);
            Thread.Sleep(1);
        }
    }

    private static void Fits(IRSession? session, NativeFloor? floor, int k, double[] y, double[] v)
    {
        var input = new UnivariateInput { EffectSizes = y, Variances = v };
        var settings = new UnivariateSettings();
        var refitter = new UnivariateRefitter(v, null, settings);
        // Short turns, so that few of them are interrupted on a busy machine.
        var calls = Math.Max(1, 20_000 / k);
        Action? c = floor is null ? null : () => floor.Reml(y, v);
        var times = Median(calls, [() => UnivariateEngine.Fit(input, settings), () => refitter.Fit(y), c]);
        var what = string.Create(CultureInfo.InvariantCulture, $"REML, k = {k:N0}");
        var theirs = k <= LargestForMetafor ? InMetafor(session, "metafor::rma(y, v)", y, v, k < 1000 ? 40 : 1) : double.NaN;
        Print(what + ", all results", times[0], times[2], theirs);
        Print(what + ", refit", times[1], times[2], theirs);
    }

    private static void Intervals()
    {
        foreach (var k in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            var (y, v) = Simulate(k);
            var input = new UnivariateInput { EffectSizes = y, Variances = v };
            var settings = new UnivariateSettings { Also = [FurtherResult.HeterogeneityIntervals] };
            var times = Median(Math.Max(1, 20_000 / k), [() => UnivariateEngine.Fit(input, settings)]);
            Print(string.Create(CultureInfo.InvariantCulture, $"REML with Q-profile intervals, k = {k:N0}"), times[0], double.NaN, double.NaN);
        }
    }

    private static void Many(IRSession? session, NativeFloor? floor)
    {
        const int Sets = 10_000, Size = 10, Lanes = 8;
        var (y, v) = Simulate(Sets * Size);
        double[] laneY = new double[y.Length], laneV = new double[v.Length];
        for (var i = 0; i < y.Length; i++)
        {
            var (set, study) = (i / Size, i % Size);
            var at = (set / Lanes * Lanes * Size) + (study * Lanes) + (set % Lanes);
            (laneY[at], laneV[at]) = (y[i], v[i]);
        }

        double[] tau2 = new double[Sets], mean = new double[Sets], se = new double[Sets];
        foreach (var method in (HeterogeneityMethod[])[HeterogeneityMethod.Reml, HeterogeneityMethod.DerSimonianLaird])
        {
            var settings = new UnivariateSettings { Method = method };
            Action? c = floor is null || method != HeterogeneityMethod.Reml ? null : () => floor.RemlMany(laneY, laneV, Size, tau2, mean, se);
            var times = Median(4, [() => UnivariateBatch.Fit(y, v, Size, settings), c]);
            var name = Keywords<HeterogeneityMethod>.Of(method);
            var one = InMetafor(session, $"metafor::rma(y, v, method = '{name}')", y[..Size], v[..Size], 40);
            Print($"10,000 {name} fits of k = 10", times[0], times[1], one * Sets);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-4}{Sets / times[0],8:F2} million fits a second on one core"));
        }
    }

    /// <summary>Exact permutation test and all subsets of the BCG trials.</summary>
    private static void Refits(IRSession? session, NativeFloor? floor)
    {
        var k = BcgEffects.Length;
        var refitter = new UnivariateRefitter(BcgVariances, null, new UnivariateSettings());
        var y = new double[k];
        var rows = new int[k];
        Action? permutation = floor is null ? null : () => floor.Permutation(BcgEffects, BcgVariances);
        Action? gosh = floor is null ? null : () => floor.Gosh(BcgEffects, BcgVariances);
        var times = Median(1, [Permute, permutation, Subsets, gosh]);
        const string Fit = "fit <- metafor::rma(y, v); ";
        Print("8,192 refits with other signs, BCG", times[0], times[1], InMetafor(
            session, Fit + "invisible(utils::capture.output(metafor::permutest(fit, exact = TRUE, progbar = FALSE)))", BcgEffects, BcgVariances, 1, 1));
        Print("8,191 subsets, BCG", times[2], times[3], InMetafor(
            session, Fit + "metafor::gosh(fit, progbar = FALSE)", BcgEffects, BcgVariances, 1, 1));

        void Permute()
        {
            for (var set = 0; set < 1 << k; set++)
            {
                for (var i = 0; i < k; i++)
                {
                    y[i] = (set >> i & 1) != 0 ? -BcgEffects[i] : BcgEffects[i];
                }

                refitter.Fit(y);
            }
        }

        void Subsets()
        {
            for (var set = 1; set < 1 << k; set++)
            {
                var count = 0;
                for (var i = 0; i < k; i++)
                {
                    rows[count] = i;
                    count += set >> i & 1;
                }

                refitter.FitRows(BcgEffects, rows.AsSpan(0, count));
            }
        }
    }

    private static void Print(string what, double ours, double floor, double metafor)
    {
        var c = double.IsNaN(floor) ? $"{"",12} {"",7}" : string.Create(CultureInfo.InvariantCulture, $"{floor,12:F2} {ours / floor,7:F1}");
        var r = double.IsNaN(metafor) ? "" : string.Create(CultureInfo.InvariantCulture, $"{metafor,12:F0} {metafor / ours,9:F0}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} {ours,9:F2} us {c} {r}"));
    }

    private static double InMetafor(IRSession? session, string call, double[] y, double[] v, int calls, int rounds = RoundsOfMetafor)
    {
        if (session is null)
        {
            return double.NaN;
        }

        var variables = new Dictionary<string, RValue>
        {
            ["y"] = new RDoubleVector(y), ["v"] = new RDoubleVector(v), ["n"] = new RIntegerVector([calls]),
        };
        var code = string.Create(
            CultureInfo.InvariantCulture,
            $"median(replicate({(y.Length >= LargestForMetafor ? 3 : rounds)}, {{ t <- Sys.time(); for (i in seq_len(n)) {{ {call} }}; as.numeric(Sys.time() - t, units = 'secs') / n }})) * 1e6");
        return ((RDoubleVector)session.EvaluateAsync(code, variables).GetAwaiter().GetResult().Value).Values[0];
    }

    /// <summary>Microseconds of a call of each action; NaN for those that are null.</summary>
    private static double[] Median(int calls, Action?[] actions)
    {
        var times = Array.ConvertAll(actions, _ => new double[Rounds]);
        // The first rounds run code that is not optimised yet.
        for (var round = -WarmUps; round < Rounds; round++)
        {
            for (var which = 0; which < actions.Length; which++)
            {
                if (actions[which] is not { } action)
                {
                    times[which][Math.Max(round, 0)] = double.NaN;
                    continue;
                }

                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < calls; i++)
                {
                    action();
                }

                times[which][Math.Max(round, 0)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
            }

            if (round < 0)
            {
                Thread.Sleep(PauseForCompiler);
            }
        }

        return Array.ConvertAll(times, row =>
        {
            Array.Sort(row);
            return row[Rounds / 2];
        });
    }

    internal static (double[] Y, double[] V) Simulate(int k)
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
