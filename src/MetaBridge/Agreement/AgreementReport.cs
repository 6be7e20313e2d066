using System.Text;

namespace MetaBridge.Agreement;

/// <summary>The comparison of a fit with a reference, quantity by quantity.</summary>
/// <param name="OurEngine">Which program is being checked.</param>
/// <param name="ReferenceEngine">Which program it is compared with.</param>
/// <param name="Comparisons">All comparisons, both halves.</param>
/// <param name="Explanations">Evidence for the explained differences.</param>
public sealed record AgreementReport(
    string OurEngine,
    string ReferenceEngine,
    IReadOnlyList<QuantityComparison> Comparisons,
    IReadOnlyList<Explanation> Explanations)
{
    /// <summary>The comparisons that miss.</summary>
    public IEnumerable<QuantityComparison> Misses => Comparisons.Where(c => c.Verdict == Verdict.Misses);

    /// <summary>The comparisons whose difference is explained.</summary>
    public IEnumerable<QuantityComparison> Explained => Comparisons.Where(c => c.Verdict == Verdict.Explained);

    /// <summary>Whether nothing misses.</summary>
    public bool Agrees => Comparisons.Count > 0 && !Misses.Any();

    /// <summary>The verdict on the whole.</summary>
    public Verdict Verdict => !Agrees ? Verdict.Misses : Explained.Any() ? Verdict.Explained : Verdict.Agrees;

    /// <summary>The misses, or the explained differences, one per line; for people and for assertion messages.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(OurEngine).Append(" and ").Append(ReferenceEngine)
            .Append(Agrees ? " agree on " : " disagree on ")
            .Append(Agrees ? Comparisons.Count : Misses.Count()).Append(" of ").Append(Comparisons.Count).Append(" comparisons.");
        foreach (var explanation in Explanations)
        {
            text.Append('\n').Append(explanation);
        }

        foreach (var comparison in Misses.Concat(Explained))
        {
            text.Append("\n  ").Append(comparison.Verdict == Verdict.Explained ? "explained: " : "").Append(comparison);
        }

        return text.ToString();
    }
}
