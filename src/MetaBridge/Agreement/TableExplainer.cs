using System.Globalization;

namespace MetaBridge.Agreement;

/// <summary>Evidence about a further model whose numbers are tables beside a fit: its log-likelihood, which such a table reports.</summary>
internal static class TableExplainer
{
    private const string Statistics = "[stats].";

    /// <summary>Marks what follows from a further model that the reference left at a lower log-likelihood.</summary>
    /// <param name="ours">Our fit.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="comparisons">The comparisons end to end.</param>
    /// <param name="explanations">Receives the evidence.</param>
    /// <remarks>
    /// A word's table <c>word[stats]</c> has <c>tau2</c> and <c>ll</c>. That the formulas hold at the reference's point is for another case, with τ² fixed at it.
    /// </remarks>
    public static List<QuantityComparison> Explain(
        FitResult ours, ReferenceResult reference, List<QuantityComparison> comparisons, List<Explanation> explanations)
    {
        var quantities = ours.Quantities();
        foreach (var likelihood in quantities.Where(q => q.Name.EndsWith(Statistics + "ll", StringComparison.Ordinal)))
        {
            var word = likelihood.Name[..^(Statistics.Length + 2)];
            var (here, there) = (quantities.First(q => q.Name == word + Statistics + "tau2"), reference.Find(word + Statistics + "tau2"));
            if (reference.Find(likelihood.Name) is not { Values: [var theirs] } || there is not { Values: [var tau2] } || !(likelihood.Values[0] > theirs + Tolerance.LogLikelihood))
            {
                continue;
            }

            comparisons = comparisons.ConvertAll(c => c.Verdict == Verdict.Misses && c.Reason is MissReason.ValueDiffers && BelongsTo(c.Name, word) ? c with { Verdict = Verdict.Explained } : c);
            explanations.Add(new(ExplanationKind.ReferenceAtLowerOptimum, string.Create(
                CultureInfo.InvariantCulture,
                $"the reference's model of '{word}' stopped at tau2 = {tau2:G6} with log-likelihood {theirs:G10}; the maximum is at tau2 = {here.Values[0]:G6} with {likelihood.Values[0]:G10}")));
        }

        return comparisons;
    }

    private static bool BelongsTo(string name, string word) =>
        name.StartsWith(word + ".", StringComparison.Ordinal) || name.StartsWith(word + "[", StringComparison.Ordinal);
}
