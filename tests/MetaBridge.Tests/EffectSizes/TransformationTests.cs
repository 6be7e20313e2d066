using MetaBridge.EffectSizes;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Transformations: the values of metafor 3.8-1 (15 digits), inverses, and integrals with a closed form.</summary>
public class TransformationTests
{
    private const double Exact = 1e-12;

    public static TheoryData<string, double, double> Recorded => new()
    {
        { "transf.iarcsin", -1, 0 }, { "transf.iarcsin", 0.3, 0.0873321925451608 }, { "transf.iarcsin", 2, 1 },
        { "transf.iahw", 0.3, 0.657 }, { "transf.iahw", 1.2, 1 }, { "transf.iahw", -3, 0 },
        { "transf.iabt", 0.3, 0.259181779318282 }, { "transf.iabt", -1, 0 }, { "transf.isqrt", -1, 0 }, { "transf.isqrt", 2, 4 },
        { "transf.dtou1", -0.5, 0.3297320287048339 }, { "transf.dtou2", 0.5, 0.5987063256829237 },
        { "transf.dtou2", -0.5, 0.4012936743170763 }, { "transf.dtou3", -0.5, 0.3085375387259869 },
        { "transf.dtocles", 0.5, 0.6381631950841185 }, { "transf.dtobesd", 0.5, 0.6212678125181665 },
        { "transf.dtobesd", -0.5, 0.3787321874818335 }, { "transf.ahw", 0.3, 0.1120959982573994 },
        { "transf.rtoz", 0.3, 0.3095196042031118 },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Find_GivesTheValuesOfMetafor(string name, double x, double expected) =>
        Fixtures.AssertClose(expected, Transformations.Find(name)!(x), Exact, name);

    [Fact]
    public void SizesEnterFreemanTukey_AsInMetafor()
    {
        Fixtures.AssertClose(0.5983760463866399, Transformations.FreemanTukeyProportion(0.3, 10), Exact, "pft");
        Fixtures.AssertClose(0.216795855858890, Transformations.InverseFreemanTukeyProportion(0.5, 20), Exact, "ipft");
        Fixtures.AssertClose(0.714873858175475, Transformations.InverseFreemanTukeyProportion(1, 30), Exact, "ipft");
        Assert.Equal(0, Transformations.InverseFreemanTukeyProportion(0.1, 10));
        Assert.Equal(1, Transformations.InverseFreemanTukeyProportion(1.6, 5));
        Fixtures.AssertClose(0.21058742056504826, Transformations.InverseFreemanTukeyProportion(0.5, [10.0, 20.0]), Exact, "ipft.hm");
        Fixtures.AssertClose(0.5900890447694209, Transformations.FreemanTukeyRate(0.3, 10), Exact, "irft");
        Fixtures.AssertClose(0.225625, Transformations.InverseFreemanTukeyRate(0.5, 20), Exact, "iirft");
        Assert.Equal(0, Transformations.InverseFreemanTukeyRate(0.01, 10));
        Fixtures.AssertClose(0.242535625036333, SmdTransformations.ToPointBiserial(0.5), Exact, "dtorpb");
        Fixtures.AssertClose(0.2526455763199557, SmdTransformations.ToPointBiserial(0.5, 10, 12), Exact, "dtorpb");
        Fixtures.AssertClose(0.07164463175272262, SmdTransformations.LogOddsRatioToRiskDifference(0.4, 0.2), Exact, "logortord");
        Fixtures.AssertClose(1.358223158763613, SmdTransformations.LogOddsRatioToRiskRatio(0.4, 0.2), Exact, "logortorr");
        Assert.Equal(1, SmdTransformations.ToMeanDifference(0.5, 2));
    }

    [Theory]
    [InlineData("transf.rtoz", "transf.ztor")]
    [InlineData("transf.r2toz", "transf.ztor2")]
    [InlineData("transf.logit", "transf.ilogit")]
    [InlineData("transf.probit", "transf.iprobit")]
    [InlineData("transf.arcsin", "transf.iarcsin")]
    [InlineData("transf.ahw", "transf.iahw")]
    [InlineData("transf.abt", "transf.iabt")]
    [InlineData("transf.dtolnor.norm", "transf.lnortod.norm")]
    [InlineData("transf.dtolnor.logis", "transf.lnortod.logis")]
    public void Inverse_GivesBackTheNumber(string there, string back)
    {
        foreach (var x in (double[])[0.001, 0.07, 0.3, 0.5, 0.77, 0.995])
        {
            Fixtures.AssertClose(x, Transformations.Find(back)!(Transformations.Find(there)!(x)), 1e-11, $"{there} {x}");
        }
    }

    [Fact]
    public void Inverse_OfFreemanTukey_GivesBackTheNumber()
    {
        foreach (var x in (double[])[0.02, 0.3, 0.5, 0.9])
        {
            Fixtures.AssertClose(
                x, Transformations.InverseFreemanTukeyProportion(Transformations.FreemanTukeyProportion(x, 25), 25), 1e-10, "pft");
            Fixtures.AssertClose(x, Transformations.InverseFreemanTukeyRate(Transformations.FreemanTukeyRate(x, 25), 25), 1e-12, "irft");
        }

        Fixtures.AssertClose(0.5, SmdTransformations.FromPointBiserial(SmdTransformations.ToPointBiserial(0.5, 10, 12), 10, 12), Exact, "rpb");
        Fixtures.AssertClose(0.3, SmdTransformations.CorrelationToPointBiserial(SmdTransformations.PointBiserialToBiserial(0.3, 0.4), 0.4), Exact, "r");
    }

    [Fact]
    public void Integrals_EqualTheirClosedForms()
    {
        Fixtures.AssertClose(
            Math.Exp(0.35), IntegralTransformations.Integrate(Math.Exp, 0.3, 0.1, double.NegativeInfinity, double.PositiveInfinity), 1e-13, "exp");
        Fixtures.AssertClose(
            IntegralTransformations.InverseProbit(0.3, 0.1),
            IntegralTransformations.Integrate(Transformations.InverseProbit, 0.3, 0.1, double.NegativeInfinity, double.PositiveInfinity),
            1e-13,
            "probit");
        Fixtures.AssertClose(0.5, IntegralTransformations.InverseLogit(0, 4), 1e-13, "logit, by symmetry");
        Assert.Equal(Math.Tanh(0.3), IntegralTransformations.FisherZToCorrelation(0.3, 0));
    }

    [Fact]
    public void Summary_HasTestsAndIntervals()
    {
        // summary(escalc(yi = c(.5, NA), vi = c(.04, .1))) of metafor 3.8-1: sei, zi, pval, ci.lb, ci.ub.
        var summary = EffectSummary.Of([0.5, double.NaN], [0.04, 0.1]);
        Fixtures.AssertClose(2.5, summary.Statistics[0], Exact, "zi");
        Fixtures.AssertClose(0.012419330651552265, summary.PValues[0], 1e-10, "pval");
        Fixtures.AssertClose(0.5 - (1.959963984540054 * 0.2), summary.Lower[0], 1e-12, "ci.lb");
        Assert.True(double.IsNaN(summary.Lower[1]));
        var risks = EffectSummary.Of([0.5], [0.04], new EffectSummaryOptions { Transformation = x => Math.Exp(-x), UpperLimit = 0.8 });
        Fixtures.AssertClose(Math.Exp(-0.5 - (1.959963984540054 * 0.2)), risks.Lower[0], 1e-12, "a falling transformation exchanges the ends");
        Assert.Equal(0.8, risks.Upper[0]);
    }
}

/// <summary>Modes against the zero of the density's slope, which has a closed form.</summary>
public class ModeTransformationTests
{
    [Theory]
    [InlineData(0.3, 0.1)]
    [InlineData(-1.2, 0.4)]
    [InlineData(2, 1.5)]
    [InlineData(0.01, 3)]
    public void Modes_AreStationaryAndHighest(double mean, double variance)
    {
        // d/dz: -(z - mean)/v + 2 tanh z = 0, and with the logistic p: -(z - mean)/v - (1 - 2p) = 0.
        double z = Math.Atanh(ModeTransformations.FisherZToCorrelation(mean, variance)), p = ModeTransformations.InverseLogit(mean, variance);
        Assert.Equal(0, ((mean - z) / variance) + (2 * Math.Tanh(z)), 1e-6);
        Assert.Equal(0, ((mean - Transformations.Logit(p)) / variance) - (1 - (2 * p)), 1e-6);
        for (var x = -3.0; x <= 3; x += 0.01)
        {
            Assert.True(Height(x) <= Height(z) + 1e-12);
        }

        double Height(double x) => (-(x - mean) * (x - mean) / (2 * variance)) + (2 * Math.Log(Math.Cosh(x)));
    }

    [Fact]
    public void Modes_HaveTheirClosedForms()
    {
        Assert.Equal(Math.Exp(0.2), ModeTransformations.Exponential(0.3, 0.1), 1e-15);
        Assert.Equal(Transformations.InverseProbit(0.6), ModeTransformations.InverseProbit(0.3, 0.5), 1e-15);
        Assert.True(double.IsNaN(ModeTransformations.InverseProbit(0.3, 1)));
        Assert.Equal(Math.Tanh(0.3), ModeTransformations.FisherZToCorrelation(0.3, 0));
        Assert.True(double.IsNaN(ModeTransformations.InverseLogit(double.NaN, 1)) && double.IsNaN(ModeTransformations.InverseLogit(0, -1)));
    }
}
