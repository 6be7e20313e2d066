using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Batch;
using Xunit.Abstractions;

namespace MetaBridge.Tests.Univariate;

/// <summary>
/// Seeded data sets with very unequal precisions, about one in a hundred of which has several likelihood maxima: the search finds all of them, and so the
/// highest. The judge is a dense grid over a likelihood written down plainly here. METABRIDGE_EXHAUSTIVE=1 takes 10,000 data sets of each kind.
/// </summary>
public class SeveralMaximaTests(ITestOutputHelper output)
{
    private const int GridPoints = 1500;
    private const double SpreadOfLogVariance = 4;

    private static readonly bool IsExhaustive = Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1";
    private static readonly int Count = IsExhaustive ? 10_000 : 1_000;

    [Theory]
    [InlineData(HeterogeneityMethod.Reml, 5)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood, 5)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood, 10)]
    public void Search_AgainstADenseGrid_MissesNoMaximum(HeterogeneityMethod method, int k)
    {
        var random = new Random(20_000 + (int)method + k);
        var (several, wrongFromZero, proven) = (0, 0, 0);
        for (var set = 0; set < Count; set++)
        {
            var (y, v) = Simulate(random, k);
            var estimate = UnivariateEngine.Fit(
                new UnivariateInput { EffectSizes = y, Variances = v }, new UnivariateSettings { Method = method }).TauSquared;
            var isRestricted = method == HeterogeneityMethod.Reml;
            Compare(y, v, isRestricted, estimate, $"set {set}");
            several += estimate.Maxima.Count > 1 ? 1 : 0;
            wrongFromZero += estimate.Maxima.Count > 1 && estimate.Maxima[0].TauSquared != estimate.Value ? 1 : 0;
            proven += estimate.Optimality == Optimality.Proven ? 1 : 0;
        }

        output.WriteLine($"{method}, k = {k}: {Count} sets, {several} with several maxima, in {wrongFromZero} the first from zero is not the highest, {proven} proven");
        Assert.True(several >= (IsExhaustive ? 100 : 4), $"only {several} data sets with several maxima");
        Assert.Equal(Count, proven);
    }

    [Fact]
    public void Profile_OneStudyWithNearlyAllWeight_KeepsItsDigits()
    {
        var design = Design.Prepare(null, null, 3);
        double[] y = [0.5, 1, 3], v = [1e-9, 1, 2];
        var point = new VarianceProfile(y, v, design, centred: true).At(0);
        var expected = ExactProfile(y, v);

        Fixtures.AssertClose(expected.TrP, point.TrP, 1e-14, "tr P");
        Fixtures.AssertClose(expected.TrPp, point.TrPp, 1e-14, "tr PP");
        Fixtures.AssertClose(expected.YPy, point.YPy, 1e-14, "y'Py");
        Fixtures.AssertClose(expected.YPPy, point.YPPy, 1e-14, "y'PPy");
        Fixtures.AssertClose(expected.YPPPy, point.YPPPy, 1e-14, "y'PPPy");
        Fixtures.AssertClose(expected.Mean, point.Mean, 1e-15, "mean");
    }

    [Fact]
    public void Batch_DataSetsWithSeveralMaxima_TakesTheHighestToo()
    {
        const int K = 5, Sets = 4000;
        var random = new Random(77);
        var sets = Enumerable.Range(0, Sets).Select(_ => Simulate(random, K)).ToArray();
        double[] y = [.. sets.SelectMany(set => set.Y)], v = [.. sets.SelectMany(set => set.V)];

        var results = UnivariateBatch.Fit(y, v, K, new UnivariateSettings(), degreeOfParallelism: 2);

        for (var i = 0; i < Sets; i++)
        {
            var fit = UnivariateEngine.Fit(new UnivariateInput { EffectSizes = sets[i].Y, Variances = sets[i].V }, new UnivariateSettings());
            Assert.Equal(Optimality.Proven, results[i].Optimality);
            Fixtures.AssertClose(fit.TauSquared.Value + fit.TypicalVariance, results[i].TauSquared + fit.TypicalVariance, 1e-11, $"tau2 of set {i}");
        }
    }

    private static void Compare(double[] y, double[] v, bool restricted, TauSquaredEstimate estimate, string what)
    {
        var grid = Grid(v, y, out var top);
        var values = Array.ConvertAll(grid, t => LogLikelihood(y, v, t, restricted));
        var best = LogLikelihood(y, v, estimate.Value, restricted);
        Assert.True(best >= values.Max() - 1e-9, $"{what}: {best} at {estimate.Value}, but {values.Max()} at {grid[Array.IndexOf(values, values.Max())]}");
        for (var i = 0; i < grid.Length; i++)
        {
            var isMaximum = (i == 0 || values[i] > values[i - 1] + 1e-9) && (i == grid.Length - 1 || values[i] > values[i + 1] + 1e-9);
            if (isMaximum)
            {
                var (low, high) = (i == 0 ? 0 : grid[i - 1], i == grid.Length - 1 ? top : grid[i + 1]);
                Assert.True(estimate.Maxima.Any(point => point.TauSquared >= low && point.TauSquared <= high), $"{what}: no maximum near {grid[i]}");
            }
        }

        // Maxima and minima take turns, and every one of them is as high as it says.
        for (var i = 0; i < estimate.StationaryPoints.Count; i++)
        {
            var point = estimate.StationaryPoints[i];
            Assert.Equal(estimate.StationaryPoints[0].IsMaximum == (i % 2 == 0), point.IsMaximum);
            Assert.Equal(LogLikelihood(y, v, point.TauSquared, restricted), point.LogLikelihood, 1e-8);
        }

        Assert.True(estimate.StationaryPoints[^1].IsMaximum);
    }

    /// <summary>P as a matrix in decimal arithmetic of 28 digits.</summary>
    private static ProfilePoint ExactProfile(double[] y, double[] v)
    {
        var n = y.Length;
        var w = Array.ConvertAll(v, value => 1 / (decimal)value);
        var sum = w.Sum();
        var p = new decimal[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                // Differences of weights and their products are formed without cancellation: w_i (S − w_i)/S on the diagonal.
                p[i, j] = i == j ? w[i] * w.Where((_, l) => l != i).Sum() / sum : -w[i] * w[j] / sum;
            }
        }

        decimal[] e = Array.ConvertAll(y, value => (decimal)value), py = Times(p, e), ppy = Times(p, py);
        decimal trace = 0, square = 0;
        for (var i = 0; i < n; i++)
        {
            trace += p[i, i];
            for (var j = 0; j < n; j++)
            {
                square += p[i, j] * p[i, j];
            }
        }

        var mean = w.Zip(e, (a, b) => a * b).Sum() / sum;
        return new ProfilePoint(
            0, (double)Dot(e, py), (double)Dot(py, py), (double)Dot(py, ppy), (double)sum, 0, (double)trace, (double)square, (double)mean);
    }

    private static decimal[] Times(decimal[,] p, decimal[] x) =>
        [.. Enumerable.Range(0, x.Length).Select(i => Enumerable.Range(0, x.Length).Sum(j => p[i, j] * x[j]))];

    private static decimal Dot(decimal[] a, decimal[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Grid(double[] v, double[] y, out double top)
    {
        // Beyond this the total variance exceeds the squared range of y.
        var range = y.Max() - y.Min();
        top = (range * range) + v.Max();
        var (low, factor) = (Math.Log(v.Min() * 1e-4), 0.0);
        factor = (Math.Log(top) - low) / (GridPoints - 2);
        return [0, .. Enumerable.Range(0, GridPoints - 1).Select(i => Math.Exp(low + (i * factor)))];
    }

    private static double LogLikelihood(double[] y, double[] v, double tau2, bool restricted)
    {
        double sum = 0, weighted = 0;
        for (var i = 0; i < y.Length; i++)
        {
            sum += 1 / (v[i] + tau2);
            weighted += y[i] / (v[i] + tau2);
        }

        var mean = weighted / sum;
        var twice = restricted ? Math.Log(sum / y.Length) + ((y.Length - 1) * Math.Log(2 * Math.PI)) : y.Length * Math.Log(2 * Math.PI);
        for (var i = 0; i < y.Length; i++)
        {
            twice += Math.Log(v[i] + tau2) + ((y[i] - mean) * (y[i] - mean) / (v[i] + tau2));
        }

        return -twice / 2;
    }

    private static (double[] Y, double[] V) Simulate(Random random, int k)
    {
        double[] y = new double[k], v = new double[k];
        var tau = Math.Exp(Normal(random) - 1);
        for (var i = 0; i < k; i++)
        {
            v[i] = Math.Exp((SpreadOfLogVariance * Normal(random)) - 2);
            y[i] = 0.4 + (Normal(random) * Math.Sqrt((tau * tau) + v[i]));
        }

        return (y, v);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
