using System.Globalization;

namespace MetaBridge.Agreement;

/// <summary>Looks for evidence that a difference is the reference's; without evidence a difference stays a miss.</summary>
internal static class Explainer
{
    // The unit roundoff of a double, 2^-53. Solving normal equations loses up to this times their condition number.
    private const double UnitRoundoff = 1.1102230246251565e-16;

    // However bad the conditioning, a difference in the first eight digits is not explained by rounding alone.
    private const double LargestRounding = 1e-8;

    // A tenth of what the class Tight allows a component whose standard error is as large as itself.
    private const double LargestDistance = 1e-7;

    /// <summary>Evidence about the optima that both searches found; null when there is none.</summary>
    public static Explanation? OfOptimum(FitResult ours, ReferenceResult reference)
    {
        if (ours.Optimum is not { } optimum
            || reference.Find(optimum.Quantity)?.Values is not { } statistics || statistics.Length <= optimum.Element)
        {
            return null;
        }

        var quantities = ours.Quantities();
        var ourValues = optimum.Parameters.Select(name => quantities.First(q => q.Name == name).Values).ToArray();
        var theirValues = optimum.Parameters.Select(name => reference.Find(name)?.Values).ToArray();
        if (ourValues.Zip(theirValues, (a, b) => a.Length == b?.Length).Contains(false))
        {
            return null;
        }

        var (here, there) = (Describe(optimum.Parameters, ourValues), Describe(optimum.Parameters, theirValues!));
        var theirs = statistics[optimum.Element];
        if (optimum.LogLikelihood > theirs + Tolerance.LogLikelihood)
        {
            return new(ExplanationKind.ReferenceAtLowerOptimum, string.Create(
                CultureInfo.InvariantCulture,
                $"the reference stopped at {there} with log-likelihood {theirs:G10}; the maximum is at {here} with {optimum.LogLikelihood:G10}"));
        }

        if (optimum.LogLikelihood < theirs - Tolerance.LogLikelihood)
        {
            return OfParameterSpace(optimum, reference, theirs);
        }

        if (optimum.IsAtBoundary && ourValues is [[var ourValue]] && theirValues is [[var theirValue]] && theirValue > ourValue)
        {
            return new(ExplanationKind.ReferenceShortOfBoundary, string.Create(
                CultureInfo.InvariantCulture,
                $"the maximum is at the boundary {here}; the reference stopped short of it at {theirValue:G3}, its log-likelihood is not higher"));
        }

        return optimum.Distance <= LargestDistance
            ? new(ExplanationKind.ReferenceStopsShort, string.Create(
                CultureInfo.InvariantCulture,
                $"the reference's search stopped at {there} where the log-likelihood is flat (its {theirs:G14}, ours {optimum.LogLikelihood:G14}); ours ends within {optimum.Distance:0.0e+00} standard errors of the exact maximum"))
            : null;
    }

    // A higher log-likelihood where no covariance of the random effects is, V alone keeping that of the outcomes positive definite.
    private static Explanation? OfParameterSpace(Optimum optimum, ReferenceResult reference, double theirs)
    {
        foreach (var (name, lowest) in optimum.Lowest)
        {
            var value = reference.Find(name)?.Values.Min() ?? double.NaN;
            if (value < lowest - Tolerance.LogLikelihood && optimum.Distance <= LargestDistance)
            {
                return new(ExplanationKind.ReferenceLeavesParameterSpace, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the reference's {name} = {value:G6} is below {lowest:G6}, which no covariance of the random effects is; its log-likelihood there is {theirs:G12}, the maximum over covariances {optimum.LogLikelihood:G12}"));
            }
        }

        return null;
    }

    private static string Describe(IReadOnlyList<string> names, double[][] values)
    {
        const int Most = 4;
        var parts = names.SelectMany((name, n) => values[n].Select((value, i) => string.Create(
            CultureInfo.InvariantCulture, $"{name}{(values[n].Length > 1 ? $"[{i + 1}]" : "")} = {value:G6}"))).ToArray();
        return string.Join(", ", parts.Take(Most)) + (parts.Length > Most ? ", …" : "");
    }

    /// <summary>Evidence that the differences are rounding in the reference; null when they are larger than that, or it is not needed.</summary>
    public static Explanation? OfRounding(FitResult ours, IEnumerable<QuantityComparison> comparisons)
    {
        var candidates = comparisons.Where(c => c.Verdict == Verdict.Misses && IsRelativeMiss(c)).ToArray();
        if (candidates.Length == 0)
        {
            return null;
        }

        var condition = ours.NormalEquationsCondition;
        return candidates.Any(c => IsRounding(c, condition))
            ? new(ExplanationKind.ReferenceLosesDigits, string.Create(
                CultureInfo.InvariantCulture,
                $"the normal equations that the reference solves have condition number {condition:0.0e+00}, so it can lose digits up to {UnitRoundoff * condition:0.0e+00}"))
            : null;
    }

    /// <summary>Evidence that the reference differs only by taking the mean out of the effect sizes; null when there is none.</summary>
    /// <param name="ours">Our fit, of a model in which no combination of the moderators is constant.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="report">Their comparison, which misses.</param>
    /// <param name="imitation">The comparison with fits that take the mean out as the reference does.</param>
    public static Explanation? OfCentring(FitResult ours, ReferenceResult reference, AgreementReport report, AgreementReport imitation)
    {
        var sameShape = report.Misses.All(c => c.Reason is MissReason.ValueDiffers or MissReason.UndefinedOnOneSide);
        if (!imitation.Agrees || !sameShape || IsBelow(ours, reference))
        {
            return null;
        }

        var numbers = imitation.Comparisons.Sum(c => c.AbsoluteDifferences.Length);
        return new(ExplanationKind.ReferenceCentresEffectSizes, string.Create(
            CultureInfo.InvariantCulture,
            $"the reference centres the effect sizes before it computes heterogeneity, although no combination of the moderators is constant; done so, all {numbers} numbers agree{LikelihoodOf(ours, reference)}"));
    }

    /// <summary>Whether our log-likelihood is lower than the reference's: then our search failed, whatever the reference does.</summary>
    private static bool IsBelow(FitResult ours, ReferenceResult reference) =>
        ours.Optimum is { } optimum && TheirLogLikelihood(optimum, reference) is var theirs && !(optimum.LogLikelihood >= theirs - Tolerance.LogLikelihood);

    private static string LikelihoodOf(FitResult ours, ReferenceResult reference) => ours.Optimum is not { } optimum ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"; its log-likelihood is {TheirLogLikelihood(optimum, reference):G10}, the maximum {optimum.LogLikelihood:G10}");

    private static double TheirLogLikelihood(Optimum optimum, ReferenceResult reference) =>
        reference.Find(optimum.Quantity)?.Values is { } statistics && statistics.Length > optimum.Element
            ? statistics[optimum.Element]
            : double.NaN;

    /// <summary>Whether the difference is no more than the rounding that the reference's conditioning allows.</summary>
    public static bool IsRounding(QuantityComparison comparison, double condition) =>
        IsRelativeMiss(comparison) && comparison.WorstDifference <= Math.Min(UnitRoundoff * condition, LargestRounding);

    private static bool IsRelativeMiss(QuantityComparison comparison) =>
        comparison.Reason == MissReason.ValueDiffers && comparison.Class is ToleranceClass.Exact or ToleranceClass.ExactTail;
}
