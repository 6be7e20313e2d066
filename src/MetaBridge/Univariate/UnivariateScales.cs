using MetaBridge.Agreement;

namespace MetaBridge.Univariate;

/// <summary>Natural scales of the numbers that are differences of larger terms, so that agreement is asked relative to those terms.</summary>
internal static class UnivariateScales
{
    // A standardised statistic is a coefficient in units of its standard error, and a percentage of reduction is 100 (1 − ratio).
    private const double StandardUnit = 1;
    private const double Percent = 100;

    /// <summary>The quantities with their scales.</summary>
    public static IReadOnlyList<Quantity> Apply(UnivariateFit fit, List<Quantity> quantities)
    {
        var residualDf = Math.Max(1, fit.StudyCount - fit.Coefficients.Count);
        var scales = OfCoefficients(fit.Coefficients, fit.OmnibusTest);
        scales["R2"] = [Percent];
        scales["QE"] = [WeightedSumOfSquares(fit.Studies, 0)];
        scales["s2w"] = [WeightedSumOfSquares(fit.Studies, fit.TauSquared.Value) / residualDf];
        if (fit.Method == Specs.HeterogeneityMethod.EqualEffects)
        {
            scales["I2"] = [Percent];
        }

        AddPredictions(scales, fit.Predictions);
        return quantities.ConvertAll(q => scales.TryGetValue(q.Name, out var scale) ? q with { Scale = scale } : q);
    }

    /// <summary>The scales of coefficients, their tests and their covariance, which every family has.</summary>
    public static Dictionary<string, double[]> OfCoefficients(CoefficientTable b, TestResult omnibus)
    {
        var reach = Reach(b.Estimates, b.Lower, b.Upper);
        return new(StringComparer.Ordinal)
        {
            ["beta"] = b.StandardErrors,
            ["zval"] = [.. b.Estimates.Select(_ => StandardUnit)],
            ["ci.lb"] = reach,
            ["ci.ub"] = reach,
            ["vb"] = [.. from j in b.StandardErrors from i in b.StandardErrors select i * j],
            ["QM"] = [Math.Sqrt(omnibus.Statistic)],
        };
    }

    private static void AddPredictions(Dictionary<string, double[]> scales, PredictionTable? table)
    {
        if (table is null)
        {
            return;
        }

        scales["pred"] = table.StandardErrors;
        scales["pred.ci.lb"] = scales["pred.ci.ub"] = Reach(table.Predicted, table.Lower, table.Upper);
        scales["pred.pi.lb"] = scales["pred.pi.ub"] = Reach(table.Predicted, table.PredictionLower, table.PredictionUpper);
    }

    /// <summary>|estimate| + half the width: the size of the two terms that an interval's end is the sum of.</summary>
    private static double[] Reach(double[] estimates, double[] lower, double[] upper) =>
        [.. estimates.Select((estimate, i) => i < lower.Length ? Math.Abs(estimate) + Finite((upper[i] - lower[i]) / 2) : Math.Abs(estimate))];

    /// <summary>
    /// Σ y² / (v + τ²): a residual sum of squares y'Py is this minus the part that the moderators explain, which metafor computes so.
    /// With a moderator such as a calendar year both terms are far larger than what is left.
    /// </summary>
    public static double WeightedSumOfSquares(StudyTable studies, double tau2) =>
        Finite(studies.EffectSizes.Zip(studies.Variances, (y, v) => y * y / (v + tau2)).Sum());

    private static double Finite(double value) => double.IsFinite(value) ? Math.Abs(value) : 0;
}
