using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>The end correction of a sum over lines whose mass above a threshold sets in with a corner between two of them.</summary>
/// <remarks>
/// P(g > x) = ∫ f(t) dt over an outer axis, with f(t) the mass of the line at t on which g exceeds x. A part of I² exceeds x on no line below the point t* where I²
/// itself reaches x; there f begins at zero with a slope, which costs the trapezoidal rule its accuracy. The Euler-Maclaurin formula for an end at a fraction
/// δ of a step before the first point restores it: ∫ f = h Σ f(t* + (j + δ) h) + Σ_m B_m(δ)/m! hᵐ f⁽ᵐ⁻¹⁾(t*), with derivatives from the polynomial through
/// the end and the next points.
/// </remarks>
internal sealed class CornerCorrection
{
    /// <summary>Points of the polynomial beside the end.</summary>
    private const int Nodes = 6;

    /// <summary>A point nearer to the end than this share of a step is left out of the polynomial: it says nothing but rounding.</summary>
    private const double NearestNode = 0.02;

    private readonly List<(int Start, int Count, int FirstIndex, int Point)> groups = [];
    private readonly double step;
    private readonly Func<int, double, double> corner;

    /// <summary>Finds the runs of lines that follow each other along the outer axis.</summary>
    /// <param name="lines">The lines, ordered by their indices with the outer axis last.</param>
    /// <param name="lattice">Their lattice.</param>
    /// <param name="outer">The outer axis.</param>
    /// <param name="coarse">Whether the lines are those of step 2h.</param>
    /// <param name="corner">Given a point of a run and x: t*.</param>
    public CornerCorrection(LatticeLines lines, Lattice lattice, int outer, bool coarse, Func<int, double, double> corner)
    {
        var divisor = coarse ? 2 : 1;
        step = lattice.Step * divisor;
        this.corner = corner;
        var previous = int.MinValue;
        for (var i = 0; i < lines.Lines.Count; i++)
        {
            var point = lines.Lines[i].Point;
            var index = lattice.Index(point, outer) / divisor;
            if (i > 0 && index == previous + 1 && SameElsewhere(lattice, point, lines.Lines[i - 1].Point, outer))
            {
                groups[^1] = groups[^1] with { Count = groups[^1].Count + 1 };
            }
            else
            {
                groups.Add((i, 1, index, point));
            }

            previous = index;
        }
    }

    /// <summary>What to add to Σ of the masses.</summary>
    /// <param name="x">The threshold.</param>
    /// <param name="above">The mass above it per line.</param>
    public double Of(double x, ReadOnlySpan<double> above)
    {
        var sum = 0.0;
        Span<double> nodes = stackalloc double[Nodes + 1];
        Span<double> values = stackalloc double[Nodes + 1];
        foreach (var (start, count, firstIndex, point) in groups)
        {
            var position = corner(point, x) / step;
            var first = Math.Floor(position) + 1;
            var offset = first - firstIndex;
            if (!(offset >= 0 && offset + Nodes + 1 <= count))
            {
                continue;
            }

            var delta = first - position;
            var from = start + (int)offset;
            var skipped = delta < NearestNode ? 1 : 0;
            (nodes[0], values[0]) = (0, 0);
            for (var j = 0; j < Nodes; j++)
            {
                (nodes[j + 1], values[j + 1]) = (delta + j + skipped, above[from + j + skipped]);
            }

            sum += Correction(delta, nodes, values);
        }

        return sum;
    }

    /// <summary>Σ_m B_m(δ)/m! q⁽ᵐ⁻¹⁾(0) for the polynomial q through the nodes, in units of a step.</summary>
    private static double Correction(double delta, Span<double> nodes, Span<double> values)
    {
        // Divided differences, then the coefficients of powers: q⁽ʲ⁾(0) = j! a_j.
        for (var order = 1; order < nodes.Length; order++)
        {
            for (var i = nodes.Length - 1; i >= order; i--)
            {
                values[i] = (values[i] - values[i - 1]) / (nodes[i] - nodes[i - order]);
            }
        }

        Span<double> powers = stackalloc double[nodes.Length];
        powers.Clear();
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            for (var j = nodes.Length - 1; j > 0; j--)
            {
                powers[j] = powers[j - 1] - (nodes[i] * powers[j]);
            }

            powers[0] = values[i] - (nodes[i] * powers[0]);
        }

        var d = delta;
        double d2 = d * d, d3 = d2 * d, d4 = d3 * d, d5 = d4 * d, d6 = d5 * d;
        // B_m(δ)/m! · (m − 1)! a_(m−1) = B_m(δ)/m · a_(m−1).
        return (((d2 - d + (1.0 / 6)) / 2) * powers[1])
            + (((d3 - (1.5 * d2) + (0.5 * d)) / 3) * powers[2])
            + (((d4 - (2 * d3) + d2 - (1.0 / 30)) / 4) * powers[3])
            + (((d5 - (2.5 * d4) + (5.0 / 3 * d3) - (d / 6)) / 5) * powers[4])
            + (((d6 - (3 * d5) + (2.5 * d4) - (0.5 * d2) + (1.0 / 42)) / 6) * powers[5]);
    }

    private static bool SameElsewhere(Lattice lattice, int point, int other, int outer)
    {
        // The axis just before the outer one is the lines' own; only the earlier ones part the runs.
        for (var d = 0; d < outer - 1; d++)
        {
            if (lattice.Index(point, d) != lattice.Index(other, d))
            {
                return false;
            }
        }

        return true;
    }
}
