using MetaBridge.Specs;
using MetaBridge.Stratified;
using Xunit;

namespace MetaBridge.Tests.Stratified;

/// <summary>Pooled effects against plain formulas, another program, and what must hold of them.</summary>
public sealed class PoolingTests
{
    // The sums are the same in another order.
    private const double Exact = 1e-12;

    private const double BerkeleyOddsRatio = 0.9046968282586231;
    private const double BerkeleyLower = 0.7719073617593505;
    private const double BerkeleyUpper = 1.0603297644366556;
    private const double BerkeleyCorrected = 1.4269462285866883;
    private const double BerkeleyPlain = 1.524606660443436;

    public static TheoryData<EffectMeasure> Measures => [.. Tables.Measures];

    [Theory]
    [MemberData(nameof(Measures))]
    public void Fit_OfAnyNumberOfTables_IsThatOfThePlainFormulas(EffectMeasure measure)
    {
        for (var count = 1; count <= 13; count++)
        {
            var tables = Tables.Random(count, count);
            var (estimate, variance) = PlainFormulas.Of(measure, tables.A, tables.B, tables.C, tables.D);
            var fit = tables.Fit(measure).Coefficients;
            Fixtures.AssertClose(estimate, fit.Estimates[0], Exact, $"{measure} of {count}", floor: Math.Sqrt(variance));
            Fixtures.AssertClose(Math.Sqrt(variance), fit.StandardErrors[0], Exact, $"standard error of {measure} of {count}");
        }
    }

    /// <summary>R 4.2.2: <c>mantelhaen.test(UCBAdmissions)</c>, an implementation of its own, with and without correction.</summary>
    [Fact]
    public void OddsRatio_OfBerkeleyAdmissions_IsThatOfMantelhaenTest()
    {
        var tables = new Tables([512, 353, 120, 138, 53, 22], [313, 207, 205, 279, 138, 351], [89, 17, 202, 131, 94, 24], [19, 8, 391, 244, 299, 317]);
        var fit = tables.Fit(EffectMeasure.OddsRatio);
        var plain = tables.Fit(EffectMeasure.OddsRatio, new StratifiedSettings { ContinuityCorrection = false });

        Fixtures.AssertClose(BerkeleyOddsRatio, Math.Exp(fit.Coefficients.Estimates[0]), 1e-12, "common odds ratio");
        Fixtures.AssertClose(BerkeleyLower, Math.Exp(fit.Coefficients.Lower[0]), 1e-12, "lower limit");
        Fixtures.AssertClose(BerkeleyUpper, Math.Exp(fit.Coefficients.Upper[0]), 1e-12, "upper limit");
        Fixtures.AssertClose(BerkeleyCorrected, fit.MantelHaenszelTest!.Statistic, 1e-12, "test with correction");
        Fixtures.AssertClose(BerkeleyPlain, plain.MantelHaenszelTest!.Statistic, 1e-12, "test without correction");
    }

    [Fact]
    public void OddsRatio_OfOneTable_IsTheTablesOwnWithWoolfsVariance()
    {
        var fit = new Tables([7], [12], [5], [31]).Fit(EffectMeasure.OddsRatio).Coefficients;
        Fixtures.AssertClose(Math.Log(7.0 * 31 / (12 * 5)), fit.Estimates[0], Exact, "log odds ratio");
        Fixtures.AssertClose(Math.Sqrt((1 / 7.0) + (1 / 12.0) + (1 / 5.0) + (1 / 31.0)), fit.StandardErrors[0], Exact, "standard error");
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void Fit_OfReversedTables_IsTheSame(EffectMeasure measure)
    {
        var tables = Tables.Random(1, 23);
        AssertSame(tables.Fit(measure), tables.Take(Enumerable.Range(0, 23).Reverse()).Fit(measure), 1);
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void Fit_OfTablesTwice_HasTheSameEffectWithHalfTheVariance(EffectMeasure measure)
    {
        var tables = Tables.Random(2, 23);
        AssertSame(tables.Fit(measure), tables.Take(Enumerable.Range(0, 46).Select(i => i % 23)).Fit(measure), Math.Sqrt(0.5));
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void Fit_OfSwappedGroups_TurnsTheSign(EffectMeasure measure)
    {
        var tables = Tables.Random(3, 17);
        StratifiedFit fit = tables.Fit(measure), turned = tables.Swapped().Fit(measure);
        Fixtures.AssertClose(-fit.Coefficients.Estimates[0], turned.Coefficients.Estimates[0], Exact, "estimate");
        Fixtures.AssertClose(fit.Coefficients.StandardErrors[0], turned.Coefficients.StandardErrors[0], Exact, "standard error");
        Fixtures.AssertClose(fit.Heterogeneity.Statistic, turned.Heterogeneity.Statistic, Exact, "Q");
        Fixtures.AssertClose(fit.BreslowDayTest?.Statistic ?? 0, turned.BreslowDayTest?.Statistic ?? 0, 1e-11, "Breslow-Day");
        Fixtures.AssertClose(fit.TaroneTest?.Statistic ?? 0, turned.TaroneTest?.Statistic ?? 0, 1e-11, "Tarone");
    }

    [Fact]
    public void RateRatio_WithTimesInAnotherUnit_IsTheSame()
    {
        var tables = Tables.Random(4, 9);
        var inDays = tables with { B = [.. tables.B.Select(t => t * 365)], D = [.. tables.D.Select(t => t * 365)] };
        AssertSame(tables.Fit(EffectMeasure.IncidenceRateRatio), inDays.Fit(EffectMeasure.IncidenceRateRatio), 1);
        Fixtures.AssertClose(
            tables.Fit(EffectMeasure.IncidenceRateDifference).Coefficients.Estimates[0] / 365,
            inDays.Fit(EffectMeasure.IncidenceRateDifference).Coefficients.Estimates[0],
            Exact,
            "rate difference");
    }

    /// <summary>With equal odds in all tables the expectations are the cells themselves, and nothing is heterogeneous.</summary>
    [Fact]
    public void HomogeneityTests_OfTablesWithOneOddsRatio_AreZero()
    {
        var fit = new Tables([10, 20, 5], [5, 40, 10], [20, 10, 8], [40, 80, 64]).Fit(EffectMeasure.OddsRatio);
        Assert.Equal(Math.Log(4), fit.Coefficients.Estimates[0], 12);
        Assert.InRange(fit.BreslowDayTest!.Statistic, 0, 1e-25);
        Assert.InRange(fit.TaroneTest!.Statistic, 0, 1e-25);
        Assert.Equal(1, fit.TaroneTest.PValue, 8);
        Assert.Equal(2, fit.TaroneTest.NumeratorDf);
    }

    private static void AssertSame(StratifiedFit one, StratifiedFit other, double factor)
    {
        Fixtures.AssertClose(one.Coefficients.Estimates[0], other.Coefficients.Estimates[0], Exact, "estimate", floor: one.Coefficients.StandardErrors[0]);
        Fixtures.AssertClose(factor * one.Coefficients.StandardErrors[0], other.Coefficients.StandardErrors[0], Exact, "standard error");
    }
}
