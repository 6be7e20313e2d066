using System.Runtime.InteropServices;

namespace MetaBridge.Numerics.Quadrature;

/// <summary>
/// The trapezoidal rule on a lattice of ℝᴰ, kept to the points that matter and refined until two step sizes agree.
/// </summary>
/// <remarks>
/// <para>
/// For a function that is analytic near ℝᴰ and vanishes at infinity the rule converges geometrically in 1/h (Trefethen &amp; Weideman, 2014).
/// The points with even indices are the lattice of step 2h, so every integral is had at two step sizes from the same evaluations;
/// their difference bounds the error of the finer one generously, because halving h squares the relative error.
/// </para>
/// <para>
/// Points are found by flooding outwards from the peaks until ln f has fallen by <see cref="Drop"/> below the maximum.
/// </para>
/// </remarks>
internal sealed class Lattice
{
    /// <summary>Points this far below the maximum of ln f are cut off: e⁻⁴² is 6e-19.</summary>
    public const double Drop = 42;

    /// <summary>The same from four dimensions on, where every unit of it costs many points: e⁻³² is 1e-14.</summary>
    private const double SmallerDrop = 32;

    /// <summary>The most dimensions that the packed indices hold.</summary>
    public const int MaxDimensions = 5;

    private const int IndexBits = 12, IndexOffset = 1 << (IndexBits - 1);
    private const double FirstStep = 0.3, LargerFirstStep = 0.45;
    private const int ManyDimensions = 4;

    private readonly ILatticeTarget target;
    private readonly CancellationToken cancellation;
    private readonly int maxPoints;
    private readonly double drop;
    private readonly List<int> indices = [];
    private readonly List<double> logValues = [];
    private readonly Dictionary<int, AxisValue>[] coordinates;
    private Dictionary<long, int> slots = [];
    private double top = double.NegativeInfinity;

    private Lattice(ILatticeTarget target, LatticeFrame frame, int maxPoints, CancellationToken cancellation)
    {
        this.target = target;
        this.maxPoints = maxPoints;
        this.cancellation = cancellation;
        Frame = frame;
        Dimensions = target.Dimensions;
        (Step, drop) = Dimensions < ManyDimensions ? (FirstStep, Drop) : (LargerFirstStep, SmallerDrop);
        coordinates = [.. Enumerable.Range(0, Dimensions).Select(_ => new Dictionary<int, AxisValue>())];
    }

    /// <summary>D.</summary>
    public int Dimensions { get; }

    /// <summary>Where the lattice lies.</summary>
    public LatticeFrame Frame { get; }

    /// <summary>h, the step in t.</summary>
    public double Step { get; private set; }

    /// <summary>How many points were evaluated.</summary>
    public int Count => logValues.Count;

    /// <summary>ln of (f times the slopes) per point.</summary>
    public ReadOnlySpan<double> LogValues => CollectionsMarshal.AsSpan(logValues);

    /// <summary>ln ∫f at step h and at step 2h.</summary>
    public (double Fine, double Coarse) LogIntegral { get; private set; }

    /// <summary>Whether there were more points than can be held, so that some of the mass may be missing.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Whether the two agree to the tolerance asked for.</summary>
    public bool Converged { get; private set; }

    /// <summary>Index of a point on an axis; its t is index·h.</summary>
    public int Index(int point, int axis) => indices[(point * Dimensions) + axis];

    /// <summary>A point's indices on some axes as one number, in lexicographic order.</summary>
    public long Key(int point, ReadOnlySpan<int> axes)
    {
        var key = 0L;
        foreach (var axis in axes)
        {
            key = (key << IndexBits) | (long)(Index(point, axis) + IndexOffset);
        }

        return key;
    }

