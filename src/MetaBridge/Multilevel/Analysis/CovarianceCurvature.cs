using MetaBridge.Multilevel.Shapes;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>What Kenward and Roger (2009) add where M is not linear in its components: autoregressive, spatial and partly fixed structures.</summary>
/// <remarks>
/// <para>With S = Σ W_ij M̈_ij: − ½ΦX'M⁻¹SM⁻¹XΦ + Φ(Σ b_iP_i)Φ, b = −¼Wτ, τ_r = tr(PSPṀ_r). Both vanish together in coordinates in which M is
/// linear, so a term that has such coordinates (variances; all elements of G) is left out whatever its own coordinates are.</para>
/// <para>S comes from differences of Ṁ along the principal axes of W (fourth order, near 1e-11). Such terms make M a matrix of blocks.</para>
/// </remarks>
internal sealed class CovarianceCurvature(
    MultilevelFitter fitter, double[] point, int[] parameters, double[] w, double[] phi, double[] solved, double[][] firstDerivatives)
{
    private const double RelativeStep = 2e-3;

    private readonly GaussianProblem problem = fitter.Problem;
    private readonly int p = fitter.Problem.CoefficientCount;

    /// <summary>Adds the correction to a covariance in the basis Q.</summary>
    public void AddTo(double[] covariance)
    {
        int[][] curved = [.. Enumerable.Range(0, problem.Input.Terms.Length).Select(ParametersOf).Where((own, t) => own.Length > 0 && !IsLinear(t, own.Length))];
        if (curved.Length == 0)
        {
            return;
        }

        var k = problem.Input.RowCount;
        var layout = ((BlockShape)problem.Shape).Layout;
        var width = layout.Largest;
        // S [Q̃, blocks of the identity], Q̃ = M⁻¹Q.
        var columns = p + width;
        var probes = Joined(solved, Identities(layout, k, width), k, width);
        var s = new double[k * columns];
        foreach (var own in curved)
        {
            AddSecond(own, probes, columns, s);
        }

        problem.Shape.Factor(point);
        var sSolved = Part(s, k, columns, 0, p);
        var inner = RowMatrix.Symmetric(RowMatrix.Cross(solved, sSolved, k, p, p), p);
        var bias = Bias(layout, width, Part(s, k, columns, p, width), sSolved, inner);
        var middle = Array.ConvertAll(inner, value => -0.5 * value);
        for (var i = 0; i < parameters.Length; i++)
        {
            for (var a = 0; a < middle.Length; a++)
            {
                middle[a] += bias[i] * firstDerivatives[i][a];
            }
        }

        var correction = RowMatrix.Congruence(phi, middle, p, p);
        for (var a = 0; a < covariance.Length; a++)
        {
            covariance[a] += correction[a];
        }
    }

    private int[] ParametersOf(int t)
    {
        var first = problem.Layout.FirstOf(t);
        return [.. parameters.Where(i => i >= first && i < first + problem.Input.Terms[t].Term.ParameterCount)];
    }

    // Linear in coordinates of its own, all of which are estimated inside their range.
    private bool IsLinear(int t, int count) => problem.Input.Terms[t].Term switch
    {
        InterceptTerm or DiagonalSlopesTerm => true,
        FactoredUnstructuredTerm term => count == term.ParameterCount,
        CorrelatedTerm term => term.Structure is CovarianceStructure.CompoundSymmetry or CovarianceStructure.Identity or CovarianceStructure.Diagonal,
        _ => false,
    };

    // s ← s + Σ_ij W_ij M̈_ij B over the parameters of one term.
    private void AddSecond(int[] own, double[] probes, int columns, double[] s)
    {
        var n = own.Length;
        var block = new double[n * n];
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b < n; b++)
            {
                block[(a * n) + b] = w[(Array.IndexOf(parameters, own[a]) * parameters.Length) + Array.IndexOf(parameters, own[b])];
            }
        }

        var vectors = new double[n * n];
        SymmetricEigen.Decompose(block, n, vectors);
        for (var e = 0; e < n; e++)
        {
            var size = Math.Sqrt(Math.Max(block[(e * n) + e], 0));
            var direction = Enumerable.Range(0, n).Select(a => size * vectors[(a * n) + e]).ToArray();
            AddAlong(own, direction, probes, columns, s);
        }
    }

    // d²M(θ + su)/ds² B = d/ds Σ_i u_i Ṁ_i(θ + su) B.
    private void AddAlong(int[] own, double[] direction, double[] probes, int columns, double[] s)
    {
        var h = RelativeStep;
        for (var a = 0; a < own.Length; a++)
        {
            var room = Math.Min(point[own[a]] - problem.Layout.Lower[own[a]], problem.Layout.Upper[own[a]] - point[own[a]]);
            h = direction[a] == 0 ? h : Math.Min(h, 0.4 * room / Math.Abs(direction[a]));
        }

        foreach (var (offset, weight) in ((double, double)[])[(1, 8), (-1, -8), (2, -1), (-2, 1)])
        {
            var moved = (double[])point.Clone();
            for (var a = 0; a < own.Length; a++)
            {
                moved[own[a]] += offset * h * direction[a];
            }

            if (!problem.Shape.Factor(moved))
            {
                throw new Errors.MetaBridgeException(
                    Errors.ErrorCode.NotConverged, "The covariance of the outcomes is not positive definite beside these components.");
            }

            for (var a = 0; a < own.Length; a++)
            {
                Numerics.VectorKernels.AddScaled(
                    weight * direction[a] / (12 * h), problem.Shape.ApplyDerivative(own[a], probes, columns), s);
            }
        }
    }

    private double[] Bias(BlockLayout layout, int width, double[] sBlocks, double[] sSolved, double[] inner)
    {
        var (k, n) = (problem.Input.RowCount, parameters.Length);
        var left = problem.Shape.Solve(sBlocks, width);
        var outer = problem.Shape.Solve(sSolved, p);
        var half = RowMatrix.Product(phi, inner, p, p, p);
        var tau = new double[n];
        for (var r = 0; r < n; r++)
        {
            var right = problem.Shape.Solve(problem.Shape.ApplyDerivative(parameters[r], Identities(layout, k, width), width), width);
            var applied = problem.Shape.ApplyDerivative(parameters[r], solved, p);
            tau[r] = TraceOfBlocks(layout, width, left, right)
                - (2 * RowMatrix.TraceOfProduct(phi, RowMatrix.Cross(outer, applied, k, p, p), p))
                - RowMatrix.TraceOfProduct(half, RowMatrix.Product(phi, firstDerivatives[r], p, p, p), p);
        }

        return [.. RowMatrix.Product(w, tau, n, n, 1).Select(value => -0.25 * value)];
    }

    private static double TraceOfBlocks(BlockLayout layout, int width, double[] a, double[] b)
    {
        var sum = 0.0;
        for (var block = 0; block < layout.Count; block++)
        {
            var (start, size) = (layout.Starts[block], layout.Starts[block + 1] - layout.Starts[block]);
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    sum += a[(layout.Order[start + i] * width) + j] * b[(layout.Order[start + j] * width) + i];
                }
            }
        }

        return sum;
    }

    // Row i of a block has its one in column i.
    private static double[] Identities(BlockLayout layout, int k, int width)
    {
        var result = new double[k * width];
        for (var block = 0; block < layout.Count; block++)
        {
            for (var i = layout.Starts[block]; i < layout.Starts[block + 1]; i++)
            {
                result[(layout.Order[i] * width) + i - layout.Starts[block]] = 1;
            }
        }

        return result;
    }

    private double[] Joined(double[] left, double[] right, int k, int width)
    {
        var result = new double[k * (p + width)];
        for (var i = 0; i < k; i++)
        {
            left.AsSpan(i * p, p).CopyTo(result.AsSpan(i * (p + width)));
            right.AsSpan(i * width, width).CopyTo(result.AsSpan((i * (p + width)) + p));
        }

        return result;
    }

    private static double[] Part(double[] all, int k, int columns, int from, int count)
    {
        var result = new double[k * count];
        for (var i = 0; i < k; i++)
        {
            all.AsSpan((i * columns) + from, count).CopyTo(result.AsSpan(i * count));
        }

        return result;
    }
}
