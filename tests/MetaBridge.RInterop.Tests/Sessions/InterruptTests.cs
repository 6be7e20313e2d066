using System.Diagnostics;
using System.Runtime.InteropServices;
using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Sessions;

/// <summary>Cancellation and time limits stop R, and stop nothing else.</summary>
[Collection(Alone.Name)]
public class InterruptTests
{
    // The best of a few attempts: the machine may be busy with other tests, R's own delay shows in the best one.
    private const int LongestStop = 300;
    private const int Attempts = 25;

    public static TheoryData<RSessionMode, string> Endless
    {
        get
        {
            var data = new TheoryData<RSessionMode, string>();
            foreach (var code in new[]
            {
                "repeat {}", "x <- 0; while (TRUE) x <- x + sin(x)", "tryCatch(repeat {}, error = function(e) 1)", "Sys.sleep(30)",
            })
            {
                data.Add(RSessionMode.InProcess, code);
                data.Add(RSessionMode.ChildProcess, code);
            }

            return data;
        }
    }

    public static TheoryData<RSessionMode> Modes => SharedSessions.Modes;

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task Cancellation_StopsQuickly(RSessionMode mode, string code)
    {
        using var session = SharedSessions.Open(mode);
        var best = long.MaxValue;
        for (var attempt = 0; attempt < Attempts && best > LongestStop; attempt++)
        {
            using var cancel = new CancellationTokenSource();
            var running = await Begun(session, "warning('before'); cat('begun'); file.create(mark); " + code, cancel.Token);
            await Task.Delay(100);
            var watch = Stopwatch.StartNew();
            await cancel.CancelAsync();
            var error = await Assert.ThrowsAsync<RInterruptedException>(() => running.Evaluation);
            best = Math.Min(best, watch.ElapsedMilliseconds);
            Assert.Equal(ErrorCode.RInterrupted, error.Code);
            Assert.Equal("begun", error.Output);
            Assert.Equal(["before"], error.Warnings);
            Assert.Equal(2.0, ((RDoubleVector)(await session.EvaluateAsync("1 + 1")).Value).Values[0]);
        }

        Assert.InRange(best, 0, LongestStop);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Cancellation_OfSystem_WaitsForItsEnd(RSessionMode mode)
    {
        const int ShortestMilliseconds = 1800; // of the 2,000, less what passed until the mark was seen
        using var session = SharedSessions.Open(mode);
        using var cancel = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        // The shell sets the mark: one that R sets before would let the cancellation come before the command.
        var running = await Begun(session, "system(paste('touch', shQuote(mark), '&& sleep 2'))", cancel.Token);
        await cancel.CancelAsync();
        try
        {
            _ = await running.Evaluation;
        }
        catch (RInterruptedException)
        {
            // R may look at the request afterwards, or be done
        }

        Assert.InRange(watch.ElapsedMilliseconds, ShortestMilliseconds, long.MaxValue);
        Assert.Equal(2.0, ((RDoubleVector)(await session.EvaluateAsync("1 + 1")).Value).Values[0]);
    }

    [Fact]
    public void Interrupt_BeforeTheUsersCode_ComesThroughTheHarness()
    {
        _ = SharedSessions.Of(RSessionMode.InProcess);
        var host = REngine.GetInstance().Host;
        var pending = NativeLibrary.GetExport(NativeLibrary.Load(host.Home.Library!), "R_interrupts_pending");
        for (var i = 0; i < 500; i++)
        {
            // The harness looks for interrupts after a varying number of its own steps.
            var error = Assert.Throws<RInterruptedException>(() => host.RunAndWait(() =>
            {
                Marshal.WriteInt32(pending, 1);
                return host.Frame.Evaluate("repeat {}", null, host.Constants.Nil, _ => 0);
            }));
            Assert.Contains("interrupt", error.ConditionClasses);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task TimeLimit_StopsAndSaysSo(RSessionMode mode)
    {
        using var session = RSession.Open(new RSessionOptions { Mode = mode, TimeLimit = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<RInterruptedException>(() => session.EvaluateAsync("repeat {}"));
        Assert.Contains("longer than 0.3 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task LateCancellation_DoesNotHitTheNext(RSessionMode mode)
    {
        using var session = SharedSessions.Open(mode);
        for (var i = 0; i < 3000; i++)
        {
            using var cancel = new CancellationTokenSource();
            var first = session.EvaluateAsync("for (i in 1:2000) i", null, cancel.Token);
            var cancelling = Task.Run(cancel.Cancel);
            try
            {
                _ = await first;
            }
            catch (RInterruptedException)
            {
                // either outcome is right for the one that was cancelled
            }

            await cancelling;
            Assert.Equal(i + 1.0, ((RDoubleVector)(await session.EvaluateAsync($"{i} + 1")).Value).Values[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task CancelledBefore_IsNeverRun(RSessionMode mode)
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<RInterruptedException>(
            () => SharedSessions.Of(mode).EvaluateAsync("never_run <<- 1", null, cancel.Token));
        var exists = await SharedSessions.Of(mode).EvaluateAsync("exists('never_run')");
        Assert.Equal([false], ((RLogicalVector)exists.Value).Values);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task UserCode_CanCatchTheInterrupt(RSessionMode mode)
    {
        using var session = SharedSessions.Open(mode);
        using var cancel = new CancellationTokenSource();
        var running = await Begun(session, Catching("{ file.create(mark); repeat {} }", "'caught'"), cancel.Token);
        await cancel.CancelAsync();
        var result = await running.Evaluation;
        Assert.Equal("caught", ((RStringVector)result.Value).Values[0]);
    }

    [Fact]
    public async Task Child_ThatDoesNotStop_IsKilled()
    {
        using var session = RSession.Open(new RSessionOptions
        {
            Mode = RSessionMode.ChildProcess,
            InterruptGrace = TimeSpan.FromMilliseconds(300),
        });
        using var cancel = new CancellationTokenSource();
        var running = await Begun(session, "repeat " + Catching("{ file.create(mark); repeat {} }", "NULL"), cancel.Token);
        await cancel.CancelAsync();
        var error = await Assert.ThrowsAsync<RInterruptedException>(() => running.Evaluation);
        Assert.Contains("killed", error.Message, StringComparison.Ordinal);
        var lost = await Assert.ThrowsAsync<MetaBridgeException>(() => session.EvaluateAsync("1"));
        Assert.Equal(ErrorCode.RProcessLost, lost.Code);
    }

    [Fact]
    public async Task Child_ThatDies_IsReportedWithItsLastOutput()
    {
        // Its output takes another way than its connection, and must not be late: so more than once.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var session = RSession.Open(new RSessionOptions { Mode = RSessionMode.ChildProcess });
            var error = await Assert.ThrowsAsync<MetaBridgeException>(
                () => session.EvaluateAsync("system('echo last words'); tools::pskill(Sys.getpid(), 9); Sys.sleep(5)"));
            Assert.Equal(ErrorCode.RProcessLost, error.Code);
            Assert.Contains("last words", error.Message, StringComparison.Ordinal);
            Assert.Contains("137", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Child_Dispose_EndsTheProcess()
    {
        var session = (RscriptSession)RSession.Open(new RSessionOptions { Mode = RSessionMode.ChildProcess });
        var folder = ((RStringVector)(await session.EvaluateAsync("tempdir()")).Value).Values[0]!;
        using var process = Process.GetProcessById(session.ProcessId);
        session.Dispose();
        Assert.True(process.WaitForExit(30_000));
        Assert.False(Directory.Exists(folder));
    }

    // Not before R runs the code, which creates the file `mark`: what still waits in the queue would just be dropped.
    private static async Task<Begin> Begun(IRSession session, string code, CancellationToken cancellation)
    {
        var mark = Path.Combine(Path.GetTempPath(), $"metabridge-begun-{Guid.NewGuid():N}");
        var variables = new Dictionary<string, RValue> { ["mark"] = new RStringVector([mark]) };
        var running = session.EvaluateAsync(code, variables, cancellation);
        for (var waited = Stopwatch.StartNew(); !File.Exists(mark) && waited.ElapsedMilliseconds < 20_000;)
        {
            await Task.Delay(10, CancellationToken.None);
        }

        File.Delete(mark);
        return new Begin(running);
    }

    private static string Catching(string code, string answer) => $"tryCatch({code}, interrupt = function(i) {answer})";

    // A task in a box, so that waiting for the begin does not wait for the end.
    private sealed record Begin(Task<REvaluation> Evaluation);
}
