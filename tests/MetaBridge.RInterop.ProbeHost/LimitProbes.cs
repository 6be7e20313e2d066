using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.ProbeHost;

/// <summary>Probes that push against a limit: of the stack, of R's protection stack, of memory, of threads.</summary>
internal static class LimitProbes
{
    /// <summary>A machine without R: nothing in the environment (the test sees to that), nothing in the usual places.</summary>
    internal static string NoR()
    {
        RHome.UsualPlaces = ["/no/such/usual/place"];
        var child = new RSessionOptions { Mode = RSessionMode.ChildProcess };
        return Probes.Fails(() => REngine.Start()) + "\n" + Probes.Fails(() => RSession.Open(child)) + "\n" + RHome.Search().ToDiagnostics();
    }

    /// <summary>A quarter of the usual stack: R still notices in time, since it knows the true size.</summary>
    internal static string SmallStack()
    {
        const int StackBytes = 16 << 20;
        _ = RHost.Start(null, StackBytes);
        return RecursionClasses("f <- function(n) f(n + 1); f(1)") + Probes.Alive() + "; "
            + RecursionClasses("options(expressions = 500000); f(1)") + Probes.Alive();
    }

    /// <summary>R's protection stack of 50,000 entries, attacked by depth, by many failures, and directly.</summary>
    internal static string Protection()
    {
        const int Failures = 30_000; // would be fatal if each left two entries behind
        var engine = REngine.Start();
        var deepest = engine.Create(Nested(RValueLimits.MaxDepth)).TypeName;
        var tooDeep = Probes.Fails(() => engine.Create(Nested(RValueLimits.MaxDepth + 1))).Split(':')[0];
        var bad = new RDoubleVector([1])
        {
            Attributes = new Dictionary<string, RValue> { ["dimnames"] = new RList([new RStringVector(["a"])]) },
        };
        var failed = engine.Run(_ => Enumerable.Range(0, Failures).Count(
            _ => Probes.Fails(() => engine.Create(bad)).StartsWith(nameof(ErrorCode.REvaluationFailed), StringComparison.Ordinal)));
        var left = engine.Run(_ => RProtection.Count);
        var direct = Probes.Fails(() => engine.Run(_ => Protect(100_000))).Split(':')[0];
        return $"{deepest}, {tooDeep}, failed {failed}, left {left}, {direct}, left {engine.Run(_ => RProtection.Count)}" + Probes.Alive();
    }

    /// <summary>R calls managed code that calls R, and so on without end.</summary>
    internal static string CallbackRecursion()
    {
        var engine = REngine.Start();
        engine.SetSymbol("back", engine.CreateFunction(_ => engine.Evaluate("back()").ToValue()));
        var usual = Probes.Fails(() => engine.Evaluate("back()")).Split(':')[0] + Probes.Alive();
        return usual + "; " + Probes.Fails(() => engine.Evaluate("options(expressions = 500000); back()")).Split(':')[0] + Probes.Alive();
    }

    /// <summary>A vector from managed code that R has no memory for (the test limits R's memory).</summary>
    internal static string LargeVector()
    {
        var values = new double[20_000_000];
        return Probes.Fails(() => REngine.Start().CreateNumericVector(values)) + Probes.Alive();
    }

    /// <summary>Eight threads at once at the entry points that belong to R's thread.</summary>
    internal static string EightThreads()
    {
        const int Threads = 8;
        const int Calls = 1000;
        var handle = REngine.Start().Evaluate("1");
        var frame = handle.Engine.Host.Frame;
        var refused = 0;
        using var together = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            together.SignalAndWait();
            for (var i = 0; i < Calls; i++)
            {
                var pointer = Probes.Fails(() => _ = handle.Pointer);
                var evaluation = Probes.Fails(() => frame.Try(0));
                if (pointer.StartsWith("RWrongThread", StringComparison.Ordinal) && evaluation.StartsWith("RWrongThread", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }) { Name = $"stranger {number}" }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return $"refused {refused} of {Threads * Calls}" + Probes.Alive();
    }

    private static string RecursionClasses(string code)
    {
        try
        {
            REngine.Start().Evaluate(code).Dispose();
            return "no error";
        }
        catch (RException exception)
        {
            return string.Join(' ', exception.ConditionClasses);
        }
    }

    private static RValue Nested(int depth)
    {
        RValue value = RNull.Value;
        for (var i = 0; i < depth; i++)
        {
            value = new RList([value]);
        }

        return value;
    }

    private static int Protect(int count)
    {
        var value = REngine.Start().Host.Constants.Nil;
        for (var i = 0; i < count; i++)
        {
            _ = RProtection.Add(value);
        }

        return count;
    }
}
