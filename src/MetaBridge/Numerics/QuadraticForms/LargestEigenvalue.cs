using System.Numerics;
using System.Runtime.InteropServices;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>The largest eigenvalue of √D (I − ZZ') √D, by bisection with Sylvester's law of inertia. O(k p²) a step.</summary>
/// <remarks>It is between the largest and the (p + 1)th largest d, since p columns move an eigenvalue past no more than p others.</remarks>
internal sealed class LargestEigenvalue
{
    private const int Block = 256;

    /// <summary>How closely it is enclosed, relative.</summary>
    private const double Tolerance = 1e-6;

    private readonly double[] d;
    private readonly double[] z;
    private readonly int k;
    private readonly int p;
    private readonly double[] inner;
    private readonly double[] factors = new double[Block];
    private readonly double[] top;

    private LargestEigenvalue(double[] diagonal, double[] basis, int columns)
    {
        (d, z, k, p) = (diagonal, basis, diagonal.Length, columns);
        inner = new double[p * p];
        top = Top(diagonal, columns + 1);
    }

    /// <summary>An upper bound of it.</summary>
    /// <param name="diagonal">d, k of them.</param>
    /// <param name="basis">Z, orthonormal, k × p by columns.</param>
    /// <param name="columns">p.</param>
    public static double Bound(double[] diagonal, double[] basis, int columns) => new LargestEigenvalue(diagonal, basis, columns).Search();

    private double Search()
    {
        var (low, high) = (top[0], top[^1] * (1 + Tolerance));
        while (high - low > Tolerance * high)
        {
            var middle = (low + high) / 2;
            // Among the smallest numbers there is none in between.
            if (!(middle > low && middle < high))
            {
                break;
            }

            if (HasAbove(middle))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>Counts eigenvalues: as many are above x as d are, less the pivots of Z' diag(1/(x − d)) Z that are not positive.</summary>
    private bool HasAbove(double x)
    {
        Array.Clear(inner);
        for (var start = 0; start < k; start += Block)
        {
            var count = Math.Min(Block, k - start);
            Invert(x, d.AsSpan(start, count), factors);
            for (var j = 0; j < p; j++)
            {
                for (var l = 0; l <= j; l++)
                {
                    inner[(l * p) + j] += VectorKernels.Dot(factors.AsSpan(0, count), z.AsSpan((j * k) + start, count), z.AsSpan((l * k) + start, count));
                }
            }
        }

        var above = 0;
        foreach (var value in top)
        {
            above += value >= x ? 1 : 0;
        }

        return above > NotPositivePivots();
    }

    /// <summary>1/(x − d). A d that is x itself counts as one a rounding above it.</summary>
    private static void Invert(double x, ReadOnlySpan<double> d, Span<double> target)
    {
        var vd = MemoryMarshal.Cast<double, Vector<double>>(d);
        var vt = MemoryMarshal.Cast<double, Vector<double>>(target);
        var (v, nearly) = (new Vector<double>(x), new Vector<double>(-1e-16 * x));
        for (var i = 0; i < vd.Length && i < vt.Length; i++)
        {
            vt[i] = Vector<double>.One / Vector.ConditionalSelect(Vector.Equals(vd[i], v), nearly, v - vd[i]);
        }

        for (var i = vd.Length * Vector<double>.Count; i < d.Length; i++)
        {
            target[i] = 1 / (d[i] == x ? -1e-16 * x : x - d[i]);
        }
    }

    private int NotPositivePivots()
    {
        var count = 0;
        for (var j = 0; j < p; j++)
        {
            var pivot = inner[(j * p) + j];
            count += pivot > 0 ? 0 : 1;
            for (var l = j + 1; l < p && pivot != 0; l++)
            {
                var ratio = inner[(j * p) + l] / pivot;
                for (var i = l; i < p; i++)
                {
                    inner[(l * p) + i] -= ratio * inner[(j * p) + i];
                }
            }
        }

        return count;
    }

    /// <summary>The largest numbers, ascending; fewer when there are fewer.</summary>
    private static double[] Top(double[] values, int count)
    {
        var top = values.AsSpan(0, Math.Min(count, values.Length)).ToArray();
        Array.Sort(top);
        for (var i = top.Length; i < values.Length; i++)
        {
            if (!(values[i] > top[0]))
            {
                continue;
            }

            var place = 1;
            for (; place < top.Length && top[place] < values[i]; place++)
            {
                top[place - 1] = top[place];
            }

            top[place - 1] = values[i];
        }

        return top;
    }
}
