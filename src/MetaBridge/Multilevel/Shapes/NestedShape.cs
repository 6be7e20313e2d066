using System.Numerics;
using System.Runtime.InteropServices;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>Nested groupings and independent sampling errors: everything in O(k) by eliminating one level after the other.</summary>
/// <remarks>
/// <para>Glossary: s_l variance of level l; for a node, A = 1'T⁻¹1 and B = 1'T⁻¹Y over its rows, T being their covariance from the levels
/// below; with the node's own effect A' = A/(1 + sA), B' = B/(1 + sA) (Sherman &amp; Morrison, 1950). Upward these give log|M| and Y'M⁻¹Y.</para>
/// <para>Downward, g = 1'M⁻¹Y = B' − A'c and h = 1'M⁻¹1 = A' − A'²κ for every node, where c sums the predicted effects s·g of the nodes above and
/// κ is the posterior variance of that sum: κ_child = κ/(1 + sA)² + s/(1 + sA).</para>
/// <para>A level's s may be negative (compound symmetry with ρ &lt; 0) as long as every 1 + sA is positive.</para>
/// </remarks>
internal sealed partial class NestedShape : CovarianceShape
{
    private readonly NestedLayout layout;
    private readonly int k;
    private readonly int columns;
    private readonly double[] y;
    private readonly double[] v;
    private readonly double[] s;
    private readonly double[] theta;
    private readonly double[] weights;
    private readonly double[][] sums;
    private readonly double[][] projections;
    private readonly double[][] offsets;
    private readonly double[][] spread;
    private readonly double[][] totals;
    private readonly double[] residualWeights;
    private readonly double[] cross;
    private readonly double[] levelGradient;

    public NestedShape(NestedLayout layout, SamplingCovariance sampling, double[] data, int columns)
    {
        this.layout = layout;
        this.columns = columns;
        k = layout.Order.Length;
        y = new double[k * columns];
        v = new double[k];
        for (var i = 0; i < k; i++)
        {
            data.AsSpan(layout.Order[i] * columns, columns).CopyTo(y.AsSpan(i * columns));
            v[i] = sampling.Variances[layout.Order[i]];
        }

        s = new double[layout.LeafLevel + 1];
        theta = new double[layout.ParameterCount];
        levelGradient = new double[layout.LeafLevel + 1];
        weights = new double[k];
        residualWeights = new double[k];
        cross = new double[columns * columns];
        var counts = Array.ConvertAll(layout.Starts, starts => starts.Length - 1);
        sums = Array.ConvertAll(counts, n => new double[n]);
        projections = Array.ConvertAll(counts, n => new double[n * columns]);
        offsets = Array.ConvertAll(counts, n => new double[n * columns]);
        spread = Array.ConvertAll(counts, n => new double[n]);
        totals = Array.ConvertAll(counts, n => new double[n]);
    }

    public override string Description => "nested";

    public override int ParameterCount => layout.ParameterCount;

    public override double Cost => 40.0 * k;

    public override ReadOnlySpan<double> CrossProducts => cross;

    private int Leaf => layout.LeafLevel;

    public override bool Factor(ReadOnlySpan<double> parameters)
    {
        parameters.CopyTo(theta);
        Array.Clear(s);
        foreach (var part in layout.Parts)
        {
            s[part.Level] += part.Value(theta);
        }

        Array.Clear(cross);
        var log = default(LogProduct);
        if (!WeighRows(ref log))
        {
            return false;
        }

        if (columns == 2)
        {
            TakeRowsOfTwo();
        }
        else
        {
            TakeRows();
        }

        for (var l = Leaf - 1; l >= 0; l--)
        {
            if (!CloseLevel(l, ref log))
            {
                return false;
            }
        }

        for (var a = 0; a < columns; a++)
        {
            for (var b = 0; b < a; b++)
            {
                cross[(b * columns) + a] = cross[(a * columns) + b];
            }
        }

        LogDeterminant = log.Value;
        return double.IsFinite(LogDeterminant);
    }

    private int[] ChildrenOf(int level) => layout.Starts[level];

