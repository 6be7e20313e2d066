using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Measures where an independent derivation exists, and inputs that stand in for others.</summary>
public class FurtherMeasureTests
{
    /// <summary>With medians as thresholds, P(both) = ¼ + asin(r)/2π (Sheppard, 1899): r = ½ for ⅓, and the variance is π²/(6n).</summary>
    [Fact]
    public void Tetrachoric_AtTheMedians_HasAClosedForm()
    {
        var table = Compute(EffectMeasure.Tetrachoric, (EffectRole.Ai, 200), (EffectRole.Bi, 100), (EffectRole.Ci, 100), (EffectRole.Di, 200));

        Fixtures.AssertClose(0.5, table.Yi[0], 1e-13, "r");
        Fixtures.AssertClose(Math.PI * Math.PI / 3600, table.Vi[0], 1e-12, "variance");
    }

    [Theory]
    [InlineData(0.999, 1e-9)]
    [InlineData(-0.95, 1e-9)]
    public void Tetrachoric_NearTheBoundary_SolvesItsEquation(double r, double bound)
    {
        var both = 0.25 + (Math.Asin(r) / (2 * Math.PI));
        var table = Compute(
            EffectMeasure.Tetrachoric, (EffectRole.Ai, both), (EffectRole.Bi, 0.5 - both), (EffectRole.Ci, 0.5 - both), (EffectRole.Di, both));

        Fixtures.AssertClose(r, table.Yi[0], bound, "r");
    }

    /// <summary>Olkin &amp; Pratt (1958) for n = 5: F(½, ½; 3/2; x) = asin(√x)/√x; for n = 4 in the variance F(1, 1; 2; x) = −ln(1 − x)/x.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(-0.6)]
    [InlineData(0.97)]
    public void UnbiasedCorrelation_OfFivePersons_HasAClosedForm(double r)
    {
        var x = 1 - (r * r);
        var estimate = UnbiasedCorrelation.Estimate(r, 5);

        Fixtures.AssertClose(r * Math.Acos(Math.Abs(r)) / Math.Sqrt(x), estimate, 1e-12, "estimate");
        Fixtures.AssertClose(
            (estimate * estimate) - 1 - (0.5 * Math.Log(r * r)), UnbiasedCorrelation.Variance(r, 4, estimate), 1e-12, "variance", 1);
    }

    /// <summary>The series and the integrals meet.</summary>
    [Theory]
    [InlineData(25.9, 26.1)]
    public void UnbiasedCorrelation_HasNoSeam(double below, double above)
    {
        foreach (var r in (double[])[0.05, 0.2, 0.5])
        {
            var middle = (UnbiasedCorrelation.Estimate(r, below) + UnbiasedCorrelation.Estimate(r, above)) / 2;
            Fixtures.AssertClose(middle, UnbiasedCorrelation.Estimate(r, 26), 1e-6, "a smooth function of n");
        }
    }

    /// <summary>d, t, p and means of the same study give the same effect size (Rosenthal, 1994).</summary>
    [Theory]
    [InlineData(EffectMeasure.StandardizedMeanDifference)]
    [InlineData(EffectMeasure.SmdToOddsRatioLogistic)]
    [InlineData(EffectMeasure.PointBiserial)]
    [InlineData(EffectMeasure.Biserial)]
    public void TestStatistics_StandInForMeans(EffectMeasure measure)
    {
        (EffectRole, double)[] sizes = [(EffectRole.N1i, 20), (EffectRole.N2i, 30)];
        var means = Compute(
            measure, [.. sizes, (EffectRole.M1i, 11), (EffectRole.M2i, 12.5), (EffectRole.Sd1i, 2), (EffectRole.Sd2i, 2)]);
        var t = -0.75 / Math.Sqrt((1 / 20.0) + (1 / 30.0));
        var p = MetaBridge.Numerics.Distributions.StudentTwoSided(t, 48);
        foreach (var other in (EffectSizeTable[])
            [Compute(measure, [.. sizes, (EffectRole.Di, -0.75)]), Compute(measure, [.. sizes, (EffectRole.Ti, t)]), Compute(measure, [.. sizes, (EffectRole.Pi, -p)])])
        {
            Fixtures.AssertClose(means.Yi[0], other.Yi[0], 1e-10, "yi");
            Fixtures.AssertClose(means.Vi[0], other.Vi[0], 1e-10, "vi");
        }
    }

    [Fact]
    public void TestStatistics_StandInForCorrelations()
    {
        var t = 0.4 * Math.Sqrt(28 / (1 - 0.16));
        var p = MetaBridge.Numerics.Distributions.StudentTwoSided(t, 28);
        foreach (var role in (EffectRole[])[EffectRole.Ti, EffectRole.Pi])
        {
            var table = Compute(EffectMeasure.FisherZ, (role, role == EffectRole.Ti ? t : p), (EffectRole.Ni, 30));
            Fixtures.AssertClose(Math.Atanh(0.4), table.Yi[0], 1e-10, role.ToString());
        }

        var f = 0.4 / 3 / (0.6 / 26);
        var tail = MetaBridge.Numerics.Distributions.FUpper(f, 3, 26);
        foreach (var (role, value) in ((EffectRole, double)[])[(EffectRole.Fi, f), (EffectRole.Pi, tail)])
        {
            var table = Compute(EffectMeasure.RSquared, (role, value), (EffectRole.Ni, 30), (EffectRole.Mi, 3));
            Fixtures.AssertClose(0.4, table.Yi[0], 1e-10, role.ToString());
        }
    }

