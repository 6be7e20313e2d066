using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Numerics.Dense;

/// <summary>Cholesky factorisation and inverse of large symmetric matrices stored by rows, built on one vectorised product of rows.</summary>
/// <remarks>
/// Work is split into fixed panels, and every element is the sum of the same terms in the same order whatever the number of
/// threads, so results don't depend on the machine's core count.
/// </remarks>
internal static class DenseKernels
{
    private const int Panel = 48;
    private const int ParallelFrom = 256;

    /// <summary>A = LL' in place in the lower triangle; false when A is not positive definite.</summary>
    public static bool Cholesky(double[] a, int offset, int n)
    {
        for (var start = 0; start < n; start += Panel)
        {
            var width = Math.Min(Panel, n - start);
            // Rows below take off what the columns left of the panel contribute, tile by tile.
            var left = start;
            ForTiles(n - start, n, tile =>
            {
                var first = start + (tile * Panel);
                var count = Math.Min(Panel, n - first);
                SubtractRowProducts(a, offset, n, first, count, start, Math.Min(width, count + first - start), left);
            });
            if (!FactorPanel(a.AsSpan(offset), n, start, width))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>K = (LL')⁻¹ in full from L in the lower triangle of <paramref name="l"/>; <paramref name="work"/> has n² values.</summary>
    public static void Inverse(double[] l, int offset, int n, double[] work, double[] inverse)
    {
        InvertTriangle(l, offset, n, work);
        ForTiles(n, n, tile =>
        {
            var first = tile * Panel;
            var count = Math.Min(Panel, n - first);
            for (var j0 = 0; j0 < first + count; j0 += Panel)
            {
                RowProducts(work, n, first, count, j0, Math.Min(Panel, n - j0), inverse);
            }
        });
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                inverse[(j * n) + i] = inverse[(i * n) + j];
            }
        }
    }

    /// <summary>Σ x_i y_i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var px = ref MemoryMarshal.GetReference(x);
        ref var py = ref MemoryMarshal.GetReference(y);
        var n = x.Length;
        var i = 0;
        var sum = 0.0;
        if (n >= 8)
        {
            var s0 = Vector256<double>.Zero;
            var s1 = Vector256<double>.Zero;
            for (; i <= n - 8; i += 8)
            {
                s0 = Vector256.FusedMultiplyAdd(Load(ref px, i), Load(ref py, i), s0);
                s1 = Vector256.FusedMultiplyAdd(Load(ref px, i + 4), Load(ref py, i + 4), s1);
            }

            sum = Vector256.Sum(s0 + s1);
        }

        for (; i < n; i++)
        {
            sum += Unsafe.Add(ref px, i) * Unsafe.Add(ref py, i);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load(ref double start, int index) => Vector256.LoadUnsafe(ref start, (nuint)index);

    private static void ForTiles(int rows, int n, Action<int> tile)
    {
        var tiles = (rows + Panel - 1) / Panel;
        if (n < ParallelFrom || tiles < 2)
        {
            for (var i = 0; i < tiles; i++)
            {
                tile(i);
            }
        }
        else
        {
            Parallel.For(0, tiles, tile);
        }
    }

    // a[i, j] −= Σ_{t < length} a[i, t] a[j, t] for a tile of rows i and a panel of columns j.
    private static void SubtractRowProducts(double[] a, int offset, int n, int i0, int rows, int j0, int columns, int length)
    {
        if (length == 0)
        {
            return;
        }

        ref var origin = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(a), offset);
        Span<double> sums = stackalloc double[8];
        for (var i = i0; i < i0 + rows; i += 4)
        {
            var h = Math.Min(4, i0 + rows - i);
            for (var j = j0; j < j0 + columns; j += 2)
            {
                var w = Math.Min(2, j0 + columns - j);
                TileProducts(ref origin, n, i, h, j, w, 0, length, sums);
                for (var r = 0; r < h; r++)
                {
                    for (var c = 0; c < w; c++)
                    {
                        Unsafe.Add(ref origin, ((i + r) * n) + j + c) -= sums[(r * 2) + c];
                    }
                }
            }
        }
    }

    // inverse[i, j] = Σ_{t ≥ i} u[i, t] u[j, t] for j ≤ i, where row i of u is zero before column i.
    private static void RowProducts(double[] u, int n, int i0, int rows, int j0, int columns, double[] inverse)
    {
        ref var origin = ref MemoryMarshal.GetArrayDataReference(u);
        Span<double> sums = stackalloc double[8];
        for (var i = i0; i < i0 + rows; i += 4)
        {
            var h = Math.Min(4, i0 + rows - i);
            for (var j = j0; j < j0 + columns; j += 2)
            {
                var w = Math.Min(2, j0 + columns - j);
                TileProducts(ref origin, n, i, h, j, w, i, n - i, sums);
                for (var r = 0; r < h; r++)
                {
                    for (var c = 0; c < w && j + c <= i + r; c++)
                    {
                        inverse[((i + r) * n) + j + c] = sums[(r * 2) + c];
                    }
                }
            }
        }
    }

    // Products of up to 4 rows with up to 2 rows over columns from … from + length − 1. Missing rows repeat the last one.
    private static void TileProducts(ref double origin, int n, int i, int h, int j, int w, int from, int length, Span<double> sums)
    {
        ref var a0 = ref Unsafe.Add(ref origin, (i * n) + from);
        ref var a1 = ref Unsafe.Add(ref origin, ((i + Math.Min(1, h - 1)) * n) + from);
        ref var a2 = ref Unsafe.Add(ref origin, ((i + Math.Min(2, h - 1)) * n) + from);
        ref var a3 = ref Unsafe.Add(ref origin, ((i + Math.Min(3, h - 1)) * n) + from);
        ref var b0 = ref Unsafe.Add(ref origin, (j * n) + from);
        ref var b1 = ref Unsafe.Add(ref origin, ((j + Math.Min(1, w - 1)) * n) + from);
        Vector256<double> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector256<double> s20 = default, s21 = default, s30 = default, s31 = default;
        var t = 0;
        for (; t <= length - 4; t += 4)
        {
            var y0 = Load(ref b0, t);
            var y1 = Load(ref b1, t);
            var x0 = Load(ref a0, t);
            s00 = Vector256.FusedMultiplyAdd(x0, y0, s00);
            s01 = Vector256.FusedMultiplyAdd(x0, y1, s01);
            var x1 = Load(ref a1, t);
            s10 = Vector256.FusedMultiplyAdd(x1, y0, s10);
            s11 = Vector256.FusedMultiplyAdd(x1, y1, s11);
            var x2 = Load(ref a2, t);
            s20 = Vector256.FusedMultiplyAdd(x2, y0, s20);
            s21 = Vector256.FusedMultiplyAdd(x2, y1, s21);
            var x3 = Load(ref a3, t);
            s30 = Vector256.FusedMultiplyAdd(x3, y0, s30);
            s31 = Vector256.FusedMultiplyAdd(x3, y1, s31);
        }

        sums[0] = Vector256.Sum(s00);
        sums[1] = Vector256.Sum(s01);
        sums[2] = Vector256.Sum(s10);
        sums[3] = Vector256.Sum(s11);
        sums[4] = Vector256.Sum(s20);
        sums[5] = Vector256.Sum(s21);
        sums[6] = Vector256.Sum(s30);
        sums[7] = Vector256.Sum(s31);
        for (; t < length; t++)
        {
            var (y0, y1) = (Unsafe.Add(ref b0, t), Unsafe.Add(ref b1, t));
            sums[0] += Unsafe.Add(ref a0, t) * y0;
            sums[1] += Unsafe.Add(ref a0, t) * y1;
            sums[2] += Unsafe.Add(ref a1, t) * y0;
            sums[3] += Unsafe.Add(ref a1, t) * y1;
            sums[4] += Unsafe.Add(ref a2, t) * y0;
            sums[5] += Unsafe.Add(ref a2, t) * y1;
            sums[6] += Unsafe.Add(ref a3, t) * y0;
            sums[7] += Unsafe.Add(ref a3, t) * y1;
        }
    }

    // Columns start … start + width − 1 of all rows below, once the contributions from the left are off.
    private static bool FactorPanel(Span<double> a, int n, int start, int width)
    {
        for (var i = start; i < n; i++)
        {
            var row = a.Slice(i * n, n);
            var last = Math.Min(start + width - 1, i);
            for (var j = start; j <= last; j++)
            {
                var length = j - start;
                var sum = row[j] - Dot(row.Slice(start, length), a.Slice((j * n) + start, length));
                if (j < i)
                {
                    row[j] = sum / a[(j * n) + j];
                }
                else if (sum > 0 && double.IsFinite(sum))
                {
                    row[j] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Row j of u becomes column j of L⁻¹: zero before j, then x_t = (δ_tj − Σ_{s<t} L_ts x_s) / L_tt.
    private static void InvertTriangle(double[] l, int offset, int n, double[] u)
    {
        ForTiles(n, n, tile =>
        {
            var first = tile * Panel;
            var end = Math.Min(first + Panel, n);
            for (var j = first; j < end; j++)
            {
                u.AsSpan(j * n, n).Clear();
            }

            for (var t = first; t < n; t++)
            {
                var row = l.AsSpan(offset + (t * n), n);
                for (var j = first; j < Math.Min(end, t + 1); j++)
                {
                    var sum = (t == j ? 1 : 0) - Dot(row.Slice(j, t - j), u.AsSpan((j * n) + j, t - j));
                    u[(j * n) + t] = sum / row[t];
                }
            }
        });
    }
}
