using Xunit;

namespace MetaBridge.Cli.Tests;

/// <summary>Hypotheses, robust tests and baseline risk of univariate models on the command line.</summary>
public sealed class RegressionCommandTests
{
    private static readonly string[] Bcg = ["dat.bcg", "--measure", "RR", "--ai", "tpos", "--bi", "tneg", "--ci", "cpos", "--di", "cneg"];
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    // metafor 3.8-1: anova(rma(yi, vi, mods = ~ ablat + year, test = "knha"), X = diag(3)[2:3, ]): F(2, 10) = 4.9649, p 0.0318.
    [Fact]
    public async Task Anova_UnivariateHypothesis_IsTested()
    {
        var (exit, text, error) = await WithoutR.RunAsync(["anova", .. Bcg, "--mods", "~ ablat + year", "--test", "knha", "--hypothesis", "0,1,0", "--hypothesis", "0,0,1"]);

        Assert.Empty(error);
        Assert.Equal(0, exit);
        Assert.Contains("F(2, 10) = 4.9649", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_UnivariateWithRobust_HasRobustTests()
    {
        var (exit, text, _) = await WithoutR.RunAsync(["fit", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--robust", "CR2", "--cluster", "district"]);

        Assert.Equal(0, exit);
        Assert.Contains("robust:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_ClusterWithoutUse_IsRefused()
    {
        var (exit, _, error) = await WithoutR.RunAsync(["fit", "dat.konstantopoulos2011", "--yi", "yi", "--vi", "vi", "--cluster", "district"]);

        Assert.NotEqual(0, exit);
        Assert.Contains("MB0110", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ControlRate_Bcg_HasThePublishedSlope()
    {
        var (exit, text, _) = await WithoutR.RunAsync(["control-rate", "dat.bcg", "--measure", "OR", "--ai", "tpos", "--bi", "tneg", "--ci", "cpos", "--di", "cneg"]);

        Assert.Equal(0, exit);
        Assert.Contains("-0.2700", text, StringComparison.Ordinal);
        Assert.Contains("0.7300", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ipd_WithoutAType_SaysWhatIsNeeded()
    {
        var (exit, _, error) = await WithoutR.RunAsync(["ipd", "dat.bcg", "--study", "trial", "--treatment", "alloc", "--outcome", "tpos"]);

        Assert.NotEqual(0, exit);
        Assert.Contains("--type is needed", error, StringComparison.Ordinal);
    }
}
