using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>Data on which a local search reports a maximum that is not the highest; reference: rma.mv of metafor 3.8-1.</summary>
public class HardCaseTests
{
    private static readonly UnivariateInput A1 = new()
    {
        EffectSizes = [-0.215, 0.277, 0.335, 1.052, 0.249, 0.181, -0.055, 0.012, 1.027, -0.301],
        Variances = [0.122, 0.0866, 0.0993, 0.00152, 0.0771, 1.42, 7.21, 0.187, 7.01e-05, 22.8],
    };

    private static readonly UnivariateInput A2 = new()
    {
        EffectSizes = [0.0975, 0.1883, 0.2821, 3.1986, 0.8271, 0.0601, 0.3695, 2.7471, 1.1187, 0.2797],
        Variances = [0.009034, 0.000945, 0.6772, 0.7888, 0.0955, 0.9678, 0.1072, 2.053, 1.365, 8.139],
    };

    [Fact]
    public void Reml_FindsTheHighestOfTwoMaxima_A1()
    {
        var fit = UnivariateEngine.Fit(A1, new UnivariateSettings());

        Assert.Equal(0.20141, fit.TauSquared.Value, 5e-6);
        Assert.Equal(0.4752, fit.Coefficients.Estimates[0], 5e-5);
        Assert.Equal(0.1934, fit.Coefficients.StandardErrors[0], 5e-5);
        Assert.Equal(-9.915, fit.RestrictedLikelihood.LogLikelihood, 5e-4);
        Assert.Equal(Optimality.Proven, fit.TauSquared.Optimality);
        Assert.Equal(2, fit.TauSquared.Maxima.Count);
        Assert.Equal(-20.292, fit.TauSquared.Maxima[0].LogLikelihood, 5e-4);
    }

    [Fact]
    public void Reml_FindsTheHighestOfTwoMaxima_A2()
    {
        var fit = UnivariateEngine.Fit(A2, new UnivariateSettings());

        Assert.Equal(0.2063, fit.TauSquared.Value, 1e-4);
        Assert.Equal(0.5370, fit.Coefficients.Estimates[0], 5e-5);
        Assert.Equal(-13.409, fit.RestrictedLikelihood.LogLikelihood, 5e-4);
        Assert.Equal([0, fit.TauSquared.Value], fit.TauSquared.Maxima.Select(point => point.TauSquared));
    }

    [Theory]
    [InlineData(HeterogeneityMethod.Reml)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood)]
    public void Search_IsNeverBelowADenseGrid(HeterogeneityMethod method)
    {
        var random = new Random(7);
        for (var trial = 0; trial < 300; trial++)
        {
            var k = 4 + random.Next(5);
            var v = Enumerable.Range(0, k).Select(_ => Math.Exp(6 * (random.NextDouble() - 0.5))).ToArray();
            var y = v.Select(x => Math.Sqrt(x) * 4 * (random.NextDouble() - 0.5)).ToArray();
            var input = new UnivariateInput { EffectSizes = y, Variances = v };
            var fit = UnivariateEngine.Fit(input, new UnivariateSettings { Method = method });
            Assert.Equal(Optimality.Proven, fit.TauSquared.Optimality);
            for (var exponent = -8.0; exponent < 4; exponent += 0.25)
            {
                var at = UnivariateEngine.Fit(input, new UnivariateSettings { Method = method, EvaluateAtTauSquared = Math.Exp(exponent) });
                Assert.True(LogLikelihood(fit) >= LogLikelihood(at) - 1e-10, $"trial {trial}, tau2 {Math.Exp(exponent)}");
            }
        }
    }

    [Fact]
    public void Moments_OnAnIllConditionedDesign_MatchRationalArithmetic()
    {
        // dat.bcg, log risk ratios, ~ ablat + year (not centred). Exact rational arithmetic on the doubles below gives the HS and DL
        // estimates and the DL coefficients; metafor's own figures are off by 1e-10 there (0.0251355173590155, -1.27979143828526).
        var item = RecordedFits.Bcg();
        var input = item with { Design = RecordedFits.UncentredBcgDesign(item), ColumnNames = ["intrcpt", "ablat", "year"] };

        var hs = UnivariateEngine.Fit(input, new UnivariateSettings { Method = HeterogeneityMethod.HunterSchmidt });
        var dl = UnivariateEngine.Fit(input, new UnivariateSettings { Method = HeterogeneityMethod.DerSimonianLaird });

        Fixtures.AssertClose(0.025135517361814103, hs.TauSquared.Value, 1e-12, "HS");
        Fixtures.AssertClose(0.07903895781525433, dl.TauSquared.Value, 1e-12, "DL");
        Fixtures.AssertClose(-1.2797914388269325, dl.Coefficients.Estimates[0], 1e-12, "intercept");
        Fixtures.AssertClose(0.0007720797820330175, dl.Coefficients.Estimates[2], 1e-12, "year");
    }

    private static double LogLikelihood(UnivariateFit fit) => fit.Method == HeterogeneityMethod.Reml
        ? fit.RestrictedLikelihood.LogLikelihood
        : fit.MaximumLikelihood.LogLikelihood;
}
