using MetaBridge.Multilevel.Terms;

namespace MetaBridge.Multilevel;

/// <summary>Where the search for the components starts.</summary>
/// <remarks>
/// Variances alone rarely have several optima, correlations beside unequal variances often do. So starts come in families: a correlation
/// with several sizes, or one effect that varies more than the others. Only the most likely member of a family is searched from.
/// </remarks>
internal static class StartingPoints
{
    // Beside an estimated total, this part of it counts as nearly none; exactly zero would hide correlations from the search.
    private const double NearlyNone = 0.02;

    // Up to this many levels each is tried as the one that varies.
    private const int MostLevels = 6;

    // Several times larger or smaller than the total variance suggests: with very unequal sampling variances either may be the place.
    private const double Small = 0.1;
    private const double Large = 5;

    /// <summary>Families of natural starting points, the most plausible first.</summary>
    public static IEnumerable<double[][]> Of(GaussianProblem problem)
    {
        var layout = problem.Layout;
        var total = TotalVariance(problem);
        var count = problem.Input.Terms.Length;
        var share = total / Math.Max(1, count);
        yield return [layout.Start(_ => share, 0.5)];
        yield return [layout.Start(_ => NearlyNone * total, 0)];
        for (var t = 0; t < count && count > 1; t++)
        {
            var chosen = t;
            yield return [layout.Start(i => i == chosen ? total : NearlyNone * total, 0.5)];
        }

        for (var t = 0; t < count && count > 2; t++)
        {
            var absent = t;
            yield return [layout.Start(i => i == absent ? NearlyNone * total : share, 0.5)];
        }

        var terms = Array.ConvertAll(problem.Input.Terms, term => term.Term);
        foreach (var correlation in terms.SelectMany(term => term.StartingCorrelations).Distinct())
        {
            yield return [layout.Start(_ => share, correlation), layout.Start(_ => Small * share, correlation)];
            if (Array.Exists(terms, term => term.NeedsManyStarts))
            {
                yield return [layout.Start(_ => Large * share, correlation)];
            }
        }

        for (var t = 0; t < count; t++)
        {
            var variances = Enumerable.Range(0, terms[t].ParameterCount).Count(terms[t].IsVariance);
            for (var level = 0; level < variances && variances is > 1 and <= MostLevels && terms[t].StartingCorrelations.Count > 0; level++)
            {
                yield return [.. terms[t].StartingCorrelations.Select(c => OneVaries(layout, t, level, share, c))];
            }
        }
    }

    private static double[] OneVaries(ParameterLayout layout, int term, int level, double share, double correlation)
    {
        var natural = layout.Start(_ => share, correlation);
        var first = layout.FirstOf(term);
        for (var i = 0; first + i < natural.Length && layout.TermOf(first + i) == term && layout.IsVariance(first + i); i++)
        {
            natural[first + i] *= i == level ? 3 : NearlyNone;
        }

        return natural;
    }

    /// <summary>
    /// Residual variance about the inverse-variance fit less the harmonic mean of the sampling variances, but not nothing.
    /// </summary>
    private static double TotalVariance(GaussianProblem problem)
    {
        var v = problem.Input.Sampling.Variances;
        var (k, columns) = (problem.Input.RowCount, problem.CoefficientCount + 1);
        double sum = 0, precision = 0, mean = 0;
        var positive = 0;
        for (var i = 0; i < k; i++)
        {
            var y = problem.Data[(i * columns) + columns - 1];
            mean += y / k;
            sum += y * y;
            if (v[i] > 0)
            {
                precision += 1 / v[i];
                positive++;
            }
        }

        var residual = (sum - (k * mean * mean)) / Math.Max(1, k - 1);
        var typical = positive > 0 ? positive / precision : 0;
        return Math.Max(Math.Max(residual - typical, 0.05 * residual), 1e-3 * typical);
    }
}
