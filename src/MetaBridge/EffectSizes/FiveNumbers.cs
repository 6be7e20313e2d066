using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>Mean and standard deviation from minimum, quartiles, median and maximum: metafor's <c>conv.fivenum</c>.</summary>
/// <remarks>
/// <see cref="Estimate"/> has all methods, the members of this file those for normal and log-normal data. Means: Luo et al. (2018); standard deviations: Wan et al. (2014), and from all five numbers Shi et al. (2020a); log-normal data: the same
/// for the logarithms, taken back as by Shi et al. (2020b); tests of skewness: Shi et al. (2023). Written with
/// ξ = 2Φ⁻¹((n − 0.375)/(n + 0.25)), the expected range, and η = 2Φ⁻¹((0.75n − 0.125)/(n + 0.25)), the expected interquartile range.
/// </remarks>
/// <param name="Minimum">Smallest value, NaN when unknown.</param>
/// <param name="Q1">First quartile, NaN when unknown.</param>
/// <param name="Median">Median.</param>
/// <param name="Q3">Third quartile, NaN when unknown.</param>
/// <param name="Maximum">Largest value, NaN when unknown.</param>
/// <param name="N">Sample size.</param>
public sealed partial record FiveNumbers(double Minimum, double Q1, double Median, double Q3, double Maximum, double N)
{
    /// <summary>The smallest sample of which the methods estimate anything.</summary>
    public const int FewestSubjects = 5;

    private bool HasRange => double.IsFinite(Minimum + Maximum);

    private bool HasQuartiles => double.IsFinite(Q1 + Q3);

    /// <summary>Whether the known numbers don't decrease from the minimum to the maximum.</summary>
    public bool IsOrdered
    {
        get
        {
            double[] known = [.. new[] { Minimum, Q1, Median, Q3, Maximum }.Where(value => !double.IsNaN(value))];
            return known.Zip(known.Skip(1), (a, b) => a <= b).All(inOrder => inOrder);
        }
    }

    private bool IsUsable => IsOrdered && N >= FewestSubjects && (HasRange || HasQuartiles);

    /// <summary>Mean and standard deviation of normal data.</summary>
    /// <returns>
    /// NaN when neither range nor quartiles are known, the numbers are out of order, or N is below 5; without a median there is no mean but a
    /// standard deviation.
    /// </returns>
    public (double Mean, double Sd) Normal()
    {
        if (!IsUsable)
        {
            return (double.NaN, double.NaN);
        }

        double middle = (Minimum + Maximum) / 2, quartiles = (Q1 + Q3) / 2;
        if (!HasQuartiles)
        {
            var w = 4 / (4 + Math.Pow(N, 0.75));
            return ((w * middle) + ((1 - w) * Median), (Maximum - Minimum) / ExpectedRange);
        }

        if (!HasRange)
        {
            var w = 0.7 + (0.39 / N);
            return ((w * quartiles) + ((1 - w) * Median), (Q3 - Q1) / ExpectedQuartileRange);
        }

        double w1 = 2.2 / (2.2 + Math.Pow(N, 0.75)), w2 = 0.7 - (0.72 / Math.Pow(N, 0.55)), s = 1 / (1 + (0.07 * Math.Pow(N, 0.6)));
        return (
            (w1 * middle) + (w2 * quartiles) + ((1 - w1 - w2) * Median),
            (s * (Maximum - Minimum) / ExpectedRange) + ((1 - s) * (Q3 - Q1) / ExpectedQuartileRange));
    }

    /// <summary>Mean and standard deviation of the logarithms of log-normal data.</summary>
    public (double Mean, double Sd) OfLogarithms() => new FiveNumbers(
        Math.Log(Minimum), Math.Log(Q1), Math.Log(Median), Math.Log(Q3), Math.Log(Maximum), N).Normal();

    /// <summary>Mean and standard deviation of log-normal data, with the bias of taking back the estimates of the logarithms corrected.</summary>
    public (double Mean, double Sd) LogNormal()
    {
        var (mu, sigma) = OfLogarithms();
        double v = sigma * sigma, v2 = v * v;
        var (a, b) = !HasQuartiles ? (0.565, 0.37) : !HasRange ? (0.57, 0.75) : (0.405, 0.315);
        var mean = Math.Exp(mu + (v / 2)) / (1 + (((a * v) + (b * v2)) / N));
        var square = Math.Exp((2 * mu) + (2 * v)) / (1 + (((4 * a * v) + (16 * b * v2)) / N));
        var squaredMean = Math.Exp((2 * mu) + v) / (1 + (((4 * a * v) + (4 * b * v2)) / N));
        return (mean, Math.Sqrt(square - squaredMean));
    }

    /// <summary>Tests whether the data are skewed, at the level 5 %.</summary>
    /// <returns>The statistic and its critical value; the data are skewed where the statistic is the greater one.</returns>
    public (double Statistic, double Critical) Skewness()
    {
        var range = Math.Abs(Minimum + Maximum - (2 * Median)) / (Maximum - Minimum);
        var quartiles = Math.Abs(Q1 + Q3 - (2 * Median)) / (Q3 - Q1);
        if (!IsUsable || double.IsNaN(Median))
        {
            return (double.NaN, double.NaN);
        }

        return (HasRange, HasQuartiles) switch
        {
            (true, false) => (range, (1.01 / Math.Log(N + 9)) + (2.43 / (N + 1))),
            (false, _) => (quartiles, (2.65 / Math.Sqrt(N)) - (6 / (N * N))),
            _ => (
                Math.Max(2.65 * Math.Log(0.6 * N) / Math.Sqrt(N) * range, quartiles),
                (3 / Math.Sqrt(N)) - (40 / (N * N * N))),
        };
    }

    private double ExpectedRange => -2 * Distributions.NormalUpperQuantile((N - 0.375) / (N + 0.25));

    private double ExpectedQuartileRange => -2 * Distributions.NormalUpperQuantile(((0.75 * N) - 0.125) / (N + 0.25));
}
