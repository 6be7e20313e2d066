using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The mode of a back-transformed effect whose effect is normal: metafor's <c>transf.*.mode</c>.</summary>
/// <remarks>
/// The density of x = h(z), z normal with mean μ and variance τ², is φ(z)/h′(z), so that its mode is h(z) where −(z − μ)²/(2τ²) − ln h′(z) is
/// highest. Of two equally high modes the smaller is given. A square such as sin² or tanh² has h′ = 0 at an end, where its density is
/// infinite: it has no mode to report, and there is none here.
/// </remarks>
public static class ModeTransformations
{
    private const int GridSteps = 2000;
    private const double Tolerance = 1e-11;

    /// <summary>Mode of exp(z): exp(μ − τ²).</summary>
    public static double Exponential(double mean, double variance) => variance >= 0 ? Math.Exp(mean - variance) : double.NaN;

    /// <summary>Mode of tanh(z).</summary>
    public static double FisherZToCorrelation(double mean, double variance) =>
        Find(Math.Tanh, z => -2 * (Math.Abs(z) + Log1P(Math.Exp(-2 * Math.Abs(z)))), mean, variance);

    /// <summary>Mode of 1/(1 + exp(−z)).</summary>
    public static double InverseLogit(double mean, double variance) =>
        Find(Transformations.InverseLogit, z => -Math.Abs(z) - (2 * Log1P(Math.Exp(-Math.Abs(z)))), mean, variance);

    /// <summary>Mode of Φ(z): Φ(μ/(1 − τ²)) for τ² below 1; NaN above, where the density is highest at an end.</summary>
    public static double InverseProbit(double mean, double variance) =>
        variance is >= 0 and < 1 ? Transformations.InverseProbit(mean / (1 - variance)) : double.NaN;

    private static double Find(Func<double, double> transformation, Func<double, double> logSlope, double mean, double variance)
    {
        if (double.IsNaN(mean) || !(variance >= 0) || double.IsInfinity(variance))
        {
            return double.NaN;
        }

        // The logarithms of the slopes change by at most 2 per unit, so that the mode lies within 2τ² of the mean.
        return variance == 0 ? transformation(mean) : transformation(ScalarMinimum.Find(
            z => ((z - mean) * (z - mean) / (2 * variance)) + logSlope(z), mean - (3 * variance), mean + (3 * variance), GridSteps, Tolerance));
    }

    private static double Log1P(double x) => x < 1e-8 ? x - (x * x / 2) : Math.Log(1 + x);
}
