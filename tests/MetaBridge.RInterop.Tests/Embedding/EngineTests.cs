using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Embedding;

/// <summary>The engine and its handles.</summary>
public class EngineTests
{
    private static REngine Engine
    {
        get
        {
            _ = SharedSessions.Of(RSessionMode.InProcess);
            return REngine.GetInstance();
        }
    }

    [Fact]
    public void Evaluate_GivesTheFittingClass()
    {
        Assert.Equal([1.5, 2], Assert.IsType<NumericVector>(Engine.Evaluate("c(1.5, 2)")).ToArray());
        Assert.Equal([1, 2, Na.Integer], Assert.IsType<IntegerVector>(Engine.Evaluate("c(1:2, NA)")).ToArray());
        Assert.Equal([true, null, false], Assert.IsType<LogicalVector>(Engine.Evaluate("c(TRUE, NA, FALSE)")).ToArray());
        Assert.Equal(["é", null], Assert.IsType<CharacterVector>(Engine.Evaluate("c('é', NA)")).ToArray().AsEnumerable());
        Assert.Equal(2, Assert.IsType<GenericVector>(Engine.Evaluate("list(1, 'a')")).Length);
        Assert.IsType<RFunction>(Engine.Evaluate("sum"));
        Assert.IsType<RFunction>(Engine.Evaluate("function(x) x"));
        Assert.IsType<REnvironment>(Engine.Evaluate("globalenv()"));
        Assert.Equal("NULL", Engine.Evaluate("NULL").TypeName);
        Assert.Equal("language", Engine.Evaluate("y ~ x").TypeName);
    }

    [Fact]
    public void Factor_HasLevelsAndLabels()
    {
        var factor = Assert.IsType<Factor>(Engine.Evaluate("factor(c('b', NA, 'a'), levels = c('b', 'a', 'unused'), ordered = TRUE)"));
        Assert.Equal(["b", "a", "unused"], factor.Levels);
        Assert.Equal(["b", null, "a"], factor.ToArray().AsEnumerable());
        Assert.Equal([1, Na.Integer, 2], factor.ToCodes());
        Assert.True(factor.IsOrdered);
    }

    [Fact]
    public void DataFrame_GoesBothWays()
    {
        var data = new Dataset("d", [new NumberColumn("x", [1, Na.Real]), new FactorColumn("f", [0, -1], ["u"]), new LogicalColumn("l", [null, true])], ["r1", "r2"]);
        var frame = Engine.CreateDataFrame(data);
        Assert.Equal(["x", "f", "l"], frame.Names);
        Assert.IsType<Factor>(frame["f"]);
        var back = frame.ToDataset("d");
        Assert.Equal("r2", back.RowLabel(1));
        Assert.Null(back["f"].TextAt(1));
        Assert.True(Na.IsNa(((NumberColumn)back["x"]).Values[1]));
        Assert.True(((LogicalColumn)back["l"]).Values[1]);
    }

