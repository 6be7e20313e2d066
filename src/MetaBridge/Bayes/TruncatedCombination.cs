using MathNet.Numerics.Integration;

namespace MetaBridge.Bayes;

/// <summary>Linear combinations when one coefficient is truncated.</summary>
/// <remarks>
/// Given the truncated coefficient the combination is normal, so each component becomes a Gauss-Legendre sum of normals over the part of the interval that holds
/// mass. The truncated coefficient by itself needs no sum.
/// </remarks>
internal static class TruncatedCombination
{
    /// <summary>Nodes of the sum, and the most where the normals are narrower than the nodes' distance; beyond that they are widened to it.</summary>
    private const int Nodes = 64, MostNodes = 1024;

    /// <summary>The largest distance of Gauss-Legendre nodes is this share of the interval's length, times the number of nodes.</summary>
    private const double Spacing = Math.PI / 2;

    /// <summary>Mass beyond this many standard deviations is below double precision.</summary>
    private const double Reach = 9;

    private static readonly Lazy<GaussLegendreRule>[] Rules =
        [.. Enumerable.Range(0, 1 + (int)Math.Log2(MostNodes / Nodes)).Select(n => new Lazy<GaussLegendreRule>(() => new GaussLegendreRule(-1, 1, Nodes << n)))];

    /// <summary>The distribution of a combination.</summary>
    /// <param name="view">The posterior.</param>
    /// <param name="truncated">The truncated coefficient.</param>
    /// <param name="loads">Multipliers per point, n × p by rows.</param>
    /// <param name="means">Untruncated means per point.</param>
    /// <param name="variances">Untruncated variances per point, noise included.</param>
    public static Marginal Of(PosteriorView view, int truncated, double[] loads, double[] means, double[] variances)
    {
        var coefficients = view.Target.Coefficients;
        var p = coefficients.Count;
        var (lower, upper) = coefficients.Bounds;
        var parts = new List<(double Weight, double Mean, double Variance)>();
        var slots = view.Slots;
        if (IsPlain(view, truncated, loads, variances, out var factor))
        {
            var shift = means[0] - (factor * view.Target.Mean(slots[0])[truncated]);
            var ends = (A: shift + (factor * lower), B: shift + (factor * upper));
            return new GaussianMixture(
                view.SlotWeights, means, Array.ConvertAll(variances, Math.Sqrt), Math.Min(ends.A, ends.B), Math.Max(ends.A, ends.B));
        }

        for (var i = 0; i < slots.Length; i++)
        {
            var covariance = view.Target.Covariance(slots[i]);
            var (m, s2) = (view.Target.Mean(slots[i])[truncated], covariance[(truncated * p) + truncated]);
            var slope = 0.0;
            for (var r = 0; r < p; r++)
            {
                slope += loads[(i * p) + r] * covariance[(r * p) + truncated];
            }

            slope /= s2;
            Spread(view.SlotWeights[i], (m, Math.Sqrt(s2)), (lower, upper), means[i], slope, Math.Max(variances[i] - (slope * slope * s2), 0), parts);
        }

        return PosteriorView.Mixture([.. parts.Select(x => x.Weight)], [.. parts.Select(x => x.Mean)], [.. parts.Select(x => x.Variance)]);
    }

    /// <summary>Whether the combination is a multiple of the truncated coefficient plus a constant, the same at every point.</summary>
    private static bool IsPlain(PosteriorView view, int truncated, double[] loads, double[] variances, out double factor)
    {
        var p = view.Target.Coefficients.Count;
        factor = loads[truncated];
        for (var i = 0; i < view.Slots.Length; i++)
        {
            for (var r = 0; r < p; r++)
            {
                if (loads[(i * p) + r] != (r == truncated ? factor : 0))
                {
                    return false;
                }
            }

            var own = factor * factor * view.Target.Covariance(view.Slots[i])[(truncated * p) + truncated];
            if (Math.Abs(variances[i] - own) > 1e-14 * own)
            {
                return false;
            }
        }

        return factor != 0;
    }

    private static void Spread(
        double weight,
        (double Mean, double Sd) coefficient,
        (double Lower, double Upper) bounds,
        double mean,
        double slope,
        double rest,
        List<(double Weight, double Mean, double Variance)> parts)
    {
        var (m, sd) = coefficient;
        // The mode of the truncated density; its tail beyond it falls at least as fast as a normal one.
        var mode = Math.Clamp(m, bounds.Lower, bounds.Upper);
        var (a, b) = (Math.Max(bounds.Lower, mode - (Reach * sd)), Math.Min(bounds.Upper, mode + (Reach * sd)));
        var first = parts.Count;
        var sum = 0.0;
        var doublings = 0;
        while (doublings < Rules.Length - 1 && Square(slope * (b - a) * Spacing / (Nodes << doublings)) > rest)
        {
            doublings++;
        }

        var rule = Rules[doublings].Value;
        var width = Math.Max(rest, doublings == Rules.Length - 1 ? Square(slope * (b - a) * Spacing / MostNodes) : 0);
        for (var n = 0; n < rule.Order; n++)
        {
            var x = ((a + b) / 2) + ((b - a) / 2 * rule.GetAbscissa(n));
            var density = rule.GetWeight(n) * Math.Exp(-0.5 * ((((x - m) * (x - m)) - ((mode - m) * (mode - m))) / (sd * sd)));
            sum += density;
            parts.Add((density, mean + (slope * (x - m)), width));
        }

        for (var n = first; n < parts.Count; n++)
        {
            parts[n] = (weight * parts[n].Weight / sum, parts[n].Mean, parts[n].Variance);
        }
    }
    private static double Square(double x) => x * x;
}
