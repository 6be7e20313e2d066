using MetaBridge.EffectSizes;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Conversions give back what a reported number was computed from; the estimators for five numbers keep what their papers promise.</summary>
public class ConversionTests
{
    private static readonly (double A, double B, double C, double D)[] Tables =
        [(4, 119, 11, 128), (6, 300, 29, 274), (62, 13536, 248, 12619), (17, 1699, 65, 1600), (5, 2493, 3, 2338), (20, 5, 3, 30)];

    [Fact]
    public void Tables_AreFoundFromOddsRatio_Phi_AndChiSquare()
    {
        foreach (var (a, b, c, d) in Tables)
        {
            double n = a + b + c + d, n1 = a + b, m1 = a + c, cross = (a * d) - (b * c), product = n1 * (c + d) * m1 * (b + d);
            var phi = cross / Math.Sqrt(product);
            var yates = Math.Sign(cross) * n * Math.Pow(Math.Abs(cross) - (n / 2), 2) / product;

            Assert.Equal((a, b, c, d), Conversions.TableFromOddsRatio(Math.Round(a * d / (b * c), 3), n, n1, m1));
            Assert.Equal((a, b, c, d), Conversions.TableFromPhi(Math.Round(phi, 4), n, n1, m1));
            Assert.Equal((a, b, c, d), Conversions.TableFromChiSquare(Math.Sign(cross) * n * phi * phi, n, n1, m1, corrected: false));
            if (Math.Abs(cross) > n / 2)
            {
                Assert.Equal((a, b, c, d), Conversions.TableFromChiSquare(yates, n, n1, m1));
            }
        }

        Assert.Equal((50, 50, 50, 50), Conversions.TableFromOddsRatio(1, 200, 100, 100));
        Assert.True(double.IsNaN(Conversions.TableFromPhi(0.99, 100, 10, 90).A));
        Assert.True(double.IsNaN(Conversions.TableFromOddsRatio(2, 100, 120, 50).A));
    }

    [Fact]
    public void Variances_AreFoundFromIntervals_Statistics_AndPValues()
    {
        double y = -0.8893, v = 0.3256, se = Math.Sqrt(v);
        Fixtures.AssertClose(v, Conversions.VarianceFromInterval(y - (1.959963984540054 * se), y + (1.959963984540054 * se)), 1e-12, "ci");
        Fixtures.AssertClose(v, Conversions.VarianceFromStatistic(y, y / se), 1e-12, "z");
        var summary = EffectSummary.Of([y], [v]);
        Fixtures.AssertClose(v, Conversions.VarianceFromPValue(y, summary.PValues[0]), 1e-10, "p");
        Fixtures.AssertClose(0, Conversions.Asymmetry(1, 0, 2), 1e-15, "centred", 1);
        Assert.True(double.IsNaN(Conversions.VarianceFromInterval(1, 0)));
    }

    [Fact]
    public void Delta_HasTheExactDerivative()
    {
        foreach (var x in (double[])[-2, -0.3, 0, 1e-3, 0.7, 40])
        {
            var (y, v) = Conversions.Delta(x, 0.04, Math.Exp);
            Fixtures.AssertClose(Math.Exp(x), y, 1e-15, "exp");
            Fixtures.AssertClose(Math.Exp(2 * x) * 0.04, v, 1e-10, $"exp' {x}");
            Fixtures.AssertClose(Math.Pow(1 - Math.Pow(Math.Tanh(x), 2), 2) * 0.04, Conversions.Delta(x, 0.04, Math.Tanh).Variance, 1e-9, $"tanh' {x}", 1e-12);
        }
    }

    /// <summary>Wan et al. (2014), Luo et al. (2018) and Shi et al. (2020a): unbiased, or nearly, for normal samples.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(49)]
    [InlineData(201)]
    public void FiveNumbers_OfNormalData_EstimateMeanAndSd(int n)
    {
        var found = Simulate(n, x => x, 4000);
        foreach (var scenario in (int[])[1, 2, 3])
        {
            var estimates = found.Select(numbers => Only(numbers, scenario).Normal()).ToList();
            Assert.InRange(estimates.Average(e => e.Mean), 10 - 0.1, 10 + 0.1);
            Assert.InRange(estimates.Average(e => e.Sd), 2 * 0.97, 2 * 1.03);
        }
    }

    /// <summary>Shi et al. (2023): the tests of skewness hold their level of 5 %.</summary>
    [Theory]
    [InlineData(21)]
    [InlineData(61)]
    [InlineData(201)]
    public void FiveNumbers_SkewnessTests_HoldTheirLevel(int n)
    {
        var found = Simulate(n, x => x, 8000);
        foreach (var scenario in (int[])[1, 2, 3])
        {
            var rejected = found.Average(numbers => Only(numbers, scenario).Skewness() is var (t, c) && t > c ? 1.0 : 0.0);
            Assert.InRange(rejected, 0.03, 0.07);
        }

        var skewed = Simulate(n, x => Math.Exp(x / 2), 500).Average(numbers => numbers.Skewness() is var (t, c) && t > c ? 1.0 : 0.0);
        Assert.True(skewed > 0.5);
    }

    /// <summary>Shi et al. (2020b): the corrections take most of the bias out that taking back the logarithms' estimates has.</summary>
    [Fact]
    public void FiveNumbers_OfLogNormalData_EstimateTheMean()
    {
        var truth = Math.Exp(5 + 0.5);
        var found = Simulate(41, x => Math.Exp(x / 2), 20000);
        foreach (var scenario in (int[])[1, 2, 3])
        {
            var corrected = found.Average(numbers => Only(numbers, scenario).LogNormal().Mean) / truth;
            var plain = found.Average(numbers => Only(numbers, scenario).OfLogarithms() is var (m, s) ? Math.Exp(m + (s * s / 2)) : 0) / truth;
            Assert.InRange(corrected, 0.975, 1.025);
            Assert.True(Math.Abs(corrected - 1) < Math.Abs(plain - 1) / 2);
        }
    }

    [Fact]
    public void FiveNumbers_OutOfOrder_GiveNothing()
    {
        Assert.True(double.IsNaN(new FiveNumbers(5, 2, 3, 4, 6, 20).Normal().Mean));
        Assert.True(double.IsNaN(new FiveNumbers(double.NaN, double.NaN, 3, double.NaN, double.NaN, 20).Normal().Mean));
    }

    private static FiveNumbers Only(FiveNumbers x, int scenario) => scenario switch
    {
        1 => x with { Q1 = double.NaN, Q3 = double.NaN },
        2 => x with { Minimum = double.NaN, Maximum = double.NaN },
        _ => x,
    };

    /// <summary>Samples of h(X), X ~ N(10, 2²), with n = 4j + 1 so that the quartiles are order statistics.</summary>
    private static List<FiveNumbers> Simulate(int n, Func<double, double> h, int samples)
    {
        var random = new Random(20261121 + n);
        var result = new List<FiveNumbers>();
        var x = new double[n];
        for (var s = 0; s < samples; s++)
        {
            for (var i = 0; i < n; i++)
            {
                x[i] = h(10 + (2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
            }

            Array.Sort(x);
            result.Add(new FiveNumbers(x[0], Quantile(x, 0.25), Quantile(x, 0.5), Quantile(x, 0.75), x[^1], n));
        }

        return result;
    }

    private static double Quantile(double[] sorted, double p)
    {
        var place = p * (sorted.Length - 1);
        var low = (int)place;
        return low + 1 < sorted.Length ? sorted[low] + ((place - low) * (sorted[low + 1] - sorted[low])) : sorted[low];
    }
}
