using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <content>Permutation tests.</content>
public sealed partial class UnivariateAnalysis
{
    // The outermost shift that is tried for an interval's end, in multiples of the Wald interval's half width: 2^12.
    private const int Doublings = 12;
    private const double IntervalTolerance = 1e-10;

    /// <summary>
    /// Tests the coefficients by permutation: without moderators the signs of the effect sizes change, with them the rows of X go to other studies, and the model
    /// is fitted again to each.
    /// </summary>
    /// <param name="options">How; null for 1000 sampled permutations.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/> (too many permutations for an exact test, no iterations, an impossible coefficient) or <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    /// <remarks>
    /// metafor's <c>permutest()</c>: the p-value is the share of permutations, the data among them, whose statistic is as extreme; an interval's end is the value
    /// b at which the test of y − x b just stops rejecting. NaN where even far values are not rejected.
    /// </remarks>
    public PermutationTest Permute(PermutationOptions? options = null)
    {
        options ??= new PermutationOptions();
        CheckPermutation(options);
        var run = new PermutationRun(this, options);
        var (p, table) = (Fit.Coefficients.Count, Fit.Coefficients);
        var kept = options.KeepsDistribution ? new PermutationDistribution(new double[run.Count * p], new double[run.Count * p], new double[run.Count * run.Sets.Count]) : null;
        var counts = run.Run(input.EffectSizes, kept, options.Progress);
        var (lower, upper) = ((double[])table.Lower.Clone(), (double[])table.Upper.Clone());
        foreach (var j in options.Intervals ?? [])
        {
            lower[j] = IntervalEnd(run, options, j, -1);
            upper[j] = IntervalEnd(run, options, j, 1);
        }

        var coefficients = table with
        {
            PValues = [.. Enumerable.Range(0, p).Select(j => counts.PValue(j, options.Alternative, options.TwoSided))],
            Lower = lower,
            Upper = upper,
        };
        PermutationOmnibus[] omnibus = [.. run.Sets.Select((set, i) => new PermutationOmnibus(set, StatisticOf(set), counts.OmnibusPValue(i)))];
        return new PermutationTest(coefficients, omnibus, run.Count, run.IsExact, counts.Failures, kept);
    }

    /// <summary>How many permutations an exact test has: 2ᵏ changes of sign without moderators, the distinct orders of the rows of X with them.</summary>
    /// <remarks>metafor's <c>permutest(fit, exact = "i")</c>; infinite beyond 1.8e308.</remarks>
    public double ExactPermutations() => IsInterceptOnly ? Math.Pow(2, Fit.StudyCount) : PermutationScheme.OrdersOfRows(Fit.Design, Fit.StudyCount);

    private double StatisticOf(IReadOnlyList<int> set) =>
        set.SequenceEqual(Fit.TestedCoefficients) ? Fit.OmnibusTest.Statistic : TestCoefficients([.. set]).Statistic;

    private void CheckPermutation(PermutationOptions options)
    {
        if (options.Iterations < 1)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"A permutation test needs iterations; {options.Iterations} were asked for.", new Dictionary<string, object?> { ["option"] = "iter" });
        }

        if (options.TestedSets is { } sets && (sets.Count == 0 || sets.Any(set => set.Count == 0 || set.Any(j => j < 0 || j >= Fit.Coefficients.Count))))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"Each set of tested coefficients must name some of the {Fit.Coefficients.Count} coefficients.",
                new Dictionary<string, object?> { ["option"] = "btt" });
        }

        foreach (var j in (options.Intervals ?? []).Where(j => j < 0 || j >= Fit.Coefficients.Count))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, $"There is no coefficient {j + 1}; the model has {Fit.Coefficients.Count}.", new Dictionary<string, object?> { ["option"] = "permci", ["value"] = j + 1 });
        }
    }

    // The p-value is a step function of the shift: outwards until it is not above α, then halving between the last shift that was kept and the first rejected.
    private double IntervalEnd(PermutationRun run, PermutationOptions options, int j, int side)
    {
        var estimate = Fit.Coefficients.Estimates[j];
        var step = Fit.Coefficients.Upper[j] - estimate;
        var alpha = 1 - (Fit.Level / 100);
        double kept = 0, rejected = double.NaN;
        for (var i = 0; i < Doublings && double.IsNaN(rejected); i++)
        {
            var shift = step * Math.Pow(2, i);
            if (IsRejected(run, options, j, estimate + (side * shift), side, alpha))
            {
                rejected = shift;
            }
            else
            {
                kept = shift;
            }
        }

        while (rejected - kept > IntervalTolerance * Math.Max(rejected, Math.Abs(estimate)))
        {
            var middle = (kept + rejected) / 2;
            if (IsRejected(run, options, j, estimate + (side * middle), side, alpha))
            {
                rejected = middle;
            }
            else
            {
                kept = middle;
            }
        }

        return double.IsNaN(rejected) ? double.NaN : estimate + (side * (kept + rejected) / 2);
    }

    private bool IsRejected(PermutationRun run, PermutationOptions options, int j, double value, int side, double alpha)
    {
        var k = Fit.StudyCount;
        var shifted = new double[k];
        for (var i = 0; i < k; i++)
        {
            shifted[i] = input.EffectSizes[i] - (value * Fit.Design[(j * k) + i]);
        }

        var counts = run.Run(shifted, null, null);
        return options.IntervalsByTwoSidedTests
            ? counts.PValue(j, PermutationAlternative.TwoSided, options.TwoSided) <= alpha
            : counts.PValue(j, side > 0 ? PermutationAlternative.Less : PermutationAlternative.Greater, options.TwoSided) <= alpha / 2;
    }
}
