using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>The posterior as draws of the axes, chain after chain; the coefficients given them are integrated, not drawn (Rao-Blackwell).</summary>
internal sealed class DrawsView : PosteriorView
{
    /// <summary>So many draws, evenly thinned, carry the lines that densities are made of.</summary>
    private const int MostLines = 400;

    /// <summary>The step of a line in units of the conditional width at the mode.</summary>
    private const double Step = 0.2;

    private readonly double[][] points;
    private readonly LatticeFrame? frame;
    private readonly Dictionary<int, LatticeLines> lines = [];

    /// <summary>Evaluates the density once more at every draw and remembers what the coefficients are there.</summary>
    /// <param name="target">A target that has remembered nothing yet.</param>
    /// <param name="frame">Widths of the axes; null without axes.</param>
    /// <param name="walks">Draws: chain, draw, axis.</param>
    public DrawsView(PosteriorTarget target, LatticeFrame? frame, double[][][] walks)
        : base(target, [.. Enumerable.Range(0, walks.Sum(walk => walk.Length))], Weights(walks.Sum(walk => walk.Length)))
    {
        Chains = walks.Length;
        this.frame = frame;
        points = [.. walks.SelectMany(walk => walk)];
        for (var i = 0; i < points.Length; i++)
        {
            target.LogDensity(points[i], i);
        }
    }

    /// <summary>How many chains.</summary>
    public int Chains { get; }

    /// <inheritdoc/>
    public override Marginal Monotone(MonotoneQuantity quantity)
    {
        var axis = quantity.Axis;
        var map = Target.Axes[axis].Map;
        return new EmpiricalMarginal(Array.ConvertAll(Slots, slot => quantity.Value(slot)), quantity.Support, () => new LatticeMarginal(
            LinesAlong(axis),
            (slot, x) => frame!.Inverse(axis, map.Coordinate(quantity.AxisValue(slot, x))),
            quantity.IsFalling != map.IsReversed,
            () => Moments(quantity.Value),
            quantity.Support));
    }

    /// <summary>The exact conditional density along an axis given the other axes, at evenly thinned draws (Gelfand &amp; Smith, 1990).</summary>
    private LatticeLines LinesAlong(int axis)
    {
        if (lines.TryGetValue(axis, out var known))
        {
            return known;
        }

        // As many from every chain, so that their average is one over chains of equal length.
        var every = Math.Max((points.Length + MostLines - 1) / MostLines, 1);
        var perChain = points.Length / Chains / every;
        var chosen = Enumerable.Range(0, Chains).SelectMany(chain => Enumerable.Range(0, perChain).Select(i => (chain * (points.Length / Chains)) + (i * every))).ToArray();
        known = new LatticeLines(Step, [.. chosen.Select(slot => Line(axis, slot, 1.0 / chosen.Length))]);
        lines.Add(axis, known);
        return known;
    }

    private LatticeLine Line(int axis, int slot, double mass)
    {
        var probe = (double[])points[slot].Clone();
        var start = (int)Math.Round(frame!.Inverse(axis, probe[axis]) / Step);
        var values = new List<(int Index, double Log)> { (start, Height(start)) };
        var top = values[0].Log;
        foreach (var direction in (ReadOnlySpan<int>)[1, -1])
        {
            // Outwards until the density has fallen out of sight on the way down.
            for (var index = start + direction; ; index += direction)
            {
                var log = Height(index);
                values.Add((index, log));
                top = Math.Max(top, log);
                if (!(log > top - Lattice.Drop))
                {
                    break;
                }
            }
        }

        var sum = values.Sum(value => Math.Exp(value.Log - top));
        return LatticeLine.Build(slot, [.. values.Select(value => (value.Index, mass * Math.Exp(value.Log - top) / sum))]);

        double Height(int index)
        {
            var (u, slope) = frame.At(axis, index * Step);
            probe[axis] = u;
            return Target.LogDensity(probe) + slope;
        }
    }

    private static double[] Weights(int count)
    {
        var weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        return weights;
    }
}
