using MetaBridge.Errors;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Stratified;

/// <summary>Specification and result as JSON, and the result as text.</summary>
public sealed class StratifiedDoorTests
{
    private const string Effect = "\"effect\": {\"measure\": \"OR\", \"ai\": \"a\", \"bi\": \"b\", \"ci\": \"c\", \"di\": \"d\"}";

    [Fact]
    public void Spec_WithPairs_ReadsAndWritesTheSame()
    {
        var json = $$"""{"family": "stratified", {{Effect}}, "method": "MH", "add": [0.5, 0.25], "to": ["only0", "all"], "drop00": [true, true], "correct": false, "level": 90, "also": ["leave1out", "cumul"]}""";
        var spec = Assert.IsType<StratifiedSpec>(SpecJson.Read(json));
        Assert.Equal(new ZeroCellRule(0.5, AddRule.OnlyZero, true), spec.Observed);
        Assert.Equal(new ZeroCellRule(0.25, AddRule.All, true), spec.Pooling);
        Assert.False(spec.ContinuityCorrection);
        Assert.Equal([FurtherResult.LeaveOneOut, FurtherResult.Cumulative], spec.Also!);
        Assert.Equal(json.Replace(" ", "", StringComparison.Ordinal), SpecJson.Write(spec));
    }

    [Fact]
    public void Spec_WithOneValue_LeavesPoolingAtItsDefault()
    {
        var spec = (StratifiedSpec)SpecJson.Read($$"""{"family": "stratified", {{Effect}}, "add": 0.1, "to": ["all"], "drop00": false}""");
        Assert.Equal(new ZeroCellRule(0.1, AddRule.All, false), spec.Observed);
        Assert.Equal(ZeroCellRule.ForPooling, spec.Pooling);
        Assert.Equal(spec, SpecJson.Read(SpecJson.Write(spec)));
        Assert.Equal(ZeroCellRule.ForEffects, ((StratifiedSpec)SpecJson.Read($$"""{"family": "stratified", {{Effect}}}""")).Observed);
    }

    [Theory]
    [InlineData("\"add\": [1, 2, 3]", ErrorCode.SpecificationInvalid)]
    [InlineData("\"to\": \"some\"", ErrorCode.UnknownName)]
    [InlineData("\"drop00\": 1", ErrorCode.JsonMalformed)]
    [InlineData("\"method\": \"REML\"", ErrorCode.UnknownName)]
    [InlineData("\"mods\": \"~ x\"", ErrorCode.SpecificationInvalid)]
    public void Spec_WithAnotherValue_IsRefused(string member, ErrorCode code) => Assert.Equal(
        code, Assert.Throws<MetaBridgeException>(() => SpecJson.Read($$"""{"family": "stratified", {{Effect}}, {{member}}}""")).Code);

    [Theory]
    [InlineData("bcg-mh-or")]
    [InlineData("axfors-peto-drop00")]
    [InlineData("catheter-mh-ird-only0")]
    [InlineData("hahn-mh-or-drop00")]
    public void Result_AsJson_ReadsTheSame(string id)
    {
        var golden = Goldens.Load(Path.Combine(Goldens.Folder, "stratified", id + ".case.json"));
        var fit = (StratifiedFit)golden.Fit();
        var read = Assert.IsType<StratifiedFit>(FitJson.Read(FitJson.Write(fit)));
        Assert.Equal(FitJson.Write(fit), FitJson.Write(read));
        Assert.Equal(fit.Quantities().Select(q => q.Values), read.Quantities().Select(q => q.Values));
        Assert.Equal(fit.NotPooled, read.NotPooled);
    }

    /// <summary>metafor 3.8-1: <c>print(rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg))</c>, but for a blank at a line's end.</summary>
    [Fact]
    public void Text_IsThatOfMetafor()
    {
        var golden = Goldens.Load(Path.Combine(Goldens.Folder, "stratified", "bcg-mh-or.case.json"));
        var fit = (StratifiedFit)golden.Fit() with { LeaveOneOut = null, Cumulative = null };
        Assert.Equal(
            """

            Equal-Effects Model (k = 13)

            I^2 (total heterogeneity / total variability):  92.68%
            H^2 (total variability / sampling variability): 13.66

            Test for Heterogeneity:
            Q(df = 12) = 163.9426, p-val < .0001

            Model Results (log scale):

            estimate      se      zval    pval    ci.lb    ci.ub 
             -0.4734  0.0410  -11.5444  <.0001  -0.5538  -0.3930 

            Model Results (OR scale):

            estimate   ci.lb   ci.ub 
              0.6229  0.5748  0.6750 

            Cochran-Mantel-Haenszel Test:    CMH = 135.6889, df = 1,  p-val < 0.0001
            Tarone's Test for Heterogeneity: X^2 = 171.7567, df = 12, p-val < 0.0001

            """.ReplaceLineEndings("\n") + "\n",
            fit.ToText());
    }
}
