using MetaBridge.Errors;
using MetaBridge.Multilevel;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel.Sampling;

public sealed class TripletTests
{
    [Fact]
    public void FromTriplets_EitherTriangleOrBoth_IsTheMatrix()
    {
        double[] full = [4, 0, 1, 0, 0, 5, 0, 0, 1, 0, 6, 2, 0, 0, 2, 7];
        var expected = SamplingCovariance.FromMatrix(full, 4);
        foreach (var part in (Func<int, int, bool>[])[(i, j) => true, (i, j) => i >= j, (i, j) => i <= j])
        {
            var places = Enumerable.Range(0, 16).Where(at => part(at / 4, at % 4)).Reverse().ToArray();
            var v = SamplingCovariance.FromTriplets(4, [.. places.Select(at => at / 4)], [.. places.Select(at => at % 4)], [.. places.Select(at => full[at])]);
            Assert.Equal(Dense(expected), Dense(v));
            Assert.Single(v.Blocks);
            Assert.Equal(3, v.Blocks[0].Rows.Count);
        }
    }

    [Fact]
    public void FromTriplets_HundredThousandRows_TakesMemoryOfTheBlocks()
    {
        const int k = 100_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        int[] rows = [.. Enumerable.Range(0, k), .. Enumerable.Range(0, k / 2).Select(i => (2 * i) + 1)];
        int[] columns = [.. Enumerable.Range(0, k), .. Enumerable.Range(0, k / 2).Select(i => 2 * i)];
        var v = SamplingCovariance.FromTriplets(k, rows, columns, [.. Enumerable.Range(0, k + (k / 2)).Select(i => i < k ? 1.0 : 0.5)]);

        Assert.Equal(k / 2, v.Blocks.Count);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000_000);
    }

    [Theory]
    [InlineData(new[] { 0, 1 }, new[] { 0, 0 }, new[] { 1.0, 0.5 }, ErrorCode.NonFiniteValue)]
    [InlineData(new[] { 0, 1, 1, 0 }, new[] { 0, 1, 0, 1 }, new[] { 1.0, 1, 0.5, 0.4 }, ErrorCode.InvalidOption)]
    [InlineData(new[] { 0, 2 }, new[] { 0, 1 }, new[] { 1.0, 1 }, ErrorCode.LengthMismatch)]
    [InlineData(new[] { 0, 1 }, new[] { 0 }, new[] { 1.0, 1 }, ErrorCode.LengthMismatch)]
    public void FromTriplets_WrongInput_IsRefused(int[] rows, int[] columns, double[] values, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => SamplingCovariance.FromTriplets(2, rows, columns, values)).Code);
}
