using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.IndividualData;
using MetaBridge.Specs;

namespace MetaBridge.Tests.IndividualData;

/// <summary>Regressions of single studies against published numbers and closed forms, and both stages together.</summary>
public class TwoStageTests
{
    // Weeks in remission of 42 children with leukaemia (Gehan, 1965): 6-mercaptopurine, then placebo (all placebo times are events).
    private static readonly double[] Treated = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
    private static readonly double[] TreatedEvents = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
    private static readonly double[] Placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];

    // The numbers that every textbook has for these data: 1.5721 (0.4124) with Efron's ties, 1.5092 (0.4096) with Breslow's.
    [Theory]
    [InlineData(TieMethod.Efron, 1.5721251, 0.4123967)]
    [InlineData(TieMethod.Breslow, 1.5091914, 0.4095644)]
    public void Cox_LeukaemiaTrial_GivesThePublishedHazardRatio(TieMethod ties, double estimate, double error)
    {
        var study = TwoStage.Fit(Times() with { Ties = ties }, Leukaemia()).Studies[0];

        Assert.Equal(estimate, study.Effect, 5e-7);
        Assert.Equal(error, Math.Sqrt(study.EffectVariance), 5e-7);
        Assert.Equal(30, study.Events);
    }

    [Fact]
    public void Exponential_NoCovariates_IsTheLogRatioOfRates()
    {
        var study = TwoStage.Fit(Times() with { Hazard = HazardModel.Exponential }, Leukaemia()).Studies[0];

        Assert.Equal(Math.Log(21 / Placebo.Sum() / (9 / Treated.Sum())), study.Effect, 1e-10);
        Assert.Equal((1.0 / 21) + (1.0 / 9), study.EffectVariance, 1e-10);
    }

    // O - E = 10.749 and V = 6.257 for the placebo group.
    [Fact]
    public void LogRank_LeukaemiaTrial_IsItsOneStepEstimate()
    {
        var study = TwoStage.Fit(Times() with { Hazard = HazardModel.LogRank }, Leukaemia()).Studies[0];

        Assert.Equal(16.79, Math.Pow(study.Effect, 2) / study.EffectVariance, 0.01);
    }

    [Fact]
    public void Logistic_TwoByTwoTables_AreEscalcsLogOddsRatios()
    {
        var data = Tables([[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209]]);
        var effects = EffectSizeCalculator.Calculate(new EffectSpec { Measure = EffectMeasure.OddsRatio, Ai = "ai", Bi = "bi", Ci = "ci", Di = "di" }, Wide());

        var fit = TwoStage.Fit(Binary(), data);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(effects.Yi[i], fit.Studies[i].Effect, 1e-10);
            Assert.Equal(effects.Vi[i], fit.Studies[i].EffectVariance, 1e-10);
        }

        Dataset Wide() => new("wide", [
            new NumberColumn("ai", [4, 6, 3]), new NumberColumn("bi", [119, 300, 228]), new NumberColumn("ci", [11, 29, 11]), new NumberColumn("di", [128, 274, 209])]);
    }

    [Fact]
    public void Logistic_EmptyCell_IsRefusedLeftOutOrPenalised()
    {
        var data = Tables([[4, 119, 11, 128], [0, 50, 6, 44], [3, 228, 11, 209]]);

        var refused = Assert.Throws<MetaBridgeException>(() => TwoStage.Fit(Binary(), data));
        var left = TwoStage.Fit(Binary() with { Separation = SeparationRule.Exclude }, data);
        var firth = TwoStage.Fit(Binary() with { Separation = SeparationRule.Firth }, data).Studies[1];

        Assert.Equal(ErrorCode.NotConverged, refused.Code);
        Assert.Contains("'S2'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, left.Effect.StudyCount);
        Assert.Contains(left.Cautions, caution => caution.Contains("'S2' was left out", StringComparison.Ordinal));
        // Jeffreys's prior on a saturated table adds half a person to every cell.
        Assert.Equal(Math.Log(0.5 / 50.5 / (6.5 / 44.5)), firth.Effect, 1e-8);
    }

    [Fact]
    public void Linear_NoCovariates_IsTheDifferenceOfMeansWithPooledVariance()
    {
        double[] control = [1, 2, 4], treated = [3, 5, 7, 8];
        var data = new Dataset("people", [
            new TextColumn("study", [.. Enumerable.Repeat("S", 7)]), new TextColumn("arm", ["control", "control", "control", "drug", "drug", "drug", "drug"]),
            new NumberColumn("y", [.. control, .. treated])]);

        var study = TwoStage.Fit(new IndividualSpec { Study = "study", Treatment = "arm", Outcome = "y", Type = OutcomeType.Continuous }, data).Studies[0];

        var squares = control.Sum(y => Math.Pow(y - control.Average(), 2)) + treated.Sum(y => Math.Pow(y - treated.Average(), 2));
        Assert.Equal(treated.Average() - control.Average(), study.Effect, 1e-12);
        Assert.Equal(squares / 5 * ((1.0 / 3) + (1.0 / 4)), study.EffectVariance, 1e-12);
    }

    [Fact]
    public void Fit_OtherUnitsOfTheModifier_ScaleTheSlopes()
    {
        var data = Modified(scale: 1, shift: 0);
        var plain = TwoStage.Fit(WithModifier(), data).Slopes!;
        var scaled = TwoStage.Fit(WithModifier(), Modified(scale: 10, shift: 3)).Slopes!;

        Assert.Equal(plain.Within / 10, scaled.Within, 1e-8);
        Assert.Equal(plain.Between / 10, scaled.Between, 1e-8);
        Assert.Equal(plain.Difference.Statistics[0], scaled.Difference.Statistics[0], 1e-6);
    }

    [Fact]
    public void Fit_MissingValues_AreReported()
    {
        var data = Modified(1, 0);
        var y = data["y"].ToNumbers();
        y[3] = double.NaN;

        var fit = TwoStage.Fit(WithModifier(), data.With(new NumberColumn("y", y)));

        Assert.Equal(3, Assert.Single(fit.Dropped).Row);
        Assert.Equal("missing value in 'y'", fit.Dropped[0].Reason);
    }

    [Fact]
    public void Fit_ValuesThatAnOutcomeCannotHave_AreRefused()
    {
        var data = Modified(1, 0);

        Assert.Equal(ErrorCode.InvalidOption, Refused(WithModifier() with { Type = OutcomeType.Binary }));
        Assert.Equal(ErrorCode.InvalidOption, Refused(WithModifier() with { Type = OutcomeType.TimeToEvent, Outcome = "negative" }));
        Assert.Equal(ErrorCode.MissingColumn, Refused(WithModifier() with { Treatment = "nothing" }));
        Assert.Equal(ErrorCode.InvalidOption, Refused(WithModifier() with { Treatment = "x" }));

        ErrorCode Refused(IndividualSpec spec) => Assert.Throws<MetaBridgeException>(
            () => TwoStage.Fit(spec, data.With(new NumberColumn("negative", [.. Enumerable.Repeat(-1.0, data.RowCount)])))).Code;
    }

    private static IndividualSpec Times() => new() { Study = "study", Treatment = "placebo", Outcome = "time", Event = "event", Type = OutcomeType.TimeToEvent };

    private static Dataset Leukaemia() => new("leukaemia", [
        new TextColumn("study", [.. Enumerable.Repeat("A", 42)]), new IntegerColumn("placebo", [.. Enumerable.Repeat(0, 21), .. Enumerable.Repeat(1, 21)]),
        new NumberColumn("time", [.. Treated, .. Placebo]), new NumberColumn("event", [.. TreatedEvents, .. Enumerable.Repeat(1.0, 21)])]);

    private static IndividualSpec Binary() => new() { Study = "study", Treatment = "t", Outcome = "y", Type = OutcomeType.Binary, Frequency = "n" };

    // Each study as four rows: treated events and non-events, control events and non-events. Empty cells have no row.
    private static Dataset Tables(double[][] tables)
    {
        var rows = tables.SelectMany((cells, i) => cells.Select((n, c) => (Study: $"S{i + 1}", T: c < 2 ? 1.0 : 0, Y: c % 2 == 0 ? 1.0 : 0, N: n))).Where(row => row.N > 0).ToArray();
        return new Dataset("cells", [
            new TextColumn("study", [.. rows.Select(row => row.Study)]), new NumberColumn("t", [.. rows.Select(row => row.T)]),
            new NumberColumn("y", [.. rows.Select(row => row.Y)]), new NumberColumn("n", [.. rows.Select(row => row.N)])]);
    }

    private static IndividualSpec WithModifier() => new() { Study = "study", Treatment = "t", Outcome = "y", Type = OutcomeType.Continuous, Modifier = "x" };

    private static Dataset Modified(double scale, double shift)
    {
        var rows = Enumerable.Range(0, 120).Select(i => (Study: i / 20, T: (double)(i % 2), X: (i * 7 % 11) + (i / 20 * 1.5), E: Math.Sin(i * 12.9898) * 2)).ToArray();
        return new Dataset("people", [
            new IntegerColumn("study", [.. rows.Select(row => row.Study)]), new NumberColumn("t", [.. rows.Select(row => row.T)]),
            new NumberColumn("x", [.. rows.Select(row => shift + (scale * row.X))]), new NumberColumn("y", [.. rows.Select(row => (row.T * (1 + (0.3 * row.X))) + row.X + row.E)])]);
    }
}
