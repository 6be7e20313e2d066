using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>What Satterthwaite and Kenward-Roger must do by theory.</summary>
public class SmallSamplePropertyTests
{
    private const double Searched = 1e-8;

    [Theory]
    [InlineData(DegreesOfFreedomMethod.Satterthwaite)]
    [InlineData(DegreesOfFreedomMethod.KenwardRoger)]
    public void BalancedOneWay_HasGroupsLessOne(DegreesOfFreedomMethod method)
    {
        var reference = SmallSampleCase.Load("rail-balanced");
        var fit = MetaAnalysis.Analyse(reference.Spec(method), reference.Data()).Fit;
        Fixtures.AssertClose(5, fit.DegreesOfFreedom[0], Searched, "df");
    }

    // The between-subject tests of balanced random slopes are Hotelling's T²: 2 and 24 of 25 degrees of freedom, λ = 24/25.
    [Fact]
    public void BalancedSlopes_AreHotelling()
    {
        var reference = SmallSampleCase.Load("orthodont-slopes");
        var analysis = MetaAnalysis.Analyse(reference.Spec(DegreesOfFreedomMethod.KenwardRoger), reference.Data());
        Assert.All(analysis.Fit.DegreesOfFreedom, df => Fixtures.AssertClose(25, df, Searched, "df"));
        var test = analysis.TestCoefficients(2, 3);
        Fixtures.AssertClose(24, test.Joint.DenominatorDf, Searched, "m");
        Fixtures.AssertClose(0.96, test.Scale, Searched, "lambda");
    }

    // Two ways to write one model: other components, other coordinates, the same tests.
    [Theory]
    [InlineData(DegreesOfFreedomMethod.Satterthwaite)]
    [InlineData(DegreesOfFreedomMethod.KenwardRoger)]
    public void Parametrisation_DoesNotMatter(DegreesOfFreedomMethod method)
    {
        var data = RecordedModel.Load("konstantopoulos-year");
        var a = MetaAnalysis.Fit(data.Spec() with { DegreesOfFreedom = method }, data.Data(), data.Matrices());
        var b = MetaAnalysis.Fit(data.Spec() with { DegreesOfFreedom = method, Random = ["~ 1 | district/school"] }, data.Data(), data.Matrices());
        AssertSame(a, b, 1e-7);
        var berkey = RecordedModel.Load("berkey-un-reml");
        var un = MetaAnalysis.Fit(berkey.Spec() with { DegreesOfFreedom = method }, berkey.Data(), berkey.Matrices());
        var hcs = MetaAnalysis.Fit(
            berkey.Spec() with { DegreesOfFreedom = method, Structures = [CovarianceStructure.HeteroscedasticCompoundSymmetry] }, berkey.Data(), berkey.Matrices());
        // HCS of two levels is UN of two levels, but not linear in its coordinates.
        AssertSame(un, hcs, 1e-6);
    }

    [Theory]
    [InlineData("fine-har-reml")]
    [InlineData("ishak-car-reml")]
    [InlineData("ishak-spexp")]
    [InlineData("lim-phylo-reml")]
    [InlineData("obrien-gen-reml")]
    [InlineData("mccurdy-crossed")]
    [InlineData("konstantopoulos-crossed")]
    public void EveryStructure_GivesPositiveDegreesAndWiderErrors(string id)
    {
        var fixture = RecordedModel.Load(id);
        var plain = MetaAnalysis.Fit(fixture.Spec() with { Method = HeterogeneityMethod.Reml }, fixture.Data(), fixture.Matrices());
        var kr = MetaAnalysis.Fit(
            fixture.Spec() with { Method = HeterogeneityMethod.Reml, DegreesOfFreedom = DegreesOfFreedomMethod.KenwardRoger }, fixture.Data(), fixture.Matrices());
        Assert.Equal(CoefficientTest.StudentT, kr.Test);
        for (var j = 0; j < plain.Coefficients.Count; j++)
        {
            Assert.True(kr.DegreesOfFreedom[j] > 0.5, $"df {kr.DegreesOfFreedom[j]}");
            Assert.True(kr.Coefficients.StandardErrors[j] > 0.99 * plain.Coefficients.StandardErrors[j]);
            Assert.True(kr.Coefficients.PValues[j] is >= 0 and <= 1);
        }
    }

