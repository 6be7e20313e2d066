namespace MetaBridge.Numerics.Quadrature;

/// <summary>Where the mass of a function is: a centre and a width per axis, found before it is integrated.</summary>
/// <remarks>
/// Steps in t follow u = centre + width·c·sinh(t/c): even steps across the bulk, exponentially longer ones in the tails, so that an
/// exponentially falling tail needs few points (a mild form of the double-exponential rule of Takahasi &amp; Mori, 1974).
/// </remarks>
internal sealed class LatticeFrame
{
    /// <summary>c: beyond about this many widths the steps grow.</summary>
    private const double LinearRange = 3;

    /// <summary>The drop of ln f at which a width is read off; ½ is one standard deviation of a normal density.</summary>
    private const double WidthDrop = 0.5;

    /// <summary>Bounds on widths in u: flat or spiked functions must not make the steps useless.</summary>
    private const double NarrowestWidth = 1e-9, WidestWidth = 2;

    private const int ClimbRounds = 200;

    private LatticeFrame(double[] centre, double[] width, List<double[]> peaks)
    {
        Centre = centre;
        Width = width;
        Peaks = peaks;
    }

    /// <summary>The highest point found.</summary>
    public double[] Centre { get; }

    /// <summary>The width of each axis there.</summary>
    public double[] Width { get; }

    /// <summary>Points high enough to matter, in descending height: where the search for mass begins.</summary>
    public List<double[]> Peaks { get; }

    /// <summary>Finds the frame from a coarse scan of candidates, climbing from the best.</summary>
    /// <param name="target">ln f.</param>
    /// <param name="candidates">Points spread over the plausible region.</param>
    /// <param name="drop">How far below the maximum a point stops mattering.</param>
    public static LatticeFrame Find(ILatticeTarget target, IReadOnlyList<double[]> candidates, double drop)
    {
        var heights = candidates.Select(point => Height(target, point)).ToArray();
        var order = Enumerable.Range(0, heights.Length).Where(i => heights[i] > double.NegativeInfinity)
            .OrderByDescending(i => heights[i]).ThenBy(i => i).ToArray();
        if (order.Length == 0)
        {
            throw new ArithmeticException("The function is zero at every candidate.");
        }

        var centre = (double[])candidates[order[0]].Clone();
        var top = Climb(target, centre, heights[order[0]]);
        var width = new double[centre.Length];
        for (var d = 0; d < width.Length; d++)
        {
            width[d] = Math.Clamp((Reach(target, centre, top, d, 1) + Reach(target, centre, top, d, -1)) / 2, NarrowestWidth, WidestWidth);
        }

        var peaks = new List<double[]> { centre };
        peaks.AddRange(order.Where(i => heights[i] > top - drop).Select(i => candidates[i]));
        return new LatticeFrame(centre, width, peaks);
    }

    /// <summary>u at t, and ln |du/dt|.</summary>
    public (double U, double LogSlope) At(int axis, double t)
    {
        var s = Math.Sinh(t / LinearRange);
        return (Centre[axis] + (Width[axis] * LinearRange * s), Math.Log(Width[axis]) + (0.5 * Math.Log(1 + (s * s))));
    }

    /// <summary>t at u.</summary>
    public double Inverse(int axis, double u) => LinearRange * Math.Asinh((u - Centre[axis]) / (Width[axis] * LinearRange));

    private static double Height(ILatticeTarget target, double[] point)
    {
        Span<AxisValue> values = new AxisValue[point.Length];
        var log = 0.0;
        for (var d = 0; d < point.Length; d++)
        {
            values[d] = target.At(d, point[d]);
            log += values[d].LogTerm;
        }

        return log + target.Evaluate(values, -1);
    }

    private static double Climb(ILatticeTarget target, double[] point, double height)
    {
        // Compass search: needs no derivatives, survives −∞, and a rough top is enough.
        var step = Enumerable.Repeat(0.5, point.Length).ToArray();
        for (var round = 0; round < ClimbRounds && step.Any(s => s > 1e-3); round++)
        {
            for (var d = 0; d < point.Length; d++)
            {
                var old = point[d];
                var moved = false;
                foreach (var sign in (ReadOnlySpan<int>)[1, -1])
                {
                    point[d] = old + (sign * step[d]);
                    var value = Height(target, point);
                    if (value > height)
                    {
                        height = value;
                        moved = true;
                        break;
                    }

                    point[d] = old;
                }

                step[d] = moved ? step[d] * 1.5 : step[d] / 2;
            }
        }

        return height;
    }

    private static double Reach(ILatticeTarget target, double[] centre, double top, int axis, int sign)
    {
        var probe = (double[])centre.Clone();
        double low = 0, high = 1e-3;
        while (high < 2 * WidestWidth && Drop(high) < WidthDrop)
        {
            low = high;
            high *= 2;
        }

        for (var i = 0; i < 12; i++)
        {
            var mid = (low + high) / 2;
            (low, high) = Drop(mid) < WidthDrop ? (mid, high) : (low, mid);
        }

        return high;

        double Drop(double distance)
        {
            probe[axis] = centre[axis] + (sign * distance);
            return top - Height(target, probe);
        }
    }
}
