using System.Diagnostics;
using System.Globalization;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.Benchmarks;

/// <summary>What the R binding costs: the best of several rounds of each, beside its budget for a quiet machine.</summary>
public static class RInteropBenchmarks
{
    private const int Rounds = 20;
    private const int Doubles = 10_000_000;
    private const int Strings = 1_000_000;

    /// <summary>Measures and prints, one line a quantity.</summary>
    public static void Run()
    {
        Print("engine start", Once(() => REngine.Start()), "ms", 250);
        var engine = REngine.Start();
        using var session = InProcessRSession.Open();
        Latency(engine, session);
        Throughput(engine);
        Text(engine, session);
        Child();
    }

    private static void Latency(REngine engine, InProcessRSession session)
    {
        const int Calls = 2000;
        Print("text evaluation, dispatched", Best(Calls, () => session.EvaluateAsync("1+1").GetAwaiter().GetResult()) * 1000, "us", 30);
        Print("empty dispatch", Best(Calls, () => engine.Run(_ => 0)) * 1000, "us", 7);
        Print("text evaluation, on the R thread", engine.Run(context =>
        {
            var best = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Calls; i++)
                {
                    context.Evaluate("1+1").Dispose();
                }

                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls);
            }

            return best;
        }), "us", 17);
        var plus = engine.Prepare(
            (RFunction)engine.Evaluate("`+`"), engine.CreateNumericVector(new[] { 1.0 }), engine.CreateNumericVector(new[] { 1.0 }));
        Print("prepared call", engine.Run(context =>
        {
            const int Many = 200_000;
            var best = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Many; i++)
                {
                    _ = context.EvaluateNumber(plus);
                }

                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / Many);
            }

            return best;
        }), "us", 0.3);
    }

    private static void Throughput(REngine engine)
    {
        var source = new double[Doubles];
        for (var i = 0; i < source.Length; i++)
        {
            source[i] = i;
        }

        Print("1e7 doubles into R", Best(1, () => engine.CreateNumericVector(source).Dispose()), "ms", 60);
        using var vector = engine.CreateNumericVector(source);
        Print("1e7 doubles from R to a buffer", Best(1, () => vector.CopyTo(0, source)), "ms", 10);
        Print("1e7 doubles from R to a new array", Best(1, () => vector.ToArray()), "ms", 60);
    }

    private static void Text(REngine engine, InProcessRSession session)
    {
        // New texts each round: R keeps one copy of each, so a second round of the same ones would be cheaper.
        var round = 0;
        string?[] Fresh()
        {
            round++;
            return [.. Enumerable.Range(0, Strings).Select(i => string.Create(CultureInfo.InvariantCulture, $"text {round} {i}"))];
        }

        var best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var texts = Fresh();
            best = Math.Min(best, Once(() => engine.CreateCharacterVector(texts).Dispose()));
        }

        Print("1e6 distinct strings into R", best, "ms", 510);
        using var vector = (CharacterVector)engine.Evaluate("paste('text', 1:1e6)");
        best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            best = Math.Min(best, Once(() => vector.ToArray()));
        }

        Print("1e6 distinct strings from R", best, "ms", 130);
        Print("failing evaluation", Best(500, () => Fails(session)) * 1000, "us", 400);
    }

    private static void Child()
    {
        IRSession? session = null;
        Print("child process start", Once(() => session = RSession.Open(new RSessionOptions { Mode = RSessionMode.ChildProcess })), "ms", 172);
        using (session)
        {
            Print("text evaluation, child process", Best(500, () => session!.EvaluateAsync("1+1").GetAwaiter().GetResult()) * 1000, "us", 36);
            var variables = new Dictionary<string, RValue> { ["x"] = new RDoubleVector(new double[Doubles]) };
            var there = Once(() => session!.EvaluateAsync("length(x)", variables).GetAwaiter().GetResult());
            Print("1e7 doubles into the child process", there, "ms", 356);
            var back = Once(() => session!.EvaluateAsync("numeric(1e7)").GetAwaiter().GetResult());
            Print("1e7 doubles from the child process", back, "ms", 356);
        }
    }

    private static void Fails(InProcessRSession session)
    {
        try
        {
            _ = session.EvaluateAsync("stop('no')").GetAwaiter().GetResult();
        }
        catch (RException)
        {
            // this is what is measured
        }
    }

    // Milliseconds for one call, best of the rounds.
    private static double Best(int calls, Action action)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var total = Once(() =>
            {
                for (var i = 0; i < calls; i++)
                {
                    action();
                }
            });
            best = Math.Min(best, total / calls);
        }

        return best;
    }

    private static double Once(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(string what, double value, string unit, double budget) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{what,-40} {value,10:F2} {unit}   budget {budget}"));
}
