namespace MetaBridge.IndividualData;

/// <summary>The complete rows of one study, ready for a regression.</summary>
/// <param name="Name">The study.</param>
/// <param name="Design">Columns treatment, modifier less its mean and their product (where it varies), covariates; n × q by rows. The intercept is not in it.</param>
/// <param name="Columns">q.</param>
/// <param name="Outcomes">n outcomes.</param>
/// <param name="Events">n times 0 or 1; all 1 but for times.</param>
/// <param name="Frequencies">How many people each row stands for.</param>
/// <param name="HasModifier">Whether the modifier varies in this study.</param>
/// <param name="ModifierMean">Its mean; NaN without one.</param>
internal sealed record StudyRows(
    string Name, double[] Design, int Columns, double[] Outcomes, double[] Events, double[] Frequencies, bool HasModifier, double ModifierMean)
{
    /// <summary>n, the number of rows.</summary>
    public int Count => Outcomes.Length;

    /// <summary>How many people.</summary>
    public double People => Frequencies.Sum();
}

/// <summary>What a study's regression found.</summary>
/// <param name="Estimates">Coefficients of the columns of <see cref="StudyRows.Design"/>; empty when there are none.</param>
/// <param name="Covariance">Their covariance, q × q.</param>
/// <param name="Problem">Why there are no estimates; null when there are.</param>
internal sealed record StudyRegression(double[] Estimates, double[] Covariance, string? Problem)
{
    public static StudyRegression Without(string problem) => new([], [], problem);
}