    // The structured computation, in other coordinates and with the information by differences, against full matrices.
    [Theory]
    [InlineData("konstantopoulos-nested-reml")]
    [InlineData("berkey-un-reml")]
    [InlineData("berkey-hcs-reml")]
    [InlineData("fine-ar-reml")]
    [InlineData("ishak-car-reml")]
    [InlineData("ishak-spexp")]
    public void KenwardRoger_IsThatOfFullMatrices(string id)
    {
        var fixture = RecordedModel.Load(id);
        var spec = fixture.Spec() with { Method = HeterogeneityMethod.Reml, DegreesOfFreedom = DegreesOfFreedomMethod.KenwardRoger };
        var fit = MetaAnalysis.Fit(spec, fixture.Data(), fixture.Matrices());
        Assert.Empty(fit.ComponentsTakenAsKnown);
        var layout = MultilevelModel.Assemble(spec, fixture.Data(), fixture.Matrices()).Problem.Input.Terms;
        var dense = new DenseKenwardRoger(fixture, [.. fit.Terms.SelectMany((t, i) => t.Components.Take(layout[i].Term.ParameterCount)).Select(c => c.Value)]);
        var p = fit.Coefficients.Count;
        for (var j = 0; j < p; j++)
        {
            // Second differences of M have about six digits, and are a small part of the result.
            Fixtures.AssertClose(dense.Covariance[j, j], fit.Covariance[(j * p) + j], 1e-6, $"covariance[{j}]");
            Fixtures.AssertClose(dense.DegreesOfFreedom[j], fit.DegreesOfFreedom[j], 1e-6, $"df[{j}]");
        }
    }

    [Fact]
    public void Boundary_DropsTheComponent()
    {
        // No heterogeneity at all: the components are 0, so the variance is known and t is normal.
        var data = new Dataset("flat", [new NumberColumn("yi", [0.1, 0.11, 0.09, 0.1, 0.105, 0.095]), new NumberColumn("vi", [1, 1, 1, 2, 2, 2]), new IntegerColumn("g", [1, 1, 2, 2, 3, 3])]);
        var spec = new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Random = ["~ 1 | g"] };
        var kr = MetaAnalysis.Fit(spec with { DegreesOfFreedom = DegreesOfFreedomMethod.KenwardRoger }, data, MultilevelMatrices.None);
        var plain = MetaAnalysis.Fit(spec, data, MultilevelMatrices.None);
        Assert.Equal(double.PositiveInfinity, kr.DegreesOfFreedom[0]);
        Assert.Equal(plain.Coefficients.PValues[0], kr.Coefficients.PValues[0]);
        Assert.Equal(["sigma2 g"], kr.ComponentsTakenAsKnown);
    }

    [Fact]
    public void Misuse_IsNamed()
    {
        var fixture = RecordedModel.Load("konstantopoulos-nested-ml");
        var spec = fixture.Spec() with { DegreesOfFreedom = DegreesOfFreedomMethod.KenwardRoger };
        Assert.Equal(ErrorCode.NotSupported, Code(() => MetaAnalysis.Fit(spec, fixture.Data(), fixture.Matrices())));
        var weighted = RecordedModel.Load("berkey-weights");
        Assert.Equal(ErrorCode.NotSupported, Code(() => MetaAnalysis.Fit(weighted.Spec() with { DegreesOfFreedom = DegreesOfFreedomMethod.Satterthwaite }, weighted.Data(), weighted.Matrices())));
        Assert.Equal(ErrorCode.NotSupported, Code(() => MetaAnalysis.Fit(spec with { Method = HeterogeneityMethod.Reml, Test = CoefficientTest.KnappHartung }, fixture.Data(), fixture.Matrices())));
    }

    [Fact]
    public void KnappHartung_IsTheUnivariateOne()
    {
        var data = RecordedModel.Load("konstantopoulos-study-reml").Data();
        data = new Dataset("k", [.. data.Columns, new IntegerColumn("id", [.. Enumerable.Range(1, data.RowCount)])]);
        var effect = new EffectSpec { Yi = "yi", Vi = "vi" };
        foreach (var test in (CoefficientTest[])[CoefficientTest.KnappHartung, CoefficientTest.KnappHartungAdHoc])
        {
            var one = MetaAnalysis.Fit(new UnivariateSpec { Effect = effect, Test = test }, data);
            var many = MetaAnalysis.Fit(new MultilevelSpec { Effect = effect, Test = test, Random = ["~ 1 | id"] }, data, MultilevelMatrices.None);
            Fixtures.AssertClose(one.Coefficients.StandardErrors[0], many.Coefficients.StandardErrors[0], 1e-8, "se");
            Fixtures.AssertClose(one.Coefficients.PValues[0], many.Coefficients.PValues[0], 1e-7, "p");
        }
    }

    private static ErrorCode Code(Action action) => Assert.Throws<MetaBridgeException>(action).Code;

    private static void AssertSame(MultilevelFit a, MultilevelFit b, double tolerance)
    {
        for (var j = 0; j < a.Coefficients.Count; j++)
        {
            Fixtures.AssertClose(a.DegreesOfFreedom[j], b.DegreesOfFreedom[j], tolerance, $"df[{j}]");
            Fixtures.AssertClose(a.Coefficients.StandardErrors[j], b.Coefficients.StandardErrors[j], tolerance, $"se[{j}]");
        }

        Fixtures.AssertClose(a.OmnibusTest.DenominatorDf, b.OmnibusTest.DenominatorDf, tolerance, "df2");
        Fixtures.AssertClose(a.OmnibusTest.Statistic, b.OmnibusTest.Statistic, tolerance, "F");
    }
}
