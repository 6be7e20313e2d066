using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel;

/// <summary>β̂ with its covariance at given components, generalised least squares or custom weights.</summary>
/// <param name="Coefficients">β̂.</param>
/// <param name="Covariance">Var(β̂), p × p.</param>
/// <param name="ResidualSumOfSquares">(y − Xβ̂)'M⁻¹(y − Xβ̂).</param>
internal sealed record FixedEffects(double[] Coefficients, double[] Covariance, double ResidualSumOfSquares)
{
    /// <summary>The least residual sum of squares, that of generalised least squares.</summary>
    public required double LeastResidualSumOfSquares { get; init; }

    /// <summary>The estimates at the components that the likelihood was last evaluated at.</summary>
    public static FixedEffects Of(GaussianProblem problem, GaussianLikelihood likelihood)
    {
        if (problem.Input.WeightMatrix is { } weights)
        {
            return Weighted(problem, likelihood, weights);
        }

        return new FixedEffects(
            problem.Coefficients(likelihood.Coefficients),
            problem.CoefficientCovariance(likelihood.InverseInformation),
            likelihood.ResidualSumOfSquares)
        {
            LeastResidualSumOfSquares = likelihood.ResidualSumOfSquares,
        };
    }

    // γ̂ = (Q'WQ)⁻¹Q'Wy with covariance (Q'WQ)⁻¹ Q'W M W Q (Q'WQ)⁻¹.
    private static FixedEffects Weighted(GaussianProblem problem, GaussianLikelihood likelihood, SamplingCovariance w)
    {
        var (k, p) = (problem.Input.RowCount, problem.CoefficientCount);
        var weighted = w.Multiply(problem.Data, p + 1);
        var normal = new double[p * p];
        var gamma = new double[p];
        for (var i = 0; i < k; i++)
        {
            for (var a = 0; a < p; a++)
            {
                gamma[a] += problem.Data[(i * (p + 1)) + a] * weighted[(i * (p + 1)) + p];
                for (var b = 0; b < p; b++)
                {
                    normal[(a * p) + b] += problem.Data[(i * (p + 1)) + a] * weighted[(i * (p + 1)) + b];
                }
            }
        }

        if (!SmallCholesky.Factor(normal, p))
        {
            throw new Errors.MetaBridgeException(Errors.ErrorCode.RankDeficientDesign, "The weights leave X'WX singular, or not positive definite.");
        }

        SmallCholesky.Solve(normal, p, gamma);
        var inverse = new double[p * p];
        SmallCholesky.Inverse(normal, p, inverse);
        var covariance = Sandwich(inverse, Meat(problem, weighted), p);
        var excess = Excess(problem, likelihood, gamma);
        return new FixedEffects(problem.Coefficients(gamma), problem.CoefficientCovariance(covariance), likelihood.ResidualSumOfSquares + excess)
        {
            LeastResidualSumOfSquares = likelihood.ResidualSumOfSquares,
        };
    }

    // Q'W M W Q from W [Q y].
    private static double[] Meat(GaussianProblem problem, double[] weighted)
    {
        var (k, p) = (problem.Input.RowCount, problem.CoefficientCount);
        var ofDesign = new double[k * p];
        for (var i = 0; i < k; i++)
        {
            weighted.AsSpan(i * (p + 1), p).CopyTo(ofDesign.AsSpan(i * p));
        }

        var product = problem.Shape.Multiply(ofDesign, p);
        var meat = new double[p * p];
        for (var i = 0; i < k; i++)
        {
            for (var a = 0; a < p; a++)
            {
                for (var b = 0; b < p; b++)
                {
                    meat[(a * p) + b] += ofDesign[(i * p) + a] * product[(i * p) + b];
                }
            }
        }

        return meat;
    }

    private static double[] Sandwich(double[] bread, double[] meat, int p)
    {
        var half = Product(bread, meat, p);
        return Product(half, bread, p);
    }

    private static double[] Product(double[] a, double[] b, int p)
    {
        var c = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < p; j++)
            {
                for (var t = 0; t < p; t++)
                {
                    c[(i * p) + j] += a[(i * p) + t] * b[(t * p) + j];
                }
            }
        }

        return c;
    }

    // (γ − γ̂)' Q'M⁻¹Q (γ − γ̂): what other coefficients than the best add to the residual sum of squares.
    private static double Excess(GaussianProblem problem, GaussianLikelihood likelihood, double[] gamma)
    {
        var p = problem.CoefficientCount;
        var s = problem.Shape.CrossProducts;
        var sum = 0.0;
        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < p; b++)
            {
                sum += (gamma[a] - likelihood.Coefficients[a]) * s[(a * (p + 1)) + b] * (gamma[b] - likelihood.Coefficients[b]);
            }
        }

        return sum;
    }
}
