using System.Text.Json;
using Xunit;

namespace MetaBridge.Cli.Tests;

/// <summary>Pooled tables on the command line.</summary>
public sealed class StratifiedTests
{
    private static readonly string[] Bcg = ["fit", "dat.bcg", "--ai", "tpos", "--bi", "tneg", "--ci", "cpos", "--di", "cneg"];
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    [Fact]
    public async Task Fit_MantelHaenszel_PrintsMetaforsFigures()
    {
        var (exit, text, error) = await WithoutR.RunAsync([.. Bcg, "--method", "mh", "--measure", "OR"]);
        Assert.True(exit == 0, error);
        // R 4.2.2, metafor 3.8-1: rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
        Assert.Contains("Cochran-Mantel-Haenszel Test:    CMH = 135.6889, df = 1,  p-val < 0.0001", text, StringComparison.Ordinal);
        Assert.Contains("-0.4734  0.0410  -11.5444  <.0001  -0.5538  -0.3930", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_Rules_ReachTheEffectSizesAndPooling()
    {
        string[] model = ["--method", "MH", "--measure", "RR", "--add", "0.1", "--to", "all", "--keep00", "--pool-add", "0.5", "--pool-to", "all", "--pool-drop00", "--also", "leave1out,cumul", "--json"];
        var (exit, text, error) = await WithoutR.RunAsync([.. Bcg, .. model]);
        Assert.True(exit == 0, error);
        using var document = JsonDocument.Parse(text);
        // metafor 3.8-1: rma.mh(..., measure = "RR", add = c(0.1, 0.5), to = c("all", "all"), drop00 = c(FALSE, TRUE))
        Assert.Equal(PooledRiskRatio, document.RootElement.GetProperty("beta")[0].GetDouble(), 12);
        Assert.Equal(FirstRiskRatio, document.RootElement.GetProperty("yi")[0].GetDouble(), 12);
        Assert.Equal(13, document.RootElement.GetProperty("leave1out").GetProperty("estimate").GetArrayLength());
        Assert.Equal(13, document.RootElement.GetProperty("cumul").GetProperty("estimate").GetArrayLength());
    }

    [Fact]
    public async Task Fit_OptionsOfOtherModels_AreRefused()
    {
        foreach (var option in new[] { new[] { "--mods", "~ ablat" }, ["--tau2", "1"], ["--random", "~ 1 | trial"], ["--predict"] })
        {
            var (exit, _, error) = await WithoutR.RunAsync([.. Bcg, "--method", "PETO", .. option]);
            Assert.Equal(2, exit);
            Assert.Contains(option[0], error, StringComparison.Ordinal);
        }

        var (status, _, message) = await WithoutR.RunAsync([.. Bcg, "--measure", "OR", "--pool-add", "1"]);
        Assert.Equal(2, status);
        Assert.Contains("--pool-add", message, StringComparison.Ordinal);
    }

    private const double PooledRiskRatio = -0.452066817485017;
    private const double FirstRiskRatio = -0.873855437807126;
}
