using System.Text.Json;
using Xunit;

namespace MetaBridge.Cli.Tests;

public sealed class BrmaTests
{
    private static readonly string[] School = ["dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--cluster", "district"];
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    // The exact posterior of the RoBMA vignette's model, docs/bayes.md.
    private const string Tables =
        """

        Bayesian Multilevel Random-Effects Model (k = 56, clusters = 11)

        Estimates
             Mean    SD 0.025   0.5 0.975
        mu  0.181 0.087 0.008 0.181 0.354
        tau 0.321 0.058 0.234 0.313 0.459
        rho 0.632 0.140 0.326 0.645 0.863

        Heterogeneity Estimates:
                         Mean Median  0.025  0.975
        tau             0.321  0.313  0.234  0.459
        rho             0.632  0.645  0.326  0.863
        tau [within]    0.187  0.185  0.132  0.255
        tau [between]   0.257  0.248  0.149  0.416
        tau2            0.107  0.098  0.055  0.211
        tau2 [within]   0.036  0.034  0.017  0.065
        tau2 [between]  0.071  0.061  0.022  0.173
        I2             95.065 95.191 91.690 97.708
        I2 [within]    34.901 33.676 13.291 63.229
        I2 [between]   60.164 61.252 30.556 83.813
        H2             22.573 20.794 12.033 43.639

        """;

