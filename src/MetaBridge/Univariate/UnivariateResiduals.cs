using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>Residuals of a fit.</summary>
public static class UnivariateResiduals
{
    /// <summary>The standard errors of the residuals y − Xβ̂ for the weights that the fit used.</summary>
    /// <remarks>
    /// <para>The roots of diag((I − H) M (I − H)') with M = diag(v + τ²), H = X(X'AX)⁻¹X'A and A the weights: the model's own M⁻¹, custom
    /// ones, or the identity. With √A X = Z R, h the row sums of squares of Z and b = R⁻ᵀx the element is
    /// m(1 − 2h) + b'(Z'AMZ)b, and m(1 − h) for the model's own weights. O(k p²).</para>
    /// <para>As in metafor's <c>rstandard</c>, Knapp and Hartung's factor does not enter.</para>
    /// </remarks>
    /// <param name="fit">The fit, with its model matrix.</param>
    /// <returns>One standard error for every study used.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NotSupported"/> when the fit doesn't hold its model matrix; <see cref="ErrorCode.LengthMismatch"/> when its
    /// weights aren't one per study.
    /// </exception>
    public static double[] ResidualStandardErrors(this UnivariateFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        int k = fit.StudyCount, p = fit.Coefficients.Count;
        var own = HasOwnWeights(fit);
        var m = Array.ConvertAll(fit.Studies.Variances, v => v + fit.TauSquared.Value);
        var roots = Roots(fit, m);
        var x = DesignOf(fit);
        var weighted = new double[k * p];
        for (var j = 0; j < p; j++)
        {
            VectorKernels.Multiply(x.AsSpan(j * k, k), roots, weighted.AsSpan(j * k, k));
        }

        var qr = ThinQr.Factor(weighted, k, p, dropDependent: false);
        var middle = own ? [] : Middle(qr.Q, roots, m, p);
        var errors = new double[k];
        var b = new double[p];
        for (var i = 0; i < k; i++)
        {
            var leverage = 0.0;
            for (var j = 0; j < p; j++)
            {
                var z = qr.Q[(j * k) + i];
                leverage += z * z;
                b[j] = x[(j * k) + i];
            }

            var variance = own
                ? m[i] * (1 - leverage)
                : (m[i] * (1 - (2 * leverage))) + QuadraticForm(middle, qr.R, b);
            errors[i] = Math.Sqrt(Math.Max(0, variance));
        }

        return errors;
    }

    /// <summary>The diagonal of the hat matrix X(X'AX)⁻¹X'A for the weights A that the fit used.</summary>
    /// <inheritdoc cref="ResidualStandardErrors"/>
    public static double[] HatValues(this UnivariateFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        int k = fit.StudyCount, p = fit.Coefficients.Count;
        var roots = Roots(fit, Array.ConvertAll(fit.Studies.Variances, v => v + fit.TauSquared.Value));
        var weighted = new double[k * p];
        var x = DesignOf(fit);
        for (var j = 0; j < p; j++)
        {
            VectorKernels.Multiply(x.AsSpan(j * k, k), roots, weighted.AsSpan(j * k, k));
        }

        var z = ThinQr.Factor(weighted, k, p, dropDependent: false).Q;
        var hat = new double[k];
        for (var i = 0; i < z.Length; i++)
        {
            hat[i % k] += z[i] * z[i];
        }

        return hat;
    }

    /// <summary>The weights of the studies in the coefficients, in percent: they sum to 100.</summary>
    public static double[] StudyWeights(this UnivariateFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var roots = Roots(fit, Array.ConvertAll(fit.Studies.Variances, v => v + fit.TauSquared.Value));
        var sum = VectorKernels.Dot(roots, roots);
        return Array.ConvertAll(roots, root => 100 * root * root / sum);
    }

    /// <summary>Whether the weights are the model's own 1/(v + τ²).</summary>
    internal static bool HasOwnWeights(UnivariateFit fit) => !fit.IsUnweighted && fit.Weights is null;

    /// <summary>The fitted values Xβ̂.</summary>
    internal static double[] FittedValues(UnivariateFit fit)
    {
        var (x, k) = (DesignOf(fit), fit.StudyCount);
        var fitted = new double[k];
        for (var j = 0; j < fit.Coefficients.Count; j++)
        {
            VectorKernels.AddScaled(fit.Coefficients.Estimates[j], x.AsSpan(j * k, k), fitted);
        }

        return fitted;
    }

    private static double[] Roots(UnivariateFit fit, double[] m)
    {
        if (fit.IsUnweighted)
        {
            return Array.ConvertAll(m, _ => 1.0);
        }

        if (fit.Weights is not { } weights)
        {
            return Array.ConvertAll(m, total => 1 / Math.Sqrt(total));
        }

        return weights.Length == m.Length ? Array.ConvertAll(weights, Math.Sqrt) : throw new MetaBridgeException(
            ErrorCode.LengthMismatch, $"The fit has {m.Length} studies, but {weights.Length} weights.");
    }

    /// <summary>The model matrix, k × p by columns.</summary>
    internal static double[] DesignOf(UnivariateFit fit)
    {
        int k = fit.StudyCount, p = fit.Coefficients.Count;
        if (fit.Design.Length == k * p)
        {
            return fit.Design;
        }

        if (p > 1 || !fit.HasIntercept)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, $"The fit by {fit.Engine} doesn't hold its model matrix.");
        }

        var ones = new double[k];
        Array.Fill(ones, 1.0);
        return ones;
    }

    /// <summary>Z'AMZ, p × p.</summary>
    private static double[] Middle(double[] z, double[] roots, double[] m, int p)
    {
        var k = m.Length;
        var factors = new double[k];
        for (var i = 0; i < k; i++)
        {
            factors[i] = roots[i] * roots[i] * m[i];
        }

        var middle = new double[p * p];
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l < p; l++)
            {
                middle[(l * p) + j] = VectorKernels.Dot(z.AsSpan(j * k, k), z.AsSpan(l * k, k), factors);
            }
        }

        return middle;
    }

    /// <summary>b'Gb with b = R⁻ᵀx; x is overwritten by b.</summary>
    private static double QuadraticForm(double[] g, double[] r, double[] x)
    {
        var p = x.Length;
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l < j; l++)
            {
                x[j] -= r[(j * p) + l] * x[l];
            }

            x[j] /= r[(j * p) + j];
        }

        var sum = 0.0;
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l < p; l++)
            {
                sum += x[j] * g[(l * p) + j] * x[l];
            }
        }

        return sum;
    }
}
