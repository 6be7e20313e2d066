using Xunit;

namespace MetaBridge.Cli.Tests;

public sealed class ReshapeCommandTests
{
    private static readonly string[] Bcg = ["dat.bcg", "--measure", "OR", "--ai", "tpos", "--bi", "tneg", "--ci", "cpos", "--di", "cneg"];
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    [Fact]
    public async Task ToLong_HasARowPerGroup()
    {
        var (exit, csv, error) = await WithoutR.RunAsync(["to-long", .. Bcg, "--slab", "author", "--no-append"]);
        Assert.True(exit == 0, error);
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(27, lines.Length);
        Assert.Contains("study,group,out1,out2", lines[0].Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        (exit, csv, error) = await WithoutR.RunAsync(["to-long", .. Bcg, "--vlong"]);
        Assert.True(exit == 0, error);
        Assert.Equal(53, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (exit, _, error) = await WithoutR.RunAsync(["to-long", "dat.bcg", "--measure", "GEN"]);
        Assert.NotEqual(0, exit);
        Assert.Contains("MB0119", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToTable_AndToWide_PrintData()
    {
        var (exit, csv, error) = await WithoutR.RunAsync(["to-table", .. Bcg]);
        Assert.True(exit == 0, error);
        Assert.Equal(27, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var runner = new CommandRunner { HasR = false, Input = "s,g,n\n1,a,10\n1,b,20\n2,b,30\n2,c,40\n2,a,50\n" };
        (exit, csv, error) = await runner.RunAsync(["to-wide", "-", "--study", "s", "--grp", "g", "--grpvars", "n", "--ref", "a"]);
        Assert.True(exit == 0, error);
        Assert.Contains("b-c-a", csv, StringComparison.Ordinal);
        Assert.Equal(4, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task FiveNumbers_GiveTheMeanAndTheTest()
    {
        // metafor's help page of conv.fivenum: 6.938841 and 3.679435, test of skewness 0.491 against 0.666.
        var runner = new CommandRunner { HasR = false, Input = "min,q1,median,q3,max,n\n2,4,6,10,14,20\n" };
        var (exit, csv, error) = await runner.RunAsync(["fivenum", "-"]);
        Assert.True(exit == 0, error);
        Assert.Contains("6.93884", csv, StringComparison.Ordinal);
        Assert.Contains("3.67943", csv, StringComparison.Ordinal);
        (exit, csv, error) = await runner.RunAsync(["fivenum", "-", "--method", "blue"]);
        Assert.True(exit == 0, error);
        Assert.Contains("6.68472", csv, StringComparison.Ordinal);
        (exit, _, error) = await runner.RunAsync(["fivenum", "-", "--method", "nix"]);
        Assert.NotEqual(0, exit);
        Assert.Contains("MB0111", error, StringComparison.Ordinal);
        (exit, _, error) = await new CommandRunner { HasR = false, Input = "min,median,max,n\n9,6,14,20\n" }.RunAsync(["fivenum", "-"]);
        Assert.NotEqual(0, exit);
        Assert.Contains("row 1", error, StringComparison.Ordinal);
    }
}
