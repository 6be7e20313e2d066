namespace MetaBridge.Univariate.Analysis;

/// <summary>Natural scales of numbers that come from fits made again.</summary>
internal static class DiagnosticScales
{
    /// <summary>
    /// A p-value p ≈ exp(−z²/2) loses z² times the relative error of z, so tiny ones inherit the error of a searched component many times over; they
    /// are compared relative to this level, below which nobody tells two of them apart.
    /// </summary>
    public const double PValue = 1e-4;

    /// <summary>
    /// The size of the sampling variances: a τ² is what is left of the total variance when they are taken away, and near zero it is
    /// known relative to them.
    /// </summary>
    public static double OfTauSquared(UnivariateFit fit)
    {
        var sum = 0.0;
        foreach (var v in fit.Studies.Variances)
        {
            sum += 1 / v;
        }

        return double.IsFinite(sum) && sum > 0 ? fit.StudyCount / sum : 0;
    }
}
