namespace MetaBridge.Numerics.Dense;

/// <summary>The nearest correlation matrix in the Frobenius norm (Higham, 2002, algorithm 3.3), made positive definite.</summary>
/// <remarks>
/// Alternating projections onto the positive semidefinite matrices (with Dykstra's correction) and onto those with unit diagonal. The
/// limit is singular; raising its eigenvalues to <see cref="LeastEigenvalue"/> of the largest and scaling the diagonal back to 1
/// makes it positive definite. O(n³) per iteration.
/// </remarks>
internal static class NearestCorrelation
{
    /// <summary>The least eigenvalue of the result as a part of the largest, before the diagonal is scaled back.</summary>
    public const double LeastEigenvalue = 1e-8;

    private const double Tolerance = 1e-10;
    private const int MaxIterations = 2000;

    /// <summary>The matrix nearest to <paramref name="r"/> (n × n, symmetric, unit diagonal).</summary>
    public static double[] Of(ReadOnlySpan<double> r, int n)
    {
        var x = r[..(n * n)].ToArray();
        var correction = new double[n * n];
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var shifted = new double[n * n];
            for (var i = 0; i < shifted.Length; i++)
            {
                shifted[i] = x[i] - correction[i];
            }

            var projected = Rebuild(shifted, n, (value, _) => Math.Max(value, 0));
            var (change, size) = (0.0, 0.0);
            for (var i = 0; i < x.Length; i++)
            {
                correction[i] = projected[i] - shifted[i];
                var next = i % (n + 1) == 0 ? 1 : projected[i];
                change = Math.Max(change, Math.Abs(next - x[i]));
                size = Math.Max(size, Math.Abs(next));
                x[i] = next;
            }

            if (change <= Tolerance * size)
            {
                break;
            }
        }

        var raised = Rebuild(x, n, (value, largest) => Math.Max(value, LeastEigenvalue * largest));
        return ToUnitDiagonal(raised, n);
    }

    private static double[] Rebuild(double[] symmetric, int n, Func<double, double, double> map)
    {
        var values = (double[])symmetric.Clone();
        var vectors = new double[n * n];
        SymmetricEigen.Decompose(values, n, vectors);
        var largest = 0.0;
        for (var i = 0; i < n; i++)
        {
            largest = Math.Max(largest, Math.Abs(values[(i * n) + i]));
        }

        var result = new double[n * n];
        for (var e = 0; e < n; e++)
        {
            var value = map(values[(e * n) + e], largest);
            for (var i = 0; i < n && value != 0; i++)
            {
                var scaled = value * vectors[(i * n) + e];
                for (var j = 0; j <= i; j++)
                {
                    result[(i * n) + j] += scaled * vectors[(j * n) + e];
                }
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                result[(j * n) + i] = result[(i * n) + j];
            }
        }

        return result;
    }

    private static double[] ToUnitDiagonal(double[] a, int n)
    {
        var result = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                result[(i * n) + j] = i == j ? 1 : a[(i * n) + j] / Math.Sqrt(a[(i * n) + i] * a[(j * n) + j]);
            }
        }

        return result;
    }
}
