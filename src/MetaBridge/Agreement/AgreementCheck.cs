using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Agreement;

/// <summary>Compares a fit with a reference result: the same code for our tests, the command line and users' own regression tests.</summary>
/// <remarks>
/// Two questions are asked apart. <em>Given</em> the reference's variance components, do the formulas agree (class exact)? And
/// <em>end to end</em>, do the searches agree (class tight)? A quantity that one side lacks is a miss.
/// </remarks>
public static class AgreementCheck
{
    /// <summary>Compares.</summary>
    /// <param name="ours">The end-to-end fit.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="given">The fit at the reference's variance components; null where none were searched for.</param>
    /// <param name="centred">The same fits with centred effect sizes, for a model without a constant; null for any other.</param>
    /// <returns>All comparisons with a verdict each.</returns>
    public static AgreementReport Compare(
        FitResult ours, ReferenceResult reference, FitResult? given = null, CentredFits? centred = null)
    {
        var report = CompareDirectly(ours, reference, given);
        if (centred is null || report.Agrees)
        {
            return report;
        }

        var imitation = CompareDirectly(centred.EndToEnd, reference, centred.Given);
        return Explainer.OfCentring(ours, reference, report, imitation) is { } explanation
            ? report with
            {
                Comparisons = [.. report.Comparisons.Select(c => c.Verdict == Verdict.Misses ? c with { Verdict = Verdict.Explained } : c)],
                Explanations = [.. report.Explanations, .. imitation.Explanations.Except(report.Explanations), explanation],
            }
            : report;
    }

    private static AgreementReport CompareDirectly(FitResult ours, ReferenceResult reference, FitResult? given)
    {
        var endToEnd = QuantityComparer.Compare(ours.Quantities(), reference.Quantities, ComparisonHalf.EndToEnd);
        var atTheirs = given is null
            ? []
            : QuantityComparer.Compare(given.Quantities(), reference.Quantities, ComparisonHalf.Given);
        var explanations = new List<Explanation>();
        if (Explainer.OfRounding(ours, endToEnd.Concat(atTheirs)) is { } rounding)
        {
            var condition = ours.NormalEquationsCondition;
            endToEnd = endToEnd.ConvertAll(c => Explainer.IsRounding(c, condition) ? c with { Verdict = Verdict.Explained } : c);
            atTheirs = atTheirs.ConvertAll(c => Explainer.IsRounding(c, condition) ? c with { Verdict = Verdict.Explained } : c);
            explanations.Add(rounding);
        }

        // Evidence about the optimum excuses only what follows from it: the formulas must hold at the reference's own values.
        if (given is not null && endToEnd.Any(FollowsFromOptimum) && atTheirs.All(c => c.Verdict != Verdict.Misses)
            && (Explainer.OfOptimum(ours, reference) ?? BoundaryExplainer.OfEquation(ours, reference)) is { } optimum)
        {
            // At another optimum R² differs too, although nothing at the reference's own values can check it.
            var isElsewhere = optimum.Kind == ExplanationKind.ReferenceAtLowerOptimum;
            endToEnd = endToEnd.ConvertAll(c => FollowsFromOptimum(c) && (isElsewhere || atTheirs.Exists(t => t.Name == c.Name))
                ? c with { Verdict = Verdict.Explained }
                : c);
            explanations.Add(optimum);
        }

        if (endToEnd.Exists(c => c is { Name: "R2", Verdict: Verdict.Misses }) && BoundaryExplainer.OfRatio(ours, reference) is { } ratio)
        {
            endToEnd = endToEnd.ConvertAll(c => c.Name == "R2" ? c with { Verdict = Verdict.Explained } : c);
            explanations.Add(ratio);
        }

        if (BoundaryExplainer.OfDegrees(ours, reference, endToEnd) is { } degrees)
        {
            endToEnd = endToEnd.ConvertAll(c => degrees.Names.Contains(c.Name) ? c with { Verdict = Verdict.Explained } : c);
            explanations.Add(degrees.Explanation);
        }

        endToEnd = TableExplainer.Explain(ours, reference, endToEnd, explanations);
        return new(ours.Engine, reference.Provenance.Engine, [.. endToEnd, .. atTheirs], explanations);
    }

