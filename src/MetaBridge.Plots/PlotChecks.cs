using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>What both plots need to know about a fit, and the checks of what a caller gave.</summary>
internal static class PlotChecks
{
    private const int MaximumDigits = 15;

    /// <summary>Whether the model has nothing but an intercept, so that there is one summary estimate.</summary>
    public static bool HasSummary(UnivariateFit fit) => fit.HasIntercept && fit.Coefficients.Count == 1;

    /// <summary>Refuses what cannot be drawn: no studies, or effect sizes and variances that are not finite.</summary>
    public static void Studies(UnivariateFit fit)
    {
        if (fit.StudyCount == 0)
        {
            throw new MetaBridgeException(ErrorCode.NoData, "The fit has no studies to plot.");
        }

        for (var i = 0; i < fit.StudyCount; i++)
        {
            if (!double.IsFinite(fit.Studies.EffectSizes[i]) || !double.IsFinite(fit.Studies.Variances[i]) || fit.Studies.Variances[i] < 0)
            {
                throw new MetaBridgeException(
                    ErrorCode.NonFiniteValue,
                    $"Study '{fit.Studies.Labels[i]}' has effect size {NumberText.Shortest(fit.Studies.EffectSizes[i])} and variance "
                    + $"{NumberText.Shortest(fit.Studies.Variances[i])}; a plot needs finite numbers and variances of at least 0.",
                    new Dictionary<string, object?> { ["row"] = i + 1, ["study"] = fit.Studies.Labels[i] });
            }
        }
    }

    /// <summary>Refuses a list that does not have one element per study.</summary>
    public static void OnePerStudy(int count, UnivariateFit fit, string what)
    {
        if (count != fit.StudyCount)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{what} has {count} elements, but the fit has {fit.StudyCount} studies.",
                new Dictionary<string, object?> { ["what"] = what, ["length"] = count, ["studies"] = fit.StudyCount });
        }
    }

    /// <summary>Refuses a value outside its legal range.</summary>
    public static void Require(bool legal, string option, object value, string range)
    {
        if (!legal)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be {range}."),
                new Dictionary<string, object?> { ["option"] = option, ["value"] = value });
        }
    }

    /// <summary>Refuses an unusable number of decimals.</summary>
    public static void Digits(int digits) => Require(digits is >= 0 and <= MaximumDigits, "Digits", digits, "between 0 and 15");

    /// <summary>Refuses an unusable confidence level.</summary>
    public static void Level(double level) => Require(level is > 0 and < 100, "Level", level, "between 0 and 100 percent");

    /// <summary>
    /// The labels to print: given ones, else those of the fit; where rows have only their numbers, <c>Study 1</c> and so on.
    /// </summary>
    public static IReadOnlyList<string> Labels(UnivariateFit fit)
    {
        var studies = fit.Studies;
        var numbersOnly = studies.Labels.Select((label, i) => label == Number(studies.Rows[i])).All(same => same);
        return numbersOnly ? [.. studies.Labels.Select(label => $"Study {label}")] : studies.Labels;
    }

    private static string Number(int row) => (row + 1).ToString(CultureInfo.InvariantCulture);
}
