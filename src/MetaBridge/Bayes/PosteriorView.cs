namespace MetaBridge.Bayes;

/// <summary>A posterior as weighted points, at each of which the coefficients are normal, and the distributions made of them.</summary>
/// <remarks>The points are those of a lattice (<see cref="LatticeView"/>) or draws (<see cref="DrawsView"/>).</remarks>
internal abstract class PosteriorView
{
    /// <summary>Scale factors are kept while they take no more than so many numbers.</summary>
    private const long MostFactors = 8_000_000;

    private readonly Dictionary<int, double[]> factors = [];
    private readonly Lazy<int[]> bySums;
    private readonly double[] noFactors = [1];

    private protected PosteriorView(PosteriorTarget target, int[] slots, double[] slotWeights)
    {
        Target = target;
        Slots = slots;
        SlotWeights = slotWeights;
        bySums = new Lazy<int[]>(OrderBySums);
    }

    /// <summary>What the points stand for.</summary>
    public PosteriorTarget Target { get; }

    /// <summary>Points with weight.</summary>
    public int[] Slots { get; }

    /// <summary>Their weights, which sum to 1.</summary>
    public double[] SlotWeights { get; }

    /// <summary>Indices of <see cref="Slots"/> in an order that has those with the same likelihood sums beside each other.</summary>
    public int[] BySums => bySums.Value;

    /// <summary>exp(2 z_i'b) of all studies at a point; a single 1 without scale moderators.</summary>
    public double[] Factors(int slot)
    {
        if (Target.Scale(slot).Length == 0)
        {
            return noFactors;
        }

        if (!factors.TryGetValue(slot, out var found))
        {
            found = Target.Kernel.ScaleFactors(Target.Scale(slot));
            if ((factors.Count + 1L) * found.Length < MostFactors)
            {
                factors.Add(slot, found);
            }
        }

        return found;
    }

    /// <summary>The mean and variance of a function of the points.</summary>
    public (double Mean, double Variance) Moments(Func<int, double> value)
    {
        var values = Array.ConvertAll(Slots, slot => value(slot));
        double mean = 0, variance = 0;
        for (var i = 0; i < values.Length; i++)
        {
            mean += SlotWeights[i] * values[i];
        }

        for (var i = 0; i < values.Length; i++)
        {
            variance += SlotWeights[i] * (values[i] - mean) * (values[i] - mean);
        }

        return (mean, variance);
    }

    /// <summary>The distribution of a function that is monotone along an axis.</summary>
    public abstract Marginal Monotone(MonotoneQuantity quantity);

    /// <summary>A linear combination of the coefficients plus independent normal noise: Σ c_j β_j + constant + N(0, noise).</summary>
    /// <param name="multipliers">c, the same at every point.</param>
    /// <param name="constant">What to add.</param>
    /// <param name="noise">The variance to add at a point.</param>
    public Marginal Linear(double[] multipliers, double constant, Func<int, double> noise)
    {
        var loads = new NormalLoads(Slots.Length, multipliers.Length);
        for (var i = 0; i < Slots.Length; i++)
        {
            multipliers.CopyTo(loads.Multipliers(i));
            loads.Constants[i] = constant;
            loads.Noise[i] = noise(Slots[i]);
        }

        return Linear(loads);
    }

    /// <summary>The same with everything varying from point to point.</summary>
    public Marginal Linear(NormalLoads loads)
    {
        var p = Target.Coefficients.Count;
        var means = (double[])loads.Constants.Clone();
        var variances = (double[])loads.Noise.Clone();
        for (var i = 0; i < means.Length; i++)
        {
            var c = loads.Multipliers(i);
            var mean = Target.Mean(Slots[i]);
            var covariance = Target.Covariance(Slots[i]);
            for (var r = 0; r < p; r++)
            {
                means[i] += c[r] * mean[r];
                for (var s = 0; s < p; s++)
                {
                    variances[i] += c[r] * c[s] * covariance[(r * p) + s];
                }
            }
        }

        if (Target.Coefficients.Truncated is { } truncated)
        {
            return TruncatedCombination.Of(this, truncated, loads.AllMultipliers, means, variances);
        }

        return GriddedCombination.Find(this, loads, variances) is { } known ? Monotone(known) : Mixture(loads, means, variances);
    }

    /// <summary>A normal mixture, or a point where every component is the same point.</summary>
    public static Marginal Mixture(double[] weights, double[] means, double[] variances) =>
        Array.TrueForAll(variances, v => v <= 0) && means.Distinct().Count() == 1
            ? new PointMarginal(means[0])
            : new GaussianMixture(weights, means, Array.ConvertAll(variances, v => Math.Sqrt(Math.Max(v, 1e-300))));

    private int[] OrderBySums()
    {
        var all = Enumerable.Range(0, Slots.Length);
        return Target.Axes.Outer == Target.Axes.Count || Target.CurrentScale.Length > 0
            ? [.. all]
            : [.. all.GroupBy(i => Target.Parameters(Slots[i])).SelectMany(group => group)];
    }

    /// <summary>The mixture of the points' normal distributions.</summary>
    private protected virtual Marginal Mixture(NormalLoads loads, double[] means, double[] variances) => Mixture(SlotWeights, means, variances);
}

/// <summary>A function of the axes that is monotone along one of them.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Given">The other axes that it depends on; the rest are summed out.</param>
/// <param name="Value">Its value at a point.</param>
/// <param name="AxisValue">The axis parameter at which it reaches x, given a point with the other axes; may leave the axis' range.</param>
/// <param name="IsFalling">Whether it falls.</param>
/// <param name="Support">Ends of its range.</param>
internal sealed record MonotoneQuantity(
    int Axis, int[] Given, Func<int, double> Value, Func<int, double, double> AxisValue, bool IsFalling, (double Lower, double Upper) Support)
{
    /// <summary>
    /// For lines that the function leaves below some point of the next axis: the value of that axis' parameter at which it does, given a point; null for none.
    /// </summary>
    public Func<int, double, double>? Corner { get; init; }
}

/// <summary>For each point a linear combination of the coefficients, a constant and a variance of independent noise.</summary>
internal sealed class NormalLoads(int points, int coefficients)
{
    /// <summary>All multipliers, points × coefficients by rows.</summary>
    public double[] AllMultipliers { get; } = new double[points * coefficients];

    /// <summary>Constants per point.</summary>
    public double[] Constants { get; } = new double[points];

    /// <summary>Noise variances per point.</summary>
    public double[] Noise { get; } = new double[points];

    /// <summary>The multipliers of a point.</summary>
    public Span<double> Multipliers(int point) => AllMultipliers.AsSpan(point * coefficients, coefficients);
}
