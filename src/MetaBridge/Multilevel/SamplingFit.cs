using MetaBridge.Multilevel.Shapes;
using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>What follows from the sampling covariance V alone.</summary>
/// <param name="Test">Cochran's Q with k − p degrees of freedom; NaN when V is singular.</param>
/// <param name="SaturatedLogLikelihood">−½ (k log 2π + log|V|): the log-likelihood of residuals that are all zero.</param>
internal sealed record SamplingFit(TestResult Test, double SaturatedLogLikelihood)
{
    /// <summary>Fits with M = V.</summary>
    public static SamplingFit Of(GaussianProblem problem)
    {
        var (k, p) = (problem.Input.RowCount, problem.CoefficientCount);
        var bare = problem.Input with { Terms = [] };
        var shape = ShapeChooser.Choose(bare, problem.Data, p + 1);
        var likelihood = new GaussianLikelihood(shape, k, p, isRestricted: false, [], []);
        if (!double.IsFinite(likelihood.Value([])))
        {
            return new SamplingFit(new TestResult(double.NaN, k - p, double.NaN, double.NaN), double.NaN);
        }

        var q = likelihood.ResidualSumOfSquares;
        var pValue = k > p ? Distributions.ChiSquaredUpper(q, k - p) : 1;
        return new SamplingFit(new TestResult(q, k - p, double.NaN, pValue), likelihood.LogLikelihood + (0.5 * q));
    }
}
