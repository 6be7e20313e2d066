using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;
using Xunit.Abstractions;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Whatever the columns, every row has a legal effect size or a reason, or the input is refused with a documented code.</summary>
public sealed class EffectFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 5_000;
    private const int ExhaustiveCases = 100_000;

    private static readonly int Count = Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1" ? ExhaustiveCases : Cases;

    private static readonly HashSet<ErrorCode> Codes =
        [ErrorCode.SpecificationInvalid, ErrorCode.InvalidOption, ErrorCode.InvalidCount, ErrorCode.NotSupported];

    private static readonly string?[] Types = [null, null, "LS", "LS2", "LS3", "UB", "HO", "AV", "AVHO", "AV2", "H0", "ST", "CS", "MAX", "no type"];

    private static readonly double[] Wild =
    [
        0, 0.5, 1, 3, 20, 40.25, 0.1, 0.999, 0, 0, double.NaN, double.NaN, 1e-300, 1e-12, 1e6, 1e15, 1e300, -0.4, -1, -3, double.PositiveInfinity, double.NegativeInfinity,
    ];

    [Fact]
    public void Calculator_AnyColumns_ComputesOrExplains()
    {
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var problems = new List<string>();
        for (var seed = 0; seed < Count; seed++)
        {
            var (spec, inputs) = Problem(seed);
            string outcome;
            try
            {
                var table = EffectSizeCalculator.Calculate(spec, inputs);
                outcome = table.Yi.Any(double.IsFinite) ? "effects" : "none";
                problems.AddRange(Illegal(spec, table).Select(problem => $"seed {seed}, {spec.Measure} {spec.Vtype}: {problem}"));
            }
            catch (MetaBridgeException exception)
            {
                outcome = exception.Code.ToString();
                if (!Codes.Contains(exception.Code))
                {
                    problems.Add($"seed {seed}: {exception.Code} {exception.Message}");
                }
            }

            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine(string.Join(", ", outcomes.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.True(problems.Count == 0, $"{problems.Count}\n" + string.Join('\n', problems.Take(20)));
        Assert.True(outcomes["effects"] > Count / 5, "too few cases have effect sizes");
    }

    private static (EffectSpec Spec, EffectInputs Inputs) Problem(int seed)
    {
        var random = new Random(seed);
        var measures = Enum.GetValues<EffectMeasure>();
        var measure = measures[random.Next(measures.Length)];
        // Half of the cases are tame: no negative, infinite or huge number.
        var (range, rows) = (random.Next(2) == 0 ? 12 : Wild.Length, random.Next(1, 11));
        var inputs = new EffectInputs();
        foreach (var role in EffectFamilies.Roles(EffectFamilies.Of(measure), measure))
        {
            var isShare = EffectDomains.Of(EffectFamilies.Of(measure), role) is EffectDomain.Correlation or EffectDomain.Share or EffectDomain.AtMostOne;
            if (random.Next(60) > 0)
            {
                inputs.Set(role, [.. Enumerable.Range(0, rows).Select(_ => isShare && random.Next(9) > 0 ? random.NextDouble() : random.Next(3) == 0 ? random.Next(2, 90) : Wild[random.Next(range)])]);
            }
        }

        return (new EffectSpec
        {
            Measure = measure,
            Vtype = Types[random.Next(Types.Length)],
            Add = random.Next(3) == 0 ? random.Next(4) / 4.0 : null,
            AddTo = (AddRule)random.Next(4),
            Drop00 = random.Next(2) == 0,
            Correct = random.Next(2) == 0,
            AddToEffect = random.Next(5) > 0,
            AddToVariance = random.Next(5) > 0,
            AddToFirstOutcomeOnly = random.Next(5) == 0,
            Flip = random.Next(5) == 0,
        }, inputs);
    }

    private static IEnumerable<string> Illegal(EffectSpec spec, EffectSizeTable table)
    {
        for (var i = 0; i < table.Yi.Length; i++)
        {
            var isWhole = double.IsFinite(table.Yi[i]) && double.IsFinite(table.Vi[i]);
            if (double.IsInfinity(table.Yi[i]) || double.IsInfinity(table.Vi[i]) || (table.Vi[i] < 0 && spec.Measure is not (EffectMeasure.Given or EffectMeasure.HazardRatio or EffectMeasure.HazardDifference)))
            {
                yield return $"row {i} is {table.Yi[i]}, {table.Vi[i]}";
            }

            if (!isWhole && table.MissingBecause[i] is null)
            {
                yield return $"row {i} is {table.Yi[i]}, {table.Vi[i]} without a reason";
            }
        }
    }
}
