using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Denominator degrees of freedom of the coefficients' t tests.</summary>
internal static class DenominatorDegrees
{
    /// <summary>Covariance and reference of all tests of a fit; null degrees of freedom in it stand for the normal test.</summary>
    /// <param name="spec">What was asked for.</param>
    /// <param name="fitter">The model.</param>
    /// <param name="point">Its components, search coordinates.</param>
    /// <param name="covariance">Var(β̂) at these components.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: the method needs REML, or the model's own weights.</exception>
    public static TestReference Of(MultilevelSpec spec, MultilevelFitter fitter, double[] point, double[] covariance)
    {
        if (spec.DegreesOfFreedom is DegreesOfFreedomMethod.Residual or DegreesOfFreedomMethod.Containment)
        {
            var df = Of(spec, fitter.Problem);
            return new GivenDegrees(covariance, df.Length == 0 ? [.. Enumerable.Repeat(double.NaN, fitter.Problem.CoefficientCount)] : df);
        }

        if (spec.Method == HeterogeneityMethod.MaximumLikelihood)
        {
            var word = Keywords<DegreesOfFreedomMethod>.Of(spec.DegreesOfFreedom);
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"The degrees of freedom '{word}' are defined for REML, but the method is ML; use REML, or residual or containment degrees of freedom.",
                new Dictionary<string, object?> { ["dfs"] = word });
        }

        return spec.DegreesOfFreedom == DegreesOfFreedomMethod.KenwardRoger ? new KenwardRoger(fitter, point) : new Satterthwaite(fitter, point);
    }

    /// <summary>One per coefficient; empty for the normal test.</summary>
    private static double[] Of(MultilevelSpec spec, GaussianProblem problem)
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
