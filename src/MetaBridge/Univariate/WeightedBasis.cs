using System.Numerics;
using System.Runtime.InteropServices;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>Orthonormal bases of weighted designs: diag(s) Q = Z T.</summary>
internal static class WeightedBasis
{
    /// <summary>w = 1/(v + τ²) and their roots.</summary>
    /// <param name="v">Variances.</param>
    /// <param name="tau2">τ².</param>
    /// <param name="w">Receives the weights, unless empty.</param>
    /// <param name="roots">Receives their roots.</param>
    public static void Weigh(ReadOnlySpan<double> v, double tau2, Span<double> w, Span<double> roots)
    {
        var vv = MemoryMarshal.Cast<double, Vector<double>>(v);
        var vw = MemoryMarshal.Cast<double, Vector<double>>(w);
        var vr = MemoryMarshal.Cast<double, Vector<double>>(roots);
        var t = new Vector<double>(tau2);
        for (var i = 0; i < vv.Length; i++)
        {
            var x = Vector<double>.One / (vv[i] + t);
            vr[i] = Vector.SquareRoot(x);
            if (i < vw.Length)
            {
                vw[i] = x;
            }
        }

        for (var i = vv.Length * Vector<double>.Count; i < v.Length; i++)
        {
            var x = 1 / (v[i] + tau2);
            roots[i] = Math.Sqrt(x);
            if (i < w.Length)
            {
                w[i] = x;
            }
        }
    }

    /// <summary>Modified Gram-Schmidt.</summary>
    /// <param name="q">Q, k × p by columns.</param>
    /// <param name="s">Row factors, the roots of the weights.</param>
    /// <param name="k">Rows.</param>
    /// <param name="p">Columns.</param>
    /// <param name="z">Receives Z, k × p by columns.</param>
    /// <param name="t">Receives T, p × p upper triangular by columns, unless empty.</param>
    public static void Build(ReadOnlySpan<double> q, ReadOnlySpan<double> s, int k, int p, Span<double> z, Span<double> t)
    {
        for (var j = 0; j < p; j++)
        {
            var column = z.Slice(j * k, k);
            VectorKernels.Multiply(q.Slice(j * k, k), s, column);
            for (var l = 0; l < j; l++)
            {
                var basis = z.Slice(l * k, k);
                var dot = VectorKernels.Dot(basis, column);
                VectorKernels.AddScaled(-dot, basis, column);
                if (!t.IsEmpty)
                {
                    t[(j * p) + l] = dot;
                }
            }

            var norm = Math.Sqrt(VectorKernels.Dot(column, column));
            VectorKernels.Scale(column, 1 / norm);
            if (!t.IsEmpty)
            {
                t[(j * p) + j] = norm;
            }
        }
    }

    /// <summary>u ← (I − ZZ')u.</summary>
    public static void TakeOut(ReadOnlySpan<double> z, int k, int p, Span<double> u)
    {
        for (var j = 0; j < p; j++)
        {
            var column = z.Slice(j * k, k);
            VectorKernels.AddScaled(-VectorKernels.Dot(column, u), column, u);
        }
    }
}
