using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel;

/// <summary>Unstructured covariances at the border of what is positive semidefinite: which face an optimum lies on, and the way out of it.</summary>
internal sealed class FaceSearch(GaussianProblem problem, bool isRestricted)
{
    // Parts of a variance that may vanish; whether they really do, the likelihood on the face decides.
    private const double Vanishing = 1e-7;

    // Relative to the largest element of ∂ℓ/∂G, an eigenvalue that is more than rounding.
    private const double Uphill = 1e-6;

    private readonly ParameterLayout layout = problem.Layout;

    /// <summary>The nearest faces of singular covariances, the smallest first; none when no covariance is nearly singular.</summary>
    /// <param name="point">An optimum in search coordinates.</param>
    /// <param name="isFree">Which coordinates are searched.</param>
    /// <returns>Points on the faces with the coordinates that are free there.</returns>
    /// <remarks>Reorders effects: a point belongs to the face that was enumerated last.</remarks>
    public IEnumerable<(double[] Point, bool[] IsFree)> Faces(double[] point, bool[] isFree)
    {
        var natural = layout.ToNatural(point);
        foreach (var dropsSmall in (bool[])[true, false])
        {
            var face = layout.ToSearch(natural);
            var onFace = (bool[])isFree.Clone();
            var isSingular = false;
            foreach (var (term, first) in Factored(isFree))
            {
                var n = term.ParameterCount;
                term.Pivot(Vanishing, dropsSmall, face.AsSpan(first, n), onFace.AsSpan(first, n));
                isSingular |= onFace.AsSpan(first, n).Contains(false);
            }

            if (isSingular)
            {
                yield return (face, onFace);
            }
        }
    }

    /// <summary>
    /// A better point beside an optimum with a singular G: the optimality condition over all positive semidefinite G is that ∂ℓ/∂G has no
    /// positive eigenvalue, which derivatives along the face don't show. Null at an optimum of them all.
    /// </summary>
    public double[]? WayOut(double[] point, bool[] isFree)
    {
        foreach (var (term, first) in Factored(isFree))
        {
            var likelihood = problem.Likelihood(isRestricted, point, new bool[point.Length]);
            likelihood.Value([]);
            likelihood.Derivatives([], []);
            if (IsSingular(term, point.AsSpan(first, term.ParameterCount)) && Direction(term) is { } direction)
            {
                return Move(point, first, term, direction);
            }
        }

        return null;
    }

    private IEnumerable<(FactoredUnstructuredTerm Term, int First)> Factored(bool[] isFree)
    {
        for (var t = 0; t < problem.Input.Terms.Length; t++)
        {
            if (problem.Input.Terms[t].Term is FactoredUnstructuredTerm term && isFree[layout.FirstOf(t)])
            {
                yield return (term, layout.FirstOf(t));
            }
        }
    }

    private static bool IsSingular(FactoredUnstructuredTerm term, ReadOnlySpan<double> search)
    {
        for (var k = 0; k < term.Size; k++)
        {
            if (search[term.IndexOf(k, k)] == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static double[]? Direction(FactoredUnstructuredTerm term)
    {
        var q = term.Size;
        var gradient = term.CovarianceGradient.ToArray();
        var vectors = new double[q * q];
        var scale = gradient.Max(Math.Abs);
        SymmetricEigen.Decompose(gradient, q, vectors);
        var largest = Enumerable.Range(0, q).MaxBy(i => gradient[(i * q) + i]);
        return gradient[(largest * q) + largest] > Uphill * scale ? [.. Enumerable.Range(0, q).Select(i => vectors[(i * q) + largest])] : null;
    }

    private double[] Move(double[] point, int first, FactoredUnstructuredTerm term, double[] direction)
    {
        var q = term.Size;
        var g = term.Covariance.ToArray();
        var size = Math.Max(1e-3 * Enumerable.Range(0, q).Sum(i => g[(i * q) + i]) / q, 1e-8);
        var natural = layout.ToNatural(point);
        for (var i = 0; i < q; i++)
        {
            for (var j = 0; j < q; j++)
            {
                g[(i * q) + j] += size * direction[i] * direction[j];
            }
        }

        for (int i = 0, at = q; i < q; i++)
        {
            natural[first + i] = g[(i * q) + i];
            for (var j = i + 1; j < q; j++)
            {
                var scale = Math.Sqrt(g[(i * q) + i] * g[(j * q) + j]);
                natural[first + at++] = scale > 0 ? g[(i * q) + j] / scale : 0;
            }
        }

        return layout.ToSearch(natural);
    }
}
