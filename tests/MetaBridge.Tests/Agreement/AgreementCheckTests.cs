using MetaBridge.Agreement;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Agreement;

public sealed class AgreementCheckTests
{
    private static readonly Provenance Source = new("4.2.2", "3.8.1", null, "rma(yi, vi)", []);

    // The data set A1: metafor's search stops at the lower of two maxima. R's figures, metafor 3.8-1 under R 4.2.2:
    // rma(y, v) gives tau2 0 with log-likelihood -20.292, rma(y, v, control = list(tau2.init = 1)) 0.20141 with -9.915.
    private static readonly double[] TwoMaximaY = [-0.215, 0.277, 0.335, 1.052, 0.249, 0.181, -0.055, 0.012, 1.027, -0.301];
    private static readonly double[] TwoMaximaV = [0.122, 0.0866, 0.0993, 0.00152, 0.0771, 1.42, 7.21, 0.187, 7.01e-05, 22.8];

    [Fact]
    public void Compare_TheSame_AgreesOnEverything()
    {
        var fit = new Plain([Number("a", 1), Number("b", double.NaN), Number("c", double.PositiveInfinity)]);
        var report = AgreementCheck.Compare(fit, ReferenceResult.From(fit, Source));
        Assert.Equal(Verdict.Agrees, report.Verdict);
        Assert.Equal(3, report.Comparisons.Count);
    }

    [Theory]
    [InlineData(1, 1 + 5e-11, true)]
    [InlineData(1, 1 + 2e-10, false)]
    [InlineData(0, 1e-300, false)]
    [InlineData(0, 5e-324, true)]
    [InlineData(1, double.NaN, false)]
    [InlineData(double.NaN, 1, false)]
    [InlineData(double.PositiveInfinity, 1, false)]
    [InlineData(-1e-320, 1e-320, true)]
    public void Compare_Values_ByRelativeBound(double ours, double theirs, bool agrees)
    {
        var report = AgreementCheck.Compare(new Plain([Number("a", ours)]), Reference(new ReferenceQuantity("a", [theirs])));
        Assert.Equal(agrees, report.Agrees);
    }

