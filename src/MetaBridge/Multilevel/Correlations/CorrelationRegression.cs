using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics.Dense;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel.Correlations;

/// <summary>A regression computed from a correlation or covariance matrix: metafor's <c>matreg</c>.</summary>
/// <param name="Coefficients">The coefficients with their tests (t with n, z with V); with a covariance matrix the intercept first.</param>
/// <param name="Covariance">Their covariance, by rows; NaN for an intercept without means.</param>
/// <param name="DegreesOfFreedom">Of the t tests; NaN for z.</param>
/// <param name="RSquared">The part of the outcome's variance that the predictors explain.</param>
/// <param name="AdjustedRSquared">The same adjusted for the number of predictors; NaN with V.</param>
/// <param name="Test">All predictors at once: F with n, Wald's χ² with V.</param>
public sealed record CorrelationRegression(
    CoefficientTable Coefficients, double[] Covariance, double DegreesOfFreedom, double RSquared, double AdjustedRSquared, TestResult Test)
{
    /// <summary>Fits b = A⁻¹c with A = R[x, x] and c = R[x, y].</summary>
    /// <remarks>
    /// With n: Var(b) = σ² A⁻¹ with σ² = (R_yy − b'c)/(n − m), for a covariance matrix /(n − m − 1), as ordinary least squares gives from the
    /// data. With V: the delta method of Becker (1992), ∂b/∂r_jy = A⁻¹e_j and ∂b/∂r_ij = −A⁻¹(e_i b_j + e_j b_i).
    /// The means count as known there.
    /// </remarks>
    /// <param name="input">The matrix and what is known of it.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>, <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.LengthMismatch"/>,
    /// <see cref="ErrorCode.TooFewStudies"/>, or <see cref="ErrorCode.BlockNotPositiveDefinite"/> with the smallest eigenvalue of A.
    /// </exception>
    public static CorrelationRegression Fit(CorrelationRegressionInput input)
    {
        var matrix = new RegressionMatrix(input);
        var m = input.Predictors.Count;
        var b = matrix.Slopes();
        var explained = Enumerable.Range(0, m).Sum(i => b[i] * matrix.WithOutcome(i));
        var rSquared = explained / matrix.OutcomeVariance;
        var df = input.SampleSize is { } n ? n - m - (input.IsCovariance ? 1 : 0) : double.NaN;
        var slopes = input.SampleSize is null ? matrix.DeltaCovariance(b) : Scaled(matrix.Inverse, ResidualVariance(matrix, explained) / df);
        var intercept = input.SampleSize is { } size ? (matrix.OutcomeVariance - explained) * (size - 1) / (df * size) : 0;
        var (estimates, covariance) = input.IsCovariance ? WithIntercept(input, b, slopes, intercept) : (b, slopes);
        var test = input.SampleSize is null
            ? WaldTests.Omnibus(b, slopes, [.. Enumerable.Range(0, m)], double.NaN)
            : Overall(rSquared, m, df);
        var adjusted = input.SampleSize is { } count ? 1 - ((1 - rSquared) * (count - 1) / df) : double.NaN;
        var names = input.Predictors.Select(x => input.Matrix.Names[x]);
        return new CorrelationRegression(
            WaldTests.Table(input.IsCovariance ? ["intrcpt", .. names] : [.. names], estimates, covariance, df, input.Level),
            covariance, df, rSquared, adjusted, test);
    }

    private static TestResult Overall(double rSquared, int m, double df)
    {
        var f = rSquared / m / ((1 - rSquared) / df);
        return new TestResult(f, m, df, Numerics.Distributions.FUpper(f, m, df));
    }

    private static double ResidualVariance(RegressionMatrix matrix, double explained)
    {
        var rest = matrix.OutcomeVariance - explained;
        return rest >= 0 ? rest : throw new MetaBridgeException(
            ErrorCode.BlockNotPositiveDefinite,
            $"The matrix of outcome and predictors is not positive definite: the predictors explain {explained:G6} of a variance of {matrix.OutcomeVariance:G6}.",
            new Dictionary<string, object?> { ["value"] = rest });
    }

    private static double[] Scaled(double[] values, double factor) => Array.ConvertAll(values, value => value * factor);

    // b₀ = μ_y − b'μ_x with Var(b₀) = extra + μ_x' Var(b) μ_x and Cov(b₀, b) = −Var(b) μ_x.
    private static (double[] Estimates, double[] Covariance) WithIntercept(CorrelationRegressionInput input, double[] b, double[] slopes, double extra)
    {
        var m = b.Length;
        var means = input.Predictors.Select(x => input.Means is { } all ? all[x] : double.NaN).ToArray();
        var estimates = new double[m + 1];
        var covariance = new double[(m + 1) * (m + 1)];
        estimates[0] = input.Means is { } given ? given[input.Outcome] : double.NaN;
        covariance[0] = extra;
        for (var i = 0; i < m; i++)
        {
            estimates[0] -= b[i] * means[i];
            estimates[i + 1] = b[i];
            var cross = 0.0;
            for (var j = 0; j < m; j++)
            {
                covariance[((i + 1) * (m + 1)) + j + 1] = slopes[(i * m) + j];
                cross -= slopes[(i * m) + j] * means[j];
            }

            covariance[i + 1] = covariance[(i + 1) * (m + 1)] = cross;
            covariance[0] -= means[i] * cross;
        }

        return (estimates, covariance);
    }
}
