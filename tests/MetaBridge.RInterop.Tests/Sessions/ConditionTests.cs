using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Sessions;

/// <summary>Errors, warnings, messages and output of R arrive whole, in both kinds of session.</summary>
public class ConditionTests
{
    public static TheoryData<RSessionMode> Modes => SharedSessions.Modes;

    private static Task<RException> Fails(RSessionMode mode, string code) =>
        Assert.ThrowsAnyAsync<RException>(() => SharedSessions.Of(mode).EvaluateAsync(code));

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_HasTheExactText(RSessionMode mode)
    {
        var error = await Fails(mode, "stop('é τ² 😀 中文')");
        Assert.Equal("é τ² 😀 中文", error.Message);
        Assert.Equal(ErrorCode.REvaluationFailed, error.Code);
        Assert.Equal(["simpleError", "error", "condition"], error.ConditionClasses);
        Assert.Null(error.Call);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_NamesTheCall(RSessionMode mode) =>
        Assert.Equal("f(2)", (await Fails(mode, "f <- function(x) stop('in f'); f(2)")).Call);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_OfCustomClass_KeepsClassesCallAndMessage(RSessionMode mode)
    {
        var error = await Fails(
            mode, "stop(structure(class = c('mine', 'error', 'condition'), list(message = 'm', call = quote(g(1)))))");
        Assert.Equal(["mine", "error", "condition"], error.ConditionClasses);
        Assert.Equal("g(1)", error.Call);
        Assert.Equal("m", error.Message);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_InLatin1_IsConverted(RSessionMode mode) =>
        Assert.Equal("caf\u00e9 \u20ac", (await Fails(mode, "x <- 'caf\\xe9 \\x80'; Encoding(x) <- 'latin1'; stop(x)")).Message);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_VeryLong_IsCutByRAtItsBuffer(RSessionMode mode)
    {
        // R formats the text of stop() in a buffer of 8,192 bytes, and cuts after the last whole character within 8,190.
        Assert.Equal(new string('a', 8190), (await Fails(mode, "stop(strrep('a', 20000))")).Message);
        Assert.Equal(new string('é', 4095), (await Fails(mode, "stop(strrep('é', 20000))")).Message);
        Assert.Equal(new string('中', 2730), (await Fails(mode, "stop(strrep('中', 20000))")).Message);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_VeryLongConditionObject_IsWhole(RSessionMode mode) =>
        Assert.Equal(20000, (await Fails(mode, "stop(simpleError(strrep('é', 20000)))")).Message.Length);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_KeepsWarningsAndOutputBefore(RSessionMode mode)
    {
        var error = await Fails(mode, "warning('before'); cat('printed'); stop('end')");
        Assert.Equal(["before"], error.Warnings);
        Assert.Equal("printed", error.Output);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Error_InTheMessageMethodOfACondition_IsSurvived(RSessionMode mode)
    {
        // stop() itself asks once; it is the harness's question that fails.
        var code = "asked <- 0; conditionMessage.bad <- function(c) { asked <<- asked + 1; if (asked > 1) stop('again') else 'once' }; " +
            "registerS3method('conditionMessage', 'bad', conditionMessage.bad); " +
            "stop(structure(class = c('bad', 'error', 'condition'), list()))";
        Assert.Contains("bad", (await Fails(mode, code)).ConditionClasses);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task WarningsAndMessages_ComeInOrder(RSessionMode mode)
    {
        var result = await SharedSessions.Of(mode).EvaluateAsync(
            "warning('w1'); message('m1'); as.integer('x'); message('m2'); warning('w2'); 5");
        Assert.Equal(["w1", "NAs introduced by coercion", "w2"], result.Warnings);
        Assert.Equal(["m1", "m2"], result.Messages);
        Assert.Equal(5, ((RDoubleVector)result.Value).Values[0]);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Output_OfBothStreams_ComesInOrderInUtf8(RSessionMode mode)
    {
        var result = await SharedSessions.Of(mode).EvaluateAsync("print('é'); cat('中\\n'); cat('err 😀\\n', file = stderr()); cat('end')");
        Assert.Equal("[1] \"é\"\n中\nerr 😀\nend", result.Output);
    }

    [Theory]
    [InlineData(RSessionMode.InProcess, "(")]
    [InlineData(RSessionMode.ChildProcess, "(")]
    [InlineData(RSessionMode.InProcess, "'\\u{zzz}'")]
    [InlineData(RSessionMode.ChildProcess, "'\\u{zzz}'")]
    [InlineData(RSessionMode.InProcess, "1 +* 2")]
    [InlineData(RSessionMode.ChildProcess, "x <- 'open")]
    public async Task ParseError_IsAParseException(RSessionMode mode, string code)
    {
        var error = await Assert.ThrowsAsync<RParseException>(() => SharedSessions.Of(mode).EvaluateAsync(code));
        Assert.Equal(ErrorCode.RParseFailed, error.Code);
        Assert.NotEqual("", error.Message);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Quit_IsRefused_InEverySpelling(RSessionMode mode)
    {
        foreach (var code in new[] { "q()", "quit()", "base::q('no')", "base::quit(status = 3)", "do.call('q', list())" })
        {
            Assert.Contains("quit() is not available", (await Fails(mode, code)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Recursion_WithoutEnd_IsAnError(RSessionMode mode)
    {
        var error = await Fails(mode, "f <- function(n) f(n + 1); f(1)");
        Assert.Contains("nested too deeply", error.Message, StringComparison.Ordinal);
        Assert.Equal(2.0, ((RDoubleVector)(await SharedSessions.Of(mode).EvaluateAsync("1 + 1")).Value).Values[0]);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(500_000)]
    public async Task Recursion_InTheChild_IsAnErrorAtAnyLimit(int expressions)
    {
        using var session = SharedSessions.Open(RSessionMode.ChildProcess);
        var error = await Assert.ThrowsAnyAsync<RException>(
            () => session.EvaluateAsync($"options(expressions = {expressions}); f <- function(n) f(n + 1); f(1)"));
        Assert.Equal(ErrorCode.REvaluationFailed, error.Code);
        Assert.Contains("error", error.ConditionClasses);
        Assert.Equal(2.0, ((RDoubleVector)(await session.EvaluateAsync("1 + 1")).Value).Values[0]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Allocation_TooLarge_IsAnError(RSessionMode mode) =>
        Assert.Contains("cannot allocate", (await Fails(mode, "numeric(1e13)")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("mclapply(1:2, function(i) print(i), mc.cores = 2)")]
    [InlineData("mcparallel(1)")]
    [InlineData("pvec(1:10, sqrt, mc.cores = 2)")]
    public async Task Fork_InProcess_IsOneClearError(string call) => Assert.Equal(
        "this process cannot be forked: use a PSOCK cluster (parallel::makeCluster) or mc.cores = 1",
        (await Fails(RSessionMode.InProcess, "parallel::" + call)).Message);

    [Theory]
    [InlineData("unlist(parallel::mclapply(c(1, 4, 9), sqrt))")]
    [InlineData("parallel::pvec(c(1, 4, 9), sqrt)")]
    public async Task Fork_InProcess_IsSerialByDefault(string call)
    {
        var serial = await SharedSessions.Of(RSessionMode.InProcess).EvaluateAsync(call);
        Assert.Equal([1, 2, 3], ((RDoubleVector)serial.Value).Values);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task PsockCluster_Works(RSessionMode mode)
    {
        var result = await SharedSessions.Of(mode).EvaluateAsync(
            "k <- parallel::makeCluster(1); r <- parallel::clusterApply(k, 1:2, function(i) i + 1); " +
            "parallel::stopCluster(k); unlist(r)");
        Assert.Equal([2, 3], ((RDoubleVector)result.Value).Values);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task System_InterleavedWithProcess_Works(RSessionMode mode)
    {
        for (var i = 0; i < 3; i++)
        {
            using var process = System.Diagnostics.Process.Start("true");
            var result = await SharedSessions.Of(mode).EvaluateAsync("system('echo hello', intern = TRUE)");
            await process.WaitForExitAsync();
            Assert.Equal("hello", ((RStringVector)result.Value).Values[0]);
            Assert.Equal(0, process.ExitCode);
        }
    }
}
