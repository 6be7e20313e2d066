using System.Diagnostics;
using System.Globalization;
using MetaBridge.Data;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.Benchmarks;

/// <summary>
/// Multilevel fits from dataset to result, beside metafor and, where it has the same shape of model, lme4, in the same process on the
/// same data; then time and memory against k.
/// </summary>
public static class MultilevelBenchmarks
{
    private const int Rounds = 15;
    private const double RoundMicroseconds = 50_000;
    private const int SecondsForOthers = 100;

    /// <summary>Measures and prints, one line a case.</summary>
    /// <param name="withOthers">Whether to run metafor and lme4 too.</param>
    public static void Run(bool withOthers = true)
    {
        using var session = InProcessRSession.Open();
        // metafor's confint looks for itself by name, so the package must be attached.
        session.EvaluateAsync("suppressPackageStartupMessages({library(metafor); loadNamespace('metadat')}); NULL").GetAwaiter().GetResult();
        Console.WriteLine(
            $"{"model",-40} {"median",12} {"best",12} {"budget",10} {"KiB",9} {"evaluations",11}  {"metafor",12} {"ratio",8}  {"lme4",12} {"ratio",7}");
        var konstantopoulos = MultilevelModels.Konstantopoulos(session);
        var first = MultilevelModels.CompoundSymmetry(konstantopoulos);
        Compare(session, first, withOthers);
        Compare(session, MultilevelModels.Nested(konstantopoulos), withOthers);
        Intervals(session, first, withOthers);
        foreach (var model in Models())
        {
            Compare(session, model, withOthers);
        }

        Growth();
    }

    private static IEnumerable<BenchmarkModel> Models()
    {
        yield return MultilevelModels.ThreeLevel(1_000);
        yield return MultilevelModels.ThreeLevel(2_000);
        yield return MultilevelModels.ThreeLevel(10_000);
        yield return MultilevelModels.FourOutcomes(200);
        yield return MultilevelModels.FourOutcomes(800);
        yield return MultilevelModels.Crossed(500);
        yield return MultilevelModels.Crossed(1_000);
        yield return MultilevelModels.Known("known R, 500 levels, k = 1,000, 3 terms", 500, 1_000, ["phylo", "species", "id"]);
        yield return MultilevelModels.Known("known R, 1,000 levels, k = 1,000, 1 term", 1_000, 1_000, ["phylo"]);
        yield return MultilevelModels.Known("known R, 1,000 levels, k = 1,000, 2 terms", 1_000, 1_000, ["phylo", "id"]);
    }

    private static void Compare(IRSession session, BenchmarkModel model, bool withOthers)
    {
        var fit = MetaAnalysis.Fit(model.Spec, model.Data, model.Matrices);
        var ours = Measure(() => MetaAnalysis.Fit(model.Spec, model.Data, model.Matrices));
        var theirs = withOthers ? InR(session, model, model.Metafor) : double.NaN;
        var lme4 = withOthers && model.Lme4 is not null ? InR(session, model, model.Lme4) : double.NaN;
        Print(model.Name, ours, model.Budget, fit.Search.Evaluations, theirs, lme4);
    }

    private static void Intervals(IRSession session, BenchmarkModel model, bool withOthers)
    {
        var ours = Measure(() => MetaAnalysis.ComponentIntervals(model.Spec, model.Data, model.Matrices));
        var theirs = withOthers ? InR(session, model, $"confint({model.Metafor})") : double.NaN;
        Print("  its fit with profile intervals", ours, 10_000, 0, theirs, double.NaN);
    }

    /// <summary>Time and allocated memory as k grows: both per outcome, so that linear means constant.</summary>
    private static void Growth()
    {
        Console.WriteLine();
        Console.WriteLine($"{"growth with k",-40} {"best",12} {"ns per row",12} {"bytes allocated per row",25}");
        Func<int, BenchmarkModel>[] families = [MultilevelModels.ThreeLevel, BlocksOnly, MultilevelModels.Crossed];
        int[][] sizes = [[1_000, 10_000, 100_000, 1_000_000], [1_000, 10_000, 100_000], [1_000, 2_000, 4_000]];
        for (var f = 0; f < families.Length; f++)
        {
            foreach (var k in sizes[f])
            {
                var model = families[f](k);
                var ours = Measure(() => MetaAnalysis.Fit(model.Spec, model.Data, model.Matrices));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{model.Name,-40} {Text(ours.Best),12} {1000 * ours.Best / k,12:F0} {ours.Bytes / k,25:F0}"));
            }
        }
    }

