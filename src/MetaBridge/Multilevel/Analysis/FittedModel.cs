using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>A model at its estimates: what every question after a fit starts from. The covariance M is factorised at the estimates.</summary>
/// <remarks>Not thread-safe: the covariance shape holds the factorisation.</remarks>
internal sealed class FittedModel
{
    public FittedModel(MultilevelSpec spec, MultilevelFitter fitter, MultilevelFit fit)
    {
        Spec = spec;
        Fitter = fitter;
        Fit = fit;
        Natural = NaturalOf(fitter, fit);
        Search = Problem.Layout.ToSearch(Natural);
        if (!Problem.Shape.Factor(Search))
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.NotConverged, "The covariance of the outcomes is not positive definite at these components.");
        }

        var (k, p) = (RowCount, CoefficientCount);
        X = new double[k * p];
        Fitted = new double[k];
        Residuals = new double[k];
        var beta = fit.Coefficients.Estimates;
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < p; j++)
            {
                X[(i * p) + j] = Problem.Input.Design.X[(j * k) + i];
                Fitted[i] += X[(i * p) + j] * beta[j];
            }

            Residuals[i] = Problem.Input.EffectSizes[i] - Fitted[i];
        }
    }

    /// <summary>What was fitted.</summary>
    public MultilevelSpec Spec { get; }

    /// <summary>The bound model and its search.</summary>
    public MultilevelFitter Fitter { get; }

    /// <summary>The result.</summary>
    public MultilevelFit Fit { get; }

    /// <summary>Data and covariance shape.</summary>
    public GaussianProblem Problem => Fitter.Problem;

    /// <summary>The components in natural coordinates (variances, correlations), all terms one after the other.</summary>
    public double[] Natural { get; }

    /// <summary>The same in search coordinates.</summary>
    public double[] Search { get; }

    /// <summary>k.</summary>
    public int RowCount => Problem.Input.RowCount;

    /// <summary>p.</summary>
    public int CoefficientCount => Problem.CoefficientCount;

    /// <summary>X, k × p by rows.</summary>
    public double[] X { get; }

    /// <summary>y.</summary>
    public double[] EffectSizes => Problem.Input.EffectSizes;

    /// <summary>β̂.</summary>
    public double[] Coefficients => Fit.Coefficients.Estimates;

    /// <summary>Var(β̂), p × p.</summary>
    public double[] CoefficientCovariance => Fit.Covariance;

    /// <summary>Xβ̂.</summary>
    public double[] Fitted { get; }

    /// <summary>y − Xβ̂.</summary>
    public double[] Residuals { get; }

    /// <summary>Custom weights, or null.</summary>
    public double[]? Weights => Problem.Input.Weights;

    /// <summary>M⁻¹B, k × n by rows.</summary>
    public double[] Solve(ReadOnlySpan<double> b, int columns) => Problem.Shape.Solve(b, columns);

    /// <summary>M B, k × n by rows.</summary>
    public double[] Multiply(ReadOnlySpan<double> b, int columns) => Problem.Shape.Multiply(b, columns);

    private static double[] NaturalOf(MultilevelFitter fitter, MultilevelFit fit)
    {
        var terms = fitter.Problem.Input.Terms;
        return [.. fit.Terms.SelectMany((term, t) => term.Components.Take(terms[t].Term.ParameterCount)).Select(component => component.Value)];
    }
}
