using MetaBridge.Specs;

namespace MetaBridge.Plots;

/// <summary>Titles of axes and annotation columns, in the words that users of metafor know.</summary>
internal static class MeasureNames
{
    /// <summary>The axis title, depending on whether the labels or the values are back-transformed.</summary>
    public static string AxisTitle(EffectMeasure measure, bool labelsTransformed, bool valuesTransformed)
    {
        var names = Of(measure);
        return (labelsTransformed, valuesTransformed) switch
        {
            (true, _) => names.NaturalOnScale,
            (_, true) => names.Natural,
            _ => names.Plain,
        };
    }

    /// <summary>The heading of the annotations, such as <c>Log[RR] [95% CI]</c>.</summary>
    public static string ColumnHeading(EffectMeasure measure, bool transformed, double level)
    {
        var names = Of(measure);
        return $"{(transformed ? names.NaturalColumn : names.Column)} [{NumberText.Shortest(level)}% CI]";
    }

    private static Names Of(EffectMeasure measure) => Keywords<EffectMeasure>.Of(measure) switch
    {
        "RR" => LogRatio("Log Risk Ratio", "Risk Ratio", "Log[RR]"),
        "OR" or "PETO" => LogRatio("Log Odds Ratio", "Odds Ratio", "Log[OR]"),
        "IRR" => LogRatio("Log Incidence Rate Ratio", "Incidence Rate Ratio", "Log[IRR]") with { NaturalColumn = "Rate Ratio" },
        "ROM" or "ROMC" => LogRatio("Log Ratio of Means", "Ratio of Means", "Log[RoM]"),
        "VR" => LogRatio("Log Variability Ratio", "Variability Ratio", "Log[VR]") with { NaturalColumn = "VR" },
        "CVR" => LogRatio("Log Coefficient of Variation Ratio", "Coefficient of Variation Ratio", "Log[CVR]") with { NaturalColumn = "CVR" },
        "IRLN" => LogRatio("Log Incidence Rate", "Incidence Rate", "Log[IR]") with { NaturalColumn = "Rate" },
        "PLN" => LogRatio("Log Proportion", "Proportion", "Log[Pr]"),
        "MNLN" => LogRatio("Log Mean", "Mean", "Log[Mean]"),
        "CVLN" => LogRatio("Log Coefficient of Variation", "Coefficient of Variation", "Log[CV]") with { NaturalColumn = "CV" },
        "SDLN" => LogRatio("Log Standard Deviation", "Standard Deviation", "Log[SD]") with { NaturalColumn = "SD" },
        "PLO" => new("Log Odds", "Proportion", "Proportion (logit scale)", "Log[Odds]", "Proportion"),
        "ZCOR" => new(
            "Fisher's z Transformed Correlation Coefficient", "Correlation Coefficient", "Correlation Coefficient", "Fisher's z", "Correlation"),
        "ZPCOR" => new(
            "Fisher's z Transformed Partial Correlation Coefficient", "Partial Correlation Coefficient", "Partial Correlation Coefficient",
            "Fisher's z", "Correlation"),
        "RD" => Natural("Risk Difference", "Risk Difference"),
        "AS" => Natural("Arcsine Transformed Risk Difference", "Arcsine RD"),
        "PHI" => Natural("Phi Coefficient", "Phi"),
        "YUQ" => Natural("Yule's Q", "Yule's Q"),
        "YUY" => Natural("Yule's Y", "Yule's Y"),
        "IRD" => Natural("Incidence Rate Difference", "IRD"),
        "IRSD" => Natural("Square Root Transformed Incidence Rate Difference", "IRSD"),
        "MD" => Natural("Mean Difference", "MD"),
        "SMD" or "SMDH" => Natural("Standardized Mean Difference", "SMD"),
        "MN" => Natural("Mean", "Mean"),
        "SMN" => Natural("Standardized Mean", "SM"),
        "MC" => Natural("Mean Change", "Mean Change"),
        "SMCC" or "SMCR" => Natural("Standardized Mean Change", "SMC"),
        "COR" => Natural("Correlation Coefficient", "Correlation"),
        "RPB" => Natural("Point-Biserial Correlation", "Correlation"),
        "PCOR" => Natural("Partial Correlation Coefficient", "Correlation"),
        "PR" => Natural("Proportion", "Proportion"),
        "PFT" => Natural("Double Arcsine Transformed Proportion", "PFT"),
        "PAS" => Natural("Arcsine Transformed Proportion", "Arcsine(Pr)"),
        "IR" => Natural("Incidence Rate", "Rate"),
        "IRS" => Natural("Square Root Transformed Incidence Rate", "Sqrt[IR]"),
        "IRFT" => Natural("Freeman-Tukey Transformed Incidence Rate", "IRFT"),
        "ARAW" => Natural("Cronbach's alpha", "Alpha"),
        "AHW" or "ABT" => Natural("Transformed Cronbach's alpha", "Transformed Alpha"),
        _ => Natural("Observed Outcome", "Estimate"),
    };

    private static Names LogRatio(string plain, string natural, string column) =>
        new(plain, natural, $"{natural} (log scale)", column, natural);

    private static Names Natural(string name, string column) => new(name, name, name, column, column);

    private sealed record Names(string Plain, string Natural, string NaturalOnScale, string Column, string NaturalColumn);
}
