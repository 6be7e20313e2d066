using System.Globalization;

namespace MetaBridge.Agreement;

/// <summary>One quantity of a fit beside the reference's.</summary>
/// <param name="Name">The quantity's name.</param>
/// <param name="Half">Which question it answers.</param>
/// <param name="Class">The tolerance class.</param>
/// <param name="Ours">MetaBridge's values; empty when it has none.</param>
/// <param name="Reference">The reference's values; empty when it has none.</param>
/// <param name="AbsoluteDifferences">|ours − reference| by element; NaN where one side is undefined; empty when not comparable.</param>
/// <param name="RelativeDifferences">The same divided by the larger of both values and the natural scale; in the class Monte Carlo by the standard error of the difference.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Reason">Why it misses.</param>
/// <param name="Worst">The element (counted from 0) that is furthest off; −1 when there is none.</param>
/// <param name="Labels">Names of the elements, or null.</param>
public sealed record QuantityComparison(
    string Name,
    ComparisonHalf Half,
    ToleranceClass Class,
    double[] Ours,
    double[] Reference,
    double[] AbsoluteDifferences,
    double[] RelativeDifferences,
    Verdict Verdict,
    MissReason Reason,
    int Worst,
    IReadOnlyList<string>? Labels = null)
{
    /// <summary>The natural scale of each element; null where the value itself is.</summary>
    public double[]? Scale { get; init; }

    /// <summary>The bound of the class.</summary>
    public double Bound => Tolerance.BoundOf(Class);

    /// <summary>The difference that the bound is on, at the worst element; 0 when there is none.</summary>
    public double WorstDifference => Worst < 0
        ? 0
        : (Tolerance.IsAbsolute(Class) ? AbsoluteDifferences : RelativeDifferences)[Worst];

    /// <summary>The comparison in one line, for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ElementName(Worst)}{HalfText}: {Describe()}");

    /// <summary>The quantity's name with the element's, <c>beta[ablat]</c>.</summary>
    /// <param name="element">The element, counted from 0; negative for the quantity as a whole.</param>
    public string ElementName(int element) => element < 0 || Math.Max(Ours.Length, Reference.Length) == 1
        ? Name
        : $"{Name}[{Labels?[element] ?? (element + 1).ToString(CultureInfo.InvariantCulture)}]";

    private string HalfText => Half == ComparisonHalf.Given ? " (given the reference's components)" : "";

    private string Describe() => Reason switch
    {
        MissReason.MissingHere => "the reference has it, MetaBridge does not",
        MissReason.MissingInReference => "MetaBridge has it, the reference does not",
        MissReason.LengthDiffers => $"{Ours.Length} values here, {Reference.Length} in the reference",
        MissReason.LabelsDiffer => "the elements have other names or another order",
        _ when Worst < 0 => "agrees",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{Ours[Worst]:R} here, {Reference[Worst]:R} in the reference, {Kind} difference {WorstDifference:0.0e+00}, bound {Bound:0e+00}"),
    };

    private string Kind => Class == ToleranceClass.MonteCarlo ? "standardised" : Tolerance.IsAbsolute(Class) ? "absolute" : "relative";
}
