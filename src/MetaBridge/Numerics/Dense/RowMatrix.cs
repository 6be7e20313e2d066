namespace MetaBridge.Numerics.Dense;

/// <summary>Products of small dense matrices stored by rows.</summary>
internal static class RowMatrix
{
    /// <summary>A B for A (r × n) and B (n × c).</summary>
    public static double[] Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int r, int n, int c)
    {
        var result = new double[r * c];
        for (var i = 0; i < r; i++)
        {
            var target = result.AsSpan(i * c, c);
            for (var t = 0; t < n; t++)
            {
                VectorKernels.AddScaled(a[(i * n) + t], b.Slice(t * c, c), target);
            }
        }

        return result;
    }

    /// <summary>A'B for A (n × r) and B (n × c).</summary>
    public static double[] Cross(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, int r, int c)
    {
        var result = new double[r * c];
        for (var t = 0; t < n; t++)
        {
            var row = b.Slice(t * c, c);
            for (var i = 0; i < r; i++)
            {
                VectorKernels.AddScaled(a[(t * r) + i], row, result.AsSpan(i * c, c));
            }
        }

        return result;
    }

    /// <summary>A B' for A (r × n) and B (c × n).</summary>
    public static double[] ProductTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int r, int n, int c)
    {
        var result = new double[r * c];
        for (var i = 0; i < r; i++)
        {
            for (var j = 0; j < c; j++)
            {
                result[(i * c) + j] = DenseKernels.Dot(a.Slice(i * n, n), b.Slice(j * n, n));
            }
        }

        return result;
    }

    /// <summary>L S L' for L (r × n) and symmetric S (n × n), made exactly symmetric.</summary>
    public static double[] Congruence(ReadOnlySpan<double> l, ReadOnlySpan<double> s, int r, int n) =>
        Symmetric(ProductTransposed(Product(l, s, r, n, n), l, r, n, r), r);

    /// <summary>tr(A B), both n × n.</summary>
    public static double TraceOfProduct(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                sum += a[(i * n) + j] * b[(j * n) + i];
            }
        }

        return sum;
    }

    /// <summary>½(A + A'), in place.</summary>
    public static double[] Symmetric(double[] a, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                a[(i * n) + j] = a[(j * n) + i] = 0.5 * (a[(i * n) + j] + a[(j * n) + i]);
            }
        }

        return a;
    }

    /// <summary>The inverse of a positive definite matrix; null when it is not.</summary>
    public static double[]? Inverse(ReadOnlySpan<double> a, int n)
    {
        // In correlation form, so that scales of very different size cost no digits.
        var scale = new double[n];
        var l = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            scale[i] = Math.Sqrt(a[(i * n) + i]);
            for (var j = 0; j <= i; j++)
            {
                l[(i * n) + j] = a[(i * n) + j] / scale[i] / scale[j];
            }
        }

        if (!SmallCholesky.Factor(l, n))
        {
            return null;
        }

        var inverse = new double[n * n];
        SmallCholesky.Inverse(l, n, inverse);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                inverse[(i * n) + j] /= scale[i] * scale[j];
            }
        }

        return inverse;
    }
}
