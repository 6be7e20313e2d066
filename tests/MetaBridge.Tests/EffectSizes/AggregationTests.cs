using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Clusters against aggregate() of metafor 3.8-1, and vector kernels against the rows they stand for.</summary>
public class AggregationTests
{
    private static readonly double[] Yi = [0.1, 0.4, 0.35, -0.2, 0.5, 0.6];
    private static readonly double[] Vi = [0.04, 0.09, 0.02, 0.05, 0.06, 0.01];
    private static readonly string[] Clusters = ["b", "b", "a", "a", "b", "a"];
    private static readonly double[] Time = [1, 2, 1, 3, 2.5, 4];
    private static readonly string[] Outcome = ["x", "y", "x", "x", "x", "y"];

    public static TheoryData<AggregationStructure, double, double, double, double> Recorded => new()
    {
        { AggregationStructure.Independent, 0.2894736842105263, 0.4323529411764706, 0.01894736842105263, 0.005882352941176471 },
        { AggregationStructure.CompoundSymmetric, 0.2476857697155181, 0.5564913714750053, 0.03239449015920367, 0.008973367897765832 },
        { AggregationStructure.Autoregressive, 0.2214480177907956, 0.6401031286088543, 0.03246509044451339, 0.007251016509010741 },
        { AggregationStructure.SymmetricPlusAutoregressive, 0.192325463463886, 0.7447423998289604, 0.03345327759667088, 0.007304288631182203 },
        { AggregationStructure.SymmetricTimesAutoregressive, 0.2547625868094965, 0.508992932740069, 0.02972790896592531, 0.007059970540917576 },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Aggregate_AgreesWithMetafor(AggregationStructure structure, double yb, double ya, double vb, double va)
    {
        var rho = structure == AggregationStructure.CompoundSymmetric ? 0.4 : 0.3;
        var options = new AggregationOptions { Structure = structure, Rho = [rho], Phi = [0.6], Time = Time, Outcome = Outcome };
        var result = EffectAggregation.Aggregate(Yi, Vi, Clusters, options);

        Assert.Equal(["b", "a"], result.Clusters);
        Assert.Equal([3, 3], result.Sizes);
        Fixtures.AssertClose(yb, result.Yi[0], 1e-10, "y of b");
        Fixtures.AssertClose(ya, result.Yi[1], 1e-10, "y of a");
        Fixtures.AssertClose(vb, result.Vi[0], 1e-10, "v of b");
        Fixtures.AssertClose(va, result.Vi[1], 1e-10, "v of a");
    }

    [Fact]
    public void Aggregate_WithoutWeights_AndWithOneRhoPerCluster_AgreesWithMetafor()
    {
        var means = EffectAggregation.Aggregate(Yi, Vi, Clusters, new AggregationOptions { Rho = [0.4], Weighted = false });
        var two = EffectAggregation.Aggregate(Yi, Vi, Clusters, new AggregationOptions { Rho = [0.4, 0.7] });

        Fixtures.AssertClose(0.25, means.Yi[1], 1e-12, "mean");
        Fixtures.AssertClose(0.03733106552348079, means.Vi[0], 1e-10, "its variance");
        Fixtures.AssertClose(0.7469031750900612, two.Yi[1], 1e-10, "rho of cluster a");
        Fixtures.AssertClose(0.008661835445499781, two.Vi[1], 1e-10, "rho of cluster a");
    }

    [Fact]
    public void Aggregate_WithAWholeMatrix_IsTheSameAsItsStructure()
    {
        var v = new double[6, 6];
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j < 6; j++)
            {
                v[i, j] = (i == j ? 1 : 0.4) * Math.Sqrt(Vi[i] * Vi[j]);
            }
        }

        var whole = EffectAggregation.Aggregate(Yi, [], Clusters, new AggregationOptions { Covariance = v });
        Fixtures.AssertClose(0.2476857697155181, whole.Yi[0], 1e-10, "y");
    }

    [Fact]
    public void Aggregate_LeavesMissingEffectsOut()
    {
        double[] holes = [double.NaN, 0.4, 0.35, double.NaN, double.NaN, 0.6];
        var options = new AggregationOptions { Structure = AggregationStructure.Independent };
        Assert.Equal(0.4, EffectAggregation.Aggregate(holes, Vi, Clusters, options).Yi[0]);
        Assert.True(double.IsNaN(EffectAggregation.Aggregate(holes, Vi, Clusters, options with { OmitMissing = false }).Yi[0]));
    }

    [Fact]
    public void Aggregate_RefusesWhatItCannotUse()
    {
        ErrorCode Code(AggregationOptions options) =>
            Assert.Throws<MetaBridgeException>(() => EffectAggregation.Aggregate(Yi, Vi, Clusters, options)).Code;

        Assert.Equal(ErrorCode.InvalidOption, Code(new AggregationOptions()));
        Assert.Equal(ErrorCode.InvalidOption, Code(new AggregationOptions { Rho = [1.5] }));
        Assert.Equal(ErrorCode.InvalidOption, Code(new AggregationOptions { Structure = AggregationStructure.Autoregressive, Phi = [0.5] }));
        Assert.Equal(ErrorCode.BlockNotPositiveDefinite, Code(new AggregationOptions { Rho = [-0.9] }));
        Assert.Equal(ErrorCode.LengthMismatch, Code(new AggregationOptions { Rho = [0.1, 0.2, 0.3] }));
    }

    /// <summary>Rows in blocks of four give what the same rows give one at a time.</summary>
    [Theory]
    [InlineData(EffectMeasure.OddsRatio)]
    [InlineData(EffectMeasure.RiskRatio)]
    [InlineData(EffectMeasure.RiskDifference)]
    public void Blocks_GiveWhatRowsGive(EffectMeasure measure)
    {
        var random = new Random(5);
        double[][] cells = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 103).Select(i => i == 50 ? double.NaN : random.Next(0, 9)).Select(x => (double)x).ToArray())];
        EffectRole[] roles = [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di];
        EffectInputs Inputs(Func<double[], double[]> take)
        {
            var inputs = new EffectInputs();
            for (var i = 0; i < 4; i++)
            {
                inputs.Set(roles[i], take(cells[i]));
            }

            return inputs;
        }

        foreach (var spec in (EffectSpec[])
            [new() { Measure = measure }, new() { Measure = measure, AddTo = AddRule.All, AddToFirstOutcomeOnly = true }, new() { Measure = measure, AddTo = AddRule.None }])
        {
            var whole = EffectSizeCalculator.Calculate(spec, Inputs(column => column));
            double[] yi = new double[103], vi = new double[103];
            EffectSizeCalculator.Fill(spec, Inputs(column => column), yi, vi);
            Assert.Equal(whole.Yi, yi);
            for (var row = 0; row < 103; row++)
            {
                var single = EffectSizeCalculator.Calculate(spec, Inputs(column => [column[row]]));
                Fixtures.AssertClose(single.Yi[0], whole.Yi[row], 1e-14, $"yi[{row}]", 1e-2);
                Fixtures.AssertClose(single.Vi[0], whole.Vi[row], 1e-14, $"vi[{row}]");
                Assert.Equal(single.MissingBecause[0] is null, whole.MissingBecause[row] is null);
            }
        }
    }
}
