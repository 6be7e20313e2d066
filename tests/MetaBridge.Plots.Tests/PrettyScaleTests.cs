namespace MetaBridge.Plots.Tests;

/// <summary>R 4.2.2: <c>p &lt;- pretty(c(lower, upper), n)</c>; the first and last position and how many there are.</summary>
public sealed class PrettyScaleTests
{
    [Theory]
    [InlineData(-2.6099999999999999, 1.8799999999999999, 4, -3, 2, 6)]
    [InlineData(0, 1, 5, 0, 1, 6)]
    [InlineData(0, 1, 4, 0, 1, 6)]
    [InlineData(-1, 1, 4, -1, 1, 5)]
    [InlineData(3, 3, 4, 2, 4, 2)]
    [InlineData(0, 0, 4, -1, 0, 2)]
    [InlineData(1.0000000000000001e-09, 2.0000000000000001e-09, 4, 1.0000000000000001e-09, 2.0000000000000001e-09, 6)]
    [InlineData(-1000000, 20000000, 4, -5000000, 20000000, 6)]
    [InlineData(0.57999999999999996, 1.6299999999999999, 4, 0.40000000000000002, 1.8, 8)]
    [InlineData(0, 0.72970000000000002, 4, 0, 0.80000000000000004, 5)]
    [InlineData(99.900000000000006, 100.09999999999999, 4, 99.900000000000006, 100.10000000000001, 5)]
    [InlineData(1, 1.0000009999999999, 4, 1, 1.0000009999999999, 6)]
    [InlineData(-0.029999999999999999, 0.00040000000000000002, 4, -0.029999999999999999, 0.01, 5)]
    [InlineData(2.5, 7.5, 4, 2, 8, 7)]
    [InlineData(10, 17, 5, 10, 17, 8)]
    [InlineData(0, 49, 10, 0, 50, 11)]
    [InlineData(-7.2999999999999998, -2.2000000000000002, 3, -8, -2, 4)]
    [InlineData(-0.069349999999999995, 347.53065000000004, 4, -100, 400, 6)]
    [InlineData(495.19999999999999, 509.18000000000001, 4, 495, 510, 4)]
    [InlineData(-0.099470000000000003, 0.73333000000000004, 7, -0.10000000000000001, 0.80000000000000004, 10)]
    [InlineData(1.7729999999999999, 2.5676999999999999, 3, 1.6000000000000001, 2.6000000000000001, 6)]
    [InlineData(0.044830000000000002, 0.26162999999999997, 3, 0, 0.30000000000000004, 4)]
    [InlineData(-0.0034910000000000002, 0.49970899999999996, 4, -0.10000000000000001, 0.5, 7)]
    [InlineData(-0.16109999999999999, 136.8389, 3, -50, 150, 5)]
    [InlineData(-115.8, -114.661, 4, -116, -114.5, 4)]
    [InlineData(13.449999999999999, 17.902000000000001, 6, 13, 18, 6)]
    [InlineData(-0.00074700000000000005, 29.079252999999998, 8, -5, 30, 8)]
    [InlineData(-31.52, -31.497440000000001, 8, -31.52, -31.495000000000001, 6)]
    [InlineData(-4.8129999999999997, -4.5191999999999997, 8, -4.8500000000000005, -4.5, 8)]
    [InlineData(0.17799999999999999, 2.6480000000000001, 7, 0, 3, 7)]
    [InlineData(0.030380000000000001, 157.53038000000001, 3, 0, 200, 5)]
    [InlineData(-0.02767, 209.67232999999999, 6, -50, 250, 7)]
    [InlineData(0.8357, 1.2591000000000001, 3, 0.80000000000000004, 1.4000000000000001, 4)]
    [InlineData(0.057419999999999999, 0.22622, 3, 0.050000000000000003, 0.25, 5)]
    [InlineData(0.0071859999999999997, 78.457186000000007, 7, 0, 80, 9)]
    [InlineData(-0.42959999999999998, 10.150399999999999, 6, -2, 12, 8)]
    [InlineData(-0.35709999999999997, 14.352900000000002, 7, -2, 16, 10)]
    [InlineData(-0.002434, 9.8555660000000014, 5, -2, 10, 7)]
    [InlineData(-1.5, 36.329999999999998, 5, -10, 40, 6)]
    [InlineData(0.61119999999999997, 3.6171999999999995, 6, 0.5, 4, 8)]
    public void Cover_AnyRange_GivesThePositionsOfR(double lower, double upper, int intervals, double first, double last, int count)
    {
        var positions = PrettyScale.Cover(lower, upper, intervals);

        var scale = Math.Max(Math.Abs(first), Math.Abs(last));
        Assert.Equal(count, positions.Length);
        Assert.Equal(first, positions[0], 1e-12 * scale);
        Assert.Equal(last, positions[^1], 1e-12 * scale);
    }

    [Theory]
    [InlineData(-1e308, 1e308)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(5e-324, 1e-323)]
    [InlineData(1e300, 1e300)]
    [InlineData(-1e-310, 0)]
    public void Cover_ExtremeRange_IsFiniteAndIncreasing(double lower, double upper)
    {
        var positions = PrettyScale.Cover(lower, upper, 4);

        Assert.All(positions, x => Assert.True(double.IsFinite(x)));
        Assert.True(positions.Length is > 1 and < 30);
        Assert.True(positions[0] < positions[^1]);
    }
}
