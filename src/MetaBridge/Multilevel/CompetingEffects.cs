using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Optimisation;

namespace MetaBridge.Multilevel;

/// <summary>Common correlations (CS, HCS) below −1/(n − 1), where n effects that compete push the likelihood.</summary>
/// <remarks>
/// <para>There G is no covariance of effects any more, but M = V + ZGZ' can still be positive definite, and the likelihood of M be highest:
/// metafor's search goes there too. It is entered only from an estimate at −1/(n − 1), and only for an optimum that the search
/// converges to: nearer to a singular M the likelihood can grow without bound.</para>
/// </remarks>
internal static class CompetingEffects
{
    // A gain in log-likelihood below this is rounding.
    private const double LeastGain = 1e-9;

    private const double LowestCorrelation = -1;

    /// <summary>The optimum beyond −1/(n − 1), where there is one and the one within is at that bound; else the one within.</summary>
    public static SearchOutcome Follow(GaussianProblem problem, bool isRestricted, SearchOutcome within, CancellationToken cancellation)
    {
        var layout = problem.Layout;
        var atBound = Correlations(problem).Where(i => layout.Fixed[i] is null && within.Search[i] <= layout.Lower[i]).ToArray();
        if (atBound.Length == 0)
        {
            return within;
        }

        var bounds = Array.ConvertAll(atBound, i => layout.Lower[i]);
        Array.ForEach(atBound, i => layout.Lower[i] = LowestCorrelation);
        var beyond = new ComponentSearch(problem, isRestricted, cancellation)
            .Run([.. layout.Fixed.Select(value => value is null)], [(double[])within.Search.Clone()]);
        if (beyond.Report.Status == SearchStatus.Converged && beyond.Report.Value < within.Report.Value - LeastGain
            && atBound.All(i => beyond.Search[i] > LowestCorrelation))
        {
            return beyond with
            {
                Starts = within.Starts + beyond.Starts,
                Iterations = within.Iterations + beyond.Iterations,
                Evaluations = within.Evaluations + beyond.Evaluations,
            };
        }

        for (var i = 0; i < atBound.Length; i++)
        {
            layout.Lower[atBound[i]] = bounds[i];
        }

        return within;
    }

    /// <summary>Lets a model's common correlations go as far down as estimates that lie beyond their bound.</summary>
    public static void Admit(GaussianProblem problem, double[] natural)
    {
        foreach (var i in Correlations(problem).Where(i => natural[i] < problem.Layout.Lower[i]))
        {
            problem.Layout.Lower[i] = LowestCorrelation;
        }
    }

    // Search coordinate of a common correlation: itself, the last of its term.
    private static IEnumerable<int> Correlations(GaussianProblem problem)
    {
        for (var t = 0; t < problem.Input.Terms.Length; t++)
        {
            if (problem.Input.Terms[t].Term is CorrelatedTerm { HasCommonCorrelation: true } term)
            {
                yield return problem.Layout.FirstOf(t) + term.ParameterCount - 1;
            }
        }
    }
}
