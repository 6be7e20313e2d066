using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel;

/// <summary>The negative Hessian of the log-likelihood in the free components that are not on a bound, natural coordinates.</summary>
/// <param name="Parameters">Indices of those components.</param>
/// <param name="Values">n × n.</param>
internal sealed record ObservedInformation(int[] Parameters, double[] Values)
{
    // Central differences of an exact gradient over this part of a standard error: truncation and rounding both stay near 1e-9.
    private const double RelativeStep = 1e-4;

    /// <summary>Differences of the analytic gradient at a point (search coordinates).</summary>
    public static ObservedInformation Of(GaussianProblem problem, bool isRestricted, double[] point)
    {
        var layout = problem.Layout;
        var isInterior = new bool[layout.Count];
        for (var i = 0; i < isInterior.Length; i++)
        {
            isInterior[i] = layout.Fixed[i] is null && point[i] > layout.Lower[i] && point[i] < layout.Upper[i];
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

        return new ObservedInformation(free, ToNatural(Symmetric(hessian, n), layout.Jacobian(point), free, layout.Count));
    }

    /// <summary>The curvature model with which a search ended, for problems in which further gradients are dear.</summary>
    public static ObservedInformation OfModel(GaussianProblem problem, double[] point, double[] model)
    {
        var layout = problem.Layout;
        int[] estimated = [.. Enumerable.Range(0, layout.Count).Where(i => layout.Fixed[i] is null)];
        int[] inside = [.. Enumerable.Range(0, estimated.Length).Where(i => point[estimated[i]] > layout.Lower[estimated[i]] && point[estimated[i]] < layout.Upper[estimated[i]])];
        var n = inside.Length;
        var hessian = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                hessian[(i * n) + j] = model[(inside[i] * estimated.Length) + inside[j]];
            }
        }

        var free = Array.ConvertAll(inside, i => estimated[i]);
        return n == 0 ? new ObservedInformation([], []) : new ObservedInformation(free, ToNatural(hessian, layout.Jacobian(point), free, layout.Count));
    }

    /// <summary>The eigenvalues in increasing order.</summary>
    public double[] Eigenvalues() => SymmetricEigen.Values(Values, Parameters.Length);

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

    // H_natural = J⁻ᵀ H J⁻¹, exact at a stationary point. J is block diagonal; its rows and columns of the free components are taken.
    private static double[] ToNatural(double[] hessian, double[] jacobian, int[] free, int count)
    {
        var n = free.Length;
        var j = new double[n, n];
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b < n; b++)
            {
                j[a, b] = jacobian[(free[a] * count) + free[b]];
            }
        }

        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(j);
        var h = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(n, n, (a, b) => hessian[(a * n) + b]);
        var inverse = matrix.Inverse();
        return (inverse.Transpose() * h * inverse).ToRowMajorArray();
    }
}
