using MetaBridge.Errors;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Batch;
using Xunit.Abstractions;

namespace MetaBridge.Tests.Univariate;

/// <summary>Whatever the input, there is a fit with legal numbers or an error with a code that the entry points document.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int Cases = 2_000;
    private const int ExhaustiveCases = 100_000;

    // What one search may evaluate, with its polishing.
    private const int MostEvaluations = 21_000;

    private static readonly int Count = Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1" ? ExhaustiveCases : Cases;

    private static readonly HashSet<ErrorCode> EngineCodes =
    [
        ErrorCode.NoData, ErrorCode.LengthMismatch, ErrorCode.NonFiniteValue, ErrorCode.NonPositiveVariance, ErrorCode.TooFewStudies,
        ErrorCode.RankDeficientDesign, ErrorCode.InvalidOption, ErrorCode.SpecificationInvalid, ErrorCode.NumericOverflow,
    ];

    [Fact]
    public void Engine_AnyInput_FitsOrExplains() => Run(problem => UnivariateEngine.Fit(problem.Input, problem.Settings));

    [Fact]
    public void MetaAnalysis_AnyInput_FitsOrExplains() => Run(problem =>
    {
        var (spec, data) = problem.AsDataset();
        return MetaAnalysis.Fit(spec, data);
    });

    [Fact]
    public void Refitter_AnyInput_IsTheEngineOrSaysWhy()
    {
        var (fitted, problems) = (0, new List<string>());
        for (var seed = 0; seed < Count; seed++)
        {
            var problem = new FuzzCases(seed);
            var settings = problem.Settings with { EvaluateAtTauSquared = null, Also = [] };
            try
            {
                var input = problem.Input;
                var refit = new UnivariateRefitter(input.Variances, input.Design, settings, input.Weights).Fit(input.EffectSizes);
                var isLegal = refit.TauSquared >= 0 && double.IsFinite(refit.TauSquared) && double.IsFinite(refit.Estimate) && double.IsFinite(refit.StandardError);
                if (refit.Status == RefitStatus.Fitted ? !isLegal : !double.IsNaN(refit.TauSquared))
                {
                    problems.Add($"seed {seed}: {refit}");
                }

                fitted += refit.Status == RefitStatus.Fitted ? 1 : 0;
                var full = UnivariateEngine.Fit(input, settings);
                var unit = full.TauSquared.Value + (full.TypicalVariance > 0 ? full.TypicalVariance : 0);
                if (refit.Status != RefitStatus.Fitted || !(Math.Abs(full.TauSquared.Value - refit.TauSquared) <= 1e-12 * unit))
                {
                    problems.Add($"seed {seed}: {full.TauSquared.Value} in a full fit, {refit}");
                }
            }
            catch (MetaBridgeException error) when (EngineCodes.Contains(error.Code))
            {
                // Documented.
            }
        }

        Assert.True(problems.Count == 0, $"{problems.Count} of {Count}\n" + string.Join('\n', problems.Take(20)));
        Assert.True(fitted > Count / 5, "too few cases reach a fit");
    }

    private void Run(Func<FuzzCases, UnivariateFit> fit)
    {
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var problems = new List<string>();
        for (var seed = 0; seed < Count; seed++)
        {
            var outcome = Outcome(new FuzzCases(seed), fit, out var problem);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (problem is not null)
            {
                problems.Add($"seed {seed}: {problem}");
            }
        }

        output.WriteLine(string.Join(", ", outcomes.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.True(problems.Count == 0, $"{problems.Count} of {Count}\n" + string.Join('\n', problems.Take(40)));
        Assert.True(outcomes["fit"] > Count / 4, "too few cases reach a fit");
    }

    private static string Outcome(FuzzCases problem, Func<FuzzCases, UnivariateFit> fit, out string? complaint)
    {
        complaint = null;
        try
        {
            var result = fit(problem);
            complaint = Illegal(result).FirstOrDefault() is { } what
                ? $"{what} ({problem.Settings.Method}, {problem.Settings.Test}, k = {result.StudyCount}, p = {result.Coefficients.Count})"
                : null;
            return "fit";
        }
        catch (MetaBridgeException error)
        {
            complaint = EngineCodes.Contains(error.Code) ? null : $"{error.Code}: {error.Message}";
            return error.Code.ToString();
        }
        catch (Exception other)
        {
            complaint = other.ToString();
            return other.GetType().Name;
        }
    }

    private static IEnumerable<string> Illegal(UnivariateFit fit)
    {
        var b = fit.Coefficients;
        var hasZeroVariance = fit.Studies.Variances.Contains(0);
        var hasResiduals = fit.StudyCount > b.Count;
        foreach (var (name, value) in new[]
        {
            ("tau2", fit.TauSquared.Value), ("s2w", fit.VarianceScale), ("ll", fit.MaximumLikelihood.LogLikelihood),
            ("ll REML", fit.RestrictedLikelihood.LogLikelihood), ("AIC", fit.MaximumLikelihood.Aic), ("AICc", fit.MaximumLikelihood.Aicc),
            ("deviance", fit.MaximumLikelihood.Deviance),
        }.Where(pair => !double.IsFinite(pair.Item2)))
        {
            yield return $"{name} is {value}";
        }

        foreach (var (name, value, most) in new[]
        {
            ("tau2", fit.TauSquared.Value, double.MaxValue), ("I2", fit.ISquared, 100 + 1e-10), ("H2", fit.HSquared, double.PositiveInfinity),
            ("R2", fit.RSquared, 100), ("QE", fit.ResidualHeterogeneity.Statistic, double.MaxValue),
            ("QEp", fit.ResidualHeterogeneity.PValue, 1), ("se.tau2", fit.TauSquared.StandardError, double.MaxValue),
        }.Where(item => item.Item2 < 0 || item.Item2 > item.Item3))
        {
            yield return $"{name} is {value}";
        }

        if (!hasZeroVariance && hasResiduals && (double.IsNaN(fit.ISquared) || double.IsNaN(fit.HSquared) || double.IsNaN(fit.ResidualHeterogeneity.PValue)))
        {
            yield return $"I2 {fit.ISquared}, H2 {fit.HSquared}, QE {fit.ResidualHeterogeneity}";
        }

        for (var i = 0; i < b.Count; i++)
        {
            if (!double.IsFinite(b.Estimates[i]) || !double.IsFinite(b.StandardErrors[i]) || !double.IsFinite(b.Lower[i]) || !double.IsFinite(b.Upper[i]))
            {
                yield return $"coefficient {i}: {b.Estimates[i]}, {b.StandardErrors[i]}, {b.Lower[i]}, {b.Upper[i]}";
            }

            // Without residuals Knapp and Hartung's variance is 0, and the statistic doesn't exist.
            if (b.StandardErrors[i] > 0 && !(double.IsFinite(b.Statistics[i]) && b.PValues[i] is >= 0 and <= 1))
            {
                yield return $"coefficient {i}: statistic {b.Statistics[i]}, p {b.PValues[i]}";
            }
        }

        if (b.StandardErrors.All(se => se > 0) && !(fit.OmnibusTest.Statistic >= 0 && fit.OmnibusTest.PValue is >= 0 and <= 1))
        {
            yield return $"QM {fit.OmnibusTest}";
        }

        if (fit.TauSquared.Iterations > MostEvaluations)
        {
            yield return $"{fit.TauSquared.Iterations} evaluations";
        }
    }
}
