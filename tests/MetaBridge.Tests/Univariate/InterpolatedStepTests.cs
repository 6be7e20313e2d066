using MetaBridge.Numerics;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Tests.Univariate;

/// <summary>The last step of a search is interpolated; what stands at its end is compared with an evaluation there.</summary>
public class InterpolatedStepTests
{
    [Theory]
    [InlineData(HeterogeneityMethod.Reml, 1)]
    [InlineData(HeterogeneityMethod.Reml, 4)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood, 1)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood, 4)]
    public void TheEndIsTheMaximum(HeterogeneityMethod method, double decades)
    {
        var bounds = new ScoreBounds(method == HeterogeneityMethod.Reml);
        var interpolated = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var (y, v) = Studies(seed, 20 + (40 * seed), decades);
            var fit = UnivariateEngine.Fit(new UnivariateInput { EffectSizes = y, Variances = v }, new UnivariateSettings { Method = method });
            var tau2 = fit.TauSquared.Value;
            if (tau2 == 0)
            {
                continue;
            }

            var profile = new VarianceProfile(y, v, Design.Prepare(null, null, y.Length), centred: true);
            profile.At(tau2);
            var point = profile.At(tau2);
            Assert.True(Math.Abs(bounds.F(point) / bounds.Slope(point)) <= 3e-13 * tau2, $"seed {seed}: off by {bounds.F(point) / bounds.Slope(point) / tau2:E1}");
            Near(Math.Sqrt(2 / bounds.S(point)), fit.TauSquared.StandardError, 2e-9);
            Near(point.Mean, fit.Coefficients.Estimates[0], 1e-12);
            Near(1 / Math.Sqrt(point.SumW), fit.Coefficients.StandardErrors[0], 1e-12);
            interpolated += fit.TauSquared.Iterations <= 3 ? 1 : 0;
        }

        // Two points beside 0 are too few without interpolation; with very unequal variances it comes after a third, which a count does not show.
        Assert.True(interpolated >= 10 || decades > 1, $"only {interpolated} fits ended by interpolation");
    }

    [Fact]
    public void ACubicIsFollowedExactly()
    {
        static double F(double x) => 2 - x + (3 * x * x) - (0.5 * x * x * x);
        static double Slope(double x) => -1 + (6 * x) - (1.5 * x * x);
        var cubic = new HermiteCubic(F(1), Slope(1), F(3), Slope(3), 2);
        Near(F(1.7), cubic.At(0.7), 1e-14);
        Near(Slope(1.7), cubic.SlopeAt(0.7), 1e-14);
    }

    [Theory]
    [InlineData(5, 0, 0.3)]
    [InlineData(1000, 0, 0.3)]
    [InlineData(20_003, 1e-3, 7)]
    public void SumsOfLogarithmsAreThoseOfTheirTerms(int count, double first, double second)
    {
        foreach (var decades in (double[])[1, 8, 60])
        {
            var (_, v) = Studies(count, count, decades);
            var range = (v.Min(), v.Max());
            var (a, b) = LogSums.OfShifted(v, first, second, range);
            Near(v.Sum(x => Math.Log(x + first)), a, 1e-12);
            Near(v.Sum(x => Math.Log(x + second)), b, 1e-12);
            Near(a, LogSums.OfShifted(v, first, range), 1e-13);
        }
    }

    [Fact]
    public void ARefitReadsAnArrayAsItReadsASpan()
    {
        var (y, v) = Studies(3, 300, 2);
        var refitter = new UnivariateRefitter(v, null, new UnivariateSettings());
        var read = refitter.Fit(y);
        Assert.Equal(RefitStatus.Fitted, read.Status);
        y[0] += 1;
        var other = refitter.Fit(y);
        Assert.NotEqual(read, other);
        Assert.Equal(other, refitter.Fit(y.AsSpan()));
        Assert.Throws<ArgumentNullException>(() => refitter.Fit((double[])null!));
    }

    private static (double[] Y, double[] V) Studies(int seed, int k, double decades)
    {
        var random = new Random(seed);
        double[] y = new double[k], v = new double[k];
        for (var i = 0; i < k; i++)
        {
            v[i] = Math.Pow(10, -decades * random.NextDouble());
            var z = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            y[i] = 0.3 + (Math.Sqrt(0.3 + v[i]) * z);
        }

        return (y, v);
    }

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{actual:R} against {expected:R}");
}
