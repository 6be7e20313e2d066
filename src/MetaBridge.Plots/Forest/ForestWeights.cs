using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>Weights of studies and the sizes of their squares.</summary>
internal static class ForestWeights
{
    /// <summary>Weights in percent: the given ones, or those of the fit (equal, custom or 1 / (v + τ²)). A study without any variance takes the whole weight.</summary>
    public static double[] Percent(UnivariateFit fit, IReadOnlyList<double>? given)
    {
        var raw = given is null ? OfFit(fit) : Checked(fit, given);
        // Relative to the largest, so that the sum stays in range.
        var largest = raw.Max();
        var total = raw.Sum(w => w / largest);
        return Array.ConvertAll(raw, w => 100 * (w / largest) / total);
    }

    /// <summary>
    /// Sides of the squares: √weight (so that areas show the weights), moved linearly so that the smallest and the largest study
    /// get the limits; the middle of the limits when all weigh the same.
    /// </summary>
    public static double[] PointSizes(double[] weights, (double Smallest, double Largest) limits)
    {
        var roots = Array.ConvertAll(weights, Math.Sqrt);
        var (least, most) = (roots.Min(), roots.Max());
        return most - least <= 1e-12 * most // the same up to rounding
            ? Array.ConvertAll(roots, _ => (limits.Smallest + limits.Largest) / 2)
            : Array.ConvertAll(roots, r => limits.Smallest + ((limits.Largest - limits.Smallest) * (r - least) / (most - least)));
    }

    private static double[] OfFit(UnivariateFit fit)
    {
        if (fit.IsUnweighted)
        {
            return Array.ConvertAll(fit.Studies.Variances, _ => 1.0);
        }

        return fit.Weights is { } weights ? Checked(fit, weights) : InverseVariances(fit);
    }

    private static double[] InverseVariances(UnivariateFit fit)
    {
        var total = Array.ConvertAll(fit.Studies.Variances, v => v + fit.TauSquared.Value);
        var least = total.Min();
        return Array.ConvertAll(total, m => least > 0 ? least / m : m == 0 ? 1.0 : 0.0);
    }

    private static double[] Checked(UnivariateFit fit, IReadOnlyList<double> given)
    {
        PlotChecks.OnePerStudy(given.Count, fit, "Weights");
        if (given.Any(w => !double.IsFinite(w) || w < 0) || !given.Any(w => w > 0))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "Weights must be finite and at least 0, with a positive sum.");
        }

        return [.. given];
    }
}
