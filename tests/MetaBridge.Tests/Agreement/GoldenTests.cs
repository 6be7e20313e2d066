using System.Text.RegularExpressions;
using MetaBridge.Agreement;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Agreement;

/// <summary>The comparison with R's recorded results passes, and can fail.</summary>
public sealed partial class GoldenTests
{
    // A case that disappears must be taken out here too, so that the grid does not shrink unnoticed.
    private const int CaseCount = 960;
    private const int LeastDatasets = 60;
    private const double UnitRoundoff = 1.1102230246251565e-16;

    public static TheoryData<string> Ids
    {
        get
        {
            var ids = new TheoryData<string>();
            foreach (var path in Goldens.Paths)
            {
                ids.Add(Path.GetFileName(path)[..^AgreementCase.CaseSuffix.Length]);
            }

            return ids;
        }
    }

    [Fact]
    public void Cases_DoNotGetFewer()
    {
        Assert.True(Goldens.Paths.Count >= CaseCount, $"{Goldens.Paths.Count} cases are left of {CaseCount}");
        var cases = Goldens.Paths.Select(AgreementCase.Load).ToArray();
        Assert.True(cases.Select(c => c.Data).Distinct().Count() >= LeastDatasets);
        AssertPeopleAreThere([.. cases.Select(c => c.Spec)]);
        var specs = cases.Select(c => c.Spec).OfType<UnivariateSpec>().ToArray();
        Assert.Equal(Enum.GetValues<CoefficientTest>().ToHashSet(), specs.Select(s => s.Test).ToHashSet());
        string[] measures = ["RR", "OR", "RD", "MD", "SMD", "ROM", "COR", "ZCOR", "PR", "PLO", "PFT", "IRR", "IRLN", "GEN"];
        Assert.Subset(specs.Select(s => Keywords<EffectMeasure>.Of(s.Effect.Measure)).ToHashSet(), measures.ToHashSet());
        string[] methods = ["EE", "DL", "ML", "REML", "HE", "HS", "HSk", "SJ", "SJIT", "PM", "PMM", "EB", "GENQ"];
        Assert.Subset(specs.Select(s => Keywords<HeterogeneityMethod>.Of(s.Method)).ToHashSet(), methods.ToHashSet());
    }

