using MetaBridge.Numerics.Optimisation;

namespace MetaBridge.Multilevel;

/// <summary>The best point that a search from several starts found.</summary>
/// <param name="Search">All search coordinates.</param>
/// <param name="Report">How the winning search ended.</param>
/// <param name="IsFree">The coordinates that were free in it: fewer than the model has where an unstructured covariance is singular.</param>
/// <param name="Starts">How many starts were searched from.</param>
/// <param name="Iterations">Steps of all searches.</param>
/// <param name="Evaluations">Likelihood evaluations of all searches.</param>
internal sealed record SearchOutcome(double[] Search, OptimumReport Report, bool[] IsFree, int Starts, int Iterations, int Evaluations);

/// <summary>Maximises the likelihood over the free components, from several starts.</summary>
internal sealed class ComponentSearch(GaussianProblem problem, bool isRestricted, CancellationToken cancellation = default)
{
    // Work (in operations of one gradient) up to which every start is searched; beyond it only the best-looking one.
    private const double CheapWork = 3e5;

    // A climb out of a singular covariance must gain at least this much to be one.
    private const double LeastGain = 1e-9;

    // A face is taken when the likelihood on it is not lower by more than this: less than anything that is reported.
    private const double FaceTolerance = 1e-10;

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

        return Finish(best, bestPoint, isFree);
    }

    // An unstructured covariance that has become singular is finished on its face, and left again if there is a way up from there.
    private SearchOutcome Finish(OptimumReport best, double[] point, bool[] isFree)
    {
        var faces = new FaceSearch(problem, isRestricted);
        var onFace = isFree;
        for (var round = 0; round <= layout.Count; round++)
        {
            (best, point, onFace) = OnFace(faces, best, point, isFree);
            if (ReferenceEquals(onFace, isFree) || faces.WayOut(point, isFree) is not { } exit)
            {
                break;
            }

            var (before, natural) = (best, layout.ToNatural(point));
            OptimumReport? outside = null;
            Improve(exit, isFree, ref outside, ref exit);
            if (outside is null || !(outside.Value < before.Value - LeastGain))
            {
                break;
            }

            (best, point) = (outside, exit);
        }

        return new SearchOutcome(point, best, onFace, starts, iterations, evaluations);
    }

    private (OptimumReport Best, double[] Point, bool[] IsFree) OnFace(FaceSearch faces, OptimumReport best, double[] point, bool[] isFree)
    {
        var natural = layout.ToNatural(point);
        foreach (var (start, onFace) in faces.Faces(point, isFree))
        {
            OptimumReport? found = null;
            var foundPoint = start;
            Improve(start, onFace, ref found, ref foundPoint);
            if (found is not null && found.Value <= best.Value + FaceTolerance)
            {
                return (found, foundPoint, onFace);
            }
        }

        // The order of effects may have changed on the way.
        return (best, layout.ToSearch(natural), isFree);
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

    private static double[] Pick(double[] values, bool[] isFree) => [.. values.Where((_, i) => isFree[i])];
}
