using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Denominator degrees of freedom of the coefficients' t tests.</summary>
internal static class DenominatorDegrees
{
    /// <summary>One per coefficient; empty for the normal test.</summary>
    public static double[] Of(MultilevelSpec spec, GaussianProblem problem)
    {
        // As in metafor 3.8, containment asks for t tests by itself.
        if (spec.Test == CoefficientTest.Normal && spec.DegreesOfFreedom == DegreesOfFreedomMethod.Residual)
        {
            return [];
        }

        var (k, p) = (problem.Input.RowCount, problem.CoefficientCount);
        if (spec.DegreesOfFreedom == DegreesOfFreedomMethod.Containment)
        {
            return [.. Enumerable.Range(0, p).Select(j => (double)Contained(problem, j))];
        }

        return [.. Enumerable.Repeat((double)(k - p), p)];
    }

    private static int Contained(GaussianProblem problem, int column)
    {
        var (k, p) = (problem.Input.RowCount, problem.CoefficientCount);
        var x = problem.Input.Design.X.AsSpan(column * k, k);
        var fewest = k;
        foreach (var term in problem.Input.Terms)
        {
            if (IsConstantWithin(x, term.Outer))
            {
                fewest = Math.Min(fewest, term.Outer.Levels.Count);
            }
        }

        return Math.Max(1, fewest - p);
    }

    private static bool IsConstantWithin(ReadOnlySpan<double> x, Grouping grouping)
    {
        var first = new double[grouping.Levels.Count];
        Array.Fill(first, double.NaN);
        for (var i = 0; i < x.Length; i++)
        {
            ref var value = ref first[grouping.Codes[i]];
            if (double.IsNaN(value))
            {
                value = x[i];
            }
            else if (value != x[i])
            {
                return false;
            }
        }

        return true;
    }
}
