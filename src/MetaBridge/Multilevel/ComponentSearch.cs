using MetaBridge.Multilevel.Terms;
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
    // Operations of one gradient, times the number of components, up to which every start is searched; beyond, only the few best-looking ones,
    // unless a spatial range makes several maxima likely.
    private const double CheapWork = 3e4;
    private const int FewStarts = 5;

    // Operations of one gradient beyond which the best-looking start alone is searched, unless the likelihood may have several maxima.
    private const double DearGradient = 3e5;

    // Beyond which it is searched alone for those too.
    private const double VeryDearGradient = 5e7;
    private const int ModerateStarts = 4;

    // A climb out of a singular covariance must gain at least this much to be one.
    private const double LeastGain = 1e-9;

    // A face is taken when the likelihood on it is not lower by more than this: less than anything that is reported.
    private const double FaceTolerance = 1e-10;

    // Near one, but not so near that the other components are held to it.
    private static readonly double[] CorrelationsHeld = [0.98];

    // Of the lowest correlation that there can be.
    private const double NegativePart = 0.9;

    // Ranges between the smallest and the largest distance, in parts of the logarithm.
    private static readonly double[] RangesHeld = [0.15, 0.3, 0.7];

    private readonly ParameterLayout layout = problem.Layout;
    private int starts;
    private int iterations;
    private int evaluations;

    /// <summary>Searches over all components that are not fixed.</summary>
    public SearchOutcome Run() => Run(Estimated(), AsVariances() ?? [.. Families(), .. WithCorrelationHeld()]);

    /// <summary>The same, from a given point (search coordinates) first.</summary>
    public SearchOutcome RunFrom(double[] first) => Run(Estimated(), [[first], .. Families(), .. WithCorrelationHeld()]);

    /// <summary>Searches over the given coordinates from the given starts (search coordinates, of which the others are kept).</summary>
    public SearchOutcome Run(bool[] isFree, IEnumerable<double[]> from) => Run(isFree, [.. from.Select(point => (double[][])[point])]);

    // What the nested model finds, and for each common correlation a negative one, which variances can't express.
    private List<double[][]>? AsVariances()
    {
        if (DisguisedVariances.Of(problem) is not { } nested)
        {
            return null;
        }

        var outcome = new ComponentSearch(nested, isRestricted, cancellation).Run();
        starts += outcome.Starts;
        iterations += outcome.Iterations;
        evaluations += outcome.Evaluations;
        List<double[][]> families = [[layout.ToSearch(DisguisedVariances.Natural(problem, nested.Layout.ToNatural(outcome.Search)))]];
        for (var t = 0; t < problem.Input.Terms.Length; t++)
        {
            if (problem.Input.Terms[t].Term is CorrelatedTerm { HasCommonCorrelation: true } common)
            {
                var natural = StartingPoints.Of(problem).First()[0];
                natural[layout.FirstOf(t) + 1] = NegativePart * common.LowestCorrelation();
                families.Add([layout.ToSearch(natural)]);
            }
        }

        return families;
    }

    private bool[] Estimated() => [.. layout.Fixed.Select(value => value is null)];

    private List<double[][]> Families() => [.. StartingPoints.Of(problem).Select(family => Array.ConvertAll(family, layout.ToSearch))];

    // With several variances and one correlation (HCS, HAR) there can be a maximum at each end of the correlation, and the likelihood of a
    // spatial range has several. Starts that were searched with the correlation held have variances that suit it.
    private IEnumerable<double[][]> WithCorrelationHeld()
    {
        var isFree = Estimated();
        for (var t = 0; t < problem.Input.Terms.Length && problem.Shape.Cost <= DearGradient; t++)
        {
            var rho = layout.FirstOf(t) + problem.Input.Terms[t].Term.ParameterCount - 1;
            if (problem.Input.Terms[t].Term is not CorrelatedTerm { HasCorrelation: true } term || !isFree[rho])
            {
                continue;
            }

            foreach (var strength in CorrelationFunction.IsSpatial(term.Structure) ? RangesHeld : term.SearchesDeviations ? CorrelationsHeld : [])
            {
                var point = layout.ToSearch(StartingPoints.Of(problem).First()[0]);
                point[rho] = layout.ToSearch(layout.Start(_ => 1, strength))[rho];
                OptimumReport? best = null;
                Improve(point, [.. isFree.Select((free, i) => free && i != rho)], ref best, ref point);
                yield return [point];
            }
        }
    }

    private bool HasRange() => Array.Exists(
        problem.Input.Terms, term => term.Term is CorrelatedTerm { HasCorrelation: true } spatial && CorrelationFunction.IsSpatial(spatial.Structure));

    private int MostStarts()
    {
        var cost = problem.Shape.Cost;
        return cost > VeryDearGradient ? 1
            : cost > DearGradient ? Array.Exists(problem.Input.Terms, term => term.Term.NeedsManyStarts) ? ModerateStarts : 1
            : cost * layout.Count > CheapWork && !HasRange() ? FewStarts
            : int.MaxValue;
    }

    // From the most likely member of each family of starts.
    private SearchOutcome Run(bool[] isFree, List<double[][]> families)
    {
        OptimumReport? best = null;
        var bestPoint = Array.Empty<double>();
        var candidates = new List<(double[] Point, double Value)>();
        foreach (var family in families)
        {
            candidates.AddRange(Feasible(family, isFree).Take(1));
        }

        candidates = [.. candidates.OrderBy(candidate => candidate.Value)];
        foreach (var start in candidates.Take(MostStarts()))
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

    private List<(double[] Point, double Value)> Feasible(double[][] points, bool[] isFree)
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