    [Fact]
    public void Symbols_AreBoundAndRead()
    {
        Engine.SetSymbol("engine_x", Engine.CreateNumericVector(new[] { 1.0, 2 }));
        Assert.Equal(3.0, ((NumericVector)Engine.Evaluate("sum(engine_x)"))[0]);
        Assert.Equal([1.0, 2], ((NumericVector)Engine.GetSymbol("engine_x")).ToArray());
        Engine.SetSymbol("engine_call", Engine.Evaluate("quote(stop('must not run'))"));
        Assert.Equal("language", Engine.Evaluate("engine_call").TypeName);
        Assert.Contains("not found", Assert.Throws<RException>(() => Engine.GetSymbol("engine_nothing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_TakesNamedArguments()
    {
        var paste = (RFunction)Engine.Evaluate("paste");
        var result = (CharacterVector)paste.InvokeNamed(("", Engine.CreateCharacterVector("a")), ("", Engine.CreateCharacterVector("b")), ("sep", Engine.CreateCharacterVector("-")));
        Assert.Equal("a-b", result[0]);
        var sum = (RFunction)Engine.Evaluate("sum");
        Assert.Equal(6.0, ((NumericVector)sum.Invoke(Engine.CreateNumericVector(new[] { 1.0, 5 })))[0]);
        var async = await ((RFunction)Engine.Evaluate("function(x) { warning('w'); cat('o'); x }")).InvokeAsync([("x", Engine.CreateLogicalVector(null, true))]);
        Assert.Equal(["w"], async.Warnings);
        Assert.Equal("o", async.Output);
        Assert.Equal([null, true], ((LogicalVector)async).ToArray());
        Assert.Equal("from f", Assert.Throws<RException>(() => ((RFunction)Engine.Evaluate("function() stop('from f')")).Invoke()).Message);
    }

    [Fact]
    public void Function_GetsValuesNotCode()
    {
        var identity = (RFunction)Engine.Evaluate("function(x) typeof(x)");
        Assert.Equal("symbol", ((CharacterVector)identity.Invoke(Engine.Evaluate("quote(no_such_variable)")))[0]);
    }

    [Fact]
    public void Run_GivesSpansOverRMemory()
    {
        var sum = Engine.Run(context =>
        {
            var total = 0.0;
            foreach (var value in context.AsSpan((NumericVector)context.Evaluate("c(1, 2, 3.5)")))
            {
                total += value;
            }

            return total;
        });
        Assert.Equal(6.5, sum);
        var vector = Engine.CreateNumericVector(new double[3]);
        Engine.Run(context =>
        {
            context.AsWritableSpan(vector)[1] = 7;
            return 0;
        });
        Assert.Equal([0, 7, 0], vector.ToArray());
        Assert.Equal([1, 2], Engine.Run(context => context.AsSpan((IntegerVector)context.Evaluate("1:2")).ToArray()));
        Assert.Equal([], Engine.Run(context => context.AsSpan((NumericVector)context.Evaluate("numeric()")).ToArray()));
    }

    [Fact]
    public void Run_DoesNotWriteToSharedVectors()
    {
        Engine.SetSymbol("engine_shared", Engine.CreateNumericVector(new[] { 1.0 }));
        var error = Assert.Throws<MetaBridgeException>(() => Engine.Run(context =>
            context.AsWritableSpan((NumericVector)context.Evaluate("engine_other <- engine_shared; engine_shared"))[0] = 2));
        Assert.Equal(ErrorCode.RConversionFailed, error.Code);
    }

    [Fact]
    public void LongRange_IsReadWithoutWritingItOut()
    {
        using var range = (IntegerVector)Engine.Evaluate("1:1e9");
        var before = Environment.WorkingSet;
        Assert.Equal(1_000_000_000, range.Length);
        Assert.Equal(999_999_999, range[999_999_998]);
        var part = new int[1000];
        range.CopyTo(500_000_000, part);
        Assert.Equal(500_000_001, part[0]);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 2_000_000_000); // written out it takes 4 GB
        Assert.Throws<MetaBridgeException>(() => Engine.Run(context => context.AsSpan(range).Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => range.CopyTo(999_999_999, part));
    }

    [Fact]
    public void PreparedCall_IsEvaluatedAgain()
    {
        var plus = Engine.Prepare((RFunction)Engine.Evaluate("`+`"), Engine.CreateNumericVector(new[] { 1.0 }), Engine.CreateNumericVector(new[] { 1.0 }));
        Assert.Equal(2000, Engine.Run(context =>
        {
            var total = 0.0;
            for (var i = 0; i < 1000; i++)
            {
                total += context.EvaluateNumber(plus);
            }

            return total;
        }));
        var fails = Engine.Prepare((RFunction)Engine.Evaluate("stop"), Engine.CreateCharacterVector("prepared"));
        Assert.Contains("prepared", Assert.Throws<RException>(() => Engine.Run(context => context.Evaluate(fails))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PreparedCall_CanBeCancelled()
    {
        var sleep = Engine.Prepare((RFunction)Engine.Evaluate("Sys.sleep"), Engine.CreateNumericVector(new[] { 30.0 }));
        using var cancel = new CancellationTokenSource();
        var running = Engine.RunAsync(
            context =>
            {
                cancel.CancelAfter(200);
                return context.Evaluate(sleep);
            },
            cancel.Token);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Assert.ThrowsAsync<RInterruptedException>(() => running);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 15_000);
        Assert.Equal(2.0, ((NumericVector)Engine.Evaluate("1 + 1"))[0]);
    }

    [Fact]
    public void PreparedCall_OfAnotherType_IsRefused()
    {
        // R's own REAL() of a text ends the process.
        var text = Engine.Prepare((RFunction)Engine.Evaluate("paste"), Engine.CreateCharacterVector("text"));
        var error = Assert.Throws<MetaBridgeException>(() => Engine.Run(context => context.EvaluateNumber(text)));
        Assert.Equal(ErrorCode.RConversionFailed, error.Code);
    }

    [Fact]
    public void Callback_CallsBackIntoR()
    {
        var twice = Engine.CreateFunction(arguments => new RDoubleVector(
            [((NumericVector)Engine.Evaluate("21"))[0] * ((RDoubleVector)arguments[0]).Values[0]]));
        Engine.SetSymbol("engine_twice", twice);
        Assert.Equal(42.0, ((NumericVector)Engine.Evaluate("engine_twice(2)"))[0]);
        Assert.Equal([21.0, 42, 63], ((NumericVector)Engine.Evaluate("sapply(c(1, 2, 3), engine_twice)")).ToArray());
    }

    [Fact]
    public void Callback_ThatThrows_IsAnRError()
    {
        Engine.SetSymbol("engine_throws", Engine.CreateFunction(_ => throw new InvalidOperationException("thrown é")));
        Assert.Equal("thrown é", Assert.Throws<RException>(() => Engine.Evaluate("engine_throws()")).Message);
        Engine.SetSymbol("engine_fails", Engine.CreateFunction(_ => Engine.Evaluate("stop('inner')").ToValue()));
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal("inner", ((CharacterVector)Engine.Evaluate("tryCatch(engine_fails(), error = conditionMessage)"))[0]);
        }
    }

    [Fact]
    public void Handles_AreReleased()
    {
        var host = Engine.Host;
        var before = Engine.Run(_ => host.Precious.Count);
        Drop(2000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var handle = Engine.Evaluate("1");
        handle.Dispose();
        handle.Dispose();
        Assert.Throws<ObjectDisposedException>(() => handle.ToValue());
        Assert.InRange(Engine.Run(_ => host.Precious.Count) - before, int.MinValue, 1000);
    }

    [Fact]
    public void WrongThread_IsRefusedAtEveryEntryPoint()
    {
        var handle = Engine.Evaluate("1");
        var host = Engine.Host;
        Action[] entries =
        [
            () => _ = handle.Pointer, () => host.Reader.Read(0), () => host.Reader.Attribute(0, "names"), () => host.Writer.Write(RNull.Value),
            () => host.Frame.Try(0), () => host.Frame.Evaluate<int>("1", null, 0, _ => 0), () => host.Frame.Invoke<int>(0, 0, _ => 0),
            () => host.Precious.Add(0), () => host.Precious.Remove(0), () => RCallbacks.Create(host, _ => RNull.Value),
        ];
        Assert.All(entries, entry => Assert.Equal(ErrorCode.RWrongThread, Assert.Throws<MetaBridgeException>(entry).Code));
    }

    [Fact]
    public void WrongThreads_EightAtOnce_AreAllRefused()
    {
        const int Threads = 8;
        var handle = Engine.Evaluate("1");
        var seen = new System.Collections.Concurrent.ConcurrentBag<ErrorCode?>();
        using var together = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();
            seen.Add((Record.Exception(() => handle.Pointer) as MetaBridgeException)?.Code);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(Enumerable.Repeat<ErrorCode?>(ErrorCode.RWrongThread, Threads), seen);
        Assert.Equal(1.0, ((NumericVector)handle)[0]);
    }

    [Fact]
    public void Start_Again_GivesTheSameEngine()
    {
        Assert.Same(Engine, REngine.Start());
        Assert.Same(Engine, REngine.Start(new RSessionOptions { Home = Engine.Info.Home }));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Drop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = Engine.Evaluate("1");
        }
    }
}
