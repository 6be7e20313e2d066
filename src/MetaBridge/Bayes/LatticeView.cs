using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>The posterior at one step size of a lattice.</summary>
internal sealed class LatticeView : PosteriorView
{
    private readonly double[] weights;
    private readonly bool coarse;
    private readonly Dictionary<string, LatticeLines> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<int, NarrowLines> narrow = [];

    public LatticeView(Lattice lattice, PosteriorTarget target, bool coarse)
        : this(lattice, target, coarse, Normalised(lattice, coarse))
    {
    }

    private LatticeView(Lattice lattice, PosteriorTarget target, bool coarse, double[] weights)
        : this(lattice, target, coarse, weights, [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] > 0)])
    {
    }

    private LatticeView(Lattice lattice, PosteriorTarget target, bool coarse, double[] weights, int[] slots)
        : base(target, slots, Array.ConvertAll(slots, slot => weights[slot]))
    {
        Lattice = lattice;
        this.coarse = coarse;
        this.weights = weights;
    }

    /// <summary>The lattice.</summary>
    public Lattice Lattice { get; }

    /// <summary>The weight of every point of the lattice; 0 for those that this step size leaves out.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>ln ∫ at this step size.</summary>
    public double LogIntegral => coarse ? Lattice.LogIntegral.Coarse : Lattice.LogIntegral.Fine;

    /// <inheritdoc/>
    public override Marginal Monotone(MonotoneQuantity quantity)
    {
        var axis = quantity.Axis;
        var map = Target.Axes[axis].Map;
        var frame = Lattice.Frame;
        var key = $"{axis}: {string.Join(' ', quantity.Given)}";
        if (!lines.TryGetValue(key, out var arranged))
        {
            lines.Add(key, arranged = LatticeLines.Arrange(Lattice, weights, axis, quantity.Given, coarse));
        }

        return new LatticeMarginal(
            arranged,
            (slot, x) => frame.Inverse(axis, map.Coordinate(quantity.AxisValue(slot, x))),
            quantity.IsFalling != map.IsReversed,
            () => Moments(quantity.Value),
            quantity.Support,
            quantity.Corner is not { } corner ? null : new CornerCorrection(
                arranged, Lattice, axis + 1, coarse, (slot, x) => frame.Inverse(axis + 1, Target.Axes[axis + 1].Map.Coordinate(corner(slot, x)))));
    }

    /// <inheritdoc/>
    private protected override Marginal Mixture(NormalLoads loads, double[] means, double[] variances)
    {
        if (NarrowLines.WidestAxis(this, loads) is not { } axis)
        {
            return base.Mixture(loads, means, variances);
        }

        if (!narrow.TryGetValue(axis, out var arranged))
        {
            narrow.Add(axis, arranged = new NarrowLines(this, axis, coarse ? 2 : 1));
        }

        return arranged.Mixture(loads, means, variances);
    }

    private static double[] Normalised(Lattice lattice, bool coarse)
    {
        var top = double.NegativeInfinity;
        foreach (var log in lattice.LogValues)
        {
            top = Math.Max(top, log);
        }

        var weights = new double[lattice.Count];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = coarse && !lattice.IsCoarse(i) ? 0 : Math.Exp(lattice.LogValues[i] - top);
            sum += weights[i];
        }

        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] /= sum;
        }

        return weights;
    }
}
