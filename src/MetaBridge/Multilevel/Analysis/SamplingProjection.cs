using MetaBridge.Multilevel.Shapes;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹ of the sampling covariance V alone, by its diagonal; V is factorised block by block.</summary>
/// <param name="Diagonal">The diagonal of P.</param>
/// <param name="Hat">The diagonal of X(X'V⁻¹X)⁻¹X'V⁻¹.</param>
/// <param name="Covariance">(X'V⁻¹X)⁻¹: Var(β̂) if there were no heterogeneity, p × p.</param>
internal sealed record SamplingProjection(double[] Diagonal, double[] Hat, double[] Covariance)
{
    /// <summary>The projection; null when V is singular.</summary>
    public static SamplingProjection? Of(FittedModel model)
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var shape = ShapeChooser.Choose(model.Problem.Input with { Terms = [] }, model.Problem.Data, p + 1);
        if (!shape.Factor([]))
        {
            return null;
        }

        var u = shape.Solve(model.X, p);
        var normal = new double[p * p];
        for (var i = 0; i < k; i++)
        {
            for (var a = 0; a < p; a++)
            {
                for (var b = 0; b < p; b++)
                {
                    normal[(a * p) + b] += model.X[(i * p) + a] * u[(i * p) + b];
                }
            }
        }

        var covariance = Deletion.Inverse(normal, normal, p)!;
        var diagonal = shape.InverseDiagonal();
        var hat = new double[k];
        for (var i = 0; i < k; i++)
        {
            var own = Deletion.Product(covariance, u.AsSpan(i * p, p), p);
            diagonal[i] -= DenseKernels.Dot(u.AsSpan(i * p, p), own);
            hat[i] = DenseKernels.Dot(model.X.AsSpan(i * p, p), own);
        }

        return new SamplingProjection(diagonal, hat, covariance);
    }

    /// <summary>(n − tr H)/tr P over some rows: the typical sampling variance of Higgins and Thompson (2002), for all rows (k − p)/tr(P).</summary>
    public double TypicalVariance(IEnumerable<int> rows)
    {
        var (df, trace) = (0.0, 0.0);
        foreach (var i in rows)
        {
            df += 1 - Hat[i];
            trace += Diagonal[i];
        }

        return df / trace;
    }
}
