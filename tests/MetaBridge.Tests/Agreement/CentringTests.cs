using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using Xunit;

namespace MetaBridge.Tests.Agreement;

/// <summary>Models without a constant, in which metafor's centring of the effect sizes is not innocent.</summary>
public sealed class CentringTests
{
    private static readonly Golden ThroughOrigin =
        Goldens.Load(Path.Combine(Goldens.Folder, "univariate", "bcg-rr-reml-ablat-noint.case.json"));

    [Fact]
    public void Fit_ThroughTheOrigin_IsWhatRmaMvFinds()
    {
        var fit = (UnivariateFit)ThroughOrigin.Fit();

        // R 4.2.2, metafor 3.8-1: rma.mv(yi, vi, mods = ~ ablat - 1, random = ~ 1 | id, data = escalc(... dat.bcg)), which does not centre
        Assert.Equal(0.0864504188323, fit.TauSquared.Value, 1e-7);
        Assert.Equal(-0.022595449455, fit.Coefficients.Estimates[0], 1e-8);
        Assert.Equal(-8.4371609903911, fit.RestrictedLikelihood.LogLikelihood, 1e-9);
    }

    [Fact]
    public void Run_ThroughTheOrigin_IsExplainedWithBothLogLikelihoods()
    {
        var report = AgreementCheck.Run(ThroughOrigin.Case.Spec, ThroughOrigin.Data, ThroughOrigin.Recorded.Result);

        Assert.Equal(Verdict.Explained, report.Verdict);
        var explanation = Assert.Single(report.Explanations);
        Assert.Equal(ExplanationKind.ReferenceCentresEffectSizes, explanation.Kind);
        Assert.Contains("-9.6895", explanation.Text, StringComparison.Ordinal);
        Assert.Contains("-8.4371", explanation.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherDifferenceBesides_IsAMiss()
    {
        var result = ThroughOrigin.Recorded.Result;
        var wrong = result with
        {
            Quantities = [.. result.Quantities.Select(q => q.Name == "QE" ? q with { Values = [q.Values[0] * (1 + 1e-9)] } : q)],
        };
        Assert.Equal(Verdict.Misses, AgreementCheck.Run(ThroughOrigin.Case.Spec, ThroughOrigin.Data, wrong).Verdict);
    }

    [Fact]
    public void Run_CentringWithAConstantInTheModel_IsNoExplanation()
    {
        var spec = (UnivariateSpec)ThroughOrigin.Case.Spec with { Moderators = "~ ablat" };
        Assert.Equal(Verdict.Misses, AgreementCheck.Run(spec, ThroughOrigin.Data, ThroughOrigin.Recorded.Result).Verdict);
    }

    [Theory]
    [InlineData("~ ablat", true)]
    [InlineData("~ factor(alloc) - 1", true)]
    [InlineData("~ I(0 * ablat + 2) + ablat - 1", true)]
    [InlineData("~ ablat - 1", false)]
    [InlineData("~ ablat + year - 1", false)]
    public void SpansConstant_SaysWhetherAConstantIsInTheModel(string formula, bool expected)
    {
        var spec = (UnivariateSpec)ThroughOrigin.Case.Spec with { Moderators = formula, Also = null };
        Assert.Equal(expected, MetaAnalysis.Fit(spec, ThroughOrigin.Data).SpansConstant);
    }

    [Theory]
    [InlineData("bcg-rr-reml-alloc", HeterogeneityMethod.Reml)]
    [InlineData("bcg-rr-ee-ablat", HeterogeneityMethod.EqualEffects)]
    public void RSquared_ConstantWithoutInterceptColumn_IsThatWithIntercept(string id, HeterogeneityMethod method)
    {
        var golden = Goldens.Load(Path.Combine(Goldens.Folder, "univariate", id + ".case.json"));
        var spec = (UnivariateSpec)golden.Case.Spec;
        Assert.Equal(method, spec.Method);
        var same = spec with
        {
            Moderators = spec.Moderators + (method == HeterogeneityMethod.Reml ? " - 1" : " + I(0 * ablat + 2) - 1"),
            TestedCoefficients = null,
            Also = null,
        };

        // R's value for the model with its intercept.
        Assert.Equal(golden.Recorded.Result.Find("R2")!.Values[0], MetaAnalysis.Fit(same, golden.Data).RSquared, 1e-4);
    }
}
