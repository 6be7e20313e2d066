using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>The asymptotic covariance of the components.</summary>
public class ComponentCovarianceTests
{
    // metafor's Hessian is numDeriv's of a likelihood that loses digits to k × k inverses.
    private const double NumericalHessian = 2e-4;

    private static readonly System.Text.Json.JsonElement Recorded = Fixtures.Load("Fixtures/component-covariance.json");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Metafor_Agrees(int index)
    {
        var expected = Recorded.GetProperty("cases")[index];
        var fixture = RecordedModel.Load(expected.GetProperty("id").GetString()!);
        var analysis = MetaAnalysis.Analyse(fixture.Spec(), fixture.Data(), fixture.Matrices());
        var actual = analysis.ComponentCovariance(Keywords<ComponentParametrisation>.Parse(expected.GetProperty("cvvc").GetString()!, "cvvc"));
        var values = SmallSampleCase.Matrix(expected.GetProperty("vvc")).SelectMany(row => row).ToArray();
        var n = actual.Names.Count;
        Assert.Equal(values.Length, n * n);
        for (var i = 0; i < values.Length; i++)
        {
            var scale = Math.Sqrt(values[i / n * (n + 1)] * values[i % n * (n + 1)]);
            // metafor has variances and covariances column by column, for two effects: variance, covariance, variance.
            int[] order = expected.GetProperty("cvvc").GetString() == "varcov" ? [0, 2, 1] : [.. Enumerable.Range(0, n)];
            Fixtures.AssertClose(values[i], actual.Values[(order[i / n] * n) + order[i % n]], NumericalHessian, $"vvc[{i}]", scale);
        }
    }

    [Theory]
    [InlineData("konstantopoulos-cs-reml")]
    [InlineData("berkey-un-ml")]
    [InlineData("berkey-hcs-reml")]
    [InlineData("fine-har-reml")]
    [InlineData("konstantopoulos-list")]
    public void Information_IsTheSecondDifferenceOfTheLikelihood(string id)
    {
        var fixture = RecordedModel.Load(id);
        var analysis = MetaAnalysis.Analyse(fixture.Spec(), fixture.Data(), fixture.Matrices());
        var covariance = analysis.ComponentCovariance();
        var n = covariance.Names.Count;
        if (covariance.AtBoundary.Contains(true))
        {
            Assert.All(Enumerable.Range(0, n).Where(i => covariance.AtBoundary[i]), i => Assert.True(double.IsNaN(covariance.StandardErrors[i])));
            return;
        }

        var information = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(n, n, covariance.Values).Inverse();
        var names = analysis.Fit.SearchedComponents;
        for (var i = 0; i < n; i++)
        {
            var h = 1e-3 * covariance.StandardErrors[i];
            double At(double offset) => LogLikelihood(fixture, analysis, i, offset);
            var second = (-At(2 * h) + (16 * At(h)) - (30 * At(0)) + (16 * At(-h)) - At(-2 * h)) / (12 * h * h);
            Fixtures.AssertClose(-second, information[i, i], 1e-6, $"information[{i}] of {string.Join(' ', names)}");
        }
    }

    // The components vector by vector, in the order of the fit's terms.
    private static double LogLikelihood(Fixture fixture, MultilevelAnalysis analysis, int component, double offset)
    {
        var at = 0;
        var values = analysis.Fit.Terms.SelectMany(term => term.Components).Select(c => (c.Kind, Value: c.Value + (!c.IsFixed && at++ == component ? offset : 0))).ToArray();
        var options = new FitOptions
        {
            EvaluateAt = values.GroupBy(v => v.Kind).ToDictionary(g => Keywords<MetaBridge.Multilevel.ComponentKind>.Of(g.Key), g => g.Select(v => v.Value).ToArray()),
        };
        var fit = MetaAnalysis.Fit(fixture.Spec(), fixture.Data(), fixture.Matrices(), options);
        return fixture.IsMaximumLikelihood ? fit.MaximumLikelihood.LogLikelihood : fit.RestrictedLikelihood.LogLikelihood;
    }
}
