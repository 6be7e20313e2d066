using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>β̂ and Var(β̂) at a given τ², for the model's weights or any others.</summary>
/// <remarks>
/// With a the weights, √a Q = Z T and X = Q R: β̂ = R⁻¹(T⁻¹Z'√a e + Q'y). With C = (TR)⁻¹ the covariance is CC' for a = 1/(v + τ²)
/// and C Z' diag(a (v + τ²)) Z C' for other weights.
/// </remarks>
internal sealed class CoefficientEstimates
{
    /// <param name="y">Effect sizes.</param>
    /// <param name="residuals">Their residuals from the unweighted regression.</param>
    /// <param name="v">Variances.</param>
    /// <param name="tau2">τ².</param>
    /// <param name="weights">Weights a, or null for the model's own.</param>
    /// <param name="design">The design.</param>
    public CoefficientEstimates(double[] y, double[] residuals, double[] v, double tau2, double[]? weights, Design design)
    {
        int k = y.Length, p = design.Columns;
        var roots = new double[k];
        for (var i = 0; i < k; i++)
        {
            roots[i] = Math.Sqrt(weights is null ? 1 / (v[i] + tau2) : weights[i]);
        }

        var z = new double[k * p];
        var t = new double[p * p];
        WeightedBasis.Build(design.Qr.Q, roots, k, p, z, t);
        HalfLogDet = Triangular.LogDeterminant(t, p);
        var inOwnBasis = Project(z, t, roots, residuals, k, p);
        Rss = ResidualSum(residuals, v, tau2, design.Qr.Q, inOwnBasis);
        Estimates = inOwnBasis;
        for (var j = 0; j < p; j++)
        {
            Estimates[j] += VectorKernels.Dot(design.Qr.Q.AsSpan(j * k, k), y);
        }

        design.Qr.SolveUpper(Estimates);
        var c = InverseOfProduct(t, design.Qr.R, p);
        Covariance = weights is null ? Outer(c, p) : Sandwich(c, z, roots, v, tau2, p);
    }

    /// <summary>β̂, p of them.</summary>
    public double[] Estimates { get; }

    /// <summary>p × p by columns, not yet scaled by Knapp and Hartung's factor.</summary>
    public double[] Covariance { get; }

    /// <summary>Σ (y − Xβ̂)²/(v + τ²) at these coefficients.</summary>
    public double Rss { get; }

    /// <summary>½ ln det Q'AQ; the half log-determinant of the restricted likelihood when the weights are the model's own.</summary>
    public double HalfLogDet { get; }

    private static double[] Project(double[] z, double[] t, double[] roots, double[] residuals, int k, int p)
    {
        var u = new double[k];
        VectorKernels.Multiply(roots, residuals, u);
        var b = new double[p];
        for (var j = 0; j < p; j++)
        {
            b[j] = VectorKernels.Dot(z.AsSpan(j * k, k), u);
        }

        Triangular.SolveUpper(t, p, b);
        return b;
    }

    private static double ResidualSum(double[] residuals, double[] v, double tau2, double[] q, double[] b)
    {
        var k = v.Length;
        var r = residuals.AsSpan().ToArray();
        for (var j = 0; j < b.Length; j++)
        {
            VectorKernels.AddScaled(-b[j], q.AsSpan(j * k, k), r);
        }

        var sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            sum += r[i] * r[i] / (v[i] + tau2);
        }

        return sum;
    }

    /// <summary>(T R)⁻¹, upper triangular.</summary>
    private static double[] InverseOfProduct(double[] t, double[] r, int p)
    {
        var inverse = new double[p * p];
        for (var j = 0; j < p; j++)
        {
            var column = inverse.AsSpan(j * p, p);
            column[j] = 1;
            Triangular.SolveUpper(t, p, column);
            Triangular.SolveUpper(r, p, column);
        }

        return inverse;
    }

    private static double[] Outer(double[] c, int p)
    {
        var product = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var l = i; l < p; l++)
                {
                    sum += c[(l * p) + i] * c[(l * p) + j];
                }

                product[(j * p) + i] = product[(i * p) + j] = sum;
            }
        }

        return product;
    }

    private static double[] Sandwich(double[] c, double[] z, double[] roots, double[] v, double tau2, int p)
    {
        var k = v.Length;
        var d = new double[k];
        for (var i = 0; i < k; i++)
        {
            d[i] = roots[i] * roots[i] * (v[i] + tau2);
        }

        // The middle Z'DZ is written as half·half' by a basis of √D Z, so that the result is a square again.
        var half = new double[p * p];
        var basis = new double[k * p];
        WeightedBasis.Build(z, Array.ConvertAll(d, Math.Sqrt), k, p, basis, half);
        var product = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            for (var l = 0; l < p; l++)
            {
                for (var m = 0; m < p; m++)
                {
                    product[(l * p) + i] += c[(m * p) + i] * half[(m * p) + l];
                }
            }
        }

        return Outer(product, p, p);
    }

    private static double[] Outer(double[] m, int rows, int columns)
    {
        var product = new double[rows * rows];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < rows; j++)
            {
                var sum = 0.0;
                for (var l = 0; l < columns; l++)
                {
                    sum += m[(l * rows) + i] * m[(l * rows) + j];
                }

                product[(j * rows) + i] = sum;
            }
        }

        return product;
    }
}
