using System.Numerics;
using MetaBridge.Numerics.QuadraticForms;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Tests.Numerics;

/// <summary>Quadratic forms of many terms: products without logarithms and power series against sums of logarithms and known eigenvalues.</summary>
public class ManyStudiesFormTests
{
    [Fact]
    public void TurningProduct_AddsPrincipalLogarithms()
    {
        var random = new CounterRandom(5, 0);
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var (product, sum) = (new TurningProduct(), Complex.Zero);
            for (var i = 0; i < 500; i++)
            {
                // Sizes whose product is far out of the range of numbers, arguments all around.
                var factor = Complex.FromPolarCoordinates(Math.Exp(repeat + (10 * random.Normal())), Math.PI * ((2 * random.Uniform()) - 1));
                product.Multiply(factor);
                sum += Complex.Log(factor);
                Near(sum, product.Logarithm(), 1e-13);
            }
        }
    }

    [Fact]
    public void TurningProduct_OfNegativeNumbers_TurnsHalfAtATime()
    {
        var product = new TurningProduct();
        for (var i = 1; i <= 7; i++)
        {
            product.Multiply(-2);
            Near(new Complex(i * Math.Log(2), i * Math.PI), product.Logarithm(), 1e-15);
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(300)]
    [InlineData(5000)]
    public void Cumulant_IsThatOfTheKnownEigenvalues_NearAndFar(int k)
    {
        var (form, mixture) = Groups(k);
        foreach (var focus in new[] { -0.3, 0, 0.02, 0.9 })
        {
            var c = focus * mixture.Abscissa;
            var radius = 10 / Math.Sqrt(2 * k);
            form.Focus(c, radius);
            foreach (var (distance, angle) in new[] { (0.01, 1.6), (0.3, 1.0), (0.6, 2.0), (1.01, 1.2), (4, 0.9), (1e3, 0.5), (1e7, 1.0) })
            {
                var s = c + Complex.FromPolarCoordinates(distance * radius, angle);
                Near(mixture.Cumulant(s), form.Cumulant(s), 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(2000)]
    [InlineData(20000)]
    public void Tails_AreThoseOfTheKnownEigenvalues(int k)
    {
        var (form, mixture) = Groups(k);
        Near(mixture.Mean, form.Mean, 1e-12);
        Near(mixture.Deviation, form.Deviation, 1e-10);
        foreach (var deviations in new[] { -20, -5, -2, -0.3, 0.3, 2, 5, 20 })
        {
            var q = mixture.Mean + (deviations * mixture.Deviation);
            Near(FormTail.Upper(mixture, q), FormTail.Upper(form, q), 1e-11);
            Near(FormTail.Lower(mixture, q), FormTail.Lower(form, q), 1e-11);
        }
    }

    [Fact]
    public void UnderflowingTails_AreZero()
    {
        var (form, _) = Groups(50_000);
        Assert.Equal(0.0, FormTail.Lower(form, form.Mean / 4));
        Assert.False(double.IsNegative(FormTail.Lower(form, form.Mean / 4)));
        Assert.Equal(0.0, FormTail.Upper(form, form.Mean * 4));
    }

    /// <summary>Three groups, each with its own weight and its own column: one eigenvalue of each group is gone. The last two rows weigh much more than all others.</summary>
    private static (ProjectedForm Form, ChiSquaredMixture Mixture) Groups(int k)
    {
        double[] weights = [1, 0.5, 20];
        int[] sizes = [k / 2, k - (k / 2) - 2, 2];
        var (d, z, row) = (new double[k], new double[3 * k], 0);
        for (var group = 0; group < 3; group++)
        {
            for (var i = 0; i < sizes[group]; i++, row++)
            {
                d[row] = weights[group];
                z[(group * k) + row] = 1 / Math.Sqrt(sizes[group]);
            }
        }

        return (new ProjectedForm(d, z, 3), new ChiSquaredMixture(weights, [.. sizes.Select(size => size - 1.0)]));
    }

    private static void Near(Complex expected, Complex actual, double tolerance) => Assert.True(
        Complex.Abs(actual - expected) <= tolerance * Math.Max(1, Complex.Abs(expected)), $"{expected} expected, {actual} found.");

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{expected:R} expected, {actual:R} found.");
}