    [Theory]
    [InlineData("brma")]
    [InlineData("fit", "--bayes")]
    public async Task School_PrintsTheVignettesTables(string command, params string[] more)
    {
        var (exit, text, error) = await WithoutR.RunAsync([command, .. School, .. more]);
        Assert.True(exit == 0, error);
        Assert.Empty(error);
        Assert.StartsWith(Tables.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_HoldsEveryNumberWithItsErrorAndWhatWasAskedFor()
    {
        var (exit, text, error) = await WithoutR.RunAsync(["brma", .. School, "--json", "--effects", "--predictions", "--loo", "--average"]);
        Assert.True(exit == 0, error);
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        Assert.Equal(-13.4466199, root.GetProperty("logml").GetDouble(), 1e-6);
        Assert.Equal(0.1806028, root.GetProperty("estimates").GetProperty("mean")[0].GetDouble(), 1e-6);
        Assert.InRange(root.GetProperty("estimates").GetProperty("mean.error")[0].GetDouble(), 0, 1e-6);
        Assert.Equal(11, root.GetProperty("Cluster effects").GetProperty("names").GetArrayLength());
        Assert.Equal(56, root.GetProperty("Study effects").GetProperty("names").GetArrayLength());
        Assert.Equal(-7.802970, root.GetProperty("Leave-one-out").GetProperty("elpd")[0].GetDouble(), 1e-5);
        Assert.Equal(1.1688085, root.GetProperty("Inclusion").GetProperty("BF")[0].GetDouble(), 1e-5);
    }

    [Fact]
    public async Task Json_ReadBack_IsAFit()
    {
        var (_, text, _) = await WithoutR.RunAsync(["brma", .. School, "--json", "--loo"]);
        Assert.Equal(-13.4466199, Assert.IsType<Bayes.BayesFit>(Reporting.FitJson.Read(text)).LogMarginalLikelihood.Value, 1e-6);
    }

    [Fact]
    public async Task Svg_DrawsTheParametersAskedFor()
    {
        using var folder = new TemporaryFolder();
        var (exit, _, error) = await WithoutR.RunAsync(["brma", .. School, "--svg", folder.File("p.svg"), "--parameter", "tau", "--parameter", "rho"]);
        Assert.True(exit == 0, error);
        var svg = File.ReadAllText(folder.File("p.svg"));
        Assert.Equal(2, svg.Split("<g class=\"panel\">").Length - 1);
        Assert.Contains(">rho<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BesideReml_HasTheVignettesIntervals()
    {
        var (exit, text, error) = await WithoutR.RunAsync(["brma", .. School, "--beside-reml"]);
        Assert.True(exit == 0, error);
        Assert.Contains("rma.mv (REML) beside the posterior:", text, StringComparison.Ordinal);
        Assert.Matches(@"\ntau2 +0\.098 +0\.053 +0\.240 +0\.107", text);
        Assert.Matches(@"\nrho +0\.665 +0\.328 +0\.885 +0\.632", text);
        var (_, json, _) = await WithoutR.RunAsync(["brma", .. School, "--beside-reml", "--json"]);
        using var document = JsonDocument.Parse(json);
        Assert.Equal(0.6653, document.RootElement.GetProperty("rma.mv (REML) beside the posterior").GetProperty("estimate")[2].GetDouble(), 6e-5);
    }

    [Fact]
    public async Task SensitivitySvg_AndLimits_AreDrawn()
    {
        using var folder = new TemporaryFolder();
        var (exit, _, error) = await WithoutR.RunAsync([
            "brma", .. School, "--svg", folder.File("p.svg"), "--xlim", "0,1", "--sensitivity-svg", folder.File("s.svg"), "--parameter", "tau", "--parameter", "rho"]);
        Assert.True(exit == 0, error);
        Assert.Equal(2, File.ReadAllText(folder.File("s.svg")).Split("<g class=\"panel\">").Length - 1);
        Assert.Equal(2, File.ReadAllText(folder.File("p.svg")).Split(">0.8</text>").Length - 1);
    }

    [Fact]
    public async Task Influence_ListsStudiesAndClusters()
    {
        var (exit, text, error) = await WithoutR.RunAsync(["brma", .. School, "--influence", "--predictions", "--predict-v", "0.05", "--json"]);
        Assert.True(exit == 0, error);
        using var document = JsonDocument.Parse(text);
        Assert.Equal(56, document.RootElement.GetProperty("Residuals").GetProperty("names").GetArrayLength());
        Assert.Equal(11, document.RootElement.GetProperty("Influence of clusters").GetProperty("cook.d").GetArrayLength());
        var sd = document.RootElement.GetProperty("Predictions").GetProperty("SD");
        Assert.Equal(Math.Pow(sd[2].GetDouble(), 2) + 0.05, Math.Pow(sd[3].GetDouble(), 2), 1e-4);
    }

    [Fact]
    public async Task ModelBeyondTheQuadrature_IsSampledWithTheOptionsGiven()
    {
        var (exit, text, error) = await WithoutR.RunAsync(
            "brma", "dat.assink2016", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--cluster", "study", "--scale", "~ deltype + year + pubstatus",
            "--chains", "2", "--draws", "300", "--seed", "5", "--loo", "--predictions");
        Assert.True(exit == 0, error);
        Assert.Contains("Sampled in 2 chains of 300 draws, seed 5", text, StringComparison.Ordinal);
        Assert.Contains("Leave-one-out:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Priors_AreTakenAndShown()
    {
        var (exit, text, error) = await WithoutR.RunAsync([
            "brma", .. School, "--mods", "~ year", "--prior", "effect=cauchy(0, 0.7)", "--prior", "tau=half-t(0.5, 3)", "--prior", "rho=beta(2, 2)", "--prior", "year=normal(0, 1)",
            "--digits", "4"]);
        Assert.True(exit == 0, error);
        Assert.Contains("intercept ~ cauchy(0, 0.7)", text, StringComparison.Ordinal);
        Assert.Contains("tau ~ t(0, 0.5, 3)[0, Inf]", text, StringComparison.Ordinal);
        Assert.Contains("rho ~ beta(2, 2)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sampler_IsSeededAndSaysSo()
    {
        string[] args = ["brma", .. School, "--sampler", "--seed", "7", "--draws", "200", "--json"];
        var (exit, first, error) = await WithoutR.RunAsync(args);
        Assert.True(exit == 0, error);
        var (_, second, _) = await WithoutR.RunAsync(args);
        Assert.Equal(first, second);
        using var document = JsonDocument.Parse(first);
        Assert.Equal(7, document.RootElement.GetProperty("sampling").GetProperty("seed").GetInt64());
    }

    [Fact]
    public async Task EffectsFromCounts_SetTheMeasure()
    {
        var (exit, text, error) = await WithoutR.RunAsync(
            "brma", "dat.bcg", "--measure", "RR", "--ai", "tpos", "--bi", "tneg", "--ci", "cpos", "--di", "cneg", "--sensitivity");
        Assert.True(exit == 0, error);
        // RR: a unit-information standard deviation of 2.
        Assert.Contains("mu ~ normal(0, 1)", text, StringComparison.Ordinal);
        Assert.Contains("Prior sensitivity:", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "MB0110", "fit", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--cluster", "district")]
    [InlineData(2, "MB0110", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--prior", "normal(0, 1)")]
    [InlineData(2, "MB0211", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--prior", "effect=normal(0")]
    [InlineData(2, "MB0211", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--prior", "tau=normal(0, 1)")]
    [InlineData(2, "MB0110", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--xlim", "1")]
    [InlineData(2, "MB0119", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--scale", "~ year", "--beside-reml")]
    [InlineData(2, "MB0213", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--scale", "~ year", "--prior", "tau=point(0.2)")]
    [InlineData(2, "MB0212", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi")]
    [InlineData(2, "MB0212", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "GEN")]
    [InlineData(2, "MB0111", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--svg", "x.svg", "--parameter", "lambda")]
    [InlineData(2, "MB0111", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "COR")]
    [InlineData(3, "MB0101", "brma", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--measure", "SMD", "--cluster", "nowhere")]
    public async Task Failure_IsNamed(int expected, string code, params string[] args)
    {
        var (exit, text, error) = await WithoutR.RunAsync(args);
        Assert.True(expected == exit, $"{exit}: {error}");
        Assert.StartsWith("error " + code, error, StringComparison.Ordinal);
        Assert.Empty(text);
    }

    [Fact]
    public async Task Help_HasAnExample()
    {
        var (exit, text, _) = await WithoutR.RunAsync("brma", "--help");
        Assert.Equal(0, exit);
        Assert.Contains("metabridge brma dat.konstantopoulos2011", text, StringComparison.Ordinal);
    }
}
