using MetaBridge.EffectSizes;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Four rows at a time give what one row at a time gives: the same input in pieces of one row has no whole block.</summary>
public sealed class VectorRowsTests
{
    private const int Rows = 4 * 50;

    private static readonly double[] Counts = [0, 0, 1, 2, 5, 17, 400, 1e6, double.NaN];
    private static readonly double[] Sizes = [1, 2, 3, 4, 10, 57.5, 3000, 1e5, double.NaN];
    private static readonly double[] Values = [0, 1e-9, -1e-4, 0.3, 2, -2, 55, 1e4, double.NaN];
    private static readonly double[] Correlations = [0, 1e-12, -1e-5, 0.1, -0.5, 0.999, 1, -1, double.NaN];

    public static TheoryData<EffectMeasure, AddRule> Measures
    {
        get
        {
            var data = new TheoryData<EffectMeasure, AddRule>();
            EffectMeasure[] counts =
            [
                EffectMeasure.OddsRatio, EffectMeasure.RiskRatio, EffectMeasure.RiskDifference, EffectMeasure.IncidenceRateRatio, EffectMeasure.LogitProportion,
            ];
            foreach (var measure in counts)
            {
                data.Add(measure, AddRule.OnlyZero);
                data.Add(measure, AddRule.All);
                data.Add(measure, AddRule.None);
            }

            data.Add(EffectMeasure.MeanDifference, AddRule.None);
            data.Add(EffectMeasure.StandardizedMeanDifference, AddRule.None);
            data.Add(EffectMeasure.RatioOfMeans, AddRule.None);
            data.Add(EffectMeasure.FisherZ, AddRule.None);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void ManyRows_AreAsSingleRows(EffectMeasure measure, AddRule rule)
    {
        var random = new Random(7);
        var columns = Roles(measure).ToDictionary(role => role, role => Enumerable.Range(0, Rows).Select(_ => Value(random, role)).ToArray());
        var spec = new EffectSpec { Measure = measure, AddTo = rule };
        var all = EffectSizeCalculator.Calculate(spec, Inputs(columns, 0, Rows));
        for (var row = 0; row < Rows; row++)
        {
            var one = EffectSizeCalculator.Calculate(spec, Inputs(columns, row, 1));
            // The vector logarithm differs from the scalar one in the last digit.
            Fixtures.AssertClose(one.Yi[0], all.Yi[row], 1e-13, $"yi of row {row}", floor: 1e-3);
            Fixtures.AssertClose(one.Vi[0], all.Vi[row], 1e-13, $"vi of row {row}");
            Assert.Equal(one.MissingBecause[0], all.MissingBecause[row]);
        }
    }

    /// <summary>Correlations near zero keep all their digits.</summary>
    [Fact]
    public void FisherZ_OfSmallCorrelations_IsExact()
    {
        double[] r = [1e-300, 1e-17, 3e-9, -2e-5], n = [10, 10, 10, 10];
        var table = EffectSizeCalculator.Calculate(
            new EffectSpec { Measure = EffectMeasure.FisherZ }, new EffectInputs().Set(EffectRole.Ri, r).Set(EffectRole.Ni, n));
        for (var i = 0; i < r.Length; i++)
        {
            Fixtures.AssertClose(Math.Atanh(r[i]), table.Yi[i], 1e-15, $"z of {r[i]}");
        }
    }

    private static EffectRole[] Roles(EffectMeasure measure) => measure switch
    {
        EffectMeasure.IncidenceRateRatio => [EffectRole.X1i, EffectRole.X2i, EffectRole.T1i, EffectRole.T2i],
        EffectMeasure.LogitProportion => [EffectRole.Xi, EffectRole.Mi],
        EffectMeasure.FisherZ => [EffectRole.Ri, EffectRole.Ni],
        EffectMeasure.OddsRatio or EffectMeasure.RiskRatio or EffectMeasure.RiskDifference => [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di],
        _ => [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i],
    };

    private static double Value(Random random, EffectRole role)
    {
        var from = role switch
        {
            EffectRole.Ri => Correlations,
            EffectRole.M1i or EffectRole.M2i => Values,
            EffectRole.N1i or EffectRole.N2i or EffectRole.Ni or EffectRole.T1i or EffectRole.T2i or EffectRole.Sd1i or EffectRole.Sd2i => Sizes,
            _ => Counts,
        };
        return from[random.Next(from.Length)];
    }

    private static EffectInputs Inputs(Dictionary<EffectRole, double[]> columns, int first, int count)
    {
        var inputs = new EffectInputs();
        foreach (var (role, column) in columns)
        {
            inputs.Set(role, column[first..(first + count)]);
        }

        return inputs;
    }
}
