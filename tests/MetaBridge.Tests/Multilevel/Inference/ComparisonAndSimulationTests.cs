using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Numerics;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>Likelihood-ratio tests, samples from the model, bootstrap and profiles.</summary>
public class ComparisonAndSimulationTests
{
    private static readonly System.Text.Json.JsonElement Recorded = Fixtures.Load("Fixtures/component-covariance.json");

    [Fact]
    public void OneVariance_IsTestedByTheMixture()
    {
        var (full, reduced) = Districts();
        var test = full.CompareWith(reduced);
        var expected = Recorded.GetProperty("district");
        Fixtures.AssertClose(expected.GetProperty("LRT").GetDouble(), test.Statistic, 1e-7, "LRT");
        Fixtures.AssertClose(expected.GetProperty("pval").GetDouble(), test.ChiSquarePValue, 1e-6, "p");
        Assert.Equal(LikelihoodRatioReference.Mixture, test.Reference);
        Assert.Equal(0.5 * test.ChiSquarePValue, test.PValue, 1e-15);
    }

    [Fact]
    public void Moderators_AreTestedByMl()
    {
        var year = RecordedModel.Load("konstantopoulos-year");
        var spec = year.Spec() with { Random = ["~ 1 | district/school"] };
        var full = MetaAnalysis.Analyse(spec, year.Data());
        var reduced = MetaAnalysis.Analyse(spec with { Moderators = null }, year.Data());
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => full.CompareWith(reduced)).Code);
        var test = full.CompareWith(reduced, refit: true);
        var expected = Recorded.GetProperty("year");
        Fixtures.AssertClose(expected.GetProperty("LRT").GetDouble(), test.Statistic, 1e-6, "LRT");
        Fixtures.AssertClose(expected.GetProperty("pval").GetDouble(), test.PValue, 1e-6, "p");
        Assert.Equal(LikelihoodRatioReference.ChiSquare, test.Reference);
        Assert.True(test.WasRefitted);
    }

    [Fact]
    public void References_FollowTheBoundary()
    {
        var berkey = RecordedModel.Load("berkey-un-reml");
        MultilevelAnalysis Of(params CovarianceStructure[] structure) => MetaAnalysis.Analyse(
            berkey.Spec() with { Structures = structure }, berkey.Data(), berkey.Matrices());
        var un = Of(CovarianceStructure.Unstructured);
        Assert.Equal(LikelihoodRatioReference.ChiSquare, un.CompareWith(Of(CovarianceStructure.Diagonal)).Reference);
        var none = MetaAnalysis.Analyse(berkey.Spec() with { Random = [], Structures = [CovarianceStructure.CompoundSymmetry] }, berkey.Data(), berkey.Matrices());
        Assert.Equal(LikelihoodRatioReference.UpperBound, un.CompareWith(none).Reference);
        var slopes = RecordedModel.Load("obrien-gen-reml");
        var full = MetaAnalysis.Analyse(slopes.Spec(), slopes.Data(), slopes.Matrices());
        var term = RandomFormulaOf(slopes);
        var reduced = MetaAnalysis.Analyse(slopes.Spec() with { Random = [$"~ 1 | {term}"], Structures = [CovarianceStructure.CompoundSymmetry] }, slopes.Data(), slopes.Matrices());
        var test = full.CompareWith(reduced);
        Assert.Equal(LikelihoodRatioReference.Mixture, test.Reference);
        Assert.Equal(2, test.Df);
        Assert.Equal(
            0.5 * (Distributions.ChiSquaredUpper(test.Statistic, 1) + Distributions.ChiSquaredUpper(test.Statistic, 2)), test.PValue, 1e-15);
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => reduced.CompareWith(full)).Code);
    }

    [Theory]
    [InlineData("konstantopoulos-nested-reml")]
    [InlineData("konstantopoulos-crossed")]
    [InlineData("berkey-un-reml")]
    [InlineData("fine-har-reml")]
    [InlineData("konstantopoulos-rho0")]
    public void Samples_HaveTheModelsMoments(string id)
    {
        var fixture = RecordedModel.Load(id);
        var analysis = MetaAnalysis.Analyse(fixture.Spec(), fixture.Data(), fixture.Matrices());
        const int count = 20000;
        var k = analysis.Fit.StudyCount;
        // Row 0 with itself, the next row, and the last: variance, within and between clusters.
        var samples = analysis.Simulate(count, 7);
        var problem = MultilevelModel.Assemble(fixture.Spec(), fixture.Data(), fixture.Matrices()).Problem;
        problem.Shape.Factor(problem.Layout.ToSearch([.. analysis.Fit.Terms.SelectMany((t, i) => t.Components.Take(problem.Input.Terms[i].Term.ParameterCount)).Select(c => c.Value)]));
        foreach (var j in (int[])[0, 1, 2, k - 1])
        {
            var unit = new double[k];
            unit[j] = 1;
            var m = problem.Shape.Multiply(unit, 1);
            unit[j] = 0;
            unit[0] = 1;
            var own = problem.Shape.Multiply(unit, 1)[0];
            var mean0 = samples.Average(y => y[0]);
            var meanJ = samples.Average(y => y[j]);
            var covariance = samples.Sum(y => (y[0] - mean0) * (y[j] - meanJ)) / (count - 1);
            var error = Math.Sqrt(((own * m[j]) + (m[0] * m[0])) / count);
            Assert.True(Math.Abs(covariance - m[0]) < 4 * error, $"row {j}: {covariance} against {m[0]} ± {error}");
        }
    }

    // Compound symmetry with a negative correlation has a level with negative variance.
    [Fact]
    public void Samples_WithNegativeCorrelation()
    {
        var fixture = RecordedModel.Load("konstantopoulos-cs-reml");
        var fitter = MultilevelModel.Assemble(fixture.Spec() with { TauSquared = [0.3], Rho = [-0.05] }, fixture.Data(), fixture.Matrices());
        var shape = fitter.Problem.Shape;
        Assert.True(shape.Factor(fitter.Problem.Layout.ToSearch([0.3, -0.05])));
        var random = new MetaBridge.Numerics.Sampling.CounterRandom(3, 0);
        const int count = 40000;
        var (sum, square) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var y = shape.Sample(random.Normal);
            sum += y[0] * y[1];
            square += y[0] * y[0];
        }

        var variance = 0.3 + fitter.Problem.Input.Sampling.Variances[0];
        Assert.True(Math.Abs((sum / count) + 0.015) < 4 * Math.Sqrt((variance * variance) + 0.0003) / Math.Sqrt(count));
        Assert.True(Math.Abs((square / count) - variance) < 4 * variance * Math.Sqrt(2.0 / count));
    }

    [Fact]
    public void Bootstrap_DoesNotDependOnThreads()
    {
        var (full, reduced) = Districts();
        var one = full.Bootstrap(new BootstrapOptions { Replications = 40, Seed = 5, Threads = 1 });
        var many = full.Bootstrap(new BootstrapOptions { Replications = 40, Seed = 5, Threads = 4 });
        Assert.Equal(one.Components, many.Components);
        Assert.Equal(one.Coefficients, many.Coefficients);
        Assert.Equal(0, one.Failures);
        var se = one.OfCoefficients()[0].StandardDeviation;
        Assert.InRange(se / full.Fit.Coefficients.StandardErrors[0], 0.6, 1.5);
        var a = full.BootstrapCompareWith(reduced, new BootstrapOptions { Replications = 60, Threads = 1 });
        var b = full.BootstrapCompareWith(reduced, new BootstrapOptions { Replications = 60, Threads = 3 });
        Assert.Equal(a, b);
    }

    // Under the reduced model the statistic is 0 about half of the time, as the mixture says.
    [Fact]
    public void BootstrapTest_AgreesWithTheMixture()
    {
        var fixture = RecordedModel.Load("konstantopoulos-nested-reml");
        var spec = fixture.Spec();
        var first = MetaAnalysis.Analyse(spec with { SigmaSquared = [0, null] }, fixture.Data());
        var y = first.Simulate(1, 11)[0];
        var data = new MetaBridge.Data.Dataset("s", [new MetaBridge.Data.NumberColumn("yi", y), .. fixture.Data().Columns.Where(c => c.Name != "yi")]);
        var full = MetaAnalysis.Analyse(spec, data);
        var reduced = MetaAnalysis.Analyse(spec with { SigmaSquared = [0, null] }, data);
        var test = full.BootstrapCompareWith(reduced, new BootstrapOptions { Replications = 400, Seed = 3 });
        Assert.Equal(0, test.Failures);
        // The mixture is asymptotic in the number of districts, of which there are 11.
        Assert.InRange(test.PValue - test.Test.PValue, -0.12, 0.12);
    }

    [Fact]
    public void Bootstrap_CanBeCancelledAndReports()
    {
        var (full, _) = Districts();
        using var source = new CancellationTokenSource();
        source.Cancel();
        var code = Assert.Throws<MetaBridgeException>(() => full.Bootstrap(new BootstrapOptions { CancellationToken = source.Token })).Code;
        Assert.Equal(ErrorCode.Cancelled, code);
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => full.Bootstrap(new BootstrapOptions { Replications = 0 })).Code);
    }

    [Fact]
    public void Profile_PassesThroughMaximumAndLimits()
    {
        var fixture = RecordedModel.Load("konstantopoulos-cs-reml");
        var analysis = MetaAnalysis.Analyse(fixture.Spec() with { Also = [FurtherResult.HeterogeneityIntervals] }, fixture.Data());
        var interval = analysis.Fit.Intervals![0];
        var profile = analysis.Profile(0, [interval.Lower, analysis.Fit.TauSquared[0].Value, interval.Upper]);
        var drop = 0.5 * Distributions.ChiSquaredQuantile(0.95, 1);
        Assert.Equal(profile.LogLikelihood - drop, profile.Points[0].LogLikelihood, 1e-7);
        Assert.Equal(profile.LogLikelihood, profile.Points[1].LogLikelihood, 1e-9);
        Assert.Equal(profile.LogLikelihood - drop, profile.Points[2].LogLikelihood, 1e-7);
        Assert.All(analysis.Profile(1).Points, point => Assert.True(point.LogLikelihood <= profile.LogLikelihood + 1e-8));
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => analysis.Profile(0, [-1])).Code);
    }

    private static string RandomFormulaOf(Fixture fixture) => fixture.Spec().Random[0].Split('|')[1].Trim();

    private static (MultilevelAnalysis Full, MultilevelAnalysis Reduced) Districts()
    {
        var fixture = RecordedModel.Load("konstantopoulos-nested-reml");
        return (MetaAnalysis.Analyse(fixture.Spec(), fixture.Data()), MetaAnalysis.Analyse(fixture.Spec() with { SigmaSquared = [0, null] }, fixture.Data()));
    }
}
