using MathNet.Numerics.Integration;

namespace MetaBridge.EffectSizes;

/// <summary>The mean of a back-transformed effect over its normal distribution: metafor's <c>transf.*.int</c>.</summary>
/// <remarks>∫ h(z) φ(z; μ, τ²) dz, in limits if there are any (then without renormalising, as metafor).</remarks>
public static class IntegralTransformations
{
    /// <summary>The density is below 1e-49 of its peak beyond.</summary>
    private const double Reach = 15;

    private const int Panels = 60;
    private const int NodesPerPanel = 16;

    /// <summary>Mean of exp(z); exp(μ + τ²/2) without limits.</summary>
    public static double Exponential(double mean, double variance, double lower = double.NegativeInfinity, double upper = double.PositiveInfinity) =>
        double.IsInfinity(lower) && double.IsInfinity(upper)
            ? Math.Exp(mean + (variance / 2))
            : Integrate(Math.Exp, mean, variance, lower, upper);

    /// <summary>Mean of tanh(z).</summary>
    public static double FisherZToCorrelation(
        double mean, double variance, double lower = double.NegativeInfinity, double upper = double.PositiveInfinity) =>
        Integrate(Math.Tanh, mean, variance, lower, upper);

    /// <summary>Mean of tanh²(z).</summary>
    public static double FisherZToRSquared(
        double mean, double variance, double lower = 0, double upper = double.PositiveInfinity) =>
        Integrate(Transformations.FisherZToRSquared, mean, variance, lower, upper);

    /// <summary>Mean of 1/(1 + exp(−z)).</summary>
    public static double InverseLogit(
        double mean, double variance, double lower = double.NegativeInfinity, double upper = double.PositiveInfinity) =>
        Integrate(Transformations.InverseLogit, mean, variance, lower, upper);

    /// <summary>Mean of Φ(z); Φ(μ/√(1 + τ²)) without limits.</summary>
    public static double InverseProbit(
        double mean, double variance, double lower = double.NegativeInfinity, double upper = double.PositiveInfinity) =>
        double.IsInfinity(lower) && double.IsInfinity(upper)
            ? Transformations.InverseProbit(mean / Math.Sqrt(1 + variance))
            : Integrate(Transformations.InverseProbit, mean, variance, lower, upper);

    /// <summary>Mean of sin²(z) over 0 to π/2.</summary>
    public static double InverseArcsine(double mean, double variance, double lower = 0, double upper = Math.PI / 2) =>
        Integrate(Transformations.InverseArcsine, mean, variance, lower, upper);

    /// <summary>The integral for any h.</summary>
    /// <param name="transformation">h.</param>
    /// <param name="mean">μ.</param>
    /// <param name="variance">τ², zero for h(μ) itself.</param>
    /// <param name="lower">Lower limit.</param>
    /// <param name="upper">Upper limit.</param>
    public static double Integrate(Func<double, double> transformation, double mean, double variance, double lower, double upper)
    {
        ArgumentNullException.ThrowIfNull(transformation);
        if (double.IsNaN(mean) || !(variance >= 0))
        {
            return double.NaN;
        }

        if (variance == 0)
        {
            return transformation(mean);
        }

        var sd = Math.Sqrt(variance);
        double from = Math.Max(lower, mean - (Reach * sd)), to = Math.Min(upper, mean + (Reach * sd)), sum = 0;
        for (var panel = 0; panel < Panels && from < to; panel++)
        {
            var width = (to - from) / Panels;
            var start = from + (panel * width);
            sum += GaussLegendreRule.Integrate(
                z => transformation(z) * Math.Exp(-(z - mean) * (z - mean) / (2 * variance)), start, start + width, NodesPerPanel);
        }

        return sum / (sd * Math.Sqrt(2 * Math.PI));
    }
}
