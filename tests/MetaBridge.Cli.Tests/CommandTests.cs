using System.Text.Json;
using Xunit;

namespace MetaBridge.Cli.Tests;

public sealed class CommandTests
{
    private static readonly string[] Bcg = ["dat.bcg", "--measure", "RR", "--ai", "tpos", "--bi", "tneg", "--ci", "cpos", "--di", "cneg"];
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    [Fact]
    public async Task Fit_Bcg_PrintsThePublishedFigures()
    {
        var (exit, text, error) = await WithoutR.RunAsync(["fit", .. Bcg]);
        Assert.Equal(0, exit);
        Assert.Empty(error);
        // R 4.2.2, metafor 3.8-1: rma(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
        Assert.Contains("0.3132", text, StringComparison.Ordinal);
        Assert.Contains("-0.7145", text, StringComparison.Ordinal);
        Assert.Contains("152.2330", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_Json_IsJson()
    {
        var (exit, text, _) = await WithoutR.RunAsync(["fit", .. Bcg, "--mods", "~ ablat + year", "--test", "knha", "--predict", "--confint", "--json"]);
        Assert.Equal(0, exit);
        using var document = JsonDocument.Parse(text);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public async Task Fit_MatricesInFiles_AreThoseOfTheDataset()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("V.csv"), "a,b,c,d\n0.1,0.05,0,0\n0.05,0.1,0,0\n0,0,0.2,0\n0,0,0,0.1\n");
        File.WriteAllText(folder.File("tree.json"), "{\"rowNames\": [\"x\", \"y\", \"z\"], \"lower\": [1, 0.5, 1, 0, 0, 1]}");
        var runner = new CommandRunner { HasR = false, Input = "yi,s\n0.1,x\n0.9,y\n0.4,z\n-0.3,x\n" };
        string[] model = ["fit", "-", "--yi", "yi", "--random", "~ 1 | s", "--json", "--V", folder.File("V.csv")];
        var (exit, plain, error) = await runner.RunAsync(model);
        Assert.True(exit == 0, error);
        var (_, known, _) = await runner.RunAsync([.. model, "--R", $"s={folder.File("tree.json")}"]);
        Assert.NotEqual(plain, known);
        using var document = JsonDocument.Parse(plain);
        Assert.Equal([0.1, 0.1, 0.2, 0.1], document.RootElement.GetProperty("vi").EnumerateArray().Select(v => v.GetDouble()));

        var (status, _, message) = await runner.RunAsync([.. model, "--R", "tree.json"]);
        Assert.NotEqual(0, status);
        Assert.Contains("--R", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_StandardInput_IsReadAsCsv()
    {
        var runner = new CommandRunner { HasR = false, Input = "yi,vi\n0.1,0.01\n0.3,0.02\n0.2,0.015\n" };
        var (exit, text, _) = await runner.RunAsync("fit", "-", "--yi", "yi", "--vi", "vi", "--method", "DL");
        Assert.Equal(0, exit);
        Assert.Contains("k = 3", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"yi\",\"vi\"\n\"0.1\",\"0.01\"\n\"0.3\",\"0.02\"\n")]
    [InlineData("yi,vi\nr1,0.1,0.01\nr2,0.3,0.02\n")]
    [InlineData("yi\tvi\n0.1\t0.01\n0.3\t0.02\n", "--delimiter", "tab")]
    [InlineData("yi|vi\n0.1|0.01\n0.3|0.02\n", "--delimiter", "|")]
    [InlineData("yi;vi\n0,1;0,01\n0,3;0,02\n", "--decimal", ",")]
    [InlineData("yi\tvi\n0,1\t0,01\n0,3\t0,02\n", "--decimal", ",", "--delimiter", "tab")]
    public async Task Fit_CsvFromStrangers_IsReadAsRDoes(string csv, params string[] options)
    {
        var runner = new CommandRunner { HasR = false, Input = csv };
        var (exit, text, error) = await runner.RunAsync(["fit", "-", "--yi", "yi", "--vi", "vi", "--method", "EE", .. options]);
        Assert.True(exit == 0, error);
        Assert.Contains("k = 2", text, StringComparison.Ordinal);
        // (0.1 / 0.01 + 0.3 / 0.02) / (1 / 0.01 + 1 / 0.02)
        Assert.Contains("0.1667", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_QuotedText_KeepsQuotedNumbersText()
    {
        var runner = new CommandRunner { HasR = false, Input = "yi,vi\n\"0.1\",0.01\n0.3,0.02\n" };
        var (exit, _, error) = await runner.RunAsync("fit", "-", "--yi", "yi", "--vi", "vi", "--quoted-text");
        Assert.Equal(3, exit);
        Assert.StartsWith("error MB0102", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_Plots_AreWritten()
    {
        using var folder = new TemporaryFolder();
        var (exit, _, error) = await WithoutR.RunAsync(["fit", .. Bcg, "--forest", folder.File("a.svg"), "--funnel", folder.File("b.svg")]);
        Assert.True(exit == 0, error);
        Assert.StartsWith("<", File.ReadAllText(folder.File("a.svg")).TrimStart(), StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(folder.File("b.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_Random_IsAMultilevelModel()
    {
        var (exit, text, error) = await WithoutR.RunAsync(
            "fit", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--random", "~ school | district", "--struct", "CS", "--confint");
        Assert.True(exit == 0, error);
        // R 4.2.2, metafor 3.8-1: rma.mv(yi, vi, random = ~ school | district, data = dat.konstantopoulos2011) and its confint
        foreach (var figure in (string[])["0.0978", "0.6653", "0.0528", "0.2398", "0.3282", "578.8640", "0.1847", "0.0846"])
        {
            Assert.Contains(figure, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, "fit", "dat.bcg", "--yi", "ablat", "--vi", "year", "--struct", "CS")]
    [InlineData(2, "fit", "dat.bcg", "--yi", "ablat", "--vi", "year", "--tau2", "abc")]
    [InlineData(2, "nonsense")]
    [InlineData(2, "fit")]
    [InlineData(2, "fit", "dat.bcg", "--level", "abc")]
    [InlineData(2, "fit", "dat.bcg", "--measure", "XX")]
    [InlineData(2, "fit", "dat.bcg", "--yi", "ablat", "--vi", "year", "--mods", "~ (")]
    [InlineData(2, "fit", "dat.bcg", "--yi", "ablat", "--vi", "year", "--btt", "x")]
    [InlineData(2, "fit", "dat.bcg", "--digits", "99")]
    [InlineData(2, "fit", "dat.bcg", "--yi", "ablat", "--vi", "year", "--delimiter", "tab")]
    [InlineData(2, "fit", "-", "--yi", "ablat", "--vi", "year", "--delimiter", "xy")]
    [InlineData(2, "fit", "-", "--yi", "ablat", "--vi", "year", "--decimal", "x")]
    [InlineData(2, "fit", "-", "--yi", "ablat", "--vi", "year", "--decimal", ",", "--delimiter", ",")]
    [InlineData(2, "validate", "--recorded", "--live")]
    [InlineData(2, "explain", "MB9999")]
    [InlineData(2, "datasets", "export", "dat.bcg", "--format", "xml")]
    [InlineData(3, "fit", "no-such-file.csv", "--yi", "yi", "--vi", "vi")]
    [InlineData(3, "fit", "dat.bcg", "--yi", "nope", "--vi", "year")]
    [InlineData(3, "fit", "dat.nothing", "--yi", "yi", "--vi", "vi")]
    [InlineData(3, "datasets", "show", "../../etc/passwd")]
    [InlineData(3, "validate", "--cases", "no-such-folder")]
    [InlineData(4, "compare", "dat.bcg", "--yi", "ablat", "--vi", "year")]
    [InlineData(4, "validate", "--live")]
    [InlineData(4, "doctor")]
    public async Task Failure_HasItsExitStatus(int expected, params string[] args)
    {
        var runner = args is ["fit", "dat.nothing", ..] or ["datasets", "show", ..] ? new CommandRunner() : WithoutR;
        var (exit, _, error) = await runner.RunAsync(args);
        Assert.True(expected == exit, $"{exit}: {error}");
        if (args[0] != "doctor")
        {
            Assert.StartsWith("error", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Failure_InJsonMode_IsJson()
    {
        var (exit, text, error) = await WithoutR.RunAsync("fit", "dat.bcg", "--yi", "nope", "--vi", "year", "--json");
        Assert.Equal(3, exit);
        Assert.Empty(text);
        using var document = JsonDocument.Parse(error);
        Assert.Equal("MB0101", document.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("validate", "--help")]
    [InlineData("fit", "--help")]
    [InlineData("compare", "--help")]
    [InlineData("escalc", "--help")]
    [InlineData("datasets", "show", "--help")]
    [InlineData("datasets", "export", "--help")]
    [InlineData("explain", "--help")]
    [InlineData("doctor", "--help")]
    public async Task Help_HasAnExample(params string[] args)
    {
        var (exit, text, error) = await WithoutR.RunAsync(args);
        Assert.Equal(0, exit);
        Assert.Empty(error);
        Assert.Contains("Example", text, StringComparison.Ordinal);
        Assert.Contains($"  metabridge {string.Join(' ', args[..^1])}".TrimEnd() + " ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Code_SaysCauseAndRemedy()
    {
        var (exit, text, _) = await WithoutR.RunAsync("explain", "MB0103");
        Assert.Equal(0, exit);
        Assert.Contains("NonPositiveVariance", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datasets_ListShowExport()
    {
        var (_, list, note) = await WithoutR.RunAsync("datasets", "list");
        Assert.Contains("dat.bcg", list, StringComparison.Ordinal);
        Assert.Contains("R is not there", note, StringComparison.Ordinal);
        var (_, shown, _) = await WithoutR.RunAsync("datasets", "show", "dat.bcg");
        Assert.Contains("13 rows, 9 columns", shown, StringComparison.Ordinal);
        var (_, csv, _) = await WithoutR.RunAsync("datasets", "export", "dat.bcg");
        Assert.StartsWith("\"trial\",\"author\",\"year\"", csv, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var (exit, nothing, _) = await WithoutR.RunAsync("datasets", "export", "dat.bcg", "--format", "json", "--out", folder.File("b.json"));
        Assert.Equal(0, exit);
        Assert.Empty(nothing);
        Assert.Contains("ablat", File.ReadAllText(folder.File("b.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escalc_Summary_AddsIntervals_AndTransformsThem()
    {
        var (exit, csv, _) = await WithoutR.RunAsync(["escalc", .. Bcg, "--summary"]);
        Assert.Equal(0, exit);
        Assert.Contains("\"yi\",\"vi\",\"sei\",\"zi\",\"pval\",\"ci.lb\",\"ci.ub\"", csv, StringComparison.Ordinal);

        (exit, csv, _) = await WithoutR.RunAsync(["escalc", .. Bcg, "--summary", "--transf", "exp"]);
        Assert.Equal(0, exit);
        Assert.Contains("0.41093865484109", csv, StringComparison.Ordinal);

        (exit, _, var error) = await WithoutR.RunAsync(["escalc", .. Bcg, "--summary", "--transf", "nix"]);
        Assert.NotEqual(0, exit);
        Assert.Contains("MB0111", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escalc_AddsColumns()
    {
        var (exit, csv, _) = await WithoutR.RunAsync(["escalc", .. Bcg]);
        Assert.Equal(0, exit);
        Assert.EndsWith("\"yi\",\"vi\"", csv.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_Live_AgreesAndCertifies()
    {
        var runner = new CommandRunner();
        var (exit, text, error) = await runner.RunAsync(["compare", .. Bcg, "--mods", "~ ablat + year", "--test", "knha"]);
        Assert.True(exit == 0, error);
        Assert.Contains("metafor::rma(", text, StringComparison.Ordinal);
        Assert.Contains("beta[ablat]", text, StringComparison.Ordinal);
        var (_, json, _) = await runner.RunAsync(["compare", .. Bcg, "--json"]);
        using var document = JsonDocument.Parse(json);
        Assert.Equal("live", document.RootElement.GetProperty("mode").GetString());
    }

    [Fact]
    public async Task Fit_WithDependentErrors_ReadsThemByColumns()
    {
        string[] fit = ["fit", "dat.assink2016", "--yi", "yi", "--vi", "vi", "--random", "~ 1 | study/esid", "--vcalc"];
        var (exit, text, error) = await WithoutR.RunAsync([.. fit, "cluster=study; type=deltype; obs=esid; rho=0.7,0.5"]);
        Assert.True(exit == 0, error);
        // metafor 3.8-1: rma.mv(yi, vcalc(vi, cluster = study, type = deltype, obs = esid, rho = c(0.7, 0.5)), random = ~ 1 | study/esid).
        Assert.Contains("sigma^2.1  0.0704  0.2654     17     no       study", text, StringComparison.Ordinal);
        Assert.Contains("sigma^2.2  0.1508  0.3883    100     no  study/esid", text, StringComparison.Ordinal);
        Assert.Contains("  0.3618  0.0933", text, StringComparison.Ordinal);
        var (_, json, _) = await WithoutR.RunAsync([.. fit, """{"cluster": "study", "type": "deltype", "obs": "esid", "rho": [0.7, 0.5]}"""]);
        Assert.Equal(text, json);
        var (bad, _, complaint) = await WithoutR.RunAsync([.. fit, "cluster=study; obs=esid; rho=-0.9"]);
        Assert.NotEqual(0, bad);
        Assert.Contains("MB0104", complaint, StringComparison.Ordinal);
        Assert.Contains("eigenvalue", complaint, StringComparison.Ordinal);
        var (unknown, _, why) = await WithoutR.RunAsync([.. fit, "cluster=study; x=esid"]);
        Assert.NotEqual(0, unknown);
        Assert.Contains("does not know 'x=esid'", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dat.assink2016", "~ 1 | study/esid", "cluster=study; type=deltype; obs=esid; rho=0.7,0.5")]
    [InlineData("dat.kalaian1996", "~ outcome | study", "cluster=study; type=outcome; rho=0.66")]
    [InlineData("dat.assink2016", "~ 1 | study/esid", "cluster=study; subgroup=deltype; time1=esid; phi=0.9")]
    public async Task Compare_WithDependentErrors_Agrees(string dataset, string random, string v)
    {
        var (exit, text, error) = await new CommandRunner().RunAsync(
            ["compare", dataset, "--yi", "yi", "--vi", "vi", "--random", random, "--vcalc", v]);
        Assert.True(exit == 0, text + error);
        Assert.Contains("metafor::vcalc(", text, StringComparison.Ordinal);
    }
}
