using MathNet.Numerics.LinearAlgebra;

namespace MetaBridge.Univariate;

/// <summary>How badly conditioned the normal equations X'WX of a fit are, W = diag(1/v).</summary>
internal static class UnivariateConditioning
{
    /// <summary>(σ₁/σ_p)² of W^(1/2) X; 1 for a model without moderators or a fit without its design.</summary>
    public static double Of(UnivariateFit fit)
    {
        var (k, p) = (fit.StudyCount, fit.Coefficients.Count);
        if (p <= 1 || fit.Design.Length != k * p || fit.Studies.Variances.Any(v => v <= 0))
        {
            return 1;
        }

        var roots = Array.ConvertAll(fit.Studies.Variances, v => 1 / Math.Sqrt(v));
        var weighted = Matrix<double>.Build.Dense(k, p, (i, j) => roots[i] * fit.Design[(j * k) + i]);
        var ratio = weighted.ConditionNumber();
        return ratio * ratio;
    }
}
