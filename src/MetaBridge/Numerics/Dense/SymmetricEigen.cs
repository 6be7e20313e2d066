namespace MetaBridge.Numerics.Dense;

/// <summary>Eigenvalues and vectors of a small symmetric matrix by cyclic Jacobi rotations (Golub &amp; Van Loan, 2013, §8.5).</summary>
/// <remarks>Accurate to rounding relative to the largest eigenvalue; O(n³) per sweep, so for n up to about a hundred.</remarks>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <summary>Decomposes <paramref name="a"/> (n × n), which is overwritten by its eigenvalues on the diagonal.</summary>
    /// <param name="a">The matrix; destroyed.</param>
    /// <param name="n">Its order.</param>
    /// <param name="vectors">n × n, eigenvectors as columns (element (i, j) at i·n + j).</param>
    public static void Decompose(Span<double> a, int n, Span<double> vectors)
    {
        vectors[..(n * n)].Clear();
        for (var i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        for (var sweep = 0; sweep < MaxSweeps && OffDiagonal(a, n) > 0; sweep++)
        {
            for (var p = 0; p < n - 1; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    Rotate(a, n, vectors, p, q);
                }
            }
        }
    }

    /// <summary>The eigenvalues in increasing order; <paramref name="a"/> is left alone.</summary>
    public static double[] Values(ReadOnlySpan<double> a, int n)
    {
        var copy = a[..(n * n)].ToArray();
        Decompose(copy, n, new double[n * n]);
        var values = new double[n];
        for (var i = 0; i < n; i++)
        {
            values[i] = copy[(i * n) + i];
        }

        Array.Sort(values);
        return values;
    }

    // Off-diagonal elements that vanish against the diagonal count as zero.
    private static double OffDiagonal(ReadOnlySpan<double> a, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                var scale = Math.Sqrt(Math.Abs(a[(i * n) + i] * a[(j * n) + j]));
                var value = Math.Abs(a[(i * n) + j]);
                sum += value > 1e-17 * scale && value > 1e-300 ? value : 0;
            }
        }

        return sum;
    }

    private static void Rotate(Span<double> a, int n, Span<double> v, int p, int q)
    {
        var apq = a[(p * n) + q];
        if (apq == 0)
        {
            return;
        }

        var theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * apq);
        var t = Math.Abs(theta) > 1e150 ? 0.5 / theta : Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        a[(p * n) + p] -= t * apq;
        a[(q * n) + q] += t * apq;
        a[(p * n) + q] = a[(q * n) + p] = 0;
        for (var i = 0; i < n; i++)
        {
            if (i != p && i != q)
            {
                (double aip, double aiq) = (a[(i * n) + p], a[(i * n) + q]);
                a[(i * n) + p] = a[(p * n) + i] = (c * aip) - (s * aiq);
                a[(i * n) + q] = a[(q * n) + i] = (s * aip) + (c * aiq);
            }

            (double vip, double viq) = (v[(i * n) + p], v[(i * n) + q]);
            v[(i * n) + p] = (c * vip) - (s * viq);
            v[(i * n) + q] = (s * vip) + (c * viq);
        }
    }
}
