using MathNet.Numerics;

namespace MetaBridge.Numerics;

/// <summary>Quantiles of the gamma and beta distributions.</summary>
/// <remarks>Newton's steps on the logarithm (the log odds) of the quantile, kept in a bracket that every step narrows.</remarks>
internal static class PositiveQuantiles
{
    private const double Tolerance = 1e-14;
    private const int MaxSteps = 200;

    /// <summary>x with P(a, x) = p.</summary>
    public static double Gamma(double p, double shape)
    {
        var logGamma = SpecialFunctions.GammaLn(shape);
        // Wilson & Hilferty (1931); for small shapes the leading term of the series.
        var z = -Distributions.NormalUpperQuantile(p);
        var cube = 1 - (1 / (9 * shape)) + (z / (3 * Math.Sqrt(shape)));
        var start = cube > 0.1 ? Math.Log(shape) + (3 * Math.Log(cube)) : (Math.Log(p) + SpecialFunctions.GammaLn(shape + 1)) / shape;
        return Math.Exp(Solve(
            t => p <= 0.5 ? IncompleteGamma.Lower(shape, Math.Exp(t)) - p : 1 - p - IncompleteGamma.Upper(shape, Math.Exp(t)),
            t => Math.Exp((shape * t) - Math.Exp(t) - logGamma),
            start));
    }

    /// <summary>x with I_x(a, b) = p.</summary>
    public static double Beta(double p, double a, double b)
    {
        var logBeta = SpecialFunctions.GammaLn(a) + SpecialFunctions.GammaLn(b) - SpecialFunctions.GammaLn(a + b);
        return Share(Solve(
            t => IncompleteBeta.Regularized(a, b, Share(t), Share(-t)) - p,
            t => Math.Exp((a * Math.Log(Share(t))) + (b * Math.Log(Share(-t))) - logBeta),
            Math.Log(a / b)));
    }

    private static double Share(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    private static double Solve(Func<double, double> excess, Func<double, double> slope, double start)
    {
        double low = double.NegativeInfinity, high = double.PositiveInfinity, t = start, reach = 1;
        for (var step = 0; step < MaxSteps; step++)
        {
            var value = excess(t);
            if (value == 0)
            {
                return t;
            }

            (low, high) = value > 0 ? (low, t) : (t, high);
            var next = t - (value / slope(t));
            if (!(next > low && next < high && Math.Abs(next - t) <= reach))
            {
                next = double.IsInfinity(low) ? high - reach : double.IsInfinity(high) ? low + reach : (low + high) / 2;
                reach = double.IsFinite(low) && double.IsFinite(high) ? high - low : 2 * reach;
            }

            if (Math.Abs(next - t) <= Tolerance * Math.Max(1, Math.Abs(t)))
            {
                return next;
            }

            t = next;
        }

        return t;
    }
}
