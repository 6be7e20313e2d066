using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>
/// Parameters drawn from their priors, data drawn given them: then the parameters' places in their posteriors are uniform (Talts, Betancourt, Simpson, Vehtari &amp;
/// Gelman, 2018), and intervals cover at their nominal rate. METABRIDGE_EXHAUSTIVE=1 runs more replicates.
/// </summary>
public class CalibrationTests
{
    private const int Clusters = 5, PerCluster = 3, Studies = Clusters * PerCluster;

    /// <summary>Chi-squared with 9 degrees of freedom exceeds this with probability 0.001.</summary>
    private const double ChiSquaredLimit = 27.877;

    private const int Bins = 10;
    private static readonly bool IsExhaustive = Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1";

    private static readonly BayesSpec Clustered = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.StandardizedMeanDifference,
        ClusterColumn = "cluster",
    };

    private static readonly BayesSpec Scaled = Clustered with { ClusterColumn = null, Moderators = "~ x", ScaleModerators = "~ x", StandardizeContinuous = false };

    [Theory]
    [InlineData("clustered")]
    [InlineData("location-scale")]
    public void Quadrature_ProbabilitiesOfTheTruth_AreUniform(string model)
    {
        var places = Replicate(model, IsExhaustive ? 2000 : 150, (spec, data, truth, _) =>
        {
            var posterior = BayesEngine.Fit(spec, data).Posterior!;
            return truth.ToDictionary(pair => pair.Key, pair => posterior.Probability(pair.Key, pair.Value).Value);
        });
        foreach (var (name, values) in places)
        {
            AssertUniform(name, values);
            AssertCoverage(name, values, 0.95);
            AssertCoverage(name, values, 0.5);
        }
    }

    [Theory]
    [InlineData("clustered")]
    [InlineData("location-scale")]
    public void Sampler_RanksOfTheTruth_AreUniform(string model)
    {
        // 2 chains of 245 draws, every fifth of them: 98 nearly independent draws, ranks 0 to 98; a random fraction makes the rank continuous.
        var places = Replicate(model, IsExhaustive ? 1000 : 60, (spec, data, truth, replicate) =>
        {
            var draws = BayesSampler.Sample(spec, data, new SamplerOptions { Chains = 2, Warmup = 150, Draws = 245, Seed = replicate });
            var random = new CounterRandom(4711, replicate);
            return truth.ToDictionary(pair => pair.Key, pair =>
            {
                var thinned = draws.Draws[pair.Key].SelectMany(chain => chain.Where((_, i) => i % 5 == 0)).ToArray();
                return (thinned.Count(draw => draw < pair.Value) + random.Uniform()) / (thinned.Length + 1);
            });
        });
        foreach (var (name, values) in places)
        {
            AssertUniform(name, values);
        }
    }

    private static Dictionary<string, List<double>> Replicate(
        string model, int count, Func<BayesSpec, Dataset, Dictionary<string, double>, int, Dictionary<string, double>> placesOf)
    {
        var places = new Dictionary<string, List<double>>();
        for (var replicate = 0; replicate < count; replicate++)
        {
            var (data, truth) = Simulate(model, replicate);
            foreach (var (name, place) in placesOf(model == "clustered" ? Clustered : Scaled, data, truth, replicate))
            {
                if (!places.TryGetValue(name, out var list))
                {
                    places.Add(name, list = []);
                }

                list.Add(place);
            }
        }

        return places;
    }

    /// <summary>Default priors of SMD: mu ~ N(0, √2/2), moderators N(0, √2/4), tau ~ half-normal(√2/4), slopes of ln tau N(0, 0.5), rho ~ U(0, 1).</summary>
    private static (Dataset Data, Dictionary<string, double> Truth) Simulate(string model, int replicate)
    {
        var random = new CounterRandom(2718, replicate);
        var (mu, tau) = (random.Normal() * Math.Sqrt(0.5), Math.Abs(random.Normal()) * Math.Sqrt(0.125));
        double[] yi = new double[Studies], vi = new double[Studies], x = new double[Studies];
        var cluster = new int[Studies];
        for (var i = 0; i < Studies; i++)
        {
            (vi[i], x[i], cluster[i]) = (0.01 * (1 + (i % 5)), ((i % 4) - 1.5) / 1.5, i / PerCluster);
        }

        var truth = new Dictionary<string, double>();
        if (model == "clustered")
        {
            var rho = random.Uniform();
            var gamma = Enumerable.Range(0, Clusters).Select(_ => random.Normal()).ToArray();
            for (var i = 0; i < Studies; i++)
            {
                yi[i] = mu + (gamma[cluster[i]] * tau * Math.Sqrt(rho)) + (random.Normal() * Math.Sqrt(vi[i] + ((1 - rho) * tau * tau)));
            }

            (truth["mu"], truth["tau"], truth["rho"], truth["tau2 [between]"]) = (mu, tau, rho, rho * tau * tau);
        }
        else
        {
            var (slope, spread) = (random.Normal() * Math.Sqrt(0.125), random.Normal() * 0.5);
            for (var i = 0; i < Studies; i++)
            {
                yi[i] = mu + (slope * x[i]) + (random.Normal() * Math.Sqrt(vi[i] + (tau * tau * Math.Exp(2 * spread * x[i]))));
            }

            (truth["intercept"], truth["x"], truth["log(tau): x"]) = (mu, slope, spread);
            truth["tau"] = tau * Math.Sqrt(x.Average(z => Math.Exp(2 * spread * z)));
        }

        return (new Dataset("simulated", [new NumberColumn("yi", yi), new NumberColumn("vi", vi), new NumberColumn("x", x), new IntegerColumn("cluster", cluster)]), truth);
    }

    private static void AssertUniform(string name, List<double> places)
    {
        var counts = new int[Bins];
        places.ForEach(place => counts[Math.Min((int)(place * Bins), Bins - 1)]++);
        var expected = (double)places.Count / Bins;
        var statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.True(statistic < ChiSquaredLimit, $"{name}: chi-squared {statistic}, counts {string.Join(", ", counts)}");
    }

    private static void AssertCoverage(string name, List<double> places, double level)
    {
        var covered = places.Count(place => Math.Abs(place - 0.5) < level / 2) / (double)places.Count;
        var error = Math.Sqrt(level * (1 - level) / places.Count);
        Assert.True(Math.Abs(covered - level) < 3.5 * error, $"{name}: {covered} of the {level} intervals cover, standard error {error}");
    }
}
