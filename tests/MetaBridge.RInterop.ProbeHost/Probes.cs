using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.ProbeHost;

/// <summary>What might end a process: each probe returns what it saw.</summary>
internal static class Probes
{
    internal static IReadOnlyDictionary<string, Func<string>> All { get; } = new Dictionary<string, Func<string>>
    {
        ["start"] = () => REngine.Start().Info.Version,
        ["bad-home"] = () => Fails(() => REngine.Start(new RSessionOptions { Home = Path.GetTempPath() })),
        ["no-r-anywhere"] = LimitProbes.NoR,
        ["stack-16-mb"] = LimitProbes.SmallStack,
        ["protection"] = LimitProbes.Protection,
        ["callback-recursion"] = LimitProbes.CallbackRecursion,
        ["large-vector"] = LimitProbes.LargeVector,
        ["locale"] = () => Text("paste(toupper('é'), tryCatch(stop('τ²'), error = conditionMessage), l10n_info()$`UTF-8`)"),
        ["capture-locale"] = () => REngine.Start().Evaluate("print('é τ² 中')").Output.Trim(),
        ["bad-escape"] = () => Fails(() => REngine.Start().Evaluate("'\\u{zzz}'")) + Alive(),
        ["huge-allocation"] = () => Fails(() => REngine.Start().Evaluate("numeric(1e13)")) + Alive(),
        ["embedded-nul"] = () => Fails(() => REngine.Start().CreateCharacterVector("a\0b")) + Alive(),
        ["wrong-type"] = WrongType,
        ["recursion-5000"] = () => Fails(() => REngine.Start().Evaluate("f <- function(n) f(n + 1); f(1)")) + Alive(),
        ["recursion-500000"] = () => Fails(
            () => REngine.Start().Evaluate("options(expressions = 500000); f <- function(n) f(n + 1); f(1)")) + Alive(),
        ["quit"] = Quit,
        ["fork"] = () => Fails(() => REngine.Start().Evaluate("parallel::mclapply(1:4, function(i) print(i), mc.cores = 2)")) + Alive(),
        ["second-start"] = () => REngine.Start() == REngine.Start() ? "same engine" + Alive() : "another engine",
        ["start-after-end"] = StartAfterEnd,
        ["other-home"] = OtherHome,
        ["wrong-thread"] = LimitProbes.EightThreads,
        ["null-reference"] = NullReference,
        ["control-c"] = ControlC,
        ["wild-pointer"] = WildPointer,
        ["temporary-folder"] = () => Text("tempdir()"),
        ["system-output"] = () => REngine.Start().Evaluate("system('echo to the real stdout')").Output.Length.ToString(CultureInfo.InvariantCulture),
        ["memory"] = Memory,
        ["handles"] = Handles,
        ["torture-light"] = () => Torture(500, 60),
        ["torture-every"] = () => Torture(1, 9),
        ["torture-some"] = () => Torture(50, 300),
    };

    internal static string Fails(Action action)
    {
        try
        {
            action();
            return "no error";
        }
        catch (MetaBridgeException exception)
        {
            return $"{exception.Code}: {exception.Message}";
        }
    }

    internal static string Text(string code) => ((CharacterVector)REngine.Start().Evaluate(code))[0] ?? "NA";

    internal static string Alive() =>
        ((NumericVector)REngine.Start().Evaluate("1 + 1"))[0] == 2 ? " / alive" : " / wrong answer";

    private static string WrongType()
    {
        var engine = REngine.Start();
        var text = engine.Evaluate("'text'");
        try
        {
            return ((NumericVector)text)[0].ToString(CultureInfo.InvariantCulture);
        }
        catch (InvalidCastException)
        {
            return Fails(() => text.ToValue().ToDataset("x")) + Alive();
        }
    }

    private static string Quit()
    {
        var engine = REngine.Start();
        string[] spellings = ["quit()", "q()", "base::quit(status = 3)", "base::q('no', 3)"];
        return string.Join(' ', spellings.Select(code => Fails(() => engine.Evaluate(code)).Split(':')[0])) + Alive();
    }

    private static string StartAfterEnd()
    {
        REngine.Start().Host.End();
        return Fails(() => REngine.Start());
    }

    private static string OtherHome()
    {
        _ = REngine.Start();
        var other = Directory.CreateTempSubdirectory("metabridge-other-home").FullName;
        foreach (var part in new[] { "library/base", "etc/Renviron", "bin/R" })
        {
            Directory.CreateDirectory(Path.Combine(other, part));
        }

        var seen = Fails(() => REngine.Start(new RSessionOptions { Home = other })) + Alive();
        Directory.Delete(other, recursive: true);
        return seen;
    }

