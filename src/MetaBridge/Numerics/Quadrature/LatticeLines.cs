namespace MetaBridge.Numerics.Quadrature;

/// <summary>The normalised mass of a lattice arranged in lines along one axis, with continuous cumulative sums.</summary>
/// <remarks>
/// <para>
/// A line collects the points that share their indices on the given axes; the others are summed out. Between its points the density is the sinc
/// interpolant, which is as accurate for an analytic function as the trapezoidal rule itself; its integral up to a lattice point is a sum of sine
/// integrals (Stenger, 1993): F(t) = Σ w_k [½ + Si(π(t/h − k))/π].
/// </para>
/// <para>
/// Between lattice points F comes from Hermite interpolation of F and F' at the six nearest ones, of order 12; both are known there exactly.
/// </para>
/// </remarks>
internal sealed class LatticeLines
{
    private readonly double step;

    /// <summary>Lines that were made elsewhere.</summary>
    /// <param name="step">The step between their points.</param>
    /// <param name="lines">The lines, whose masses sum to 1.</param>
    public LatticeLines(double step, LatticeLine[] lines)
    {
        this.step = step;
        Lines = lines;
    }

    /// <summary>The lines.</summary>
    public IReadOnlyList<LatticeLine> Lines { get; }

    /// <summary>Arranges a lattice.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="weights">Normalised weight per point; points of weight zero are left out.</param>
    /// <param name="axis">Along which axis the lines run.</param>
    /// <param name="given">The axes whose indices a line's points share.</param>
    /// <param name="coarse">Whether to use the points of step 2h only.</param>
    public static LatticeLines Arrange(Lattice lattice, ReadOnlySpan<double> weights, int axis, ReadOnlySpan<int> given, bool coarse)
    {
        var divisor = coarse ? 2 : 1;
        var groups = new Dictionary<long, (int Point, List<(int Index, double Weight)> Members)>();
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
            {
                continue;
            }

            var key = lattice.Key(i, given);
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = (i, []));
            }

            group.Members.Add((lattice.Index(i, axis) / divisor, weights[i]));
        }

        var lines = groups.OrderBy(pair => pair.Key).Select(pair => LatticeLine.Build(pair.Value.Point, pair.Value.Members)).ToArray();
        return new LatticeLines(lattice.Step * divisor, lines);
    }

    /// <summary>Σ over lines of the mass below t, where t may differ from line to line (±∞ allowed).</summary>
    public double Cumulative(ReadOnlySpan<double> t)
    {
        var sum = 0.0;
        for (var i = 0; i < Lines.Count; i++)
        {
            sum += Lines[i].Cumulative(t[i] / step);
        }

        return sum;
    }

    /// <summary>The mass of one line below t.</summary>
    public double Cumulative(int line, double t) => Lines[line].Cumulative(t / step);

    /// <summary>The density with respect to t of one line at t.</summary>
    public double Density(int line, double t) => double.IsInfinity(t) ? 0 : Lines[line].Density(t / step) / step;
}

/// <summary>One line of <see cref="LatticeLines"/>: mass per step and cumulative mass at the steps.</summary>
internal sealed class LatticeLine
{
    /// <summary>Points used to interpolate the cumulative mass.</summary>
    private const int Nodes = 6;

    /// <summary>So many empty steps are kept beyond each end: there the cumulative mass is constant within double precision of the cut.</summary>
    private const int Margin = Nodes;

    private static readonly double[] Differences = [-137.0 / 60, -13.0 / 12, -1.0 / 3, 1.0 / 3, 13.0 / 12, 137.0 / 60];
    private static readonly double[] Denominators = [-120, 24, -12, 12, -24, 120];

    private readonly int first;
    private readonly double[] weights, cumulative;

    private LatticeLine(int point, int first, double[] weights)
    {
        Point = point;
        this.first = first;
        this.weights = weights;
        cumulative = new double[weights.Length];
        for (var n = 0; n < weights.Length; n++)
        {
            var sum = 0.0;
            for (var k = Margin; k < weights.Length - Margin; k++)
            {
                sum += weights[k] * IntegerSteps.At(n - k);
            }

            cumulative[n] = sum;
        }

        Total = weights.Sum();
    }

    /// <summary>A point of the lattice with the line's indices on the given axes.</summary>
    public int Point { get; }

    /// <summary>The mass of the line.</summary>
    public double Total { get; }

    /// <summary>Builds a line from mass at indices.</summary>
    public static LatticeLine Build(int point, List<(int Index, double Weight)> members)
    {
        int low = int.MaxValue, high = int.MinValue;
        foreach (var (index, _) in members)
        {
            (low, high) = (Math.Min(low, index), Math.Max(high, index));
        }

        var weights = new double[high - low + 1 + (2 * Margin)];
        foreach (var (index, weight) in members)
        {
            weights[index - low + Margin] += weight;
        }

        return new LatticeLine(point, low - Margin, weights);
    }

    /// <summary>The mass below a position in steps.</summary>
    public double Cumulative(double position)
    {
        var x = position - first;
        var start = Math.Floor(x) - ((Nodes / 2) - 1);
        if (!(start >= 0 && start + Nodes <= weights.Length))
        {
            return x > weights.Length / 2.0 ? Total : 0;
        }

        // Hermite: F(x) ≈ Σ [F_i (1 − 2 (x − i) l_i'(i)) + F'_i (x − i)] l_i(x)², with l_i the Lagrange polynomials of the nodes.
        var from = (int)start;
        var s = x - from;
        var product = 1.0;
        for (var i = 0; i < Nodes; i++)
        {
            product *= s - i;
        }

        if (product == 0)
        {
            return cumulative[from + (int)s];
        }

        var sum = 0.0;
        for (var i = 0; i < Nodes; i++)
        {
            var l = product / ((s - i) * Denominators[i]);
            sum += l * l * ((cumulative[from + i] * (1 - (2 * (s - i) * Differences[i]))) + (weights[from + i] * (s - i)));
        }

        return sum;
    }

    /// <summary>The mass per step at a position in steps: the sinc interpolant.</summary>
    public double Density(double position)
    {
        var x = position - first;
        var nearest = Math.Round(x);
        var sin = Math.Sin(Math.PI * (x - nearest));
        var sum = 0.0;
        for (var k = Margin; k < weights.Length - Margin; k++)
        {
            var sign = ((long)nearest - k) % 2 == 0 ? 1 : -1;
            sum += weights[k] * (Math.Abs(x - k) < 1e-9 ? 1 : sign * sin / (Math.PI * (x - k)));
        }

        return sum;
    }
}

/// <summary>½ + Si(πm)/π for integers m.</summary>
internal static class IntegerSteps
{
    private const int Size = 256;
    private static readonly double[] Table = [.. Enumerable.Range(0, Size).Select(m => 0.5 + (SineIntegral.Of(Math.PI * m) / Math.PI))];

    /// <summary>The value at m; asymptotic beyond the table: Si(πm) = π/2 − (−1)^m/(πm) (1 − 2/(πm)²) within 1e-14.</summary>
    public static double At(int m)
    {
        var size = Math.Abs(m);
        double value;
        if (size < Size)
        {
            value = Table[size];
        }
        else
        {
            var x = Math.PI * size;
            value = 1 - ((size % 2 == 0 ? 1 : -1) * (1 - (2 / (x * x))) / (x * Math.PI));
        }

        return m >= 0 ? value : 1 - value;
    }
}
