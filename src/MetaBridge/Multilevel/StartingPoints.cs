using MetaBridge.Multilevel.Terms;

namespace MetaBridge.Multilevel;

/// <summary>Where the search for the components starts.</summary>
internal static class StartingPoints
{
    // Beside an estimated total, this part of it counts as nearly none; exactly zero would hide correlations from the search.
    private const double NearlyNone = 0.02;

    /// <summary>Natural starting points, the most plausible first.</summary>
    public static IEnumerable<double[]> Of(GaussianProblem problem)
    {
        var layout = problem.Layout;
        var total = TotalVariance(problem);
        var count = problem.Input.Terms.Length;
        var share = total / Math.Max(1, count);
        yield return layout.Start(_ => share, 0.5);
        yield return layout.Start(_ => NearlyNone * total, 0);
        for (var t = 0; t < count && count > 1; t++)
        {
            var chosen = t;
            yield return layout.Start(i => i == chosen ? total : NearlyNone * total, 0.5);
        }

        if (problem.Input.Terms.Any(term => term.Term.ParameterCount > 1))
        {
            yield return layout.Start(_ => share, 0.9);
            yield return layout.Start(_ => share, 0.05);
        }
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
