using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>The JSON form of results, and V as a specification describes it.</summary>
public sealed class MultilevelDoorTests
{
    [Fact]
    public void Fit_AsJson_ReadsBackTheSame()
    {
        var golden = Load("konstantopoulos-cs-reml");
        var spec = (MultilevelSpec)golden.Case.Spec with { Also = [FurtherResult.HeterogeneityIntervals] };
        var text = FitJson.Write(MetaAnalysis.Fit(spec, golden.Data));
        var read = Assert.IsType<MultilevelFit>(FitJson.Read(text));
        Assert.Equal(text, FitJson.Write(read));
        Assert.Equal(2, read.Intervals!.Count);
    }

    [Fact]
    public void Covariance_FromColumns_IsTheMatrix()
    {
        var golden = Load("berkey-un-reml");
        var spec = (MultilevelSpec)golden.Case.Spec;
        var (v1, v2) = (golden.Data["v1i"].ToNumbers(), golden.Data["v2i"].ToNumbers());
        var blocks = Enumerable.Range(0, 5).Select(b => new[] { v1[2 * b], v2[2 * b], v1[(2 * b) + 1], v2[(2 * b) + 1] });
        var matrices = new MultilevelMatrices { Sampling = SamplingCovariance.FromBlocks(blocks) };
        var given = MetaAnalysis.Fit(spec with { Covariance = null }, golden.Data, matrices);
        Assert.Equal(given.RestrictedLikelihood, ((MultilevelFit)golden.Fit()).RestrictedLikelihood);
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => MetaAnalysis.Fit(spec, golden.Data, matrices)));
    }

    [Fact]
    public void Covariance_ThatCannotBeBuilt_IsRefused()
    {
        var golden = Load("assink-correlated-errors");
        var spec = (MultilevelSpec)golden.Case.Spec;
        Assert.Equal(ErrorCode.InvalidOption, Code(() => Fit(new CovarianceSpec { Cluster = "study", Observation = "esid", Correlations = [CorrelationRule.Of(2)] })));
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => Fit(new CovarianceSpec { Cluster = "study", Observation = "study", Correlations = [CorrelationRule.Of(0.5)] })));
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => Fit(new CovarianceSpec { Cluster = "study" })));
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => Fit(new CovarianceSpec { Cluster = "study", Columns = ["vi"] })));

        void Fit(CovarianceSpec v) => MetaAnalysis.Fit(spec with { Covariance = v }, golden.Data);
    }

    [Fact]
    public void EvaluateAt_TooFewComponents_IsRefused()
    {
        var golden = Load("konstantopoulos-nested-reml");
        var options = new FitOptions { EvaluateAt = new Dictionary<string, double[]> { ["sigma2"] = [0.1] } };
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => MetaAnalysis.Fit(golden.Case.Spec, golden.Data, options)));
    }

    private static ErrorCode Code(Action action) => Assert.Throws<MetaBridgeException>(action).Code;

    private static Golden Load(string id) => Goldens.Load(Goldens.Paths.Single(p => Path.GetFileName(p) == id + ".case.json"));
}
