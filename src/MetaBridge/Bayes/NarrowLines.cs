using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>Mixtures whose components lie further apart along a coefficient's axis than they are wide.</summary>
/// <remarks>
/// Σ w_k N(m_k, s²) along an axis is as smooth as the integral it stands for only while s is at least the distance between the m_k. Where it is not, the weights are
/// interpolated by sinc functions to a finer step; given the other axes m is linear in the coefficient and s the same, so nothing else is approximated. A component
/// narrower than the finest step is widened to it, which moves probabilities by less than half the square of that step in standard deviations.
/// </remarks>
internal sealed class NarrowLines
{
    /// <summary>The finest step is this fraction of the lattice's.</summary>
    private const int MostParts = 32;

    /// <summary>Components as wide as their distance integrate to 5e-9.</summary>
    private const double WideEnough = 1;

    /// <summary>Points lighter than this share of the heaviest do not decide how fine the step is.</summary>
    private const double Light = 1e-9;

    private readonly LatticeView view;
    private readonly double step;
    private readonly int axis, coefficient;
    private readonly double centre;
    private readonly List<(int First, int[] Points)> lines = [];
    private readonly Dictionary<(int Line, int Parts), double[]> fine = [];

    /// <summary>Arranges the points in lines along a coefficient's axis.</summary>
    /// <param name="view">The points.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="divisor">2 for the coarse step, else 1.</param>
    public NarrowLines(LatticeView view, int axis, int divisor)
    {
        this.view = view;
        this.axis = axis;
        var gridded = view.Target.Coefficients.Gridded[view.Target.Axes[axis].Number];
        (coefficient, centre) = (gridded.Coefficient, gridded.Centre);
        step = view.Lattice.Step * divisor;
        var given = Enumerable.Range(0, view.Lattice.Dimensions).Where(d => d != axis).ToArray();
        foreach (var group in Enumerable.Range(0, view.Slots.Length).GroupBy(i => view.Lattice.Key(view.Slots[i], given)).OrderBy(group => group.Key))
        {
            var members = group.OrderBy(i => Index(i)).ToArray();
            var (first, last) = (Index(members[0]), Index(members[^1]));
            var points = new int[last - first + 1];
            Array.Fill(points, -1);
            Array.ForEach(members, i => points[Index(i) - first] = i);
            lines.Add((first, points));
        }

        int Index(int i) => view.Lattice.Index(view.Slots[i], axis) / divisor;
    }

    /// <summary>The coefficient's axis along which a combination changes most from point to point, or null without one.</summary>
    public static int? WidestAxis(LatticeView view, NormalLoads loads)
    {
        var target = view.Target;
        var (best, largest) = ((int?)null, 0.0);
        var at = view.Slots.Length / 2;
        for (var g = 0; g < target.Coefficients.Gridded.Count; g++)
        {
            var axis = target.Axes.IndexOf(AxisRole.Coefficient, g);
            var slope = Math.Exp(target.Axes[axis].Map.At(view.Lattice.Frame.Centre[axis]).LogSlope) * view.Lattice.Frame.Width[axis];
            var change = Math.Abs(loads.Multipliers(at)[target.Coefficients.Gridded[g].Coefficient]) * slope;
            (best, largest) = change > largest ? (axis, change) : (best, largest);
        }

        return best;
    }

    /// <summary>The mixture.</summary>
    public Marginal Mixture(NormalLoads loads, double[] means, double[] variances)
    {
        var light = view.SlotWeights.Max() * Light;
        List<double> weight = new(means.Length), mean = new(means.Length), variance = new(means.Length);
        for (var l = 0; l < lines.Count; l++)
        {
            var points = lines[l].Points;
            var parts = PartsOf(points, means, variances, light);
            if (parts > 1)
            {
                Spread(l, parts, means, variances, weight, mean, variance);
                continue;
            }

            foreach (var i in points.Where(i => i >= 0))
            {
                weight.Add(view.SlotWeights[i]);
                mean.Add(means[i]);
                variance.Add(variances[i]);
            }
        }

        return PosteriorView.Mixture([.. weight], [.. mean], [.. variance]);
    }

    /// <summary>Into how many parts a line's steps must be divided: a power of two.</summary>
    private int PartsOf(int[] points, double[] means, double[] variances, double light)
    {
        var ratio = 1.0;
        for (var n = 0; n + 1 < points.Length; n++)
        {
            var (i, j) = (points[n], points[n + 1]);
            if (i >= 0 && j >= 0 && Math.Max(view.SlotWeights[i], view.SlotWeights[j]) > light)
            {
                ratio = Math.Max(ratio, WideEnough * Math.Abs(means[i] - means[j]) / Math.Sqrt(Math.Min(variances[i], variances[j])));
            }
        }

        return ratio <= 1 ? 1 : (int)Math.Min(Math.Pow(2, Math.Ceiling(Math.Log2(ratio))), MostParts);
    }

    private void Spread(int line, int parts, double[] means, double[] variances, List<double> weight, List<double> mean, List<double> variance)
    {
        var (first, points) = lines[line];
        var weights = FineWeights(line, parts);
        var heaviest = points.Where(i => i >= 0).OrderByDescending(i => view.SlotWeights[i]).Take(2).ToArray();
        var (at, slope) = (heaviest[0], 0.0);
        if (heaviest.Length == 2)
        {
            slope = (means[heaviest[1]] - means[at]) / (Coefficient(heaviest[1]) - Coefficient(at));
        }

        var previous = double.NaN;
        for (var n = 0; n < weights.Length; n++)
        {
            var value = view.Target.Axes[axis].Map.At(view.Lattice.Frame.At(axis, (first + ((double)n / parts)) * step).U).Value - centre;
            var m = means[at] + (slope * (value - Coefficient(at)));
            var distance = double.IsNaN(previous) ? 0 : WideEnough * (m - previous);
            previous = m;
            if (weights[n] > 0)
            {
                weight.Add(weights[n]);
                mean.Add(m);
                variance.Add(Math.Max(variances[at], distance * distance));
            }
        }
    }

    private double Coefficient(int point) => view.Target.Mean(view.Slots[point])[coefficient];

    /// <summary>The line's weights at every part of a step, by sinc interpolation.</summary>
    private double[] FineWeights(int line, int parts)
    {
        if (fine.TryGetValue((line, parts), out var known))
        {
            return known;
        }

        var points = lines[line].Points;
        var result = new double[((points.Length - 1) * parts) + 1];
        for (var n = 0; n < result.Length; n++)
        {
            var sum = 0.0;
            for (var k = 0; k < points.Length; k++)
            {
                var distance = Math.PI * (((double)n / parts) - k);
                sum += points[k] < 0 ? 0 : view.SlotWeights[points[k]] * (distance == 0 ? 1 : Math.Sin(distance) / distance);
            }

            result[n] = sum / parts;
        }

        fine.Add((line, parts), result);
        return result;
    }
}
