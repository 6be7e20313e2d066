using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>Effects that compete within groups: the likelihood is highest at a negative correlation, beyond −1/(n − 1) with CS and HCS.</summary>
/// <remarks>
/// Simulated once (R's seed 11): three effects per group whose mean is nearly removed. Expected: the highest log-likelihood of rma.mv
/// (metafor 3.8-1) over nlminb, nlm, BFGS and Nelder-Mead from rho = ±0.3, tightened.
/// </remarks>
public sealed class NegativeCorrelationTests
{
    private const double ReferenceSpread = 1e-4;

    private static readonly double[] Effects =
    [
        -0.0148, -0.2356, 0.072, -0.0209, -0.3251, 0.1429, -0.3927, -0.2412, 0.6388, -0.984, -0.0058, 0.768, 1.2344, -1.2704, 0.1289,
        -0.6697, 0.0924, 0.394, 1.0977, -0.4992, -0.4069, 0.3579, 0.5619, -0.9597, 0.2508, -0.2573, 0.0439, -0.0967, 0.3566, -0.1141,
    ];

    private static readonly int[] LeftOut = [2, 4, 8, 9, 10];

    [Theory]
    [InlineData("REML", "CS", false, -11.7250321045, -0.50348181)]
    [InlineData("REML", "CS", true, -11.9206506856, -0.50646737)]
    [InlineData("REML", "HCS", false, -8.7843623917, -0.50978023)]
    [InlineData("REML", "HCS", true, -10.3440725939, -0.51146809)]
    [InlineData("REML", "AR", false, -22.8749072302, -0.45730517)]
    [InlineData("REML", "AR", true, -18.9062150433, -0.48123287)]
    [InlineData("REML", "HAR", false, -22.2687788122, -0.43534154)]
    [InlineData("REML", "HAR", true, -18.6745922937, -0.48616668)]
    [InlineData("ML", "CS", false, -10.1959222131, -0.50478587)]
    [InlineData("ML", "CS", true, -10.4071819486, -0.50817570)]
    [InlineData("ML", "HCS", false, -6.9614489532, -0.51053973)]
    [InlineData("ML", "HCS", true, -8.5446338611, -0.51247149)]
    [InlineData("ML", "AR", false, -22.8545548387, -0.48251839)]
    [InlineData("ML", "AR", true, -18.9018844036, -0.50868240)]
    [InlineData("ML", "HAR", false, -22.2203078445, -0.45935387)]
    [InlineData("ML", "HAR", true, -18.6514669843, -0.51426340)]
    public void Fit_CompetingEffects_FindsTheNegativeOptimum(string method, string structure, bool isUneven, double logLikelihood, double rho)
    {
        var data = Data(Effects, isUneven ? LeftOut : []);
        var fit = Fit(data, method, structure);

        var ours = method == "ML" ? fit.MaximumLikelihood.LogLikelihood : fit.RestrictedLikelihood.LogLikelihood;
        Assert.InRange(ours, logLikelihood - 1e-8, logLikelihood + 1e-6);
        Assert.Equal(rho, fit.Terms[0].Components[^1].Value, ReferenceSpread);
        Assert.True(MarginalIsDefinite(fit, structure));
    }

    [Fact]
    public void Fit_RandomCompetingEffects_NeverReturnsACovarianceThatIsNotPositiveDefinite()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 60; trial++)
        {
            var y = Enumerable.Range(0, 30).Select(_ => random.NextDouble() - 0.5).ToArray();
            var share = random.NextDouble() * 1.2;
            for (var g = 0; g < 10; g++)
            {
                var mean = y.Skip(3 * g).Take(3).Average();
                for (var i = 3 * g; i < (3 * g) + 3; i++)
                {
                    y[i] = Math.Round(y[i] - (share * mean), 4);
                }
            }

            var structure = trial % 2 == 0 ? "CS" : "HCS";
            Assert.True(MarginalIsDefinite(Fit(Data(y, []), "REML", structure), structure), $"trial {trial}");
        }
    }

    private static MultilevelFit Fit(Dataset data, string method, string structure) => (MultilevelFit)MetaAnalysis.Fit(SpecJson.Read(
        $$"""{"family":"multilevel","effect":{"yi":"yi","vi":"vi"},"random":["~ t | id"],"struct":["{{structure}}"],"method":"{{method}}"}"""), data);

    // A full group: V + G of three effects.
    private static bool MarginalIsDefinite(MultilevelFit fit, string structure)
    {
        var values = fit.Terms[0].Components.Select(c => c.Value).ToArray();
        var m = new double[9];
        for (var i = 0; i < 9; i++)
        {
            var (a, b) = (i / 3, i % 3);
            var scale = Math.Sqrt(values[values.Length == 2 ? 0 : a] * values[values.Length == 2 ? 0 : b]);
            m[i] = (a == b ? 0.01 : 0) + (scale * (a == b ? 1 : structure.EndsWith("AR", StringComparison.Ordinal) ? Math.Pow(values[^1], Math.Abs(a - b)) : values[^1]));
        }

        return SmallCholesky.Factor(m, 3);
    }

    private static Dataset Data(double[] effects, int[] leftOut)
    {
        var rows = Enumerable.Range(0, effects.Length).Except(leftOut).ToArray();
        return new Dataset("competing", [
            new NumberColumn("yi", [.. rows.Select(i => effects[i])]),
            new NumberColumn("vi", [.. rows.Select(_ => 0.01)]),
            new NumberColumn("id", [.. rows.Select(i => i / 3)]),
            new NumberColumn("t", [.. rows.Select(i => i % 3)]),
        ]);
    }
}