    // Every kind of outcome, hazard, ties and separation of individual data, and both other models of people and studies.
    private static void AssertPeopleAreThere(ModelSpec[] specs)
    {
        var people = specs.OfType<IndividualSpec>().ToArray();
        Assert.True(people.Length >= 14 && specs.OfType<WithinBetweenSpec>().Count() >= 4 && specs.OfType<ControlRateSpec>().Count() >= 5);
        Assert.Equal(Enum.GetValues<OutcomeType>().ToHashSet(), people.Select(s => s.Type).ToHashSet());
        Assert.Equal(Enum.GetValues<HazardModel>().ToHashSet(), people.Select(s => s.Hazard).ToHashSet());
        Assert.Equal(Enum.GetValues<TieMethod>().ToHashSet(), people.Select(s => s.Ties).ToHashSet());
        Assert.Equal(Enum.GetValues<SeparationRule>().ToHashSet(), people.Select(s => s.Separation).ToHashSet());
        Assert.Equal(Enum.GetValues<OutcomeType>().ToHashSet(), people.Where(s => s.Modifier is not null).Select(s => s.Type).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Case_AgreesWithR(string id)
    {
        var golden = Load(id);
        golden.Recorded.RequireMatch(golden.Case, golden.Data);
        var report = AgreementCheck.Run(golden.Case.Spec, golden.Data, golden.Recorded.Result);
        Assert.True(report.Agrees, report.ToText());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void CorruptedDigit_IsCaught(string id)
    {
        var golden = Load(id);
        var (ours, given) = (golden.Fit(), golden.FitAtTheirs());
        var centred = golden.Centred();
        var honest = AgreementCheck.Compare(ours, golden.Recorded.Result, given, centred);
        var rounding = honest.Explanations.Any(e => e.Kind == ExplanationKind.ReferenceLosesDigits) || ours.NormalEquationsCondition > 1
            ? Math.Min(1e-8, UnitRoundoff * ours.NormalEquationsCondition)
            : 0;
        foreach (var comparison in honest.Comparisons.Where(c => c.Half == ComparisonHalf.EndToEnd && (c.Verdict == Verdict.Agrees || centred is not null)))
        {
            foreach (var element in Sample(comparison.Reference.Length))
            {
                var corrupted = Corrupt(golden.Recorded.Result, comparison, element, rounding);
                var report = AgreementCheck.Compare(ours, corrupted, given, centred);
                Assert.False(report.Agrees, $"{id}: a changed {comparison.ElementName(element)} passes");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void RemovedQuantity_IsCaught(string id)
    {
        var golden = Load(id);
        var (ours, given, centred) = (golden.Fit(), golden.FitAtTheirs(), golden.Centred());
        var result = golden.Recorded.Result;
        foreach (var quantity in result.Quantities)
        {
            var without = result with { Quantities = [.. result.Quantities.Where(q => q != quantity)] };
            var report = AgreementCheck.Compare(ours, without, given, centred);
            Assert.Contains(report.Misses, m => m.Name == quantity.Name && m.Reason == MissReason.MissingInReference);
            var shorter = result with { Quantities = [.. result.Quantities.Select(q => q == quantity ? q with { Values = q.Values[1..], Labels = null } : q)] };
            Assert.False(AgreementCheck.Compare(ours, shorter, given, centred).Agrees, $"{id}: a shorter {quantity.Name} passes");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void EditedFile_IsRefused(string id)
    {
        var theCase = Load(id).Case;
        var text = File.ReadAllText(theCase.VerifiedPath);
        var name = theCase.Spec switch
        {
            BayesSpec => "\"estimates.mean\"",
            IndividualSpec => "\"studies.yi\"",
            WithinBetweenSpec => "\"slopes.estimate\"",
            ControlRateSpec => "\"control-rate.estimate\"",
            _ => "\"beta\"",
        };
        var start = text.IndexOf(name, text.IndexOf("\"quantities\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var digit = FirstNumber().Match(text, start).Groups["digit"].Index;
        var edited = text[..digit] + (text[digit] == '1' ? '2' : '1') + text[(digit + 1)..];
        Assert.Equal(ErrorCode.GoldenStale, Assert.Throws<MetaBridgeException>(() => RecordedResult.Parse(edited)).Code);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ChangedDataOrSpecification_IsRefused(string id)
    {
        var golden = Load(id);
        var changed = golden.Data.With(new NumberColumn("an extra column", new double[golden.Data.RowCount]));
        Assert.Equal(ErrorCode.GoldenStale, Assert.Throws<MetaBridgeException>(() => golden.Recorded.RequireMatch(golden.Case, changed)).Code);
        var other = golden.Case with { Spec = WithOtherLevel(golden.Case.Spec) };
        Assert.Equal(ErrorCode.GoldenStale, Assert.Throws<MetaBridgeException>(() => golden.Recorded.RequireMatch(other, golden.Data)).Code);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void RecordedFile_WritesTheSameAgain(string id)
    {
        var golden = Load(id);
        Assert.Equal(File.ReadAllText(golden.Case.VerifiedPath), golden.Recorded.ToJson());
    }

    private static ModelSpec WithOtherLevel(ModelSpec spec) => spec switch
    {
        UnivariateSpec univariate => univariate with { Level = 42 },
        StratifiedSpec stratified => stratified with { Level = 42 },
        MultilevelSpec multilevel => multilevel with { Level = 42 },
        BayesSpec bayes => bayes with { Level = 42 },
        IndividualSpec individual => individual with { Level = 42 },
        WithinBetweenSpec slopes => slopes with { Level = 42 },
        ControlRateSpec controlRate => controlRate with { Level = 42 },
        _ => throw new NotSupportedException(spec.Family),
    };

    private static Golden Load(string id) =>
        Goldens.Load(Goldens.Paths.Single(p => Path.GetFileName(p) == id + AgreementCase.CaseSuffix));

    /// <summary>All places of a short vector; first, middle and last of a long one.</summary>
    private static IEnumerable<int> Sample(int length) =>
        length <= 6 ? Enumerable.Range(0, length) : [0, length / 2, length - 1];

    /// <summary>R's result with one number changed by ten times what the comparison may let pass.</summary>
    private static ReferenceResult Corrupt(ReferenceResult result, QuantityComparison comparison, int element, double rounding)
    {
        var values = (double[])comparison.Reference.Clone();
        var size = Math.Max(Math.Max(Math.Abs(values[element]), 2.3e-308), comparison.Scale?[element] ?? 0);
        var change = Tolerance.IsAbsolute(comparison.Class)
            ? 10 * comparison.Bound
            : 10 * Math.Max(comparison.Bound, rounding) * size;
        values[element] = double.IsFinite(values[element]) ? values[element] + change : 1;
        return result with
        {
            Quantities = [.. result.Quantities.Select(q => q.Name == comparison.Name ? q with { Values = values } : q)],
        };
    }

    // The first digit of a value; labels may hold digits too.
    [GeneratedRegex("(?:\"\\s*:|\\[)\\s*-?(?<digit>[0-9])")]
    private static partial Regex FirstNumber();
}
