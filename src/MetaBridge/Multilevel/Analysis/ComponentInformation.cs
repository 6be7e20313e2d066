using MetaBridge.Errors;
using MetaBridge.Multilevel.Shapes;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>The information about the components that are estimated inside their range, in search coordinates, and its inverse W.</summary>
/// <remarks>
/// <para>Both kinds are differences of the analytic gradient, so they cost a few gradients per component, whatever the shape. The observed
/// information is −∂²ℓ/∂θ∂θ'. The expected one is ½tr(PṀ_iPṀ_j) = −∂/∂θ_j {−½tr(PṀ_i)} + ½tr(PM̈_ij), and −½tr(PṀ_i) is the gradient when all
/// outcomes are zero.</para>
/// <para>Components on a bound (a variance of 0, a correlation of ±1), and those that then don't enter M, are treated as known.</para>
/// </remarks>
/// <param name="Parameters">Indices of the components that count.</param>
/// <param name="Left">Indices of the estimated components that don't, because they lie on a bound.</param>
/// <param name="Values">The information, n × n.</param>
internal sealed record ComponentInformation(int[] Parameters, int[] Left, double[] Values)
{
    // In standard errors. Fourth-order differences: truncation and rounding both near 1e-12.
    private const double RelativeStep = 2e-3;

    /// <summary>W, n × n.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotConverged"/>: the information is singular.</exception>
    public double[] Inverse() => RowMatrix.Inverse(Values, Parameters.Length) ?? throw new MetaBridgeException(
        ErrorCode.NotConverged,
        "The information about the components is singular, so their uncertainty cannot be taken into account; use residual or containment degrees of freedom.");

    /// <summary>The observed information: the negative Hessian.</summary>
    public static ComponentInformation Observed(MultilevelFitter fitter, bool isRestricted, double[] point) =>
        Differences(fitter, fitter.Problem.Input.EffectSizes, isRestricted, point, isExpected: false);

    /// <summary>The expected information.</summary>
    public static ComponentInformation Expected(MultilevelFitter fitter, bool isRestricted, double[] point) =>
        Differences(fitter, new double[fitter.Problem.Input.RowCount], isRestricted, point, isExpected: true);

    private static ComponentInformation Differences(MultilevelFitter fitter, double[] outcomes, bool isRestricted, double[] point, bool isExpected)
    {
        var actual = fitter.Rebound(fitter.Problem.Input.EffectSizes);
        var layout = actual.Layout;
        int[] estimated = [.. Enumerable.Range(0, layout.Count).Where(i => layout.Fixed[i] is null)];
        var inside = Inside(actual, estimated, point);
        var n = inside.Length;
        bool[] isFree = [.. Enumerable.Range(0, layout.Count).Select(i => Array.IndexOf(inside, i) >= 0)];
        var x = Array.ConvertAll(inside, i => point[i]);
        var steps = Steps(actual.Likelihood(isRestricted, point, isFree), x);
        var problem = isExpected ? fitter.Rebound(outcomes) : actual;
        var likelihood = problem.Likelihood(isRestricted, point, isFree);
        var (gradient, values) = (new double[n], new double[n * n]);
        for (var j = 0; j < n; j++)
        {
            Row(likelihood, x, j, steps[j], layout.Lower[inside[j]], layout.Upper[inside[j]], values.AsSpan(j * n, n));
        }

        if (isExpected && n > 0)
        {
            // With outcomes of zero this is ½tr(PM̈) alone; the gradient above is of −ℓ.
            var second = new double[n * n];
            likelihood.Value(x);
            likelihood.Derivatives(gradient, second);
            values = [.. values.Select((value, i) => second[i] - value)];
        }

        return new ComponentInformation(inside, [.. estimated.Except(inside)], RowMatrix.Symmetric(values, n));
    }

    private static int[] Inside(GaussianProblem problem, int[] estimated, double[] point)
    {
        var layout = problem.Layout;
        if (!problem.Shape.Factor(point))
        {
            throw new MetaBridgeException(ErrorCode.NotConverged, "The covariance of the outcomes is not positive definite at these components.");
        }

        return [.. estimated.Where(i => point[i] > layout.Lower[i] && point[i] < layout.Upper[i] && Enters(problem.Shape, i, problem.Input.RowCount))];
    }

    // A small part of a standard error by the average information.
    private static double[] Steps(GaussianLikelihood likelihood, double[] x)
    {
        var n = x.Length;
        var (gradient, curvature) = (new double[n], new double[n * n]);
        if (n > 0)
        {
            likelihood.Value(x);
            likelihood.Derivatives(gradient, curvature);
        }

        return [.. x.Select((value, j) => curvature[(j * n) + j] > 0
            ? RelativeStep / Math.Sqrt(curvature[(j * n) + j])
            : RelativeStep * Math.Max(Math.Abs(value), 1e-3))];
    }

    private static void Row(GaussianLikelihood likelihood, double[] x, int j, double h, double lower, double upper, Span<double> row)
    {
        var isBelow = x[j] - (2 * h) <= lower;
        var isAbove = x[j] + (2 * h) >= upper;
        (double Offset, double Weight)[] stencil = isBelow
            ? [(0, -25), (1, 48), (2, -36), (3, 16), (4, -3)]
            : isAbove ? [(0, 25), (-1, -48), (-2, 36), (-3, -16), (-4, 3)]
            : [(1, 8), (-1, -8), (2, -1), (-2, 1)];
        var gradient = new double[x.Length];
        var moved = (double[])x.Clone();
        foreach (var (offset, weight) in stencil)
        {
            moved[j] = x[j] + (offset * h);
            var isFinite = double.IsFinite(likelihood.Value(moved));
            likelihood.Derivatives(gradient, []);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] += isFinite ? weight * gradient[i] / (12 * h) : double.NaN;
            }
        }
    }

    // A fixed vector without symmetries: a component whose derivative maps it to zero doesn't enter M.
    private static bool Enters(CovarianceShape shape, int parameter, int k)
    {
        var probe = new double[k];
        for (var i = 0; i < k; i++)
        {
            probe[i] = 1 + (0.37 * Math.Sin(1 + (2.3 * i)));
        }

        return shape.ApplyDerivative(parameter, probe, 1).Any(value => value != 0);
    }
}
