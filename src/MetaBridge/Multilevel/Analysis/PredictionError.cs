namespace MetaBridge.Multilevel.Analysis;

/// <summary>The variance of the error with which fixed and random effects are predicted.</summary>
internal static class PredictionError
{
    /// <summary>
    /// D − c'M⁻¹c + (x − X'M⁻¹c)'Var(β̂)(x − X'M⁻¹c): the variance of x'β̂ + û − (x'β + u) with D = Var(u), c = Cov(y, u) (Henderson, 1975; Kackar &amp;
    /// Harville, 1981). Holds for every linear unbiased β̂.
    /// </summary>
    /// <param name="prior">D.</param>
    /// <param name="reduction">c'M⁻¹c.</param>
    /// <param name="difference">x − X'M⁻¹c, p values.</param>
    /// <param name="covariance">Var(β̂), p × p.</param>
    public static double Variance(double prior, double reduction, ReadOnlySpan<double> difference, ReadOnlySpan<double> covariance) =>
        Math.Max(0, prior - reduction) + Quadratic(covariance, difference);

    /// <summary>x'Ax.</summary>
    public static double Quadratic(ReadOnlySpan<double> a, ReadOnlySpan<double> x) => Bilinear(a, x, x);

    /// <summary>x'Ay.</summary>
    public static double Bilinear(ReadOnlySpan<double> a, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < x.Length; j++)
            {
                sum += x[i] * a[(i * x.Length) + j] * y[j];
            }
        }

        return sum;
    }
}
