using MathNet.Numerics.Distributions;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>Priors of coefficients that are no mixtures of normals, against plain integration over (mu, τ) or (intercept, slope, τ).</summary>
public class CoefficientPriorTests
{
    private const double TauSd = 0.3535533905932738, Tolerance = 1e-6;

    private static readonly double[] Yi = [0.35, -0.05, 0.62, 0.18, 0.41, 0.09], Vi = [0.02, 0.03, 0.05, 0.01, 0.04, 0.015], X = [-1, 0.5, 2, -0.3, 1.1, 0];

    private static readonly BayesSpec Plain = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.StandardizedMeanDifference,
        StandardizeContinuous = false,
    };

    private static readonly Dataset Data = SchoolCalendar.Table(Yi, Vi).With(new NumberColumn("x", X));

    /// <summary>Each prior with ln of its density as written in a textbook, by another library where it has the family.</summary>
    private static readonly Dictionary<string, (Prior Prior, Func<double, double> Log, double Lower, double Upper)> Priors = new()
    {
        ["gamma"] = (Prior.Gamma(2, 4), new Gamma(2, 4).DensityLn, 0, double.PositiveInfinity),
        ["gamma with a pole"] = (Prior.Gamma(0.5, 1), new Gamma(0.5, 1).DensityLn, 0, double.PositiveInfinity),
        ["inverse gamma"] = (Prior.InverseGamma(2, 0.5), new InverseGamma(2, 0.5).DensityLn, 0, double.PositiveInfinity),
        ["log-normal"] = (Prior.LogNormal(-1, 0.5), new LogNormal(-1, 0.5).DensityLn, 0, double.PositiveInfinity),
        ["beta"] = (Prior.BetaOf(2, 3), new Beta(2, 3).DensityLn, 0, 1),
        ["truncated gamma"] = (
            Prior.Gamma(2, 4).Truncated(0.1, 0.3),
            x => new Gamma(2, 4).DensityLn(x) - Math.Log(new Gamma(2, 4).CumulativeDistribution(0.3) - new Gamma(2, 4).CumulativeDistribution(0.1)),
            0.1,
            0.3),
        ["log-normal from below"] = (
            Prior.LogNormal(-1, 0.5).Truncated(null, 0.25),
            x => new LogNormal(-1, 0.5).DensityLn(x) - Math.Log(new LogNormal(-1, 0.5).CumulativeDistribution(0.25)),
            0,
            0.25),
        ["half-normal"] = (Prior.HalfNormal(0.5), x => Math.Log(2) + new Normal(0, 0.5).DensityLn(x), 0, double.PositiveInfinity),
        ["negative half-Cauchy"] = (
            Prior.Cauchy(0, 0.3).Truncated(null, 0), x => Math.Log(2) + new Cauchy(0, 0.3).DensityLn(x), double.NegativeInfinity, 0),
        ["t from 0.1"] = (
            Prior.StudentT(0.35, 0.102, 3).Truncated(0.1, null),
            x => new StudentT(0.35, 0.102, 3).DensityLn(x) - Math.Log(1 - new StudentT(0.35, 0.102, 3).CumulativeDistribution(0.1)),
            0.1,
            double.PositiveInfinity),
        ["uniform"] = (Prior.Uniform(-0.1, 0.3), _ => -Math.Log(0.4), -0.1, 0.3),
    };

    public static TheoryData<string> Names => [.. Priors.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Effect_AgainstPlainIntegration_Agrees(string name)
    {
        var (prior, log, lower, upper) = Priors[name];
        var fit = BayesEngine.Fit(Plain with { PriorEffect = prior }, Data);
        Assert.NotNull(fit.Quadrature);
        Assert.True(fit.Converged);
        var plain = new PlainIntegral(log, lower, upper);
        var posterior = fit.Posterior!;
        Close(plain.LogTotal, fit.LogMarginalLikelihood.Value, 1, "logml");
        var mu = posterior.Summarize("mu");
        var (mean, sd) = plain.Moments((m, _) => m);
        Close(mean, mu.Mean.Value, sd, "mean");
        Close(sd, mu.Sd.Value, sd, "sd");
        foreach (var (p, q) in new[] { (0.025, mu.Lower.Value), (0.5, mu.Median.Value), (0.975, mu.Upper.Value) })
        {
            Close(p, plain.MuBelow(q), 1, $"mu {p}");
        }

        var density = (plain.MuBelow(mu.Median.Value + (0.01 * sd)) - plain.MuBelow(mu.Median.Value - (0.01 * sd))) / (0.02 * sd);
        Assert.Equal(density, posterior.Density("mu", mu.Median.Value).Value, 2e-4 * density);
        var tau = posterior.Summarize("tau");
        Close(plain.Moments((_, t) => t).Mean, tau.Mean.Value, tau.Sd.Value, "tau");
        foreach (var p in new[] { 0.025, 0.5, 0.975 })
        {
            Close(p, plain.TauBelow(posterior.Quantile("tau", p).Value), 1, $"tau {p}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Predictions_AgainstPlainIntegration_Agree(string name)
    {
        var (prior, log, lower, upper) = Priors[name];
        var posterior = BayesEngine.Fit(Plain with { PriorEffect = prior }, Data).Posterior!;
        var plain = new PlainIntegral(log, lower, upper);
        foreach (var (p, pick) in new (double, Func<PosteriorRow, double>)[] { (0.025, row => row.Lower.Value), (0.5, row => row.Median.Value), (0.975, row => row.Upper.Value) })
        {
            Compare(posterior.Predict(PredictionKind.NewStudy), (m, t) => (m, t * t), "new study");
            Compare(posterior.PredictStudies(PredictionKind.NewObservation)[2], (m, t) => (m, (t * t) + Vi[2]), "new observation");
            Compare(posterior.StudyEffects()[0], (m, t) => ((m * Vi[0]) + (Yi[0] * t * t)) / (Vi[0] + (t * t)) is var mean ? (mean, Vi[0] * t * t / (Vi[0] + (t * t))) : default, "study");

            void Compare(PosteriorRow row, Func<double, double, (double Mean, double Variance)> given, string what)
            {
                var x = pick(row);
                var probability = plain.MeanSplit(x, (m, t) => given(m, t) is var (mean, variance) ? Normal.CDF(mean, Math.Sqrt(variance), x) : 0);
                Assert.True(Math.Abs(p - probability) < 1e-6, $"{what} {p}: {probability}");
            }
        }
    }

    [Theory]
    [InlineData("half-normal", "half-normal")]
    [InlineData("gamma", "log-normal")]
    [InlineData("uniform", "beta")]
    [InlineData("normal", "gamma")]
    [InlineData("t from 0.1", "negative half-Cauchy")]
    public void TwoCoefficients_AgainstPlainIntegration_Agree(string intercept, string slope)
    {
        var (first, firstLog) = intercept == "normal" ? (Prior.Normal(0, 0.5), new Normal(0, 0.5).DensityLn) : (Priors[intercept].Prior, Priors[intercept].Log);
        var second = Priors[slope];
        var spec = Plain with
        {
            Moderators = "~ x",
            PriorCoefficients = new Dictionary<string, Prior> { ["intercept"] = first, ["x"] = second.Prior },
        };
        var fit = BayesEngine.Fit(spec, Data);
        Assert.NotNull(fit.Quadrature);
        Assert.True(fit.Converged);
        var plain = new PlainPlane(
            firstLog, intercept == "normal" ? (double.NegativeInfinity, double.PositiveInfinity) : (Priors[intercept].Lower, Priors[intercept].Upper),
            second.Log, (second.Lower, second.Upper));
        Assert.Equal(plain.LogTotal, fit.LogMarginalLikelihood.Value, 1e-6);
        var posterior = fit.Posterior!;
        foreach (var (name, value) in new (string, Func<double, double, double>)[] { ("intercept", (b, _) => b), ("x", (_, c) => c) })
        {
            var row = posterior.Summarize(name);
            Close(plain.Mean(value), row.Mean.Value, row.Sd.Value, name);
            Close(Math.Sqrt(plain.Mean((b, c) => Math.Pow(value(b, c) - row.Mean.Value, 2))), row.Sd.Value, row.Sd.Value, name + " sd");
        }

        // A combination of both: the average effect at x = 0.5.
        var at = posterior.PredictAt(new Dataset("new", [new NumberColumn("x", [0.5])]), PredictionKind.Average)[0];
        Close(plain.Mean((b, c) => b + (0.5 * c)), at.Mean.Value, at.Sd.Value, "combination");
        Close(Math.Sqrt(plain.Mean((b, c) => Math.Pow(b + (0.5 * c) - at.Mean.Value, 2))), at.Sd.Value, at.Sd.Value, "combination sd");
        Assert.Equal(0.025, plain.Mean((b, c) => b + (0.5 * c) <= at.Lower.Value ? 1 : 0), 2e-3);
    }

    [Theory]
    [InlineData("gamma")]
    [InlineData("truncated gamma")]
    [InlineData("t from 0.1")]
    public void LeaveOneOut_EqualsTheRatioOfMarginalLikelihoods(string name)
    {
        var spec = Plain with { PriorEffect = Priors[name].Prior };
        var fit = BayesEngine.Fit(spec, Data);
        var loo = fit.Posterior!.LeaveOneOut();
        for (var i = 0; i < Yi.Length; i++)
        {
            var rest = BayesEngine.Fit(spec, Data.Take([.. Enumerable.Range(0, Yi.Length).Where(j => j != i)]));
            Assert.Equal(fit.LogMarginalLikelihood.Value - rest.LogMarginalLikelihood.Value, loo.LogDensities[i].Value, 1e-7);
        }
    }

    [Fact]
    public void Rescaled_UnitsOfTheEffect_ScaleTheResult()
    {
        var fit = BayesEngine.Fit(Plain with { PriorEffect = Prior.Gamma(2, 4), PriorHeterogeneity = Prior.HalfNormal(0.3) }, Data);
        var tenfold = SchoolCalendar.Table([.. Yi.Select(y => 10 * y)], [.. Vi.Select(v => 100 * v)]);
        var scaled = BayesEngine.Fit(Plain with { PriorEffect = Prior.Gamma(2, 0.4), PriorHeterogeneity = Prior.HalfNormal(3) }, tenfold);
        Assert.Equal(10 * fit.Estimates[0].Mean.Value, scaled.Estimates[0].Mean.Value, 1e-6);
        Assert.Equal(10 * fit.Estimates[0].Upper.Value, scaled.Estimates[0].Upper.Value, 1e-6);
        Assert.Equal(fit.LogMarginalLikelihood.Value - (Yi.Length * Math.Log(10)), scaled.LogMarginalLikelihood.Value, 1e-7);
    }

    [Fact]
    public void ImproperUniform_IsRefused()
    {
        var error = Assert.Throws<MetaBridgeException>(() => BayesEngine.Fit(Plain with { PriorEffect = Prior.Uniform(0, double.PositiveInfinity) }, Data));
        Assert.Equal(ErrorCode.PriorInvalid, error.Code);
        Assert.Contains("improper", error.Message, StringComparison.Ordinal);
    }

    private static void Close(double expected, double actual, double scale, string what) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance * scale, $"{what}: {actual}, but plain integration has {expected} (scale {scale})");

    /// <summary>Points and ln of their weights on a line, a half-line or an interval; dense at every finite end.</summary>
    private static (double[] Value, double[] LogWeight) Axis(double lower, double upper, int count)
    {
        var (from, to) = (double.IsInfinity(lower), double.IsInfinity(upper)) switch
        {
            (true, true) => (-3.0, 3.0),
            (false, false) => (-36.0, 36.0),
            _ => (-36.0, 4.0),
        };
        var step = (to - from) / count;
        double[] value = new double[count], logWeight = new double[count];
        for (var i = 0; i < count; i++)
        {
            var u = from + (step * (i + 0.5));
            var near = (upper - lower) * Math.Exp(-Math.Abs(u)) / (1 + Math.Exp(-Math.Abs(u)));
            (value[i], logWeight[i]) = (double.IsInfinity(lower), double.IsInfinity(upper)) switch
            {
                (true, true) => (u, Math.Log(step)),
                (false, true) => (lower + Math.Exp(u), u + Math.Log(step)),
                (true, false) => (upper - Math.Exp(u), u + Math.Log(step)),
                _ => (u < 0 ? lower + near : upper - near, Math.Log(step) + Math.Log(upper - lower) - Math.Abs(u) - (2 * Math.Log(1 + Math.Exp(-Math.Abs(u))))),
            };
        }

        return (value, logWeight);
    }

    /// <summary>The midpoint rule over mu and ln τ, every study's density written out; a probability is an integral of its own up to x.</summary>
    private sealed class PlainIntegral
    {
        private readonly Func<double, double> logPrior;
        private readonly (double Lower, double Upper) range;
        private readonly (double Mu, double Tau, double Weight)[] points;
        private readonly double total;

        public PlainIntegral(Func<double, double> logPrior, double lower, double upper)
        {
            (this.logPrior, range) = (logPrior, (lower, upper));
            points = Points(lower, upper, double.PositiveInfinity);
            total = points.Sum(point => point.Weight);
        }

        public double LogTotal => Math.Log(total);

        public double Mean(Func<double, double, double> value) => points.Sum(point => point.Weight * value(point.Mu, point.Tau)) / total;

        public (double Mean, double Sd) Moments(Func<double, double, double> value)
        {
            var mean = Mean(value);
            return (mean, Math.Sqrt(Mean((m, t) => (value(m, t) - mean) * (value(m, t) - mean))));
        }

        public double MuBelow(double x) => Points(range.Lower, x, double.PositiveInfinity).Sum(point => point.Weight) / total;

        public double TauBelow(double x) => Points(range.Lower, range.Upper, x).Sum(point => point.Weight) / total;

        /// <summary>The mean of a function that changes fast where mu is about x.</summary>
        public double MeanSplit(double x, Func<double, double, double> value)
        {
            var middle = Math.Clamp(x, range.Lower, range.Upper);
            var parts = new[] { (range.Lower, middle), (middle, range.Upper) }.Where(part => part.Item1 < part.Item2);
            return parts.SelectMany(part => Points(part.Item1, part.Item2, double.PositiveInfinity)).Sum(point => point.Weight * value(point.Mu, point.Tau)) / total;
        }

        private (double Mu, double Tau, double Weight)[] Points(double lower, double upper, double mostTau)
        {
            var (mu, muWeight) = Axis(lower, upper, 800);
            var (tau, tauWeight) = Axis(0, mostTau, 500);
            var prior = Array.ConvertAll(mu, m => logPrior(m));
            var list = new List<(double, double, double)>();
            for (var j = 0; j < tau.Length; j++)
            {
                var t2 = tau[j] * tau[j];
                var outer = tauWeight[j] + Math.Log(2) - (0.5 * Math.Log(2 * Math.PI)) - Math.Log(TauSd) - (0.5 * t2 / TauSd / TauSd)
                    - (0.5 * Vi.Sum(v => Math.Log(2 * Math.PI * (v + t2))));
                for (var i = 0; i < mu.Length; i++)
                {
                    var log = outer + prior[i] + muWeight[i];
                    for (var s = 0; s < Yi.Length; s++)
                    {
                        log -= 0.5 * (Yi[s] - mu[i]) * (Yi[s] - mu[i]) / (Vi[s] + t2);
                    }

                    if (log > -80)
                    {
                        list.Add((mu[i], tau[j], Math.Exp(log)));
                    }
                }
            }

            return [.. list];
        }
    }

    /// <summary>The midpoint rule over intercept, slope and ln τ, from the sums of the normal likelihood given τ.</summary>
    private sealed class PlainPlane
    {
        private const int Size = 420;
        private readonly double[] b, c;
        private readonly double[,] weight = new double[Size, Size];

        public PlainPlane(Func<double, double> firstLog, (double, double) first, Func<double, double> secondLog, (double, double) second)
        {
            (b, var bSlope) = Axis(first.Item1, first.Item2, Size);
            (c, var cSlope) = Axis(second.Item1, second.Item2, Size);
            var (tau, tauSlope) = Axis(0, double.PositiveInfinity, 160);
            double[] logB = [.. b.Select((x, i) => firstLog(x) + bSlope[i])], logC = [.. c.Select((x, i) => secondLog(x) + cSlope[i])];
            for (var t = 0; t < tau.Length; t++)
            {
                var w = Vi.Select(v => 1 / (v + (tau[t] * tau[t]))).ToArray();
                double Sum(Func<int, double> f) => Enumerable.Range(0, w.Length).Sum(i => w[i] * f(i));
                double s0 = Sum(_ => 1), s1 = Sum(i => X[i]), s2 = Sum(i => X[i] * X[i]), y0 = Sum(i => Yi[i]), y1 = Sum(i => X[i] * Yi[i]), yy = Sum(i => Yi[i] * Yi[i]);
                var prior = tauSlope[t] + Math.Log(2) - (0.5 * Math.Log(2 * Math.PI)) - Math.Log(TauSd) - (0.5 * tau[t] * tau[t] / TauSd / TauSd)
                    + (0.5 * w.Sum(Math.Log)) - (0.5 * w.Length * Math.Log(2 * Math.PI));
                for (var i = 0; i < Size; i++)
                {
                    for (var j = 0; j < Size; j++)
                    {
                        var q = yy - (2 * ((b[i] * y0) + (c[j] * y1))) + (b[i] * b[i] * s0) + (2 * b[i] * c[j] * s1) + (c[j] * c[j] * s2);
                        var log = prior + logB[i] + logC[j] - (0.5 * q);
                        weight[i, j] += double.IsNaN(log) || log < -700 ? 0 : Math.Exp(log);
                    }
                }
            }
        }

        public double LogTotal => Math.Log(Total((_, _) => 1));

        public double Mean(Func<double, double, double> value) => Total(value) / Total((_, _) => 1);

        private double Total(Func<double, double, double> value)
        {
            var sum = 0.0;
            for (var i = 0; i < Size; i++)
            {
                for (var j = 0; j < Size; j++)
                {
                    sum += weight[i, j] == 0 ? 0 : weight[i, j] * value(b[i], c[j]);
                }
            }

            return sum;
        }
    }
}
