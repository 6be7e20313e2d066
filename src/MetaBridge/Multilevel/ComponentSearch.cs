using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Dense;
using MetaBridge.Numerics.Optimisation;

namespace MetaBridge.Multilevel;

/// <summary>The best point that a search from several starts found.</summary>
/// <param name="Search">All search coordinates.</param>
/// <param name="Report">How the winning search ended.</param>
/// <param name="Starts">How many starts were searched from.</param>
/// <param name="Iterations">Steps of all searches.</param>
/// <param name="Evaluations">Likelihood evaluations of all searches.</param>
internal sealed record SearchOutcome(double[] Search, OptimumReport Report, int Starts, int Iterations, int Evaluations);

/// <summary>Maximises the likelihood over the free components, from several starts.</summary>
internal sealed class ComponentSearch(GaussianProblem problem, bool isRestricted, CancellationToken cancellation = default)
{
    // Work (in operations of one gradient) up to which every start is searched; beyond it only the best-looking one.
    private const double CheapWork = 3e5;

    // A climb out of a singular covariance must gain at least this much to be one.
    private const double LeastGain = 1e-9;

    private readonly ParameterLayout layout = problem.Layout;
    private int starts;
    private int iterations;
    private int evaluations;

    /// <summary>Searches over all components that are not fixed.</summary>
    public SearchOutcome Run() => Run([.. layout.Fixed.Select(value => value is null)], StartingPoints.Of(problem).Select(layout.ToSearch));

    /// <summary>Searches over the given coordinates from the given starts (search coordinates, of which the others are kept).</summary>
    public SearchOutcome Run(bool[] isFree, IEnumerable<double[]> from)
    {
        OptimumReport? best = null;
        var bestPoint = Array.Empty<double>();
        var candidates = Feasible(from.ToList(), isFree);
        if (problem.Shape.Cost > CheapWork)
        {
            candidates = candidates.Take(1).ToList();
        }

        foreach (var start in candidates)
        {
            Improve(start.Point, isFree, ref best, ref bestPoint);
        }

        if (best is null)
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.NotConverged,
                "The covariance of the outcomes is not positive definite at any starting point of the search.");
        }

        for (var round = 0; round < layout.Count && ClimbOut(bestPoint, isFree) is { } exit; round++)
        {
            var before = best!.Value;
            Improve(exit, isFree, ref best, ref bestPoint);
            if (!(best!.Value < before - LeastGain))
            {
                break;
            }
        }

        return new SearchOutcome(bestPoint, best!, starts, iterations, evaluations);
    }

    private List<(double[] Point, double Value)> Feasible(List<double[]> points, bool[] isFree)
    {
        var list = new List<(double[] Point, double Value)>();
        foreach (var point in points)
        {
            var value = Evaluate(point, isFree);
            // A start outside the domain is pulled toward fewer random effects with weaker correlations.
            for (var halving = 0; halving < 8 && !double.IsFinite(value); halving++)
            {
                var natural = layout.ToNatural(point);
                for (var i = 0; i < natural.Length; i++)
                {
                    natural[i] *= layout.Fixed[i] is null && isFree[i] ? 0.5 : 1;
                }

                layout.ToSearch(natural).CopyTo(point, 0);
                value = Evaluate(point, isFree);
            }

            if (double.IsFinite(value))
            {
                list.Add((point, value));
            }
        }

        return [.. list.OrderBy(candidate => candidate.Value)];
    }

    private double Evaluate(double[] point, bool[] isFree)
    {
        evaluations++;
        var likelihood = problem.Likelihood(isRestricted, point, isFree);
        return likelihood.Value(Pick(point, isFree));
    }

    private void Improve(double[] start, bool[] isFree, ref OptimumReport? best, ref double[] bestPoint)
    {
        var likelihood = problem.Likelihood(isRestricted, start, isFree);
        var search = new BoundedTrustRegion(likelihood, Pick(layout.Lower, isFree), Pick(layout.Upper, isFree));
        var report = search.Minimise(Pick(start, isFree), Comparable(best, isFree), cancellation);
        starts++;
        iterations += report.Iterations;
        evaluations += report.Evaluations;
        var isBetter = best is null || report.Value < best.Value - 1e-12
            || (report.Value < best.Value + 1e-12 && report.Decrement < best.Decrement);
        if (report.Status is not (SearchStatus.BadStart or SearchStatus.SameOptimum) && isBetter)
        {
            best = report;
            bestPoint = (double[])start.Clone();
            for (int i = 0, at = 0; i < bestPoint.Length; i++)
            {
                bestPoint[i] = isFree[i] ? report.Point[at++] : bestPoint[i];
            }
        }
    }

    private static OptimumReport? Comparable(OptimumReport? best, bool[] isFree) =>
        best is { Status: SearchStatus.Converged } && best.Point.Length == isFree.Count(free => free) ? best : null;

    /// <summary>
    /// A better start where an unstructured G is singular: the optimality condition over all positive semidefinite G is that
    /// ∂ℓ/∂G has no positive eigenvalue, which the derivatives with respect to the factors of G alone don't show.
    /// </summary>
    private double[]? ClimbOut(double[] point, bool[] isFree)
    {
        for (var t = 0; t < problem.Input.Terms.Length; t++)
        {
            if (problem.Input.Terms[t].Term is not FactoredUnstructuredTerm term || !isFree[layout.FirstOf(t)]
                || !point.AsSpan(layout.FirstOf(t), term.Size).Contains(0.0))
            {
                continue;
            }

            var likelihood = problem.Likelihood(isRestricted, point, isFree);
            likelihood.Value(Pick(point, isFree));
            likelihood.Derivatives(new double[isFree.Count(free => free)], []);
            if (Direction(term) is { } direction)
            {
                return Move(point, t, term, direction);
            }
        }

        return null;
    }

    private static double[]? Direction(FactoredUnstructuredTerm term)
    {
        var q = term.Size;
        var gradient = term.CovarianceGradient.ToArray();
        var vectors = new double[q * q];
        var scale = gradient.Max(Math.Abs);
        SymmetricEigen.Decompose(gradient, q, vectors);
        var largest = Enumerable.Range(0, q).MaxBy(i => gradient[(i * q) + i]);
        return gradient[(largest * q) + largest] > 1e-6 * scale ? [.. Enumerable.Range(0, q).Select(i => vectors[(i * q) + largest])] : null;
    }

    private double[] Move(double[] point, int t, FactoredUnstructuredTerm term, double[] direction)
    {
        var q = term.Size;
        var g = term.Covariance.ToArray();
        var size = Math.Max(1e-3 * Enumerable.Range(0, q).Sum(i => g[(i * q) + i]) / q, 1e-8);
        var natural = layout.ToNatural(point);
        var first = layout.FirstOf(t);
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
                natural[first + at++] = g[(i * q) + j] / Math.Sqrt(g[(i * q) + i] * g[(j * q) + j]);
            }
        }

        return layout.ToSearch(natural);
    }

    private static double[] Pick(double[] values, bool[] isFree) => [.. values.Where((_, i) => isFree[i])];
}
