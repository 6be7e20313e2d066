using System.Globalization;
using System.Text;
using MetaBridge.Agreement;

namespace MetaBridge.Cli.Output;

/// <summary>Both engines' numbers side by side.</summary>
internal static class ComparisonTable
{
    // Per-study vectors would fill pages; those longer than this are summed up in one line.
    private const int LongestListed = 12;

    public static string Write(Certificate certificate)
    {
        var report = certificate.Report;
        var table = new TextTable("quantity", "MetaBridge", certificate.Provenance.Engine, "difference", "bound", "verdict");
        foreach (var comparison in report.Comparisons.Where(c => c.Half == ComparisonHalf.EndToEnd))
        {
            AddRows(table, comparison);
        }

        var text = new StringBuilder();
        text.Append(certificate.Provenance.Call).Append("\n\n").Append(table).Append('\n');
        AppendGiven(text, report);
        foreach (var warning in certificate.Provenance.Warnings)
        {
            text.Append("R warned: ").Append(warning).Append('\n');
        }

        return text.Append(report.ToText()).Append('\n').ToString();
    }

    private static void AddRows(TextTable table, QuantityComparison comparison)
    {
        var count = comparison.AbsoluteDifferences.Length;
        if (count == 0 || count > LongestListed)
        {
            var label = count == 0 ? comparison.Name : string.Create(CultureInfo.InvariantCulture, $"{comparison.Name} ({count} values)");
            table.Add(label, "", "", count == 0 ? "" : Difference(comparison.WorstDifference), Bound(comparison), Word(comparison));
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var difference = Tolerance.IsAbsolute(comparison.Class) ? comparison.AbsoluteDifferences[i] : comparison.RelativeDifferences[i];
            table.Add(
                comparison.ElementName(i),
                Number(comparison.Ours[i]),
                Number(comparison.Reference[i]),
                Difference(difference),
                Bound(comparison),
                difference <= comparison.Bound ? "agrees" : Word(comparison));
        }
    }

    private static void AppendGiven(StringBuilder text, AgreementReport report)
    {
        var given = report.Comparisons.Where(c => c.Half == ComparisonHalf.Given).ToArray();
        if (given.Length > 0)
        {
            var worst = given.MaxBy(c => c.WorstDifference / c.Bound)!;
            text.Append(CultureInfo.InvariantCulture, $"Given R's variance components, {given.Count(c => c.Verdict == Verdict.Agrees)} of ")
                .Append(CultureInfo.InvariantCulture, $"{given.Length} quantities agree; the largest difference is {Difference(worst.WorstDifference)}")
                .Append(CultureInfo.InvariantCulture, $" ({worst.Name}, bound {Bound(worst)}).\n");
        }
    }

    private static string Number(double value) => double.IsNaN(value) ? "NA" : value.ToString("G10", CultureInfo.InvariantCulture);

    private static string Difference(double value) => value == 0 ? "0" : value.ToString("0.0e+00", CultureInfo.InvariantCulture);

    private static string Bound(QuantityComparison comparison) =>
        comparison.Bound.ToString("0e+00", CultureInfo.InvariantCulture) + (Tolerance.IsAbsolute(comparison.Class) ? " abs" : "");

    private static string Word(QuantityComparison comparison) => comparison.Verdict switch
    {
        Verdict.Agrees => "agrees",
        Verdict.Explained => "explained",
        _ => "MISSES",
    };
}
