using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.IndividualData;
using MetaBridge.Specs;

namespace MetaBridge.Tests.IndividualData;

/// <summary>What differences between studies say, and what they don't say, about people.</summary>
public class EcologicalTests
{
    private const double LogOddsRatio = -1.2;

    /// <summary>
    /// The worked example of docs/individual-data.md: one odds ratio for every person, whatever their risk, in every study. The odds ratios of whole studies are
    /// nevertheless smaller where average risk is moderate, so that a meta-regression finds a slope; the individual data show that there is none.
    /// </summary>
    [Fact]
    public void ConstantOddsRatioForEveryPerson_HasASlopeOnBaselineRiskBetweenStudies()
    {
        var people = People();

        var naive = MetaAnalysis.Fit(
            new UnivariateSpec { Effect = new EffectSpec { Measure = EffectMeasure.OddsRatio, Ai = "ai", N1i = "n", Ci = "ci", N2i = "n" }, Moderators = "~ risk", Method = HeterogeneityMethod.EqualEffects },
            Aggregated(people));
        var adjusted = TwoStage.Fit(
            new IndividualSpec { Study = "study", Treatment = "t", Outcome = "y", Type = OutcomeType.Binary, Frequency = "n", Modifier = "x" }, people);

        // Between studies: a significant slope, and odds ratios nearer to 1 than any person's.
        Assert.True(naive.Coefficients.PValues[1] < 1e-6);
        Assert.All(naive.Studies.EffectSizes, y => Assert.InRange(y, LogOddsRatio + 0.02, -0.5));
        // Between people: the same odds ratio in every study, and no slope.
        Assert.All(adjusted.Studies, study => Assert.Equal(LogOddsRatio, study.Effect, 0.01));
        Assert.Equal(0, adjusted.Slopes!.Within, 0.005);
        Assert.Contains(EcologicalCaution.NonCollapsible, adjusted.Cautions);
    }

    [Theory]
    [InlineData("~ risk", "risk")]
    [InlineData("~ I(10 - 3 * log(risk / (1 - risk)))", "I(10 - 3 * log(risk/(1 - risk)))")]
    [InlineData("~ log(n) + other", null)]
    public void BaselineRisk_InAnyDisguise_IsFound(string moderators, string? name)
    {
        var data = Aggregated(People());
        data = data.With(new NumberColumn("other", [3, 1, 4, 1, 5, 9, 2, 6, 5, 3])).With(new NumberColumn("n", [.. Enumerable.Range(0, 10).Select(i => 60_000.0 + i)]));
        var spec = new UnivariateSpec { Effect = new EffectSpec { Measure = EffectMeasure.OddsRatio, Ai = "ai", N1i = "n", Ci = "ci", N2i = "size" }, Moderators = moderators };
        data = data.With(new NumberColumn("size", [.. Enumerable.Repeat(60_000.0, 10)]));

        var found = BaselineRisk.Moderators(MetaAnalysis.Fit(spec, data), spec, data);

        string[] expected = name is null ? [] : [name];
        Assert.Equal(expected, found);
    }

    // Σ and the regression of van Houwelingen, Arends & Stijnen (2002, section 5): treated on control slope 0.730, residual variance 0.149.
    [Fact]
    public void ControlRate_BcgTrials_GivesThePublishedRegression()
    {
        var fit = ControlRate.Fit(
            new EffectSpec { Measure = EffectMeasure.OddsRatio, Ai = "ai", Bi = "bi", Ci = "ci", Di = "di" },
            new Dataset("bcg", [
                new NumberColumn("ai", [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27]),
                new NumberColumn("bi", [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886]),
                new NumberColumn("ci", [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29]),
                new NumberColumn("di", [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825])]));

        // The components agree with metafor's rma.mv(struct = "UN", method = "ML") on the two arms.
        Assert.Equal(0.7299890626, fit.TreatedSlope, 1e-6);
        Assert.Equal(0.1485415998, fit.ResidualVariance, 1e-6);
        Assert.Equal(fit.TreatedSlope - 1, fit.Coefficients.Estimates[2], 1e-12);
        Assert.Equal(-4.8337436625 + 4.0959745926, fit.Coefficients.Estimates[1], 1e-6);
        Assert.Equal(-1.8437, fit.Coefficients.Estimates[0], 1e-4);
        Assert.Equal(0.0866, fit.Coefficients.StandardErrors[2], 1e-4);
    }

    [Fact]
    public void ControlRate_TooFewStudies_IsRefused() => Assert.Equal(
        ErrorCode.TooFewStudies,
        Assert.Throws<MetaBridgeException>(() => ControlRate.Fit(
            new EffectSpec { Measure = EffectMeasure.OddsRatio, Ai = "a", Bi = "b", Ci = "a", Di = "b" },
            new Dataset("two", [new NumberColumn("a", [1, 2]), new NumberColumn("b", [3, 4])]))).Code);

