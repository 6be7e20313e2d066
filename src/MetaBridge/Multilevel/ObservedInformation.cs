using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel;

/// <summary>
/// The negative Hessian of the log-likelihood in natural coordinates, on the surface that the free components that are not on a bound can
/// move on.
/// </summary>
/// <param name="Parameters">The natural components that move, in the order of all.</param>
/// <param name="Values">
/// n × n. Where as many components move as there are free coordinates, by those components; on a face of singular covariances, where
/// there are fewer coordinates, by an orthonormal basis of the directions in which the components can move.
/// </param>
internal sealed record ObservedInformation(int[] Parameters, double[] Values)
{
    // Central differences of an exact gradient over this part of a standard error: truncation and rounding both stay near 1e-9.
    private const double RelativeStep = 1e-4;

    /// <summary>Differences of the analytic gradient at a point (search coordinates).</summary>
    public static ObservedInformation Of(GaussianProblem problem, bool isRestricted, double[] point, bool[] isFree)
    {
        var layout = problem.Layout;
        var isInterior = new bool[layout.Count];
        for (var i = 0; i < isInterior.Length; i++)
        {
            isInterior[i] = isFree[i] && point[i] > layout.Lower[i] && point[i] < layout.Upper[i];
        }

        int[] free = [.. Enumerable.Range(0, layout.Count).Where(i => isInterior[i])];
        var n = free.Length;
        var likelihood = problem.Likelihood(isRestricted, point, isInterior);
        var x = Array.ConvertAll(free, i => point[i]);
        var hessian = new double[n * n];
        var (gradient, curvature) = (new double[n], new double[n * n]);
        if (n == 0 || !double.IsFinite(likelihood.Value(x)))
        {
            return new ObservedInformation([], []);
        }

        likelihood.Derivatives(gradient, curvature);
        for (var j = 0; j < n; j++)
        {
            var scale = Math.Sqrt(Math.Max(curvature[(j * n) + j], 1e-12));
            var room = Math.Min(x[j] - layout.Lower[free[j]], layout.Upper[free[j]] - x[j]);
            var h = Math.Min(RelativeStep / scale, 0.5 * room);
            Difference(likelihood, x, j, h, hessian.AsSpan(j * n, n));
        }

        return OnSurface(Symmetric(hessian, n), layout.Jacobian(point), free, layout.Count);
    }

    /// <summary>The curvature model with which a search ended, for problems in which further gradients are dear.</summary>
    public static ObservedInformation OfModel(GaussianProblem problem, double[] point, bool[] isFree, double[] model)
    {
        var layout = problem.Layout;
        int[] searched = [.. Enumerable.Range(0, layout.Count).Where(i => isFree[i])];
        int[] inside = [.. Enumerable.Range(0, searched.Length).Where(i => point[searched[i]] > layout.Lower[searched[i]] && point[searched[i]] < layout.Upper[searched[i]])];
        var n = inside.Length;
        var hessian = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                hessian[(i * n) + j] = model[(inside[i] * searched.Length) + inside[j]];
            }
        }

        return OnSurface(hessian, layout.Jacobian(point), Array.ConvertAll(inside, i => searched[i]), layout.Count);
    }

    /// <summary>The eigenvalues in increasing order.</summary>
    public double[] Eigenvalues() => SymmetricEigen.Values(Values, (int)Math.Sqrt(Values.Length));

    private static void Difference(GaussianLikelihood likelihood, double[] x, int j, double h, Span<double> row)
    {
        var n = x.Length;
        var (above, below) = (new double[n], new double[n]);
        var moved = (double[])x.Clone();
        moved[j] = x[j] + h;
        var isFinite = double.IsFinite(likelihood.Value(moved));
        likelihood.Derivatives(above, []);
        moved[j] = x[j] - h;
        isFinite &= double.IsFinite(likelihood.Value(moved));
        likelihood.Derivatives(below, []);
        for (var i = 0; i < n; i++)
        {
            row[i] = isFinite ? (above[i] - below[i]) / (2 * h) : double.NaN;
        }
    }

    private static double[] Symmetric(double[] a, int n)
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

    // With J = QR over the natural components that move, the Hessian along the columns of Q is R⁻ᵀHR⁻¹, exact at a stationary point. When J
    // is square the components themselves serve: J⁻ᵀHJ⁻¹.
    private static ObservedInformation OnSurface(double[] hessian, double[] jacobian, int[] free, int count)
    {
        var n = free.Length;
        int[] moving = [.. Enumerable.Range(0, count).Where(i => Array.Exists(free, j => jacobian[(i * count) + j] != 0))];
        if (n == 0 || moving.Length < n)
        {
            return new ObservedInformation([], []);
        }

        var j = Matrix<double>.Build.Dense(moving.Length, n, (a, b) => jacobian[(moving[a] * count) + free[b]]);
        var square = moving.Length == n ? j : j.QR(QRMethod.Thin).R;
        var h = Matrix<double>.Build.Dense(n, n, (a, b) => hessian[(a * n) + b]);
        var inverse = square.Inverse();
        return new ObservedInformation(moving, (inverse.Transpose() * h * inverse).ToRowMajorArray());
    }
}
