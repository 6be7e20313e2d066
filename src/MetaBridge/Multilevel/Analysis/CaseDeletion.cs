using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>One case left out: fits the rest and compares.</summary>
/// <param name="model">The full fit; only read.</param>
/// <param name="full">The full model bound once more, for this thread alone.</param>
/// <param name="cancellation">Stops the search.</param>
internal sealed class CaseDeletion(FittedModel model, MultilevelFitter full, CancellationToken cancellation)
{
    // Where the full fit has no variance, the search begins with this part of the mean sampling variance: exactly 0 would hide correlations.
    private const double LeastStart = 1e-3;

    /// <summary>The fit without the rows; a case that can't be fitted has a reason instead of numbers.</summary>
    public CaseWithout Without(int[] rows)
    {
        var left = new HashSet<int>(rows);
        int[] rest = [.. Enumerable.Range(0, model.RowCount).Where(i => !left.Contains(i))];
        if (rest.Length < model.CoefficientCount)
        {
            return Nothing(rows, "Too few outcomes are left.");
        }

        try
        {
            var fitter = Refit.On(model, rest);
            var fit = fitter.Problem.Layout.Count == model.Natural.Length
                ? fitter.FitFrom(Start(fitter.Problem.Layout), cancellation)
                : fitter.Fit(cancellation);
            return fit.Coefficients.Count == model.CoefficientCount
                ? Compare(rows, fit)
                : Nothing(rows, "The other outcomes don't determine all coefficients.");
        }
        catch (MetaBridgeException problem) when (problem.Code != ErrorCode.Cancelled)
        {
            return Nothing(rows, problem.Message);
        }
    }

    private double[] Start(ParameterLayout layout)
    {
        var least = LeastStart * model.Problem.Input.Sampling.Variances.Average();
        return [.. model.Natural.Select((value, i) => layout.IsVariance(i) && value < least ? least : value)];
    }

    private CaseWithout Compare(int[] rows, MultilevelFit fit)
    {
        var p = model.CoefficientCount;
        double[] change = [.. model.Coefficients.Select((b, j) => b - fit.Coefficients.Estimates[j])];
        var precision = Deletion.Inverse(model.CoefficientCovariance, model.CoefficientCovariance, p)!;
        var (errors, block) = AtComponentsOf(fit, rows);
        var deleted = new double[rows.Length];
        var residuals = new DeletedResidual[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var x = model.X.AsSpan(rows[i] * p, p);
            deleted[i] = model.Residuals[rows[i]] + DenseKernels.Dot(x, change);
            for (var j = 0; j < rows.Length; j++)
            {
                block[(i * rows.Length) + j] += PredictionError.Bilinear(fit.Covariance, x, model.X.AsSpan(rows[j] * p, p));
            }

            residuals[i] = new DeletedResidual("", deleted[i], Math.Sqrt(block[(i * rows.Length) + i]));
        }

        return new CaseWithout(
            fit.Coefficients.Estimates,
            fit.Coefficients.StandardErrors,
            [.. fit.ComponentsByKind().SelectMany(group => group.Select(component => component.Value))],
            fit.ResidualHeterogeneity.Statistic,
            PredictionError.Quadratic(precision, change),
            [.. change.Select((d, j) => d / errors[j])],
            Deletion.Inverse(block, block, rows.Length) is { } inverse ? PredictionError.Quadratic(inverse, deleted) : double.NaN,
            residuals,
            fit.Search.Converged ? null : "The search did not meet its tolerance.");
    }

    // At the components of the reduced fit: standard errors from all outcomes, and M of the rows left out.
    private (double[] Errors, double[] Block) AtComponentsOf(MultilevelFit fit, int[] rows)
    {
        var p = model.CoefficientCount;
        double[] natural = [.. fit.Terms.SelectMany((term, t) => term.Components.Take(full.Problem.Input.Terms[t].Term.ParameterCount)).Select(c => c.Value)];
        double[] none = [.. Enumerable.Repeat(double.NaN, p)];
        if (natural.Length != model.Natural.Length)
        {
            return (none, [.. Enumerable.Repeat(double.NaN, rows.Length * rows.Length)]);
        }

        var again = full.EvaluateAt(natural);
        return (again.Coefficients.StandardErrors, full.Problem.Shape.CovarianceBlock(rows));
    }

    private CaseWithout Nothing(int[] rows, string why)
    {
        double[] none = [.. Enumerable.Repeat(double.NaN, model.CoefficientCount)];
        return new CaseWithout(none, none, [], double.NaN, double.NaN, none, double.NaN,
            [.. rows.Select(_ => new DeletedResidual("", double.NaN, double.NaN))], why);
    }
}