    private static string NullReference()
    {
        _ = REngine.Start();
        string? none = null;
        try
        {
            return LengthOf(none!).ToString(CultureInfo.InvariantCulture);
        }
        catch (NullReferenceException)
        {
            return "caught" + Alive();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LengthOf(string text) => text.Length;

    // What a console program does for Ctrl-C: its own handler runs and cancels the evaluation.
    private static string ControlC()
    {
        using var cancel = new CancellationTokenSource();
        using var handler = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            cancel.Cancel();
        });
        var engine = REngine.Start();
        var endless = engine.EvaluateAsync("repeat {}", null, cancel.Token);
        Thread.Sleep(200);
        ProcessEnvironment.Interrupt(Environment.ProcessId);
        return Fails(() => endless.GetAwaiter().GetResult()) + Alive();
    }

    private static string WildPointer()
    {
        _ = REngine.Start();
        return Marshal.ReadInt32(12345).ToString(CultureInfo.InvariantCulture);
    }

    private static string Memory()
    {
        const int WarmUp = 20_000;
        const int Stretches = 3;
        const int Good = 40_000;
        const int Failing = 4_000; // each costs ten good ones
        using var session = InProcessRSession.Open();
        void Many(string code, int count)
        {
            for (var i = 0; i < count; i++)
            {
                try
                {
                    _ = session.EvaluateAsync(code).GetAwaiter().GetResult();
                }
                catch (RException)
                {
                    // some runs fail on purpose
                }
            }
        }

        Many("c(a = 1, b = 2)", WarmUp);
        // A leak grows in every stretch; a collector that fills its budget for the first time does so in one.
        var least = long.MaxValue;
        for (var stretch = 0; stretch < Stretches; stretch++)
        {
            var before = Resident();
            Many("c(a = 1, b = 2)", Good);
            Many("stop('no')", Failing);
            least = Math.Min(least, Resident() - before);
        }

        return (least >> 10).ToString(CultureInfo.InvariantCulture); // kB grown
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        REngine.Start().Evaluate("invisible(gc())").Dispose();
        return Environment.WorkingSet;
    }

    private static string Handles()
    {
        const int Count = 500_000; // in quadratic time it would not end
        var engine = REngine.Start();
        var handles = new RHandle[Count];
        var precious = engine.Host.Precious;
        var before = precious.Count;
        engine.Run(context =>
        {
            for (var i = 0; i < Count; i++)
            {
                handles[i] = engine.CreateNumericVector(new double[] { i });
            }

            return 0;
        });
        engine.Evaluate("invisible(gc())").Dispose();
        var wrong = handles.Where((handle, i) => ((NumericVector)handle)[0] != i).Count();
        Array.ForEach(handles, handle => handle.Dispose()); // oldest first: the worst order for R's own list
        engine.Run(_ => 0);
        var left = precious.Count - before;
        return $"wrong {wrong}, left {left}";
    }

    private static string Torture(int step, int count)
    {
        using var session = InProcessRSession.Open();
        var wrong = 0;
        _ = session.EvaluateAsync($"gctorture2({step})").GetAwaiter().GetResult();
        for (var i = 0; i < count; i++)
        {
            wrong += TortureOnce(session, i) ? 0 : 1;
        }

        return $"wrong {wrong}";
    }

    private static bool TortureOnce(InProcessRSession session, int i)
    {
        var variables = new Dictionary<string, RValue>
        {
            ["x"] = new RDoubleVector([i, Data.Na.Real]),
            ["s"] = new RStringVector(["é", null]) { Attributes = new Dictionary<string, RValue> { ["names"] = new RStringVector(["a", "b"]) } },
        };
        try
        {
            var code = i % 3 == 2 ? "stop('τ', x[1])" : "list(x + 1, paste0(s, 'ü'), names(s))";
            var value = (RList)session.EvaluateAsync(code, variables).GetAwaiter().GetResult().Value;
            return value.Values is [RDoubleVector x, RStringVector s, RStringVector names]
                && x.Values[0] == i + 1 && Data.Na.IsNa(x.Values[1])
                && s.Values is ["éü", "NAü"] && names.Values is ["a", "b"];
        }
        catch (RException exception)
        {
            return i % 3 == 2 && exception.Message == $"τ{i}";
        }
    }
}
