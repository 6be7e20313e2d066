using System.Diagnostics;
using System.Globalization;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Benchmarks;

/// <summary>Influence, leave-one-out and all subsets beside metafor, on the same data in the same process.</summary>
public static class DiagnosticsBenchmarks
{
    private const int Rounds = 15;
    private const int WarmUps = 20;

    /// <summary>Measures and prints, one line a case.</summary>
    /// <param name="withOthers">Whether to run metafor too.</param>
    public static void Run(bool withOthers = true)
    {
        using var session = withOthers ? InProcessRSession.Open() : null;
        Console.WriteLine($"{"",-44} {"MetaBridge",14} {"metafor",14} {"times",9}");
        foreach (var k in (int[])[13, 100])
        {
            var (y, v) = k == 13 ? Bcg : Simulate(k);
            var theirs = k == 13 ? 5 : 1;
            // A new analysis each time: it keeps the fits without a study.
            Case(session, $"influence, k = {k}", y, v, () => Analysis(y, v).Influence(), "stats::influence(fit)", theirs);
            Case(session, $"leave1out, k = {k}", y, v, () => Analysis(y, v).LeaveOneOut(), "metafor::leave1out(fit)", theirs);
            Case(session, $"cumul, k = {k}", y, v, () => Analysis(y, v).Cumulate(), "metafor::cumul(fit)", theirs);
            Case(session, $"trimfill, k = {k}", y, v, () => Analysis(y, v).TrimAndFill(), "metafor::trimfill(fit)", theirs);
        }

        var (effects, variances) = Bcg;
        // metafor's time is that of a sample of 200 subsets, times 8191 / 200.
        Case(session, "gosh, BCG, 8191 subsets", effects, variances, () => Analysis(effects, variances).Subsets(), "metafor::gosh(fit, subsets = 200, progbar = FALSE)", 1, 8191.0 / 200);
        Case(session, "gosh, BCG, 8191 subsets, one thread", effects, variances, () => Analysis(effects, variances).Subsets(new SubsetOptions { MaxParallel = 1 }), null, 0);
    }

    private static (double[] Y, double[] V) Bcg { get; } =
    (
        [
            -0.8893113339202054, -1.5853886572014306, -1.3480731482996933, -1.4415511900213054, -0.2175473222112956, -0.7861155858188640, -1.6208982235983918,
            0.0119523335238405, -0.4694176487381494, -1.3713448034727844, -0.3393588283383906, 0.4459134005713787, -0.0173139482168798,
        ],
        [
            0.32558476500396133, 0.19458112139814385, 0.41536796536796539, 0.02001003190224757, 0.05121017216963086, 0.00690561845590876, 0.22301724757231517,
            0.00396157929781773, 0.05643421046324897, 0.07302479361302891, 0.01241221397155972, 0.53250584520015276, 0.07140465968398629,
        ]
    );

    private static UnivariateAnalysis Analysis(double[] y, double[] v) =>
        UnivariateAnalysis.Of(new UnivariateInput { EffectSizes = y, Variances = v }, new UnivariateSettings());

    private static (double[] Y, double[] V) Simulate(int k)
    {
        var random = new Random(k);
        double[] v = [.. Enumerable.Range(0, k).Select(_ => 0.02 + (0.2 * random.NextDouble()))];
        return ([.. v.Select(x => (random.NextDouble() - 0.5) * 2 * Math.Sqrt(3 * (x + 0.1)))], v);
    }

    private static void Case(IRSession? session, string what, double[] y, double[] v, Action ours, string? theirs, int calls, double factor = 1)
    {
        var times = new double[Rounds];
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            ours();
            times[Math.Max(round, 0)] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        var own = times[Rounds / 2];
        var reference = session is null || theirs is null ? double.NaN : factor * InMetafor(session, theirs, y, v, calls);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} {own,11:F3} ms {reference,11:F1} ms {reference / own,8:F0}x"));
    }

    private static double InMetafor(IRSession session, string call, double[] y, double[] v, int calls)
    {
        var variables = new Dictionary<string, RValue> { ["y"] = new RDoubleVector(y), ["v"] = new RDoubleVector(v), ["n"] = new RIntegerVector([calls]) };
        var code = $"fit <- metafor::rma(y, v); invisible({call}); median(replicate(3, {{ t <- Sys.time(); for (i in seq_len(n)) {call}; as.numeric(Sys.time() - t, units = 'secs') / n }})) * 1e3";
        return ((RDoubleVector)session.EvaluateAsync(code, variables).GetAwaiter().GetResult().Value).Values[0];
    }
}
