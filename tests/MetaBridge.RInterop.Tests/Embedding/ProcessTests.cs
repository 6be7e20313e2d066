using MetaBridge.RInterop.Tests.Support;
using Xunit;

namespace MetaBridge.RInterop.Tests.Embedding;

/// <summary>What could end the process that hosts R, each in a process of its own.</summary>
public class ProcessTests
{
    // The long ones take minutes: METABRIDGE_EXHAUSTIVE=1 asks for them.
    public static TheoryData<string> Tortures => Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1"
        ? ["torture-every", "torture-some"]
        : ["torture-light"];

    [Theory]
    [InlineData("bad-home", "RNotFound")]
    [InlineData("bad-escape", "RParseFailed: '\\u' used without hex digits|alive")]
    [InlineData("huge-allocation", "REvaluationFailed: cannot allocate vector|alive")]
    [InlineData("embedded-nul", "RConversionFailed: |a\\0b|alive")]
    [InlineData("wrong-type", "RConversionFailed: |alive")]
    [InlineData("recursion-5000", "nested too deeply|alive")]
    [InlineData("recursion-500000", "REvaluationFailed: |alive")]
    [InlineData("quit", "REvaluationFailed REvaluationFailed REvaluationFailed REvaluationFailed / alive")]
    [InlineData("fork", "PSOCK|alive")]
    [InlineData("second-start", "same engine / alive")]
    [InlineData("start-after-end", "RStartFailed: R has ended in this process")]
    [InlineData("other-home", "RStartFailed: |alive")]
    [InlineData("wrong-thread", "refused 8000 of 8000 / alive")]
    [InlineData("stack-16-mb", " error condition / alive; CStackOverflowError stackOverflowError error condition / alive")]
    [InlineData("protection", "list, RConversionFailed, failed 30000, left 0, RConversionFailed, left 0 / alive")]
    [InlineData("callback-recursion", "REvaluationFailed / alive; REvaluationFailed / alive")]
    [InlineData("null-reference", "caught / alive")]
    [InlineData("control-c", "RInterrupted: |alive")]
    public void Probe_SeesAnErrorAndLives(string probe, string expected)
    {
        var run = ProbeRun.Of(probe);
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.All(expected.Split('|'), part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void NoR_Anywhere_ListsWhatWasTried()
    {
        var run = ProbeRun.Of("no-r-anywhere", ("R_HOME", null), ("PATH", "/no/such/folder"));
        Assert.True(run.ExitCode == 0, $"{run}");
        var lines = run.Output.Split('\n', StringSplitOptions.TrimEntries);
        const string Error = "RNotFound: No usable R was found. Tried: R_HOME: not there; 'R RHOME': not there; " +
            "a usual place: /no/such/usual/place: no such folder.";
        Assert.Equal([Error, Error, "R home: not found"], lines[..3]);
    }

    [Fact]
    public void LargeVector_WithoutMemory_IsAnError()
    {
        var run = ProbeRun.Of("large-vector", ("R_MAX_VSIZE", "100M"));
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.StartsWith("REvaluationFailed: ", run.Output, StringComparison.Ordinal);
        Assert.EndsWith(" / alive", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongHomeInTheEnvironment_IsPassedOver()
    {
        var run = ProbeRun.Of("start", ("R_HOME", "/no/such/folder"));
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.Matches(@"^\d+\.\d+\.\d+$", run.Output);
    }

    [Theory]
    [InlineData("LC_ALL", "C")]
    [InlineData("LC_ALL", "xx_YY.UTF-8")]
    [InlineData("LANG", "C")]
    [InlineData("LC_ALL", "POSIX")]
    public void Locale_ThatIsNotUtf8_IsReplaced(string name, string value)
    {
        (string, string?)[] environment = [("LANG", null), ("LC_ALL", null), (name, value)];
        var run = ProbeRun.Of("locale", environment);
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.Equal("É τ² TRUE", run.Output);
        Assert.Equal("[1] \"é τ² 中\"", ProbeRun.Of("capture-locale", environment).Output);
    }

    [Fact]
    public void WildPointer_EndsTheProcess()
    {
        // A crash in native code can't be survived; this pins what a user of the in-process session risks.
        var run = ProbeRun.Of("wild-pointer");
        Assert.NotEqual(0, run.ExitCode);
    }

    [Fact]
    public void TemporaryFolder_IsGoneAtTheEnd()
    {
        var run = ProbeRun.Of("temporary-folder");
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.StartsWith("/", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Output), run.Output);
    }

    [Fact]
    public void SystemOutput_GoesToTheRealStandardOutput()
    {
        var run = ProbeRun.Of("system-output");
        Assert.Equal(["to the real stdout", "0"], run.Output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Memory_StaysFlatOverManyEvaluations()
    {
        const int LargestKilobytes = 4_000; // a leak of 100 bytes in each of the 44,000 evaluations of a stretch is more
        var run = ProbeRun.Of("memory");
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.InRange(int.Parse(run.Output, System.Globalization.CultureInfo.InvariantCulture), int.MinValue, LargestKilobytes);
    }

    [Fact]
    public void ManyHandles_LiveAndGo() => Assert.Equal("wrong 0, left 0", ProbeRun.Of("handles").Output);

    [Theory]
    [MemberData(nameof(Tortures))]
    public void GarbageCollectionAtManySteps_FindsNothing(string probe)
    {
        var run = ProbeRun.Of(probe);
        Assert.True(run.ExitCode == 0, $"{run}");
        Assert.Equal("wrong 0", run.Output);
    }
}
