namespace MetaBridge.Numerics;

/// <summary>Dense symmetric matrices of a few rows, stored by rows.</summary>
internal static class SmallMatrix
{
    /// <summary>Inverts a positive definite matrix and returns ln of its determinant.</summary>
    /// <param name="a">n × n; overwritten by its Cholesky factor.</param>
    /// <param name="n">n; may be 0.</param>
    /// <param name="inverse">Receives the inverse.</param>
    /// <returns>ln|A|; NaN when A is not positive definite.</returns>
    public static double InvertPositive(Span<double> a, int n, Span<double> inverse)
    {
        if (n == 1)
        {
            inverse[0] = 1 / a[0];
            return Math.Log(a[0]);
        }

        var logDeterminant = 0.0;
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = a[(i * n) + j];
                for (var l = 0; l < j; l++)
                {
                    sum -= a[(i * n) + l] * a[(j * n) + l];
                }

                a[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / a[(j * n) + j];
            }

            logDeterminant += 2 * Math.Log(a[(j * n) + j]);
        }

        for (var c = 0; c < n; c++)
        {
            SolveUnit(a, n, c, inverse);
        }

        return logDeterminant;
    }

    /// <summary>Column c of (L L')⁻¹, written as row c of the symmetric inverse.</summary>
    private static void SolveUnit(ReadOnlySpan<double> l, int n, int c, Span<double> inverse)
    {
        var x = inverse.Slice(c * n, n);
        for (var i = 0; i < n; i++)
        {
            var sum = i == c ? 1.0 : 0.0;
            for (var j = 0; j < i; j++)
            {
                sum -= l[(i * n) + j] * x[j];
            }

            x[i] = sum / l[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var sum = x[i];
            for (var j = i + 1; j < n; j++)
            {
                sum -= l[(j * n) + i] * x[j];
            }

            x[i] = sum / l[(i * n) + i];
        }
    }
}