    /// <summary>Whether the point belongs to the lattice of step 2h too.</summary>
    public bool IsCoarse(int point)
    {
        for (var d = 0; d < Dimensions; d++)
        {
            if ((indices[(point * Dimensions) + d] & 1) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>u of a point on an axis.</summary>
    public double U(int point, int axis) => Frame.At(axis, Index(point, axis) * Step).U;

    /// <summary>Integrates.</summary>
    /// <param name="target">ln f.</param>
    /// <param name="frame">Where its mass is.</param>
    /// <param name="tolerance">The difference of ln ∫f between two step sizes to aim at.</param>
    /// <param name="maxPoints">No refinement is begun that would pass this number of points.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Lattice Integrate(
        ILatticeTarget target, LatticeFrame frame, double tolerance, int maxPoints, CancellationToken cancellation)
    {
        var lattice = new Lattice(target, frame, maxPoints, cancellation);
        lattice.Flood(frame.Peaks.Select(lattice.Nearest));
        lattice.Sum(tolerance);
        while (!lattice.Converged && lattice.Count * Math.Pow(2, lattice.Dimensions) <= maxPoints)
        {
            lattice.Refine();
            lattice.Sum(tolerance);
        }

        return lattice;
    }

    /// <summary>Halves the step once more; false when that would pass the limit of points.</summary>
    public bool TryRefine(double tolerance)
    {
        if (Count * Math.Pow(2, Dimensions) > maxPoints || Dimensions == 0)
        {
            return false;
        }

        Refine();
        Sum(tolerance);
        return true;
    }

    private int[] Nearest(double[] point)
    {
        var index = new int[Dimensions];
        for (var d = 0; d < index.Length; d++)
        {
            index[d] = (int)Math.Clamp(Math.Round(Frame.Inverse(d, point[d]) / Step), -IndexOffset + 1, IndexOffset - 1);
        }

        return index;
    }

    private void Flood(IEnumerable<int[]> seeds)
    {
        foreach (var seed in seeds)
        {
            Visit(seed);
        }

        Spread(0);
    }

    /// <summary>Visits the neighbours of every point from a slot on, those of new points included.</summary>
    private void Spread(int first)
    {
        var index = new int[Dimensions];
        for (var slot = first; slot < logValues.Count; slot++)
        {
            if (!(logValues[slot] > top - drop))
            {
                continue;
            }

            if ((slot & 1023) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            for (var d = 0; d < Dimensions; d++)
            {
                CollectionsMarshal.AsSpan(indices).Slice(slot * Dimensions, Dimensions).CopyTo(index);
                index[d]++;
                Visit(index);
                index[d] -= 2;
                Visit(index);
            }
        }
    }

    private void Visit(ReadOnlySpan<int> index)
    {
        var key = 0L;
        foreach (var i in index)
        {
            if (i is <= -IndexOffset or >= IndexOffset)
            {
                return;
            }

            key = (key << IndexBits) | (long)(i + IndexOffset);
        }

        if (logValues.Count >= 2 * maxPoints)
        {
            IsCutShort = true;
            return;
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(slots, key, out var exists);
        if (exists)
        {
            return;
        }

        known = logValues.Count;
        Span<AxisValue> point = stackalloc AxisValue[MaxDimensions];
        var value = 0.0;
        for (var d = 0; d < Dimensions; d++)
        {
            point[d] = Coordinate(d, index[d]);
            value += point[d].LogTerm;
        }

        value += target.Evaluate(point[..Dimensions], logValues.Count);
        value = double.IsNaN(value) ? double.NegativeInfinity : value;
        logValues.Add(value);
        foreach (var i in index)
        {
            indices.Add(i);
        }

        top = Math.Max(top, value);
    }

    /// <summary>A coordinate with the slope of the frame's map in its log term; computed once.</summary>
    private AxisValue Coordinate(int axis, int index)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(coordinates[axis], index, out var exists);
        if (!exists)
        {
            var (u, slope) = Frame.At(axis, index * Step);
            var value = target.At(axis, u);
            known = value with { LogTerm = value.LogTerm + slope };
        }

        return known;
    }

    private void Refine()
    {
        Step /= 2;
        Array.ForEach(coordinates, table => table.Clear());
        var all = CollectionsMarshal.AsSpan(indices);
        slots = new Dictionary<long, int>(Count << Dimensions);
        for (var slot = 0; slot < Count; slot++)
        {
            var key = 0L;
            for (var d = 0; d < Dimensions; d++)
            {
                ref var i = ref all[(slot * Dimensions) + d];
                i *= 2;
                key = (key << IndexBits) | (long)(i + IndexOffset);
            }

            slots.Add(key, slot);
        }

        Spread(0);
    }

    private void Sum(double tolerance)
    {
        double fine = 0, coarse = 0;
        for (var i = 0; i < Count; i++)
        {
            var value = Math.Exp(logValues[i] - top);
            fine += value;
            coarse += IsCoarse(i) ? value : 0;
        }

        LogIntegral = (
            top + Math.Log(fine) + (Dimensions * Math.Log(Step)),
            top + Math.Log(coarse) + (Dimensions * Math.Log(2 * Step)));
        Converged = Math.Abs(LogIntegral.Fine - LogIntegral.Coarse) <= tolerance;
    }
}
