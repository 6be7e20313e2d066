using System.Globalization;
using MetaBridge.Agreement;

namespace MetaBridge.Cli.Validation;

/// <summary>The line that says what became of a case.</summary>
internal static class OutcomeText
{
    private const int IdWidth = 44;

    public static string Line(CaseOutcome outcome)
    {
        var word = outcome.Passed ? "ok  " : "FAIL";
        return $"{word} {outcome.Id.PadRight(IdWidth)} {Details(outcome)}";
    }

    private static string Details(CaseOutcome outcome)
    {
        if (outcome.Certificate is { Report: { Agrees: false } report })
        {
            var more = report.Misses.Count() - 1;
            return $"{report.Misses.First()}{(more > 0 ? $" (and {more} more)" : "")}";
        }

        if (outcome.Problem is { } problem)
        {
            return problem.Message;
        }

        return Summary(outcome.Certificate!.Report);
    }

    private static string Summary(AgreementReport report)
    {
        var numbers = report.Comparisons.Sum(c => c.AbsoluteDifferences.Length);
        var worst = report.Comparisons.Where(c => c.Verdict == Verdict.Agrees).MaxBy(c => c.WorstDifference / c.Bound)!;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{numbers,4} numbers, largest {worst.WorstDifference:0.0e+00} of {worst.Bound:0e+00} ({worst.Name})");
        return report.Explanations.Count == 0 ? text : $"{text}; explained: {string.Join("; ", report.Explanations)}";
    }
}