    // The full matrix is for R only; here it would be the only thing that is quadratic in k.
    private static BenchmarkModel BlocksOnly(int k) => MultilevelModels.FourOutcomes(k, withFullMatrix: false);

    private readonly record struct Timing(double Median, double Best, double Bytes);

    private static Timing Measure(Action action)
    {
        // Until the code is optimised, which the runtime does in the background after some quiet time, and one call's length is known.
        var warm = Stopwatch.GetTimestamp();
        var calls = 0;
        do
        {
            action();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(warm).TotalSeconds < 1.5);
        var each = Stopwatch.GetElapsedTime(warm).TotalMicroseconds / calls;
        var perRound = (int)Math.Clamp(RoundMicroseconds / each, 1, 1000);
        var rounds = each > 1e6 ? 3 : Rounds;
        var times = new double[rounds];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < perRound; i++)
            {
                action();
            }

            times[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / perRound;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(rounds * perRound);
        Array.Sort(times);
        return new Timing(times[rounds / 2], times[0], bytes);
    }

    // Microseconds of one call, the median of a few; not a number when it took longer than its limit or failed.
    private static double InR(IRSession session, BenchmarkModel model, string call)
    {
        var variables = new Dictionary<string, RValue>();
        foreach (var column in model.Data.Columns)
        {
            variables[column.Name] = new RDoubleVector(column.ToNumbers());
        }

        if (model.FullSampling is { } full)
        {
            variables["V"] = new RDoubleVector(full);
        }

        if (model.Matrices.Correlations.TryGetValue("phylo", out var known))
        {
            variables["R"] = new RDoubleVector(known.Values);
        }

        var code = string.Create(CultureInfo.InvariantCulture, $$"""
            {
              if (exists('V', inherits = FALSE)) V <- matrix(V, length(yi))
              if (exists('R', inherits = FALSE)) { n <- sqrt(length(R)); R <- matrix(R, n, dimnames = list(1:n, 1:n)) }
              once <- function() { t <- Sys.time(); suppressWarnings(suppressMessages({{call}})); as.numeric(Sys.time() - t, units = 'secs') * 1e6 }
              setTimeLimit(elapsed = {{SecondsForOthers}})
              first <- tryCatch(once(), error = function(e) NA_real_)
              setTimeLimit()
              if (is.na(first) || first > 5e5) first else median(c(first, replicate(if (first > 1e5) 4 else 20, once())))
            }
            """);
        return ((RDoubleVector)session.EvaluateAsync(code, variables).GetAwaiter().GetResult().Value).Values[0];
    }

    private static void Print(string name, Timing ours, double? budget, int evaluations, double metafor, double lme4) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-40} {Text(ours.Median),12} {Text(ours.Best),12} {(budget is { } b ? Text(b) : ""),10} {ours.Bytes / 1024,9:F0} {evaluations,11}  {Text(metafor),12} {Ratio(metafor, ours),8}  {Text(lme4),12} {Ratio(lme4, ours),7}"));

    private static string Ratio(double theirs, Timing ours) =>
        double.IsNaN(theirs) ? "" : string.Create(CultureInfo.InvariantCulture, $"{theirs / ours.Median:F0}");

    private static string Text(double microseconds) => double.IsNaN(microseconds) ? "-" : string.Create(
        CultureInfo.InvariantCulture,
        $"{(microseconds >= 1e6 ? microseconds / 1e6 : microseconds >= 1e3 ? microseconds / 1e3 : microseconds):G3} {(microseconds >= 1e6 ? "s" : microseconds >= 1e3 ? "ms" : "us")}");
}
