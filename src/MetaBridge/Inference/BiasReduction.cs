using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Inference;

/// <summary>The adjustment matrices of CR2.</summary>
internal static class BiasReduction
{
    // Directions in which the residuals of a cluster can't vary (it alone determines a coefficient) get no adjustment.
    private const double RelativeTolerance = 1e-12;

    // Jacobi rotations up to this order, a tridiagonal method beyond.
    private const int LargeOrder = 40;

    /// <summary>A = D'(D S D')^(−½)D with D'D = Φ, D the upper Cholesky factor, and the symmetric square root (Moore-Penrose where singular).</summary>
    /// <param name="phi">Φ, n × n.</param>
    /// <param name="residual">S, n × n.</param>
    /// <param name="n">n.</param>
    public static double[] Adjustment(double[] phi, double[] residual, int n)
    {
        if (n == 1)
        {
            return [residual[0] > RelativeTolerance * phi[0] ? Math.Sqrt(phi[0] / residual[0]) : 0];
        }

        var d = Upper(phi, n);
        var b = RowMatrix.Congruence(d, residual, n, n);
        var (values, vectors) = Eigen(b, n);
        var largest = values.Max();
        // Rows: λ^(−¼) v'D, so that A is their cross-product.
        var half = RowMatrix.Cross(vectors, d, n, n, n);
        for (var e = 0; e < n; e++)
        {
            var scale = values[e] > RelativeTolerance * largest ? Math.Pow(values[e], -0.25) : 0;
            for (var j = 0; j < n; j++)
            {
                half[(e * n) + j] *= scale;
            }
        }

        return RowMatrix.Symmetric(RowMatrix.Cross(half, half, n, n, n), n);
    }

    private static double[] Upper(double[] phi, int n)
    {
        var l = (double[])phi.Clone();
        if (!SmallCholesky.Factor(l, n))
        {
            throw new MetaBridgeException(ErrorCode.NotConverged, "The covariance of a cluster is not positive definite.");
        }

        var d = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                d[(j * n) + i] = l[(i * n) + j];
            }
        }

        return d;
    }

    private static (double[] Values, double[] Vectors) Eigen(double[] a, int n)
    {
        if (n <= LargeOrder)
        {
            var copy = (double[])a.Clone();
            var vectors = new double[n * n];
            SymmetricEigen.Decompose(copy, n, vectors);
            return ([.. Enumerable.Range(0, n).Select(i => copy[(i * n) + i])], vectors);
        }

        var evd = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(n, n, (i, j) => a[(i * n) + j])
            .Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);
        return ([.. evd.EigenValues.Select(value => value.Real)], evd.EigenVectors.ToRowMajorArray());
    }
}