    [Fact]
    public void Compare_DifferenceOfLargeTerms_IsMeasuredOnTheirScale()
    {
        var quantity = Number("ci.lb", 1e-9) with { Scale = [1.0] };
        Assert.True(AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("ci.lb", [1e-9 + 1e-11]))).Agrees);
        Assert.False(AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("ci.lb", [1e-9 + 1e-9]))).Agrees);
    }

    [Fact]
    public void Compare_LogLikelihood_IsAbsolute()
    {
        var quantity = Number("ll", -1000) with { EndToEnd = ToleranceClass.LogLikelihood };
        Assert.True(AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("ll", [-1000 + 5e-9]))).Agrees);
        Assert.False(AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("ll", [-1000 + 2e-8]))).Agrees);
    }

    [Theory]
    [InlineData(0.49, true)]
    [InlineData(0.51, false)]
    public void Compare_Simulations_ByTheStandardErrorOfTheDifference(double theirs, bool agrees)
    {
        // Errors 0.1 and 0.075 make 0.125; four of them are 0.5.
        var quantity = Number("mean", 0) with { EndToEnd = ToleranceClass.MonteCarlo, Errors = [0.1] };
        var report = AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("mean", [theirs]) { Errors = [0.075] }));
        Assert.Equal(agrees, report.Agrees);
    }

    [Fact]
    public void Compare_SimulationsWithoutErrors_MustBeEqual()
    {
        var quantity = Number("mean", 1) with { EndToEnd = ToleranceClass.MonteCarlo };
        Assert.True(AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("mean", [1]))).Agrees);
        Assert.False(AgreementCheck.Compare(new Plain([quantity]), Reference(new ReferenceQuantity("mean", [1 + 1e-15]))).Agrees);
    }

    [Theory]
    [InlineData("b", 1, null, MissReason.MissingInReference)]
    [InlineData("a", 2, null, MissReason.LengthDiffers)]
    [InlineData("a", 1, "x", MissReason.LabelsDiffer)]
    public void Compare_Shapes_NameTheReason(string name, int length, string? label, MissReason reason)
    {
        var theirs = new ReferenceQuantity(name, new double[length], label is null ? null : [label]);
        var report = AgreementCheck.Compare(new Plain([Number("a", 0)]), Reference(theirs));
        Assert.Equal(reason, report.Misses.First().Reason);
        Assert.Contains("disagree", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_QuantityOnlyTheReferenceHas_Misses()
    {
        var report = AgreementCheck.Compare(
            new Plain([Number("a", 0)]), Reference(new ReferenceQuantity("a", [0]), new ReferenceQuantity("z", [1])));
        Assert.Equal(MissReason.MissingHere, Assert.Single(report.Misses).Reason);
    }

    [Fact]
    public void Run_ReferenceAtLowerOptimum_IsExplainedByTheLogLikelihoods()
    {
        var (spec, data) = TwoMaxima();
        var atZero = MetaAnalysis.Fit(spec, data, new FitOptions { EvaluateAtTauSquared = 0 });
        var report = AgreementCheck.Run(spec, data, ReferenceResult.From(atZero, Source));
        Assert.Equal(Verdict.Explained, report.Verdict);
        Assert.Equal(ExplanationKind.ReferenceAtLowerOptimum, Assert.Single(report.Explanations).Kind);
        Assert.Contains("-20.29", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("-9.91", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReferenceAtHigherOptimum_IsAMiss()
    {
        var (spec, data) = TwoMaxima();
        var ours = MetaAnalysis.Fit(spec, data, new FitOptions { EvaluateAtTauSquared = 0 });
        var theirs = ReferenceResult.From(MetaAnalysis.Fit(spec, data), Source);
        var given = MetaAnalysis.Fit(spec, data);
        Assert.Equal(Verdict.Misses, AgreementCheck.Compare(ours, theirs, given).Verdict);
    }

    [Fact]
    public void Run_WrongFormulaAtTheirVariance_IsNeverExplained()
    {
        var (spec, data) = TwoMaxima();
        var theirs = ReferenceResult.From(MetaAnalysis.Fit(spec, data, new FitOptions { EvaluateAtTauSquared = 0 }), Source);
        var wrong = theirs with { Quantities = [.. theirs.Quantities.Select(q => q.Name == "se" ? q with { Values = [q.Values[0] * 1.001] } : q)] };
        Assert.Equal(Verdict.Misses, AgreementCheck.Run(spec, data, wrong).Verdict);
    }

    [Fact]
    public void Certificate_HoldsBothValuesAndVerdict()
    {
        var (spec, data) = TwoMaxima();
        var reference = ReferenceResult.From(MetaAnalysis.Fit(spec, data), Source);
        var report = AgreementCheck.Run(spec, data, reference);
        var json = new Certificate("a1", "two maxima", "a1", data.ContentHash(), spec, Source, IsLive: false, report).ToJson();
        using var document = System.Text.Json.JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal("agrees", root.GetProperty("verdict").GetString());
        Assert.Equal("3.8.1", root.GetProperty("provenance").GetProperty("metafor").GetString());
        Assert.Equal(report.Comparisons.Count, root.GetProperty("quantities").GetArrayLength());
        Assert.All(root.GetProperty("quantities").EnumerateArray(), q => Assert.Equal(q.GetProperty("ours").GetArrayLength(), q.GetProperty("theirs").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"id":"a b","title":"t","data":"d","spec":{}}""", ErrorCode.CaseMalformed)]
    [InlineData("""{"id":"../x","title":"t","data":"d","spec":{}}""", ErrorCode.CaseMalformed)]
    [InlineData("""{"id":"a","title":"t","data":"d"}""", ErrorCode.CaseMalformed)]
    [InlineData("""{"id":"a","title":"t","data":"d","extra":1,"spec":{"family":"univariate","effect":{}}}""", ErrorCode.CaseMalformed)]
    public void Case_Malformed_IsRefused(string json, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => AgreementCase.Parse(json)).Code);

    private static (UnivariateSpec Spec, Dataset Data) TwoMaxima() => (
        new UnivariateSpec { Effect = new EffectSpec { Yi = "y", Vi = "v" } },
        new Dataset("a1", [new NumberColumn("y", TwoMaximaY), new NumberColumn("v", TwoMaximaV)]));

    private static Quantity Number(string name, double value) => new(name, [value], ToleranceClass.Exact);

    private static ReferenceResult Reference(params ReferenceQuantity[] quantities) => new(Source, quantities);

    private sealed record Plain : FitResult
    {
        private readonly IReadOnlyList<Quantity> quantities;

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public Plain(IReadOnlyList<Quantity> quantities) => (this.quantities, Engine) = (quantities, "test");

        public override string Family => "plain";

        public override IReadOnlyList<Quantity> Quantities() => quantities;
    }
}
