using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>The line on heterogeneity below the summary's label.</summary>
internal static class HeterogeneityNote
{
    // Smaller p-values are written as a bound.
    private const double SmallestPValue = 0.001;

    public static string Of(UnivariateFit fit, int digits)
    {
        var q = fit.ResidualHeterogeneity;
        var p = q.PValue < SmallestPValue ? "p < 0.001" : $"p = {NumberText.Fixed(q.PValue, 3)}";
        var test = $"Q = {NumberText.Fixed(q.Statistic, digits)}, df = {NumberText.Shortest(q.NumeratorDf)}, {p}";
        return fit.Method == HeterogeneityMethod.EqualEffects
            ? $"{test}; I² = {NumberText.Fixed(fit.ISquared, 1)}%"
            : $"{test}; I² = {NumberText.Fixed(fit.ISquared, 1)}%, τ² = {NumberText.Fixed(fit.TauSquared.Value, digits)}";
    }
}
