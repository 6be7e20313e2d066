using MathNet.Numerics.Integration;

namespace MetaBridge.EffectSizes;

/// <summary>Data whose power transformation (x^λ − 1)/λ is normal (ln x for λ = 0).</summary>
/// <param name="Location">μ of the transformed data.</param>
/// <param name="Scale">σ of the transformed data.</param>
/// <param name="Power">λ, not negative.</param>
internal sealed record PowerNormal(double Location, double Scale, double Power)
{
    /// <summary>Below, the transformation is the logarithm to all digits.</summary>
    internal const double SmallestPower = 1e-12;

    // The density is below 1e-31 of its peak beyond.
    private const double Reach = 12;
    private const int Panels = 48;
    private const int NodesPerPanel = 16;

    /// <summary>The transformation.</summary>
    public static double Transform(double x, double power)
    {
        var log = Math.Log(x);
        return power < SmallestPower ? log : Math.Abs(power * log) < 0.5 ? Expm1(power * log) / power : (Math.Exp(power * log) - 1) / power;
    }

    /// <summary>Mean and standard deviation of the data.</summary>
    /// <remarks>
    /// ∫ xʲ φ((y − μ)/σ) dy over |y − μ| &lt; μ + 1/λ, divided by the same without xʲ: where the transformation ends, at y = −1/λ, the normal
    /// distribution is cut off, and symmetrically on its other side (McGrath et al., 2020). Without an end (λ = 0) it is log-normal.
    /// </remarks>
    public (double Mean, double Sd) Moments()
    {
        if (Scale == 0)
        {
            return (Inverse(Location), 0);
        }

        if (Power < SmallestPower)
        {
            var v = Scale * Scale;
            var center = Math.Exp(Location + (v / 2));
            return (center, center * Math.Sqrt(Math.Exp(v) - 1));
        }

        var half = Math.Min(Reach * Scale, Location + (1 / Power));
        var mass = Integrate(_ => 1, half);
        var mean = Integrate(Inverse, half) / mass;
        var variance = Integrate(y => (Inverse(y) - mean) * (Inverse(y) - mean), half) / mass;
        return (mean, Math.Sqrt(variance));
    }

    private double Inverse(double y) => Power < SmallestPower ? Math.Exp(y) : Math.Pow(Math.Max(0, 1 + (Power * y)), 1 / Power);

    private double Integrate(Func<double, double> h, double half)
    {
        var sum = 0.0;
        for (var panel = 0; panel < Panels; panel++)
        {
            // Panels narrow to the lower end, where a power of 1 + λy starts at zero.
            double from = Edge((double)panel / Panels), to = Edge((panel + 1.0) / Panels);
            sum += GaussLegendreRule.Integrate(y => h(y) * Math.Exp(-(y - Location) * (y - Location) / (2 * Scale * Scale)), from, to, NodesPerPanel);
        }

        return sum;

        double Edge(double share) => Location - half + (2 * half * share * share * (2 - share));
    }

    private static double Expm1(double x) => Math.Abs(x) > 1e-5 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : x + (x * x / 2) + (x * x * x / 6);
}
