using MathNet.Numerics;
using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>A distribution fitted to quantiles by least squares (McGrath et al., 2020).</summary>
/// <param name="Distribution">Which.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Sd">Its standard deviation.</param>
/// <param name="Distance">Σ(quantile − number)².</param>
internal sealed record QuantileFit(FiveNumberDistribution Distribution, double Mean, double Sd, double Distance)
{
    // Log shapes: from nearly exponential of any height to nearly normal.
    private const double LowestLogShape = -4;
    private const double HighestLogShape = 9;
    private const double HighestLogSigma = 2.5;
    private const int GridSteps = 65;
    private const double ShapeTolerance = 1e-10;

    /// <summary>The best of the five, or the normal one.</summary>
    /// <param name="numbers">The numbers, not decreasing.</param>
    /// <param name="probabilities">The probabilities whose quantiles they are.</param>
    /// <param name="onlyNormal">Whether only the normal distribution is fitted.</param>
    public static QuantileFit Best(double[] numbers, double[] probabilities, bool onlyNormal)
    {
        double[] z = [.. probabilities.Select(p => -Distributions.NormalUpperQuantile(p))];
        var best = OfNormal(numbers, z);
        if (onlyNormal)
        {
            return best;
        }

        IEnumerable<QuantileFit> others = [OfLogNormal(numbers, z), OfGamma(numbers, probabilities), OfWeibull(numbers, probabilities)];

        // Where all numbers are at least 1, so far above a beta distribution, the normal one is nearer: Σ(x − x̄)² ≤ Σ(x − 1)².
        if (numbers[0] < 1)
        {
            others = others.Append(BetaQuantileFit.Of(numbers, probabilities));
        }

        return others.Aggregate(best, (found, other) => other.Distance < found.Distance ? other : found);
    }

    /// <summary>Linear regression on the normal quantiles.</summary>
    private static QuantileFit OfNormal(double[] x, double[] z)
    {
        double meanX = x.Average(), meanZ = z.Average();
        var cross = z.Zip(x, (zi, xi) => (zi - meanZ) * (xi - meanX)).Sum();
        var sd = cross / z.Sum(zi => (zi - meanZ) * (zi - meanZ));
        var mean = meanX - (sd * meanZ);
        return new(FiveNumberDistribution.Normal, mean, sd, x.Zip(z, (xi, zi) => Square(xi - mean - (sd * zi))).Sum());
    }

    private static QuantileFit OfLogNormal(double[] x, double[] z)
    {
        var (logSigma, scale, distance) = Profile(x, s => [.. z.Select(zi => Math.Exp(Math.Exp(s) * zi))], -HighestLogShape, HighestLogSigma);
        var v = Math.Exp(2 * logSigma);
        var mean = scale * Math.Exp(v / 2);
        return new(FiveNumberDistribution.LogNormal, mean, mean * Math.Sqrt(Math.Exp(v) - 1), distance);
    }

    private static QuantileFit OfGamma(double[] x, double[] p)
    {
        var (logShape, scale, distance) = Profile(
            x, s => [.. p.Select(pi => PositiveQuantiles.Gamma(pi, Math.Exp(s)))], LowestLogShape, HighestLogShape);
        var shape = Math.Exp(logShape);
        return new(FiveNumberDistribution.Gamma, shape * scale, Math.Sqrt(shape) * scale, distance);
    }

    private static QuantileFit OfWeibull(double[] x, double[] p)
    {
        var (logShape, scale, distance) = Profile(
            x, s => [.. p.Select(pi => Math.Pow(-Math.Log(1 - pi), Math.Exp(-s)))], LowestLogShape, HighestLogShape);
        var power = Math.Exp(-logShape);
        double first = SpecialFunctions.Gamma(1 + power), second = SpecialFunctions.Gamma(1 + (2 * power));
        return new(FiveNumberDistribution.Weibull, scale * first, scale * Math.Sqrt(second - (first * first)), distance);
    }

    /// <summary>The scale in closed form for every shape, the shape by search.</summary>
    private static (double Shape, double Scale, double Distance) Profile(
        double[] x, Func<double, double[]> quantiles, double low, double high)
    {
        var shape = ScalarMinimum.Find(s => At(s).Distance, low, high, GridSteps, ShapeTolerance);
        var (scale, distance) = At(shape);
        return (shape, scale, distance);

        (double Scale, double Distance) At(double s)
        {
            var q = quantiles(s);
            var factor = q.Zip(x, (qi, xi) => qi * xi).Sum() / q.Sum(qi => qi * qi);
            return (factor, q.Zip(x, (qi, xi) => Square(xi - (factor * qi))).Sum());
        }
    }

    private static double Square(double x) => x * x;
}