    // 1/(v + s) of all rows, and log Π (v + s) with few logarithms.
    private bool WeighRows(ref LogProduct log)
    {
        var own = s[Leaf];
        var values = MemoryMarshal.Cast<double, Vector<double>>(v);
        var targets = MemoryMarshal.Cast<double, Vector<double>>(weights.AsSpan());
        var (shift, product) = (new Vector<double>(own), Vector<double>.One);
        for (var i = 0; i < values.Length; i++)
        {
            var d = values[i] + shift;
            if (!Vector.GreaterThanAll(d, Vector<double>.Zero))
            {
                return false;
            }

            targets[i] = Vector<double>.One / d;
            product *= d;
            if (Vector.GreaterThanAny(product, new Vector<double>(LogProduct.Large)) || Vector.LessThanAny(product, new Vector<double>(LogProduct.Small)))
            {
                Flush(ref product, ref log);
            }
        }

        Flush(ref product, ref log);
        for (var i = values.Length * Vector<double>.Count; i < k; i++)
        {
            var d = v[i] + own;
            if (!(d > 0))
            {
                return false;
            }

            log.Multiply(d);
            weights[i] = 1 / d;
        }

        return true;
    }

    private static void Flush(ref Vector<double> product, ref LogProduct log)
    {
        for (var lane = 0; lane < Vector<double>.Count; lane++)
        {
            log.Multiply(product[lane]);
        }

        product = Vector<double>.One;
    }

    // Rows into the finest nodes: A, B and the unadjusted Y'D⁻¹Y.
    private void TakeRows()
    {
        var finest = Leaf - 1;
        int[] starts = finest >= 0 ? ChildrenOf(finest) : [0, k];
        for (var n = 0; n + 1 < starts.Length; n++)
        {
            var sum = 0.0;
            var b = finest >= 0 ? projections[finest].AsSpan(n * columns, columns) : new double[columns];
            b.Clear();
            for (var i = starts[n]; i < starts[n + 1]; i++)
            {
                sum += weights[i];
                AddRow(y.AsSpan(i * columns, columns), weights[i], b);
            }

            if (finest >= 0)
            {
                sums[finest][n] = sum;
            }
        }
    }

    private void AddRow(ReadOnlySpan<double> row, double w, Span<double> b)
    {
        for (var a = 0; a < row.Length; a++)
        {
            var wy = w * row[a];
            b[a] += wy;
            for (var c = 0; c <= a; c++)
            {
                cross[(a * row.Length) + c] += wy * row[c];
            }
        }
    }

    // The same for an intercept alone, with everything in registers.
    private void TakeRowsOfTwo()
    {
        var finest = Leaf - 1;
        int[] starts = finest >= 0 ? ChildrenOf(finest) : [0, k];
        var rows = MemoryMarshal.Cast<double, (double X, double Y)>(y);
        double s00 = 0, s10 = 0, s11 = 0;
        for (var n = 0; n + 1 < starts.Length; n++)
        {
            double sum = 0, b0 = 0, b1 = 0;
            for (var i = starts[n]; i < starts[n + 1]; i++)
            {
                var w = weights[i];
                var (y0, y1) = rows[i];
                var (w0, w1) = (w * y0, w * y1);
                sum += w;
                b0 += w0;
                b1 += w1;
                s00 += w0 * y0;
                s10 += w1 * y0;
                s11 += w1 * y1;
            }

            if (finest >= 0)
            {
                sums[finest][n] = sum;
                projections[finest][2 * n] = b0;
                projections[finest][(2 * n) + 1] = b1;
            }
        }

        (cross[0], cross[2], cross[3]) = (s00, s10, s11);
    }

    // Adds the effect of every node of a level and hands the result to the level above.
    private bool CloseLevel(int l, ref LogProduct log)
    {
        var variance = s[l];
        var (own, b) = (sums[l], projections[l]);
        var (aboveSums, above) = l > 0 ? (sums[l - 1], projections[l - 1]) : ([], []);
        Array.Clear(aboveSums);
        Array.Clear(above);
        for (var n = 0; n < own.Length; n++)
        {
            var f = 1 + (variance * own[n]);
            if (!(f > 0))
            {
                return false;
            }

            log.Multiply(f);
            var shrink = 1 / f;
            var loss = variance * shrink;
            var parent = layout.Parents[l][n];
            for (var a = 0; a < columns; a++)
            {
                var ba = b[(n * columns) + a];
                for (var c = 0; c <= a; c++)
                {
                    cross[(a * columns) + c] -= loss * ba * b[(n * columns) + c];
                }

                if (l > 0)
                {
                    above[(parent * columns) + a] += shrink * ba;
                }
            }

            if (l > 0)
            {
                aboveSums[parent] += shrink * own[n];
            }
        }

        return true;
    }
}