    [Fact]
    public void WithinBetween_OppositeSlopes_AreFoundAndDiffer()
    {
        // Older people profit less within every study; studies of older people happen to find more.
        var rows = Enumerable.Range(0, 24).Select(i => (Study: i / 3, Age: 50.0 + (2 * (i / 3)) + (8 * ((i % 3) - 1)), Noise: Math.Sin(i * 78.233) * 0.05)).ToArray();
        var data = new Dataset("subgroups", [
            new IntegerColumn("study", [.. rows.Select(row => row.Study)]),
            new NumberColumn("age", [.. rows.Select(row => row.Age)]),
            new NumberColumn("y", [.. rows.Select(row => (0.1 * 2 * row.Study) - (0.05 * (row.Age - 50 - (2 * row.Study))) + row.Noise)]),
            new NumberColumn("v", [.. rows.Select((_, i) => 0.02 + (0.01 * (i % 3)))])]);

        var fit = WithinBetween.Fit(new EffectSpec { Yi = "y", Vi = "v" }, data, "study", "age");

        Assert.Equal(0.1, fit.Model.Coefficients.Estimates[1], 0.01);
        Assert.Equal(-0.05, fit.Model.Coefficients.Estimates[2], 0.005);
        Assert.True(fit.Comparison.Joint.PValue < 0.001);
    }

    [Fact]
    public void Split_MeansAndDeviations_AddUp()
    {
        var data = new Dataset("d", [new TextColumn("s", ["a", "a", "b"]), new NumberColumn("x", [1, 4, 7]), new NumberColumn("n", [2, 1, 5])]);

        var split = WithinBetween.Split(data, "s", "x", "n");

        Assert.Equal([2, 2, 7], split["x.mean"].ToNumbers());
        Assert.Equal([-1, 2, 0], split["x.dev"].ToNumbers());
    }

    [Fact]
    public void WithinBetween_OneRowPerStudy_IsRefusedWithTheReason()
    {
        var data = new Dataset("d", [
            new TextColumn("s", ["a", "b", "c"]), new NumberColumn("x", [1, 4, 7]), new NumberColumn("y", [1, 2, 2]), new NumberColumn("v", [1, 1, 1])]);

        var refused = Assert.Throws<MetaBridgeException>(() => WithinBetween.Fit(new EffectSpec { Yi = "y", Vi = "v" }, data, "s", "x"));

        Assert.Equal(ErrorCode.InvalidOption, refused.Code);
        Assert.Contains("within any study", refused.Message, StringComparison.Ordinal);
    }

    // Ten studies of 3 strata of risk (log odds −2, 0, 2 from the study's middle), with exactly the expected numbers of events.
    private static Dataset People()
    {
        var (study, t, y, x, n) = (new List<int>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var s = 0; s < 10; s++)
        {
            foreach (var stratum in (double[])[-2, 0, 2])
            {
                foreach (var treated in (double[])[0, 1])
                {
                    var logOdds = -4 + (0.4 * s) + stratum + (LogOddsRatio * treated);
                    var events = 20_000 / (1 + Math.Exp(-logOdds));
                    foreach (var (outcome, count) in ((double, double)[])[(1, events), (0, 20_000 - events)])
                    {
                        study.Add(s);
                        t.Add(treated);
                        y.Add(outcome);
                        x.Add((0.4 * s) + stratum);
                        n.Add(count);
                    }
                }
            }
        }

        return new Dataset("people", [
            new IntegerColumn("study", [.. study]), new NumberColumn("t", [.. t]), new NumberColumn("y", [.. y]), new NumberColumn("x", [.. x]), new NumberColumn("n", [.. n])]);
    }

    private static Dataset Aggregated(Dataset people)
    {
        var (study, t, y, n) = (people["study"].ToNumbers(), people["t"].ToNumbers(), people["y"].ToNumbers(), people["n"].ToNumbers());
        double Sum(int s, double arm, bool onlyEvents) => Math.Round(Enumerable.Range(0, n.Length).Where(i => study[i] == s && t[i] == arm && (!onlyEvents || y[i] == 1)).Sum(i => n[i]));
        int[] studies = [.. Enumerable.Range(0, 10)];
        return new Dataset("aggregated", [
            new NumberColumn("ai", [.. studies.Select(s => Sum(s, 1, true))]), new NumberColumn("ci", [.. studies.Select(s => Sum(s, 0, true))]),
            new NumberColumn("n", [.. studies.Select(s => Sum(s, 0, false))]), new NumberColumn("risk", [.. studies.Select(s => Sum(s, 0, true) / Sum(s, 0, false))])]);
    }
}
