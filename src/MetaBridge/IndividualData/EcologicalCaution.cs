namespace MetaBridge.IndividualData;

/// <summary>What differences between studies can't say about people.</summary>
public static class EcologicalCaution
{
    /// <summary>Odds ratios and hazard ratios change with the spread of risk among the people that they average over.</summary>
    public const string NonCollapsible =
        "Odds ratios are not collapsible: with one and the same odds ratio for every person, that of a study still depends on the spread of risk among its people, and so its slope on average risk need not be 0.";

    /// <summary>The observed risk of the control group is part of the effect size.</summary>
    public const string BaselineRisk =
        "The observed control risk is measured with error and is a part of the effect size itself; a meta-regression on it is biased towards a smaller effect at a higher risk. Use a model of both true risks (control-rate).";

    /// <summary>The caution for a moderator that is an average of people.</summary>
    /// <param name="moderator">Its name.</param>
    public static string StudyMean(string moderator) =>
        $"A slope on the studies' means of '{moderator}' compares studies, not people: it need not be, not even in sign, how the effect changes with a person's '{moderator}' (ecological bias).";
}
