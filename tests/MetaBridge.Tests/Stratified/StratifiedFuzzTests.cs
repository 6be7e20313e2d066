using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using Xunit;
using Xunit.Abstractions;

namespace MetaBridge.Tests.Stratified;

/// <summary>Whatever the tables, there is a fit with legal numbers or an error with a documented code.</summary>
public sealed class StratifiedFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 3_000;
    private const int ExhaustiveCases = 100_000;

    private static readonly int Count = Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1" ? ExhaustiveCases : Cases;

    private static readonly HashSet<ErrorCode> Codes =
    [
        ErrorCode.NoData, ErrorCode.InvalidCount, ErrorCode.NonFiniteValue, ErrorCode.InvalidOption, ErrorCode.NumericOverflow,
    ];

    private static readonly double[] Wild =
        [0, 0, 0, 1, 1, 2, 3, 17, 250, 1e5, 1e9, 1e15, 0.25, 1e-3, 1e-12, double.NaN, double.NaN, -1, double.PositiveInfinity, 1e90, 1e308];

    [Fact]
    public void Engine_AnyTables_FitsOrExplains()
    {
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var problems = new List<string>();
        for (var seed = 0; seed < Count; seed++)
        {
            string outcome;
            try
            {
                var fit = Fit(seed);
                outcome = fit.IsEstimated ? "fit" : "none";
                problems.AddRange(Illegal(fit).Select(problem => $"seed {seed}: {problem}"));
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
        Assert.True(problems.Count == 0, string.Join('\n', problems.Take(20)));
        Assert.True(outcomes["fit"] > Count / 4, "too few cases reach a fit");
    }

    private static StratifiedFit Fit(int seed)
    {
        var random = new Random(seed);
        var measure = Tables.Measures[random.Next(Tables.Measures.Length)];
        // Mostly tame tables with zeros and holes; some wild.
        var range = random.Next(3) switch { 0 => 10, 1 => 17, _ => Wild.Length };
        var count = random.Next(0, 9);
        double[] Column() => [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? random.Next(1, 60) : Wild[random.Next(range)])];
        ZeroCellRule Rule() => new(random.Next(4) * 0.25, (AddRule)random.Next(4), random.Next(2) == 0);
        return new Tables(Column(), Column(), Column(), Column()).Fit(measure, new StratifiedSettings
        {
            Observed = Rule(),
            Pooling = Rule(),
            ContinuityCorrection = random.Next(2) == 0,
            Level = random.Next(20) == 0 ? 100 : 95,
            Also = [FurtherResult.LeaveOneOut, FurtherResult.Cumulative],
        });
    }

    private static IEnumerable<string> Illegal(StratifiedFit fit)
    {
        var c = fit.Coefficients;
        if (fit.IsEstimated && !(double.IsFinite(c.Estimates[0]) && double.IsFinite(c.StandardErrors[0]) && c.StandardErrors[0] >= 0))
        {
            yield return $"estimate {c.Estimates[0]} ({c.StandardErrors[0]})";
        }

        if (fit.IsEstimated && !(c.Lower[0] <= c.Estimates[0] && c.Estimates[0] <= c.Upper[0]))
        {
            yield return $"the interval from {c.Lower[0]} to {c.Upper[0]} does not hold {c.Estimates[0]}";
        }

        foreach (var p in new[] { c.PValues[0], fit.Heterogeneity.PValue, fit.MantelHaenszelTest?.PValue, fit.CochranTest?.PValue, fit.TaroneTest?.PValue, fit.BreslowDayTest?.PValue })
        {
            if (p is < 0 or > 1)
            {
                yield return $"p-value {p}";
            }
        }

        if (fit.Heterogeneity.Statistic < 0 || fit.ISquared is < 0 or > 100 || fit.EffectCount > fit.Studies.Rows.Length)
        {
            yield return $"Q {fit.Heterogeneity.Statistic}, I2 {fit.ISquared}, {fit.EffectCount} effects";
        }

        if (fit.LeaveOneOut!.Estimates.Length != fit.TableCount || fit.Cumulative!.Estimates.Length != fit.TableCount)
        {
            yield return "a sequence has another length than the tables";
        }
    }
}
