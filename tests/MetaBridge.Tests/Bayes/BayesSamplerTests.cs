using MetaBridge.Bayes;
using MetaBridge.Errors;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

public class BayesSamplerTests
{
    private const double Limit = 4;

    [Theory]
    [InlineData("clustered")]
    [InlineData("cauchy")]
    [InlineData("truncated")]
    [InlineData("scale")]
    public void Sample_AgainstQuadrature_WithinFourStandardErrors(string model)
    {
        var spec = model switch
        {
            "cauchy" => SchoolCalendar.Spec with { PriorEffect = Prior.Cauchy(0, 0.5), PriorHeterogeneity = Prior.InverseGamma(1, 0.15), ClusterColumn = null },
            "truncated" => SchoolCalendar.Spec with { PriorEffect = Prior.HalfNormal(0.5), ClusterColumn = null },
            "scale" => SchoolCalendar.Spec with { ScaleModerators = "~ year", ClusterColumn = null },
            _ => SchoolCalendar.Spec,
        };
        var draws = BayesSampler.Sample(spec, SchoolCalendar.Data);
        var exact = BayesEngine.Fit(spec, SchoolCalendar.Data);
        Assert.True(draws.Converged);
        foreach (var row in draws.Rows.Where(row => exact.Posterior!.ParameterNames.Contains(row.Summary.Name)))
        {
            var expected = exact.Posterior!.Summarize(row.Summary.Name);
            Assert.InRange((row.Summary.Mean.Value - expected.Mean.Value) / row.Summary.Mean.Error, -Limit, Limit);
            Assert.InRange((row.Summary.Sd.Value - expected.Sd.Value) / row.Summary.Sd.Error, -Limit, Limit);
            Assert.InRange((row.Summary.Median.Value - expected.Median.Value) / row.Summary.Median.Error, -Limit, Limit);
            Assert.InRange(row.Summary.Mean.Error / expected.Sd.Value, 0, 0.025);
        }

        var log = draws.LogMarginalLikelihood;
        Assert.InRange((log.Value - exact.LogMarginalLikelihood.Value) / log.Error, -Limit, Limit);
        Assert.InRange(log.Error, 0, 0.02);
    }

    [Fact]
    public void Sample_SameSeed_SameDraws()
    {
        var options = new SamplerOptions { Chains = 3, Warmup = 60, Draws = 100, Seed = 5 };
        var first = BayesSampler.Sample(SchoolCalendar.Spec, SchoolCalendar.Data, options);
        var second = BayesSampler.Sample(SchoolCalendar.Spec, SchoolCalendar.Data, options);
        var other = BayesSampler.Sample(SchoolCalendar.Spec, SchoolCalendar.Data, options with { Seed = 6 });
        Assert.Equal(first.Draws["tau"], second.Draws["tau"]);
        Assert.NotEqual(first.Draws["tau"][0][0], other.Draws["tau"][0][0]);
        Assert.NotEqual(first.Draws["tau"][0][0], first.Draws["tau"][1][0]);
    }

    [Fact]
    public void Sample_Cancelled_IsNamed()
    {
        var error = Assert.Throws<MetaBridgeException>(() => BayesSampler.Sample(
            SchoolCalendar.Spec, SchoolCalendar.Data, new SamplerOptions { CancellationToken = new CancellationToken(canceled: true) }));
        Assert.Equal(ErrorCode.Cancelled, error.Code);
    }

    [Fact]
    public void Diagnostics_IndependentDraws_AreClean()
    {
        var chains = Chains((_, random) => random.Normal());
        Assert.InRange(ChainDiagnostics.RHat(chains), 0.99, 1.01);
        Assert.InRange(ChainDiagnostics.BulkEss(chains), 3000, 5000);
        Assert.InRange(ChainDiagnostics.MeanError(chains), 0.014, 0.018);
    }

    [Fact]
    public void Diagnostics_ChainsApart_AreCaught() => Assert.True(ChainDiagnostics.RHat(Chains((chain, random) => (chain * 0.5) + random.Normal())) > 1.05);

    [Fact]
    public void Diagnostics_SpreadsDiffer_AreCaught() =>
        Assert.True(ChainDiagnostics.RHat(Chains((chain, random) => (chain == 0 ? 4 : 1) * random.Normal())) > 1.05);

    /// <summary>A first-order autoregression with coefficient φ has (1 − φ)/(1 + φ) effective draws per draw.</summary>
    [Fact]
    public void Ess_Autoregression_MatchesTheory()
    {
        const double phi = 0.6;
        var chains = Enumerable.Range(0, 4).Select(chain =>
        {
            var random = new CounterRandom(9, chain);
            var x = random.Normal() / Math.Sqrt(1 - (phi * phi));
            return Enumerable.Range(0, 5000).Select(_ => x = (phi * x) + random.Normal()).ToArray();
        }).ToArray();
        Assert.InRange(ChainDiagnostics.Ess(chains) / 20000, 0.9 * (1 - phi) / (1 + phi), 1.1 * (1 - phi) / (1 + phi));
    }

    private static double[][] Chains(Func<int, CounterRandom, double> draw) =>
    [
        .. Enumerable.Range(0, 4).Select(chain =>
        {
            var random = new CounterRandom(3, chain);
            return Enumerable.Range(0, 1000).Select(_ => draw(chain, random)).ToArray();
        }),
    ];
}
