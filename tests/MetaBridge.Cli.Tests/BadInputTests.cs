using Xunit;

namespace MetaBridge.Cli.Tests;

/// <summary>Whatever is wrong with the input, the answer is one line with a code, what and where, and one with a remedy.</summary>
public sealed class BadInputTests
{
    private const string Studies = "yi,vi,x\n0.1,0.2,1\n0.2,0.1,2\n0.3,0.1,3\n0.6,0.1,5\n";

    [Theory]
    [InlineData("", 3, "MB0115", "nothing in it")]
    [InlineData("yi,vi\n", 3, "MB0107", "no studies")]
    [InlineData("yi,vi\nNA,0.2\nNA,0.1\n", 3, "MB0107", "row 1")]
    [InlineData("yi,vi\n0.1,0.2\n0.2,-0.1\n0.3,0.1\n", 3, "MB0103", "Row 2")]
    [InlineData("yi,vi\n0.1,0.2\n0.2,0\n0.3,0.1\n", 3, "MB0103", "Row 2")]
    [InlineData("yi,vi\n0.1,0.2\nabc,0.1\n", 3, "MB0102", "row 2 holds 'abc'")]
    [InlineData("yi,vi\n1e200,1e200\n1e300,1e300\n3e250,1e10\n", 3, "MB0202", "tau2")]
    [InlineData("yi,yi,vi\n1,1,2\n", 3, "MB0120", "'yi'")]
    [InlineData("yi,vi\n0.1,0.2\n0.2\n", 3, "MB0115", "line 3")]
    [InlineData("yi,vi\n\"0.1,0.2\n", 3, "MB0115", "line 2")]
    [InlineData("a\0b,c\n1,2\n", 3, "MB0101", "'yi'")]
    [InlineData(Studies, 3, "MB0101", "'nope'", "--mods", "~ nope")]
    [InlineData(Studies, 2, "MB0111", "'XX'", "--method", "XX")]
    [InlineData(Studies, 2, "MB0112", "character 6", "--mods", "~ x +")]
    [InlineData(Studies, 2, "MB0110", "'level' is 0", "--level", "0")]
    [InlineData(Studies, 2, "MB0110", "'level' is 100", "--level", "100")]
    [InlineData(Studies, 2, "MB0110", "'level' is 101", "--level", "101")]
    [InlineData(Studies, 2, "MB0110", "'btt' is 5", "--btt", "5")]
    [InlineData(Studies, 3, "MB0107", "not in the subset", "--subset", "x > 99")]
    [InlineData(Studies, 3, "MB0108", "4 studies", "--mods", "~ x + I(x^2) + I(x^3) + I(x^4)")]
    [InlineData(Studies, 3, "MB0114", "nope", "--forest", "/proc/nope/x.svg")]
    public async Task Fit_SaysWhatWhereAndWhatToTry(string csv, int status, string code, string says, params string[] options)
    {
        var runner = new CommandRunner { HasR = false, Input = csv };
        var (exit, text, error) = await runner.RunAsync(["fit", "-", "--yi", "yi", "--vi", "vi", .. options]);
        var lines = error.TrimEnd().Split('\n');
        Assert.True(status == exit, error);
        Assert.Empty(text);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith($"error {code}: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(says, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  ", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a folder.csv")]
    [InlineData("missing.csv")]
    [InlineData("binary.csv")]
    public async Task Fit_FileThatIsNone_IsNamed(string name)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("a folder.csv"));
        File.WriteAllBytes(folder.File("binary.csv"), [0x89, 0x50, 0xFF, 0xFE, 0x00, 0x0A, 0xC3, 0x28]);
        var (exit, _, error) = await new CommandRunner { HasR = false }.RunAsync("fit", folder.File(name), "--yi", "yi", "--vi", "vi");
        Assert.Equal(3, exit);
        Assert.Contains(name, error.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_IncompleteRows_AreNotedWithTheReason()
    {
        var runner = new CommandRunner { HasR = false, Input = "yi,vi\n0.1,0.2\nNA,0.1\n0.3,0.1\n" };
        var (exit, text, error) = await runner.RunAsync("fit", "-", "--yi", "yi", "--vi", "vi");
        Assert.Equal(0, exit);
        Assert.Contains("k = 2", text, StringComparison.Ordinal);
        Assert.StartsWith("note: row 2 was left out: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_FailureWithCertificatesFile_IsText()
    {
        using var folder = new TemporaryFolder();
        var (exit, _, error) = await new CommandRunner { HasR = false }.RunAsync(
            "validate", "--recorded", "--case", "bcg-rr-dl", "--json", folder.Path);
        Assert.Equal(3, exit);
        Assert.StartsWith("error MB0114: ", error, StringComparison.Ordinal);
    }
}