    /// <summary>Fits end to end and at the reference's variance components, and compares both with the reference.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data.</param>
    /// <param name="reference">The reference's result for the same specification and data.</param>
    /// <param name="cancellation">Stops the work early.</param>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable.</exception>
    public static AgreementReport Run(
        ModelSpec spec, Dataset data, ReferenceResult reference, CancellationToken cancellation = default)
    {
        var options = new FitOptions { CancellationToken = cancellation };
        var (ours, given) = FitBoth(spec, data, reference, options);
        return Compare(ours, reference, given, ours.SpansConstant ? null : Centred(spec, data, reference, options));
    }

    /// <summary>The fits of <see cref="CentredFits"/>.</summary>
    internal static CentredFits Centred(ModelSpec spec, Dataset data, ReferenceResult reference, FitOptions options)
    {
        var (endToEnd, given) = FitBoth(spec, data, reference, options with { CentresEffectSizes = true });
        return new(endToEnd, given);
    }

    /// <summary>Whether a recorded reference result still is what the reference gives: the comparisons that miss.</summary>
    /// <param name="report">The comparison with the live result, which says in which class each number is compared.</param>
    /// <param name="live">What the reference gives now.</param>
    /// <param name="recorded">What was recorded.</param>
    /// <remarks>
    /// Where the live result's difference from ours is explained, the reference stopped by chance of rounding, so two of its runs need
    /// not stop at the same point either; those quantities are left out.
    /// </remarks>
    public static IReadOnlyList<QuantityComparison> CompareRecorded(
        AgreementReport report, ReferenceResult live, ReferenceResult recorded)
    {
        var endToEnd = report.Comparisons.Where(c => c.Half == ComparisonHalf.EndToEnd).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var isByChance = report.Explanations.Any(e => e.Kind != ExplanationKind.ReferenceCentresEffectSizes);
        var excused = endToEnd.Values.Where(c => isByChance && c.Verdict == Verdict.Explained).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var now = live.Quantities.Where(q => !excused.Contains(q.Name))
            .Select(q => new Quantity(q.Name, q.Values, ClassOf(q.Name), Labels: q.Labels) 
            {
                Scale = endToEnd.GetValueOrDefault(q.Name)?.Scale,
                Errors = q.Errors,
            });
        var then = recorded.Quantities.Where(q => !excused.Contains(q.Name));
        return [.. QuantityComparer.Compare([.. now], [.. then], ComparisonHalf.EndToEnd).Where(c => c.Verdict == Verdict.Misses)];

        ToleranceClass ClassOf(string name) => endToEnd.GetValueOrDefault(name)?.Class ?? ToleranceClass.Exact;
    }

    private static (FitResult Ours, FitResult? Given) FitBoth(ModelSpec spec, Dataset data, ReferenceResult reference, FitOptions options)
    {
        var ours = MetaAnalysis.Fit(spec, data, options);
        var given = ComponentsOf(ours, reference) is { } components
            ? MetaAnalysis.Fit(spec, data, options with { EvaluateAt = components })
            : null;
        return (ours, given);
    }

    private static bool FollowsFromOptimum(QuantityComparison comparison) =>
        comparison.Verdict == Verdict.Misses
        && comparison.Reason is MissReason.ValueDiffers or MissReason.UndefinedOnOneSide
        && comparison.Class is ToleranceClass.Tight or ToleranceClass.LogLikelihood;

    /// <summary>The reference's values of what our search found; null when there was no search, or the reference lacks one.</summary>
    /// <param name="ours">Our fit.</param>
    /// <param name="reference">The reference.</param>
    public static IReadOnlyDictionary<string, double[]>? ComponentsOf(FitResult ours, ReferenceResult reference)
    {
        var quantities = ours.Quantities();
        var found = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var name in ours.SearchedComponents)
        {
            var theirs = reference.Find(name)?.Values;
            if (theirs is null || theirs.Length != quantities.First(q => q.Name == name).Values.Length || !theirs.All(double.IsFinite))
            {
                return null;
            }

            found[name] = theirs;
        }

        return found.Count > 0 ? found : null;
    }
}
