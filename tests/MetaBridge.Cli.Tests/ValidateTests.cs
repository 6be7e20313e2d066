using System.Text.Json;
using Xunit;

namespace MetaBridge.Cli.Tests;

public sealed class ValidateTests
{
    private const string Case =
        """{"id":"mine","title":"My analysis","data":"studies.csv","spec":{"family":"univariate","effect":{"yi":"yi","vi":"vi"},"mods":"~ x"}}""";

    private const string Data = "yi,vi,x\n0.1,0.02,1\n0.5,0.03,2\n0.2,0.01,3\n0.9,0.04,4\n0.3,0.02,5\n";

    [Fact]
    public async Task Recorded_AllCases_PassWithoutR()
    {
        using var folder = new TemporaryFolder();
        var json = folder.File("certificates.json");
        var (exit, text, error) = await new CommandRunner { HasR = false }.RunAsync("validate", "--recorded", "--json", json);
        Assert.True(exit == 0, text + error);
        var lines = text.TrimEnd().Split('\n');
        Assert.Matches(@"^\d+ passed, 0 failed$", lines[^1]);
        Assert.True(lines.Length > 60);
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal(lines.Length - 1, document.RootElement.GetProperty("passed").GetInt32());
    }

    [Fact]
    public async Task Default_WithoutR_GoesOnWithTheRecordedResults()
    {
        var (exit, text, error) = await new CommandRunner { HasR = false }.RunAsync("validate", "--case", "bcg-rr-d?", "--quiet");
        Assert.Equal(0, exit);
        Assert.Equal("1 passed, 0 failed", text.TrimEnd());
        Assert.Contains("recorded results", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingSelected_Fails()
    {
        var (exit, text, error) = await new CommandRunner { HasR = false }.RunAsync("validate", "--recorded", "--case", "no-such-case");
        Assert.Equal(1, exit);
        Assert.Equal("0 passed, 0 failed", text.TrimEnd());
        Assert.Contains("No case", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsersCases_RecordThenCheckThenCorrupt()
    {
        using var folder = new TemporaryFolder();
        var (runner, offline) = (new CommandRunner(), new CommandRunner { HasR = false });
        File.WriteAllText(folder.File("mine.case.json"), Case);
        File.WriteAllText(folder.File("studies.csv"), Data);
        string[] here = ["validate", "--cases", folder.Path];

        // Nothing is recorded yet.
        var (exit, text, _) = await offline.RunAsync([.. here, "--recorded"]);
        Assert.Equal(1, exit);
        Assert.Contains("FAIL mine", text, StringComparison.Ordinal);

        (exit, text, var error) = await runner.RunAsync([.. here, "--record"]);
        Assert.True(exit == 0, text + error);
        (exit, text, _) = await offline.RunAsync([.. here, "--recorded"]);
        Assert.Equal(0, exit);
        Assert.EndsWith("1 passed, 0 failed", text.TrimEnd(), StringComparison.Ordinal);
        (exit, text, error) = await runner.RunAsync([.. here, "--live"]);
        Assert.True(exit == 0, text + error);

        // A changed datum is noticed: the recorded result is of other data.
        File.WriteAllText(folder.File("studies.csv"), Data.Replace("0.9", "0.8", StringComparison.Ordinal));
        (exit, text, _) = await offline.RunAsync([.. here, "--recorded"]);
        Assert.Equal(1, exit);
        Assert.Contains("changed after the reference result was recorded", text, StringComparison.Ordinal);
        (_, _, _) = await offline.RunAsync([.. here, "--recorded", "--json", folder.File("out.json")]);
        Assert.Contains("MB0402", File.ReadAllText(folder.File("out.json")), StringComparison.Ordinal);
        (exit, _, _) = await runner.RunAsync([.. here, "--live"]);
        Assert.Equal(1, exit);

        // A changed digit of the recorded result is, too.
        File.WriteAllText(folder.File("studies.csv"), Data);
        var verified = File.ReadAllText(folder.File("mine.verified.json"));
        var digit = verified.IndexOf("\"QE\"", StringComparison.Ordinal) + 12;
        digit = verified.IndexOfAny([.. "123456789"], digit);
        File.WriteAllText(folder.File("mine.verified.json"), verified[..digit] + '0' + verified[(digit + 1)..]);
        (exit, text, _) = await offline.RunAsync([.. here, "--recorded"]);
        Assert.Equal(1, exit);
        Assert.EndsWith("0 passed, 1 failed", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_RecordedDatasetThatIsNotMetadats_FailsWithTheReason()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("datasets"));
        var bcg = File.ReadAllText(Path.Combine(CommandRunner.Home, "golden", "datasets", "dat.bcg.json"));
        File.WriteAllText(folder.File("datasets/dat.bcg.json"), bcg.Replace("1948", "1949", StringComparison.Ordinal));
        File.WriteAllText(folder.File("mine.case.json"), Case.Replace("studies.csv", "dat.bcg", StringComparison.Ordinal)
            .Replace("\"yi\":\"yi\",\"vi\":\"vi\"", "\"yi\":\"ablat\",\"vi\":\"trial\"", StringComparison.Ordinal)
            .Replace("\"~ x\"", "\"~ year\",\"method\":\"EE\"", StringComparison.Ordinal));
        var runner = new CommandRunner();
        var (exit, text, error) = await runner.RunAsync("validate", "--cases", folder.Path, "--record");
        Assert.True(exit == 1, text + error);
        Assert.Contains("is not that of metadat", text, StringComparison.Ordinal);
        Assert.Contains("column 'year'", text, StringComparison.Ordinal);
        File.WriteAllText(folder.File("datasets/dat.bcg.json"), bcg);
        (exit, text, error) = await runner.RunAsync("validate", "--cases", folder.Path, "--record");
        Assert.True(exit == 0, text + error);
    }

    [Fact]
    public async Task MalformedCase_IsOneFailure()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("bad.case.json"), "{");
        var (exit, text, _) = await new CommandRunner { HasR = false }.RunAsync("validate", "--recorded", "--cases", folder.Path);
        Assert.Equal(1, exit);
        Assert.Contains("FAIL bad", text, StringComparison.Ordinal);
    }
}
