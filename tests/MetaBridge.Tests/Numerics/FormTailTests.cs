using MetaBridge.Numerics;
using MetaBridge.Numerics.Dense;
using MetaBridge.Numerics.QuadraticForms;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Tests.Numerics;

/// <summary>Tails of quadratic forms in normal variables against closed forms, each other and simulation.</summary>
public class FormTailTests
{
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(100)]
    [InlineData(2000)]
    public void EqualWeights_AreAScaledChiSquare(int df)
    {
        var form = new ChiSquaredMixture([0.7], [df]);
        foreach (var factor in new[] { 0.001, 0.2, 0.5, 0.9, 1, 1.1, 2, 5, 20 })
        {
            var q = 0.7 * df * factor;
            var upper = Distributions.ChiSquaredUpper(df * factor, df);
            if (upper > 1e-290)
            {
                Near(upper, FormTail.Upper(form, q), upper < 1e-200 ? 1e-10 : Tolerance);
            }

            var lower = IncompleteGamma.Lower(df / 2.0, df * factor / 2);
            if (lower > 1e-290)
            {
                Near(lower, FormTail.Lower(form, q), lower < 1e-200 ? 1e-10 : Tolerance);
            }
        }
    }

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(0.01, 1, 50)]
    [InlineData(0.999, 1, 1.5)]
    [InlineData(1e-5, 1e-3, 1)]
    public void PairsOfEqualWeights_AreSumsOfExponentials(double a, double b, double c)
    {
        double[] weights = [a, b, c];
        var form = new ChiSquaredMixture(weights, [2, 2, 2]);
        foreach (var factor in new[] { 0.5, 1, 2, 5, 30, 200 })
        {
            var q = factor * form.Mean;
            var exact = 0.0;
            for (var i = 0; i < 3; i++)
            {
                var coefficient = 1.0;
                for (var j = 0; j < 3; j++)
                {
                    coefficient *= j == i ? 1 : weights[i] / (weights[i] - weights[j]);
                }

                exact += coefficient * Math.Exp(-q / (2 * weights[i]));
            }

            // The closed form itself loses digits where its terms cancel.
            Near(exact, FormTail.Upper(form, q), 1e-11);
        }
    }

    [Fact]
    public void TwoWeightsOfOneDegree_AgreeWithTheBesselForm()
    {
        // The density of λχ²₁ + μχ²₁ is exp(−x(1/λ + 1/μ)/4) I₀(x(1/λ − 1/μ)/4) / (2√(λμ)).
        const double a = 2, b = 0.3;
        var form = new ChiSquaredMixture([a, b], [1, 1]);
        const double from = 1, to = 3;
        const int steps = 2000;
        var sum = 0.0;
        for (var i = 0; i <= steps; i++)
        {
            var x = from + ((to - from) * i / steps);
            var density = Math.Exp(-x * ((1 / a) + (1 / b)) / 4) * MathNet.Numerics.SpecialFunctions.BesselI0(x * ((1 / b) - (1 / a)) / 4) / (2 * Math.Sqrt(a * b));
            sum += density * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        Near(sum * (to - from) / steps / 3, FormTail.Upper(form, from) - FormTail.Upper(form, to), 1e-11);
    }

    [Fact]
    public void ProjectedForm_HasTheDistributionOfItsEigenvalues()
    {
        var random = new CounterRandom(7, 0);
        foreach (var (k, p, spread) in new[] { (5, 1, 1.0), (12, 3, 2.0), (30, 4, 4.0), (9, 2, 8.0), (6, 5, 3.0) })
        {
            var (d, z) = Random(random, k, p, spread);
            var form = new ProjectedForm(d, z, p);
            var values = Eigenvalues(d, z, p);
            var mixture = new ChiSquaredMixture(values, [.. values.Select(_ => 1.0)]);
            Near(mixture.Mean, form.Mean, 1e-12);
            Assert.InRange(form.Abscissa / mixture.Abscissa, 1 - 3e-6, 1 + 1e-12);
            foreach (var factor in new[] { 0.01, 0.3, 1, 3, 20 })
            {
                var q = factor * form.Mean;
                Near(FormTail.Upper(mixture, q), FormTail.Upper(form, q), 1e-11);
                Near(FormTail.Lower(mixture, q), FormTail.Lower(form, q), 1e-11);
            }
        }
    }

    [Fact]
    public void BothTails_MeetAtTheMean()
    {
        var random = new CounterRandom(3, 0);
        for (var repeat = 0; repeat < 40; repeat++)
        {
            var (d, z) = Random(random, 4 + (repeat % 20), 1 + (repeat % 3), 1 + (repeat % 6));
            var form = new ProjectedForm(d, z, 1 + (repeat % 3));
            // One tail is computed left and the other right of the mean, each by its own path.
            var below = FormTail.Lower(form, form.Mean * (1 - 1e-13));
            var above = FormTail.Upper(form, form.Mean * (1 + 1e-13));
            Near(1, below + above, 1e-11);
        }
    }

    [Fact]
    public void Simulation_AgreesWithinItsError()
    {
        double[] weights = [3, 1, 0.5, 0.1, 0.1];
        var form = new ChiSquaredMixture(weights, [1, 1, 1, 1, 1]);
        var random = new CounterRandom(11, 0);
        const int draws = 200_000;
        var above = new int[3];
        double[] limits = [1, 4, 12];
        for (var draw = 0; draw < draws; draw++)
        {
            var q = 0.0;
            foreach (var weight in weights)
            {
                var normal = random.Normal();
                q += weight * normal * normal;
            }

            for (var i = 0; i < limits.Length; i++)
            {
                above[i] += q > limits[i] ? 1 : 0;
            }
        }

        for (var i = 0; i < limits.Length; i++)
        {
            var p = FormTail.Upper(form, limits[i]);
            Assert.InRange(above[i] / (double)draws, p - (5 * Math.Sqrt(p * (1 - p) / draws)), p + (5 * Math.Sqrt(p * (1 - p) / draws)));
        }
    }

    [Fact]
    public void Scale_ChangesNothing()
    {
        foreach (var scale in new[] { 1e-12, 1e-3, 1e9 })
        {
            var plain = new ChiSquaredMixture([1, 2, 5], [3, 1, 2]);
            var scaled = new ChiSquaredMixture([scale, 2 * scale, 5 * scale], [3, 1, 2]);
            Near(FormTail.Upper(plain, 30), FormTail.Upper(scaled, 30 * scale), Tolerance);
            Near(FormTail.Lower(plain, 3), FormTail.Lower(scaled, 3 * scale), Tolerance);
        }
    }

    private static (double[] D, double[] Z) Random(CounterRandom random, int k, int p, double spread)
    {
        var d = Enumerable.Range(0, k).Select(_ => Math.Exp(spread * random.Normal() / 2)).ToArray();
        var x = Enumerable.Range(0, k * p).Select(i => i < k ? 1 : random.Normal()).ToArray();
        return (d, ThinQr.Factor(x, k, p).Q);
    }

    private static double[] Eigenvalues(double[] d, double[] z, int p)
    {
        var k = d.Length;
        var c = new double[k * k];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                var inner = 0.0;
                for (var l = 0; l < p; l++)
                {
                    inner += z[(l * k) + i] * z[(l * k) + j];
                }

                c[(j * k) + i] = Math.Sqrt(d[i] * d[j]) * ((i == j ? 1 : 0) - inner);
            }
        }

        return [.. SymmetricEigen.Values(c, k).OrderDescending().Take(k - p)];
    }

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{expected:R} expected, {actual:R} found: {Math.Abs((actual / expected) - 1):E1} off.");
}
