using System.Globalization;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Agreement;

/// <summary>Evidence about numbers at the edge of their range: estimates of 0, ratios of them, tests without degrees of freedom.</summary>
internal static class BoundaryExplainer
{
    // A remainder of step halving, as a share of the typical sampling variance.
    private const double LargestRemainder = 1e-8;

    /// <summary>Evidence that an equation Q(τ²) = target has no positive solution, so that the reference stopped short of 0; null when there is none.</summary>
    /// <remarks>Q falls with τ². The reference's own Q at 0 is taken.</remarks>
    public static Explanation? OfEquation(FitResult ours, ReferenceResult reference) =>
        ours is UnivariateFit { BoundaryTarget: { } target } && Number(reference, "tau2") is > 0 and var theirs && Number(reference, "QE") is var q && q <= target
            ? new(ExplanationKind.ReferenceShortOfBoundary, string.Create(
                CultureInfo.InvariantCulture,
                $"the estimate is 0: the reference's own Q is {q:G6} at tau2 = 0, not above the {target:G6} that it must equal, and falls from there; the reference stopped short of 0 at {theirs:G3}"))
            : null;

    /// <summary>Evidence that the reference's R² is a ratio of remainders; null when there is none.</summary>
    /// <remarks>
    /// From the reference's R² and τ² follows the τ² without moderators that it had: τ²/(1 − R²). Both must be remainders, where ours are 0, proven to be the maximum.
    /// </remarks>
    public static Explanation? OfRatio(FitResult ours, ReferenceResult reference)
    {
        // Only the likelihoods' iteration halves its steps; where it ends at 0 itself there is no remainder.
        if (ours is not UnivariateFit { TauSquared.AtBoundary: true, TauSquaredWithoutModerators: 0, TypicalVariance: var typical, Method: HeterogeneityMethod.Reml or HeterogeneityMethod.MaximumLikelihood }
            || Number(reference, "tau2") is not (> 0 and var theirs) || Number(reference, "R2") is not (> 0 and < 100 and var r2))
        {
            return null;
        }

        var without = theirs / (1 - (r2 / 100));
        return without > LargestRemainder * typical ? null : new(ExplanationKind.ReferenceRatioOfZeros, string.Create(
            CultureInfo.InvariantCulture,
            $"tau2 is 0 with the moderators and without, so that nothing is explained; the reference's R2 of {r2:G4} is the ratio of two remainders of its iteration, {theirs:G3} and {without:G3}, where the typical sampling variance is {typical:G3}"));
    }

    /// <summary>Evidence that the reference tests a positive Q on 0 degrees of freedom, in the rows of a table or in the fit itself.</summary>
    /// <param name="ours">Our fit.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="comparisons">The comparisons end to end.</param>
    /// <returns>The names of the quantities all of whose differences come from that, with the evidence; none when there is no evidence.</returns>
    public static (IReadOnlyCollection<string> Names, Explanation Explanation)? OfDegrees(FitResult ours, ReferenceResult reference, IReadOnlyList<QuantityComparison> comparisons)
    {
        var (names, rows, example) = (new HashSet<string>(StringComparer.Ordinal), 0, 0.0);
        foreach (var table in comparisons.Where(c => c.Name.EndsWith(".H2", StringComparison.Ordinal)).Select(c => c.Name[..^2]))
        {
            if (Values(reference, table) is not { } theirs || theirs.Any(column => column.Length != theirs[0].Length))
            {
                continue;
            }

            bool[] undefined = [.. theirs[0].Select((q, i) => q > 0 && theirs[1][i] == 0 && theirs[2][i] == 100 && double.IsPositiveInfinity(theirs[3][i]))];
            var misses = comparisons.Where(c => Columns.Any(column => c.Name == table + column) && c.Verdict == Verdict.Misses).ToArray();
            if (misses.Length == 0 || !undefined.Contains(true) || !misses.All(c => DiffersOnlyIn(c, undefined)))
            {
                continue;
            }

            names.UnionWith(misses.Select(c => c.Name));
            rows += undefined.Count(row => row);
            example = theirs[0][Array.IndexOf(undefined, true)];
        }

        return names.Count == 0 || ours.SearchedComponents.Count > 0 ? null : (names, new(ExplanationKind.ReferenceWithoutDegrees, string.Create(
            CultureInfo.InvariantCulture,
            $"in {rows} rows the reference compares a positive Q ({example:G4}) with 0 degrees of freedom: p = 0, I2 = 100, H2 = Inf. It takes Q over the pooled tables and counts those with an effect size, of which there is one, which cannot differ from others")));
    }

    private static readonly string[] Columns = ["Q", "Qp", "I2", "H2"];

    private static double[][]? Values(ReferenceResult reference, string table)
    {
        double[][] found = [.. Columns.Select(column => reference.Find(table + column)?.Values).OfType<double[]>()];
        return found.Length == Columns.Length ? found : null;
    }

    private static bool DiffersOnlyIn(QuantityComparison comparison, bool[] rows) => comparison.RelativeDifferences.Length == rows.Length
        && Enumerable.Range(0, rows.Length).All(i => rows[i] || comparison.RelativeDifferences[i] <= comparison.Bound);

    private static double Number(ReferenceResult reference, string name) => reference.Find(name)?.Values is [var value] ? value : double.NaN;
}
