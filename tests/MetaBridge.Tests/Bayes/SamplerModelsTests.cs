using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>The sampler against the quadrature on twenty models of different shape, at fixed seeds.</summary>
public class SamplerModelsTests
{
    private const double Limit = 4;
    private static readonly BayesSpec Plain = SchoolCalendar.Spec with { ClusterColumn = null };
    private static readonly BayesSpec Clustered = SchoolCalendar.Spec;

    private static readonly Dataset Data = SchoolCalendar.Data
        .With(new FactorColumn("group", [.. Enumerable.Range(0, 56).Select(i => i % 3)], ["x", "y", "z"]))
        .With(new NumberColumn("weight", [.. Enumerable.Range(0, 56).Select(i => 0.5 + (i % 4 / 4.0))]))
        .With(new NumberColumn("size", [.. Enumerable.Range(0, 56).Select(i => Math.Sin(i) + 2)]))
        .With(new NumberColumn("same", [.. Enumerable.Range(0, 56).Select(_ => 0.2)]));

    private static readonly Dictionary<string, BayesSpec> Models = new()
    {
        ["clustered"] = Clustered,
        ["two-level"] = Plain,
        ["no effect"] = Clustered with { PriorEffect = Prior.Point(0) },
        ["known tau"] = Clustered with { PriorHeterogeneity = Prior.Point(0.3) },
        ["known rho"] = Clustered with { PriorAllocation = Prior.Point(0.5) },
        ["no heterogeneity"] = Plain with { PriorHeterogeneity = Prior.Point(0) },
        ["t effect"] = Plain with { PriorEffect = Prior.StudentT(0, 0.3, 3) },
        ["positive effect"] = Clustered with { PriorEffect = Prior.HalfNormal(0.5) },
        ["uniform effect"] = Plain with { PriorEffect = Prior.Uniform(-0.1, 0.3) },
        ["half-Cauchy tau"] = Clustered with { PriorHeterogeneity = Prior.HalfCauchy(0.3) },
        ["inverse gamma tau"] = Plain with { PriorHeterogeneity = Prior.InverseGamma(1, 0.15) },
        ["gamma tau, beta rho"] = Clustered with { PriorHeterogeneity = Prior.Gamma(2, 8), PriorAllocation = Prior.BetaOf(2, 5) },
        ["log-normal tau"] = Plain with { PriorHeterogeneity = Prior.LogNormal(-1.5, 0.5) },
        ["truncated tau"] = Clustered with { PriorHeterogeneity = Prior.Normal(0.2, 0.2).Truncated(0.1, 0.35) },
        ["moderator"] = Clustered with { Moderators = "~ year" },
        ["factor, mean differences"] = Plain with { Moderators = "~ group", FactorContrast = FactorContrast.MeanDifference },
        ["three moderators"] = Clustered with { Moderators = "~ year + size + group" },
        ["scale"] = Plain with { ScaleModerators = "~ year" },
        ["clustered scale and moderator"] = Clustered with { Moderators = "~ size", ScaleModerators = "~ size" },
        ["weights"] = Clustered with { WeightColumn = "weight" },
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    [Fact]
    public void Models_AreTwenty() => Assert.Equal(20, Models.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_Model_IsWithinFourStandardErrorsOfTheQuadrature(string model)
    {
        var spec = Models[model];
        var sampled = BayesEngine.Sample(spec, Data, new SamplerOptions { Seed = 20 });
        var exact = BayesEngine.Fit(spec, Data);
        Assert.True(exact.Converged);
        Assert.All(sampled.Sampling!.Diagnostics, row => Assert.True(row.RHat < BayesDraws.RHatLimit, $"{row.Name}: R-hat {row.RHat}"));
        Assert.True(sampled.Converged);
        Compare(exact.Estimates, sampled.Estimates);
        Compare(exact.Heterogeneity, sampled.Heterogeneity);
        var log = sampled.LogMarginalLikelihood;
        Assert.InRange(log.Value - exact.LogMarginalLikelihood.Value, -(Limit * log.Error) - 1e-9, (Limit * log.Error) + 1e-9);
    }

    private static void Compare(IReadOnlyList<PosteriorRow> exact, IReadOnlyList<PosteriorRow> sampled)
    {
        Assert.Equal(exact.Select(row => row.Name), sampled.Select(row => row.Name));
        foreach (var (e, s) in exact.Zip(sampled))
        {
            Within(e.Name + " mean", e.Mean, s.Mean);
            Within(e.Name + " sd", e.Sd, s.Sd);
            Within(e.Name + " median", e.Median, s.Median);
            Within(e.Name + " lower", e.Lower, s.Lower);
            Within(e.Name + " upper", e.Upper, s.Upper);
        }
    }

    private static void Within(string what, Estimate exact, Estimate sampled)
    {
        var allowed = (Limit * sampled.Error) + exact.Error + (1e-12 * Math.Abs(exact.Value));
        Assert.True(Math.Abs(exact.Value - sampled.Value) <= allowed, $"{what}: {sampled.Value} but the quadrature has {exact.Value}, standard error {sampled.Error}");
    }
}
