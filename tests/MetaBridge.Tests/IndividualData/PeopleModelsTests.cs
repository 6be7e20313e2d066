using MetaBridge.Agreement;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.IndividualData;
using MetaBridge.Reporting;
using MetaBridge.Specs;

namespace MetaBridge.Tests.IndividualData;

/// <summary>Models of people and studies by specification: JSON, the common shape, evaluation at given components. Their numbers are golden cases.</summary>
public class PeopleModelsTests
{
    private static readonly IndividualSpec People = new()
    {
        Study = "trial", Treatment = "arm", Outcome = "y", Type = OutcomeType.Continuous, Modifier = "age", Covariates = ["male"], Method = HeterogeneityMethod.DerSimonianLaird,
    };

    private static readonly WithinBetweenSpec Slopes = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Study = "study", Covariate = "x", Size = "n", Method = HeterogeneityMethod.MaximumLikelihood, Test = CoefficientTest.Normal, Level = 90,
    };

    private static readonly ControlRateSpec Rates = new()
    {
        Effect = new EffectSpec { Measure = EffectMeasure.OddsRatio, Ai = "ai", N1i = "n1i", Ci = "ci", N2i = "n2i" }, Level = 90,
    };

    public static TheoryData<string> Families => [People.Family, Slopes.Family, Rates.Family];

    [Theory]
    [MemberData(nameof(Families))]
    public void Specification_ReadsBackFromItsJson(string family)
    {
        var json = SpecJson.Write(SpecOf(family));

        var again = SpecJson.Read(json);

        Assert.Equal(family, again.Family);
        Assert.Equal(json, SpecJson.Write(again));
    }

    [Theory]
    [InlineData("""{"family":"individual","study":"s","treatment":"t","outcome":"y","type":"counts","method":"REML"}""", ErrorCode.UnknownName)]
    [InlineData("""{"family":"individual","study":"s","treatment":"t","outcome":"y","method":"REML"}""", ErrorCode.SpecificationInvalid)]
    [InlineData("""{"family":"within-between","effect":{"yi":"y"},"study":"s","covariate":"x","sise":"n"}""", ErrorCode.SpecificationInvalid)]
    [InlineData("""{"family":"control-rate","effect":{"ai":"a"},"levle":90}""", ErrorCode.SpecificationInvalid)]
    public void Specification_WithAMistake_IsRefused(string json, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => SpecJson.Read(json)).Code);

    [Theory]
    [MemberData(nameof(Families))]
    public void Result_ReadsBackFromItsJson(string family)
    {
        var fit = (PeopleFit)MetaAnalysis.Fit(SpecOf(family), DataOf(family));

        var again = (PeopleFit)FitJson.Read(FitJson.Write(fit));

        Assert.Equal(FitJson.Write(fit), FitJson.Write(again));
        Assert.Equal(fit.Notes, again.Notes);
        Assert.NotEmpty(again.Quantities());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Fit_AtItsOwnComponents_GivesTheSameNumbers(string family)
    {
        var (spec, data) = (SpecOf(family), DataOf(family));
        var fit = MetaAnalysis.Fit(spec, data);
        var report = AgreementCheck.Run(spec, data, ReferenceResult.From(fit, new Provenance("", "", null, "", [])));

        Assert.True(report.Agrees, report.ToText());
        Assert.Contains(report.Comparisons, comparison => comparison.Half == ComparisonHalf.Given);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Fit_AtOtherComponents_GivesOtherStandardErrors(string family)
    {
        var (spec, data) = (SpecOf(family), DataOf(family));
        var fit = (PeopleFit)MetaAnalysis.Fit(spec, data);
        var components = fit.SearchedComponents.ToDictionary(
            name => name, name => Array.ConvertAll(fit.Quantities().First(q => q.Name == name).Values, value => name.EndsWith("rho", StringComparison.Ordinal) ? value : value + 1));

        var other = MetaAnalysis.Fit(spec, data, new FitOptions { EvaluateAt = components });

        foreach (var se in fit.Quantities().Where(q => q.Name.EndsWith(".se", StringComparison.Ordinal)))
        {
            Assert.NotEqual(se.Values[0], other.Quantities().First(q => q.Name == se.Name).Values[0], 1e-6);
        }
    }

    [Fact]
    public void ControlRate_TableWithAMissingCount_IsReported()
    {
        var data = DataOf(ControlRateSpec.FamilyName);
        var values = data["ci"].ToNumbers();
        values[2] = double.NaN;

        var fit = (PeopleFit)MetaAnalysis.Fit(Rates, data.With(new NumberColumn("ci", values)));

        Assert.Equal(2, Assert.Single(fit.Dropped).Row);
    }

    [Fact]
    public void ControlRate_WithoutAColumnOfTheTables_SaysWhich()
    {
        var refused = Assert.Throws<MetaBridgeException>(() => MetaAnalysis.Fit(Rates with { Effect = Rates.Effect with { N2i = null } }, DataOf(ControlRateSpec.FamilyName)));

        Assert.Equal(ErrorCode.SpecificationInvalid, refused.Code);
        Assert.Contains("di or n2i", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithinBetween_WithoutRandomEffect_HasNoComponentToSearch()
    {
        var fit = PeopleModels.Fit(Slopes with { Method = HeterogeneityMethod.EqualEffects }, DataOf(WithinBetweenSpec.FamilyName));

        Assert.Empty(fit.SearchedComponents);
        Assert.Equal(0, fit.Further.First(table => table.Name == "components")["sigma2"][0]);
    }

    private static ModelSpec SpecOf(string family) => new ModelSpec[] { People, Slopes, Rates }.First(spec => spec.Family == family);

    private static Dataset DataOf(string family) => family switch
    {
        IndividualSpec.FamilyName => Individuals(),
        WithinBetweenSpec.FamilyName => new Dataset("groups", [
            new NumberColumn("yi", [0.1, 0.5, 0.2, 0.9, 0.4, 0.3, 1.1, 0.8]), new NumberColumn("vi", [0.02, 0.03, 0.01, 0.02, 0.04, 0.02, 0.03, 0.02]),
            new NumberColumn("x", [1, 2, 1, 4, 3, 5, 4, 6]), new NumberColumn("n", [10, 20, 15, 12, 18, 30, 11, 25]), new IntegerColumn("study", [1, 1, 2, 2, 3, 3, 4, 4])]),
        _ => new Dataset("tables", [
            new NumberColumn("ai", [4, 6, 3, 62, 33, 180, 8]), new NumberColumn("n1i", [123, 306, 231, 13598, 5069, 1541, 2545]),
            new NumberColumn("ci", [11, 29, 11, 248, 47, 372, 10]), new NumberColumn("n2i", [139, 303, 220, 12867, 5808, 1451, 629])]),
    };

    // Five trials of forty people; everything follows from their numbers.
    private static Dataset Individuals()
    {
        double[] Of(Func<int, double> value) => [.. Enumerable.Range(0, 200).Select(value)];
        double Noise(int i) => ((i * 7919) % 200 / 100.0) - 1;
        double Age(int i) => 50 + (i / 40) + ((i * 37) % 23);
        return new Dataset("people", [
            new IntegerColumn("trial", [.. Enumerable.Range(0, 200).Select(i => (i / 40) + 1)]),
            new NumberColumn("arm", Of(i => i % 2)),
            new NumberColumn("male", Of(i => i * 13 % 7 < 3 ? 1 : 0)),
            new NumberColumn("age", Of(Age)),
            new NumberColumn("y", Of(i => (i % 2 * (1 + (i / 40) + (0.1 * Age(i)))) + (0.2 * Age(i)) + Noise(i)))]);
    }
}
