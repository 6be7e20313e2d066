using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>Rows of a diagonal D and a matrix Z: their part of Π (1 − 2s d) and of Z' diag(1/(1 − 2s d)) Z. O(rows · columns²) an s.</summary>
/// <param name="d">D, not negative.</param>
/// <param name="z">Z by columns.</param>
/// <param name="columns">Columns of Z.</param>
internal sealed class FactorRows(double[] d, double[] z, int columns)
{
    private const int Block = 256;

    private readonly double[] padded = new double[Block];
    private readonly double[] real = new double[Block];
    private readonly double[] imaginary = new double[Block];

    /// <summary>Multiplies the product and adds to the lower triangle of the matrix.</summary>
    /// <param name="s">A point above the real axis.</param>
    /// <param name="product">The product.</param>
    /// <param name="inner">The matrix, by columns.</param>
    public void Take(Complex s, ref TurningProduct product, Complex[] inner)
    {
        var lanes = new TurningProduct.Lanes();
        for (var start = 0; start < d.Length; start += Block)
        {
            var count = Math.Min(Block, d.Length - start);
            Factors(Rows(start, count), s, ref lanes);
            AddInner(start, count, inner);
        }

        product.Multiply(lanes);
    }

    /// <summary>The diagonal of a block, filled up with zeros, which multiply by 1.</summary>
    private ReadOnlySpan<double> Rows(int start, int count)
    {
        var rows = d.AsSpan(start, count);
        if (count % Vector512<double>.Count == 0)
        {
            return rows;
        }

        Array.Clear(padded);
        rows.CopyTo(padded);
        return padded.AsSpan(0, (count + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count);
    }

    private void Factors(ReadOnlySpan<double> rows, Complex s, ref TurningProduct.Lanes lanes)
    {
        var vd = MemoryMarshal.Cast<double, Vector512<double>>(rows);
        var vr = MemoryMarshal.Cast<double, Vector512<double>>(real);
        var vi = MemoryMarshal.Cast<double, Vector512<double>>(imaginary);
        var a = Vector512.Create(2 * s.Real);
        var b = Vector512.Create(-2 * s.Imaginary);
        for (var i = 0; i < vd.Length && i < vr.Length && i < vi.Length; i++)
        {
            var re = Vector512<double>.One - (a * vd[i]);
            var im = b * vd[i];
            lanes.Multiply(re, im);
            var inverse = Vector512<double>.One / ((re * re) + (im * im));
            vr[i] = re * inverse;
            vi[i] = -im * inverse;
        }
    }

    private void AddInner(int start, int count, Complex[] inner)
    {
        var re = real.AsSpan(0, count);
        var im = imaginary.AsSpan(0, count);
        for (var j = 0; j < columns; j++)
        {
            var column = z.AsSpan((j * d.Length) + start, count);
            for (var l = 0; l <= j; l++)
            {
                var other = z.AsSpan((l * d.Length) + start, count);
                inner[(l * columns) + j] += new Complex(VectorKernels.Dot(column, other, re), VectorKernels.Dot(column, other, im));
            }
        }
    }
}