    /// <summary>With the paired table known, its phi coefficient, the share of pairs and MPOR itself tell the same.</summary>
    [Fact]
    public void MarginalOddsRatios_AgreeFromPairsAndMargins()
    {
        double a = 30, b = 12, c = 9, d = 49, n = 100, p1 = (a + b) / n, p2 = (a + c) / n;
        var phi = ((a / n) - (p1 * p2)) / Math.Sqrt(p1 * (1 - p1) * p2 * (1 - p2));
        var pairs = Compute(EffectMeasure.MatchedOddsRatio, (EffectRole.Ai, a), (EffectRole.Bi, b), (EffectRole.Ci, c), (EffectRole.Di, d));
        (EffectRole, double)[] margins = [(EffectRole.Ai, a + b), (EffectRole.Bi, c + d), (EffectRole.Ci, a + c), (EffectRole.Di, b + d)];
        foreach (var further in ((EffectRole, double)[])[(EffectRole.Ri, phi), (EffectRole.Pi, a / n)])
        {
            var table = Compute(EffectMeasure.MatchedOddsRatioMarginal, [.. margins, further]);
            Fixtures.AssertClose(pairs.Yi[0], table.Yi[0], 1e-12, "yi");
            Fixtures.AssertClose(pairs.Vi[0], table.Vi[0], 1e-12, "vi");
        }
    }

    [Fact]
    public void VarianceTypes_CanDifferByRow()
    {
        var inputs = new EffectInputs { VarianceTypes = ["UB", "LS", "AV"], Flips = [-1, 1, 1] };
        inputs.Set(EffectRole.Xi, [2, 5, 7]).Set(EffectRole.Ni, [10, 20, 30]);
        var table = EffectSizeCalculator.Calculate(new EffectSpec { Measure = EffectMeasure.Proportion }, inputs);

        Fixtures.AssertClose(-0.2, table.Yi[0], 1e-15, "yi");
        Fixtures.AssertClose(0.2 * 0.8 / 9, table.Vi[0], 1e-14, "UB");
        Fixtures.AssertClose(0.25 * 0.75 / 20, table.Vi[1], 1e-14, "LS");
        var average = 14.0 / 60;
        Fixtures.AssertClose(average * (1 - average) / 30, table.Vi[2], 1e-14, "AV, over all rows");
        var error = Assert.Throws<MetaBridgeException>(() => EffectSizeCalculator.Calculate(
            new EffectSpec { Measure = EffectMeasure.Proportion },
            new EffectInputs { VarianceTypes = ["HO"] }.Set(EffectRole.Xi, [2.0]).Set(EffectRole.Ni, [10.0])));
        Assert.Equal(ErrorCode.InvalidOption, error.Code);
    }

    [Fact]
    public void MissingInput_LeavesWhatCanBeComputed()
    {
        var inputs = new EffectInputs();
        inputs.Set(EffectRole.M1i, [1, double.NaN]).Set(EffectRole.M2i, [2, 2]).Set(EffectRole.Sd1i, [1, 1]).Set(EffectRole.Sd2i, [1, 1])
            .Set(EffectRole.N1i, [10, 11]).Set(EffectRole.N2i, [10, 12]);
        var table = EffectSizeCalculator.Calculate(new EffectSpec { Measure = EffectMeasure.MeanDifference }, inputs);

        Assert.True(Na.IsNa(table.Yi[1]));
        Fixtures.AssertClose((1 / 11.0) + (1 / 12.0), table.Vi[1], 1e-15, "the variance needs no means");
        Assert.Equal(23, table.Ni![1]);
        Assert.Contains("m1i", table.MissingBecause[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EffectRole.Ai, 1.2, EffectMeasure.CronbachAlpha)]
    [InlineData(EffectRole.Ai, -0.1, EffectMeasure.CommonLanguage)]
    [InlineData(EffectRole.R2i, 1.1, EffectMeasure.RSquared)]
    [InlineData(EffectRole.Ri, -1.1, EffectMeasure.FisherZ)]
    public void ValuesOutsideTheirRange_AreRefused(EffectRole role, double value, EffectMeasure measure)
    {
        var error = Assert.Throws<MetaBridgeException>(() => Compute(
            measure, (role, value), (EffectRole.Mi, 4), (EffectRole.Ni, 30), (EffectRole.N1i, 10), (EffectRole.N2i, 10)));

        Assert.Equal(ErrorCode.InvalidCount, error.Code);
    }

    private static EffectSizeTable Compute(EffectMeasure measure, params (EffectRole Role, double Value)[] values)
    {
        var inputs = new EffectInputs();
        foreach (var (role, value) in values)
        {
            inputs.Set(role, [value]);
        }

        return EffectSizeCalculator.Calculate(new EffectSpec { Measure = measure }, inputs);
    }
}
