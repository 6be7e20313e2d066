using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>The posterior at one step size: normalised weights of the lattice points and the distributions made of them.</summary>
internal sealed class PosteriorView
{
    private readonly double[] weights;
    private readonly bool coarse;
    private readonly Dictionary<(int Axis, bool GivenLater), LatticeLines> lines = [];
    private readonly Dictionary<int, double[]> factors = [];
    private readonly double[] noFactors = [1];

    public PosteriorView(Lattice lattice, PosteriorTarget target, bool coarse)
    {
        this.coarse = coarse;
        Lattice = lattice;
        Target = target;
        var top = double.NegativeInfinity;
        foreach (var log in lattice.LogValues)
        {
            top = Math.Max(top, log);
        }

        weights = new double[lattice.Count];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = coarse && !lattice.IsCoarse(i) ? 0 : Math.Exp(lattice.LogValues[i] - top);
            sum += weights[i];
        }

        var slots = new List<int>();
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] /= sum;
            if (weights[i] > 0)
            {
                slots.Add(i);
            }
        }

        Slots = [.. slots];
        SlotWeights = Array.ConvertAll(Slots, slot => weights[slot]);
    }

    /// <summary>The lattice.</summary>
    public Lattice Lattice { get; }

    /// <summary>What the points stand for.</summary>
    public PosteriorTarget Target { get; }

    /// <summary>Points with weight.</summary>
    public int[] Slots { get; }

    /// <summary>Their weights, which sum to 1.</summary>
    public double[] SlotWeights { get; }

    /// <summary>ln ∫ at this step size.</summary>
    public double LogIntegral => coarse ? Lattice.LogIntegral.Coarse : Lattice.LogIntegral.Fine;

    /// <summary>exp(2 z_i'b) of all studies at a point; a single 1 without scale moderators.</summary>
    public double[] Factors(int slot)
    {
        if (Target.Scale(slot).Length == 0)
        {
            return noFactors;
        }

        if (!factors.TryGetValue(slot, out var found))
        {
            factors.Add(slot, found = Target.Kernel.ScaleFactors(Target.Scale(slot)));
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

    /// <summary>A function that is monotone along an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="givenLater">Whether it depends on the later axes too (mixtures never), so that they must be given; otherwise they are summed out.</param>
    /// <param name="value">Its value at a point.</param>
    /// <param name="axisValue">The axis parameter at which it reaches x, given a point with the other axes; may leave the axis' range.</param>
    /// <param name="isFalling">Whether it falls.</param>
    /// <param name="support">Ends of its range.</param>
    /// <param name="corner">
    /// For lines that the function leaves below some point of the next axis: the value of that axis' parameter at which it does, given a point; null for none.
    /// </param>
    public Marginal Monotone(
        int axis,
        bool givenLater,
        Func<int, double> value,
        Func<int, double, double> axisValue,
        bool isFalling,
        (double Lower, double Upper) support,
        Func<int, double, double>? corner = null)
    {
        var map = Target.Axes[axis].Map;
        var frame = Lattice.Frame;
        if (!lines.TryGetValue((axis, givenLater), out var arranged))
        {
            var given = Enumerable.Range(0, givenLater ? Target.Axes.Outer : axis).Where(d => d != axis).ToArray();
            lines.Add((axis, givenLater), arranged = LatticeLines.Arrange(Lattice, weights, axis, given, coarse));
        }

        return new LatticeMarginal(
            arranged,
            (slot, x) => frame.Inverse(axis, map.Coordinate(axisValue(slot, x))),
            isFalling != map.IsReversed,
            () => Moments(value),
            support,
            corner is null ? null : new CornerCorrection(
                arranged, Lattice, axis + 1, coarse, (slot, x) => frame.Inverse(axis + 1, Target.Axes[axis + 1].Map.Coordinate(corner(slot, x)))));
    }

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
        var n = Slots.Length;
        var means = (double[])loads.Constants.Clone();
        var variances = (double[])loads.Noise.Clone();
        for (var i = 0; i < n; i++)
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

        return Target.Coefficients.Truncated is { } truncated
            ? TruncatedCombination.Of(this, truncated, loads.AllMultipliers, means, variances)
            : Mixture(SlotWeights, means, variances);
    }

    /// <summary>A normal mixture, or a point where every component is the same point.</summary>
    public static Marginal Mixture(double[] weights, double[] means, double[] variances) =>
        Array.TrueForAll(variances, v => v <= 0) && means.Distinct().Count() == 1
            ? new PointMarginal(means[0])
            : new GaussianMixture(weights, means, Array.ConvertAll(variances, v => Math.Sqrt(Math.Max(v, 1e-300))));
}

/// <summary>For each lattice point a linear combination of the coefficients, a constant and a variance of independent noise.</summary>
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
