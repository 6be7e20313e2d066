using MetaBridge.Errors;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>The observed information in variances with correlations or covariances: differences of the analytic gradient in those very coordinates.</summary>
/// <remarks>So it is the Hessian at any components, not only at a stationary point. Fourth-order differences, near 1e-11.</remarks>
internal sealed class ComponentHessian
{
    private const double RelativeStep = 2e-3;

    private readonly GaussianProblem problem;
    private readonly ParameterLayout layout;
    private readonly bool isRestricted;
    private readonly bool usesCovariances;

    /// <param name="fitter">The model.</param>
    /// <param name="isRestricted">REML or ML.</param>
    /// <param name="usesCovariances">Covariances instead of the correlations of UN and GEN.</param>
    public ComponentHessian(MultilevelFitter fitter, bool isRestricted, bool usesCovariances)
    {
        problem = fitter.Rebound(fitter.Problem.Input.EffectSizes, isSeparable: true);
        layout = problem.Layout;
        this.isRestricted = isRestricted;
        this.usesCovariances = usesCovariances;
    }

    /// <summary>Natural components as coordinates, or back.</summary>
    public double[] Convert(double[] natural, bool isBack = false)
    {
        var result = (double[])natural.Clone();
        foreach (var (pair, a, b) in usesCovariances ? Pairs() : [])
        {
            var scale = Math.Sqrt(natural[a] * natural[b]);
            result[pair] = isBack ? natural[pair] / scale : natural[pair] * scale;
        }

        return result;
    }

    /// <summary>The components that are estimated inside their range.</summary>
    public int[] Inside(double[] natural)
    {
        var search = layout.ToSearch(natural);
        problem.Shape.Factor(search);
        return
        [
            .. Enumerable.Range(0, layout.Count).Where(i => layout.Fixed[i] is null && search[i] > layout.Lower[i] && search[i] < layout.Upper[i]
                && problem.Shape.ApplyDerivative(i, problem.Input.EffectSizes, 1).Any(value => value != 0)),
        ];
    }

    /// <summary>The negative Hessian in the given components, n × n.</summary>
    public double[] At(double[] natural, int[] inside)
    {
        var n = inside.Length;
        var point = Convert(natural);
        var hessian = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            var h = Step(natural, point, inside[j]);
            foreach (var (offset, weight) in ((double, double)[])[(1, 8), (-1, -8), (2, -1), (-2, 1)])
            {
                var moved = (double[])point.Clone();
                moved[inside[j]] += offset * h;
                var gradient = Gradient(Convert(moved, isBack: true));
                for (var i = 0; i < n; i++)
                {
                    hessian[(j * n) + i] += weight * gradient[inside[i]] / (12 * h);
                }
            }
        }

        return RowMatrix.Symmetric(hessian, n);
    }

    // A small part of a standard error, and of the way to the boundary.
    private double Step(double[] natural, double[] point, int parameter)
    {
        var isFree = new bool[layout.Count];
        isFree[parameter] = true;
        var search = layout.ToSearch(natural);
        var likelihood = problem.Likelihood(isRestricted, search, isFree);
        likelihood.Value([search[parameter]]);
        var curvature = new double[1];
        likelihood.Derivatives(new double[1], curvature);
        var slope = layout.Jacobian(search)[(parameter * layout.Count) + parameter];
        var error = Math.Abs(slope) / Math.Sqrt(Math.Max(curvature[0], 1e-300));
        var room = layout.IsVariance(parameter) ? natural[parameter] : Math.Min(1 - Math.Abs(natural[parameter]), 1);
        var scale = point[parameter] == natural[parameter] ? 1 : Math.Abs(point[parameter] / natural[parameter]);
        return scale * Math.Min(RelativeStep * error, layout.IsVariance(parameter) || room > 0 ? 0.1 * room : RelativeStep * error);
    }

    // ∂(−ℓ)/∂coordinates at natural components.
    private double[] Gradient(double[] natural)
    {
        var search = layout.ToSearch(natural);
        bool[] isFree = [.. Enumerable.Repeat(true, layout.Count)];
        var likelihood = problem.Likelihood(isRestricted, search, isFree);
        if (!double.IsFinite(likelihood.Value(search)))
        {
            throw new MetaBridgeException(ErrorCode.NotConverged, "The covariance of the outcomes is not positive definite beside these components.");
        }

        var gradient = new double[layout.Count];
        likelihood.Derivatives(gradient, []);
        var jacobian = layout.Jacobian(search);
        for (var i = 0; i < layout.Count; i++)
        {
            // One coordinate per component, so J is diagonal; a component on its bound doesn't enter the Hessian.
            var slope = jacobian[(i * layout.Count) + i];
            gradient[i] = slope == 0 ? 0 : gradient[i] / slope;
        }

        foreach (var (pair, a, b) in usesCovariances ? Pairs() : [])
        {
            // ρ = c/√(ab).
            var scale = Math.Sqrt(natural[a] * natural[b]);
            gradient[a] -= gradient[pair] * natural[pair] / (2 * natural[a]);
            gradient[b] -= gradient[pair] * natural[pair] / (2 * natural[b]);
            gradient[pair] /= scale;
        }

        return gradient;
    }

    private IEnumerable<(int Pair, int A, int B)> Pairs()
    {
        for (var t = 0; t < problem.Input.Terms.Length; t++)
        {
            if (problem.Input.Terms[t].Term is not UnstructuredTerm term)
            {
                continue;
            }

            var (first, q) = (layout.FirstOf(t), term.Size);
            for (int a = 0, at = first + q; a < q; a++)
            {
                for (var b = a + 1; b < q; b++)
                {
                    yield return (at++, first + a, first + b);
                }
            }
        }
    }
}
