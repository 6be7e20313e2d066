using MetaBridge.Errors;
using MetaBridge.Multilevel.Sampling;
using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel.Sampling;

public sealed class SamplingCovarianceBuilderTests
{
    private static readonly ErrorDependence Three = new() { Variances = [1, 4, 9], Clusters = ["a", "a", "a"] };

    private static readonly ErrorDependence Scales = Three with { Observations = ["x", "y", "z"] };

    [Fact]
    public void Build_BlockNotPositiveDefinite_NamesClusterRowsAndEigenvalue()
    {
        // Three errors with the common correlation −0.8: the eigenvalue of (1, 1, 1) is 1 − 2 · 0.8.
        var input = Scales with { Correlations = [CorrelationRule.Of(-0.8)], Labels = ["Abe", "Bob", "Cid"] };

        var error = Assert.Throws<MetaBridgeException>(() => SamplingCovarianceBuilder.Build(input));

        Assert.Equal(ErrorCode.BlockNotPositiveDefinite, error.Code);
        Assert.Contains("cluster 'a' (rows 1 ('Abe'), 2 ('Bob'), 3 ('Cid'))", error.Message, StringComparison.Ordinal);
        Assert.Equal(-0.6, (double)error.Context["eigenvalue"]!, 12);
        Assert.Equal([1, 2, 3], (int[])error.Context["rows"]!);
        Assert.Equal(-1.6, Dense(SamplingCovarianceBuilder.Build(input with { ChecksDefiniteness = false }))[1, 0], 12);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1.0)]
    [InlineData(1e12)]
    public void Build_TinyOrHugeVariances_AreCheckedByCorrelationAlone(double scale)
    {
        var input = Scales with { Variances = [scale, 4 * scale, 9e-6 * scale] };

        Assert.NotNull(SamplingCovarianceBuilder.Build(input with { Correlations = [CorrelationRule.Of(0.99)] }));
        Assert.Throws<MetaBridgeException>(() => SamplingCovarianceBuilder.Build(input with { Correlations = [CorrelationRule.Of(-0.51)] }));
    }

    [Fact]
    public void Build_Nearest_IsThePublishedMatrix()
    {
        // Higham (2002), p. 334: the nearest correlation matrix of (1 1 0; 1 1 1; 0 1 1).
        var nearest = NearestCorrelation.Of([1, 1, 0, 1, 1, 1, 0, 1, 1], 3);
        Assert.Equal(0.7607, nearest[1], 4);
        Assert.Equal(0.1573, nearest[2], 4);

        // Equal correlations below −1/2 have all of them at −1/2 as the nearest, up to the least eigenvalue.
        var v = Dense(SamplingCovarianceBuilder.Build(Scales with { Correlations = [CorrelationRule.Of(-0.8)], UsesNearest = true }));
        Assert.Equal([1.0, 4.0, 9.0], [v[0, 0], v[1, 1], v[2, 2]]);
        Near(-1, v[1, 0], 0, 1e-6);
        Near(-3, v[2, 1], 0, 1e-6);
        Assert.True(SmallCholesky.Factor((double[])[v[0, 0], v[0, 1], v[0, 2], v[1, 0], v[1, 1], v[1, 2], v[2, 0], v[2, 1], v[2, 2]], 3));
    }

    [Fact]
    public void Build_SharedControl_HasGleserAndOlkinsCovariance()
    {
        // Two treatments against one control: Cov = Var(control mean) = σ²/n₀, Var = σ²(1/n_t + 1/n₀).
        var (n1, n2, n0) = (20.0, 30.0, 60.0);
        var v = Dense(SamplingCovarianceBuilder.Build(new ErrorDependence
        {
            Variances = [(1 / n1) + (1 / n0), (1 / n2) + (1 / n0)],
            Clusters = ["a", "a"],
            Groups1 = ["t1", "t2"],
            Groups2 = ["c", "c"],
            Weights1 = [n1, n2],
            Weights2 = [n0, n0],
        }));

        Near(1 / n0, v[1, 0], 0, 1e-14);
    }

    [Fact]
    public void Build_MissingVariance_LeavesItsCovariancesUnknown()
    {
        var v = Dense(SamplingCovarianceBuilder.Build(Scales with { Variances = [1, double.NaN, 9], Correlations = [CorrelationRule.Of(0.5)] }));

        Assert.Equal([double.NaN, double.NaN, 1.5], [v[1, 1], v[1, 0], v[2, 0]]);
    }

    [Fact]
    public void Build_SingleConditions_AreIndependentBetweenGroups()
    {
        // Outcomes of one condition: groups differ → independent; same group → autocorrelated.
        var v = Dense(SamplingCovarianceBuilder.Build(Three with { Variances = [1, 1, 1], Groups1 = ["g", "g", "h"], Times1 = [0, 2, 0], Autocorrelation = 0.5 }));

        Assert.Equal([0.25, 0, 0], [v[1, 0], v[2, 0], v[2, 1]]);
    }

    public static TheoryData<ErrorDependence, ErrorCode> Wrong => new()
    {
        { Three, ErrorCode.SpecificationInvalid },
        { Three with { Correlations = [CorrelationRule.Of(0.5)] }, ErrorCode.SpecificationInvalid },
        { Scales, ErrorCode.SpecificationInvalid },
        { Scales with { Correlations = [CorrelationRule.Of(1.2)] }, ErrorCode.InvalidOption },
        { Scales with { Correlations = [CorrelationRule.Of(1)] }, ErrorCode.SpecificationInvalid },
        { Scales with { Correlations = [CorrelationRule.Of(0.5), CorrelationRule.Of(0.5)] }, ErrorCode.SpecificationInvalid },
        { Scales with { Observations = ["x", "x", "z"], Correlations = [CorrelationRule.Of(0.5)] }, ErrorCode.SpecificationInvalid },
        { Scales with { Observations = ["x", "y"], Correlations = [CorrelationRule.Of(0.5)] }, ErrorCode.LengthMismatch },
        { Scales with { Correlations = [CorrelationRule.Of(["x", "y"], [1, 0.5, 0.5, 1])] }, ErrorCode.UnknownName },
        { Scales with { Correlations = [CorrelationRule.Of(["x", "y", "y"], [1, 0.5, 0.5, 1, 1, 1, 1, 1, 1])] }, ErrorCode.DuplicateName },
        { Scales with { Correlations = [CorrelationRule.Of(["x", "y", "z"], [1, 0.5])] }, ErrorCode.LengthMismatch },
        { Three with { Times1 = [1, 2, 3] }, ErrorCode.SpecificationInvalid },
        { Three with { Times1 = [1, 2, 3], Autocorrelation = -1.5 }, ErrorCode.InvalidOption },
        { Three with { Times1 = [1, double.NaN, 3], Autocorrelation = 0.5 }, ErrorCode.NonFiniteValue },
        { Three with { Groups2 = ["a", "b", "c"] }, ErrorCode.SpecificationInvalid },
        { Three with { Groups1 = ["a", "b", "c"], Groups2 = ["a", "d", "d"] }, ErrorCode.SpecificationInvalid },
        { Three with { Groups1 = ["a", "b", "c"], Groups2 = ["d", "d", "d"], Weights1 = [1, 0, 1], Weights2 = [1, 1, 1] }, ErrorCode.InvalidOption },
        { Scales with { Variances = [1, -1, 1], Correlations = [CorrelationRule.Of(0.5)] }, ErrorCode.NonPositiveVariance },
        { Three with { CorrelationColumns = [[1, 0.5, 0.5]] }, ErrorCode.LengthMismatch },
        // A and B against C, and A against B: the third contrast is the difference of the others.
        { Three with { Groups1 = ["a", "b", "a"], Groups2 = ["c", "c", "b"] }, ErrorCode.BlockNotPositiveDefinite },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Build_WrongInput_IsRefused(ErrorDependence input, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => SamplingCovarianceBuilder.Build(input)).Code);

    [Fact]
    public void Build_RandomDesigns_ArePositiveSemidefinite()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 200; trial++)
        {
            var k = 3 + random.Next(10);
            T[] Draw<T>(Func<T> one) => [.. Enumerable.Range(0, k).Select(_ => one())];
            var groups = Draw(() => "g" + random.Next(3));
            var times = Draw(() => (double)random.Next(4));
            var sizes = new Dictionary<string, double> { ["g0"] = 10, ["g1"] = 25, ["g2"] = 60, ["g3"] = 40 };
            var others = Draw(() => "g" + (2 + random.Next(2)));
            var later = Enumerable.Range(0, k).Select(i => groups[i] == others[i] ? times[i] + 1 : times[i]).ToArray();
            var v = SamplingCovarianceBuilder.Build(new ErrorDependence
            {
                Variances = Draw(() => Math.Exp(random.NextDouble() * 6)),
                Clusters = [.. Enumerable.Repeat("a", k)],
                Observations = Draw(() => "o" + random.Next(4)),
                Types = Draw(() => "t" + random.Next(2)),
                Correlations = [CorrelationRule.Of(0.8), CorrelationRule.Of(0.3)],
                Groups1 = groups,
                Groups2 = others,
                Times1 = times,
                Times2 = later,
                Weights1 = [.. groups.Select(g => sizes[g])],
                Weights2 = [.. others.Select(g => sizes[g])],
                Autocorrelation = 0.6,
                ChecksDefiniteness = false,
            });
            var full = Dense(v);
            var r = new double[k * k];
            for (var i = 0; i < k * k; i++)
            {
                r[i] = full[i / k, i % k] / Math.Sqrt(full[i / k, i / k] * full[i % k, i % k]);
            }

            Assert.True(SymmetricEigen.Values(r, k)[0] > -1e-12);
        }
    }
}
