namespace MetaBridge.Plots.Tests;

public sealed class NumberTests
{
    // R 4.2.2: formatC(x, format="f", digits=2), and Inf, NA.
    [Theory]
    [InlineData(0.125, "0.12")]
    [InlineData(0.375, "0.38")]
    [InlineData(-0.125, "-0.12")]
    [InlineData(2.675, "2.67")]
    [InlineData(-0.0038108451227422124, "-0.00")]
    [InlineData(99.995, "100.00")]
    [InlineData(1234567.891, "1234567.89")]
    [InlineData(double.PositiveInfinity, "Inf")]
    [InlineData(double.NaN, "NA")]
    public void Fixed_TwoDigits_RoundsAsR(double value, string expected) => Assert.Equal(expected, NumberText.Fixed(value, 2));

    [Theory]
    [InlineData(1.0, "1")]
    [InlineData(0.5, "0.5")]
    [InlineData(-0.001, "0")]
    [InlineData(100.0, "100")]
    public void Trimmed_TrailingZeros_AreDropped(double value, string expected) => Assert.Equal(expected, NumberText.Trimmed(value, 2));

    // R 4.2.2: qnorm(p), 18 significant digits.
    [Theory]
    [InlineData(0.975, 1.95996398454005361)]
    [InlineData(0.6, 0.25334710313579978)]
    [InlineData(0.999, 3.09023230616781319)]
    [InlineData(1e-20, -9.26234008979840517)]
    [InlineData(0.5, 0.0)]
    [InlineData(0.95, 1.64485362695147153)]
    [InlineData(0.9995, 3.29052673149192554)]
    public void NormalQuantile_AnyProbability_EqualsR(double p, double expected) =>
        Assert.Equal(expected, NormalQuantile.Of(p), 1e-14 * (1 + Math.Abs(expected)));
}
