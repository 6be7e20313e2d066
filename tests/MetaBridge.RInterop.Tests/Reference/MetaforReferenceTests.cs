using MetaBridge.Agreement;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Reference;
using MetaBridge.RInterop.Sessions;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.RInterop.Tests.Reference;

public sealed class MetaforReferenceTests
{
    private static readonly Version OldMetafor = new(3, 8, 1);
    private static readonly Version NewMetafor = new(5, 1, 12);

    [Fact]
    public void Call_NamesEveryArgument()
    {
        var spec = new UnivariateSpec
        {
            Effect = new EffectSpec { Measure = EffectMeasure.RiskRatio, Ai = "tpos", Bi = "tneg", Ci = "cpos", Di = "cneg" },
            Moderators = "~ablat+year",
            Test = CoefficientTest.KnappHartung,
            TestedCoefficients = [2, 3],
        };
        Assert.Equal(
            "metafor::rma(measure = \"RR\", ai = tpos, bi = tneg, ci = cpos, di = cneg, mods = ~ablat + year, data = dat.bcg, "
            + "method = \"REML\", test = \"knha\", btt = c(2, 3), control = list(threshold = 1e-12, maxiter = 1000))",
            UnivariateCall.Of(spec, "dat.bcg", OldMetafor).ToString().Replace("~ ", "~", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a b", "`a b`")]
    [InlineData("if", "`if`")]
    [InlineData("1x", "`1x`")]
    [InlineData("x); system(\"ls\"", "`x); system(\"ls\"`")]
    [InlineData("x`y\\", "`x\\`y\\\\`")]
    public void Call_ColumnNames_CannotBeCode(string column, string symbol)
    {
        var spec = new UnivariateSpec { Effect = new EffectSpec { Yi = column, Vi = "v" } };
        Assert.Contains($"yi = {symbol},", UnivariateCall.Of(spec, "d", OldMetafor).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Call_BiasCorrection_FollowsTheVersion()
    {
        var plain = new UnivariateSpec { Effect = new EffectSpec { Measure = EffectMeasure.RatioOfMeans, Correct = false } };
        Assert.DoesNotContain("correct", UnivariateCall.Of(plain, "d", OldMetafor).ToString(), StringComparison.Ordinal);
        Assert.Contains("correct = FALSE", UnivariateCall.Of(plain, "d", NewMetafor).ToString(), StringComparison.Ordinal);
        var corrected = plain with { Effect = plain.Effect with { Correct = true } };
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => UnivariateCall.Of(corrected, "d", OldMetafor)).Code);
    }

    [Fact]
    public async Task Fit_TwoMaxima_IsExplained()
    {
        // Data set A1: rma's search ends at the lower of two maxima.
        double[] y = [-0.215, 0.277, 0.335, 1.052, 0.249, 0.181, -0.055, 0.012, 1.027, -0.301];
        double[] v = [0.122, 0.0866, 0.0993, 0.00152, 0.0771, 1.42, 7.21, 0.187, 7.01e-05, 22.8];
        var data = new Dataset("a1", [new NumberColumn("odd name`", y), new NumberColumn("v", v)]);
        var spec = new UnivariateSpec { Effect = new EffectSpec { Yi = "odd name`", Vi = "v" } };
        using var session = RSession.Open(new RSessionOptions { Mode = RSessionMode.ChildProcess });
        var metafor = await MetaforReference.OpenAsync(session);
        var report = AgreementCheck.Run(spec, data, await metafor.ResultAsync(spec, data));
        Assert.Equal(Verdict.Explained, report.Verdict);
        Assert.Equal(ExplanationKind.ReferenceAtLowerOptimum, Assert.Single(report.Explanations).Kind);
    }
}
