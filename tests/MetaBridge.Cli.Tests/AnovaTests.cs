using System.Text.Json;
using Xunit;

namespace MetaBridge.Cli.Tests;

/// <summary><c>metabridge anova</c>, and robust tests beside a fit.</summary>
public sealed class AnovaTests
{
    private static readonly string[] Schools = ["dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--random", "~ 1 | district/school"];
    private static readonly string[] Assink = ["dat.assink2016", "--yi", "yi", "--vi", "vi", "--random", "~ 1 | study/esid", "--mods", "~ year + pubstatus"];
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    // R 4.2.2, metafor 3.8-1: anova() of ~ 1 | district/school with and without sigma2 = c(0, NA): LRT 17.7736, p 2.488e-05, halved by the boundary.
    [Fact]
    public async Task Anova_SmallerModel_IsTestedByTheMixture()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "smaller.json");
        await File.WriteAllTextAsync(
            path, """{"family":"multilevel","effect":{"yi":"yi","vi":"vi"},"random":["~ 1 | district/school"],"sigma2":[0,null]}""");
        var (exit, text, error) = await WithoutR.RunAsync(["anova", .. Schools, "--reduced", path]);
        Assert.Empty(error);
        Assert.Equal(0, exit);
        Assert.Contains("LRT = 17.7736 on 1 df (REML), p = 1.244E-05", text, StringComparison.Ordinal);
        var (_, json, _) = await WithoutR.RunAsync(["anova", .. Schools, "--reduced", path, "--bootstrap", "20", "--json"]);
        using var document = JsonDocument.Parse(json);
        Assert.Equal("mixture", document.RootElement.GetProperty("reference").GetString());
        Assert.Equal(20, document.RootElement.GetProperty("replications").GetInt32() + document.RootElement.GetProperty("failures").GetInt32());
    }

    // The figures of golden/multilevel/robust-assink-cr2, which R recorded.
    [Fact]
    public async Task Anova_Hypothesis_RobustAndKenwardRoger()
    {
        var (exit, text, error) = await WithoutR.RunAsync(
            ["anova", .. Assink, "--hypothesis", "0,1,0", "--hypothesis", "0,0,1", "--robust", "CR2", "--cluster", "study"]);
        Assert.Empty(error);
        Assert.Equal(0, exit);
        Assert.Contains("F(2, 2.31) = 1.7673", text, StringComparison.Ordinal);
        var (_, json, _) = await WithoutR.RunAsync(["anova", .. Assink, "--hypothesis", "0,1,0=0.1", "--dfs", "kenward-roger", "--json"]);
        using var document = JsonDocument.Parse(json);
        Assert.Equal(0.1, document.RootElement.GetProperty("combinations")[0].GetProperty("rhs").GetDouble());
    }

    [Fact]
    public async Task Fit_Robust_PrintsItsTables()
    {
        var (exit, text, _) = await WithoutR.RunAsync(["fit", .. Assink, "--robust", "CR2", "--cluster", "study", "--dfs", "satterthwaite", "--also", "vvc,profile"]);
        Assert.Equal(0, exit);
        Assert.Contains("robust:", text, StringComparison.Ordinal);
        Assert.Contains("robust[QM]:", text, StringComparison.Ordinal);
        Assert.Contains("vvc:", text, StringComparison.Ordinal);
        Assert.Contains("profile[sigma2 study]:", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MB0110", "--hypothesis", "0,x,1")]
    [InlineData("MB0106", "--hypothesis", "0,1")]
    [InlineData("MB0110")]
    public async Task Anova_BadInput_IsNamed(string code, params string[] options)
    {
        var (exit, _, error) = await WithoutR.RunAsync(["anova", .. Assink, .. options]);
        Assert.NotEqual(0, exit);
        Assert.Contains(code, error, StringComparison.Ordinal);
    }
}
