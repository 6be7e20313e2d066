using MetaBridge.Numerics;

namespace MetaBridge.Bayes;

/// <summary>Σ w_i N(m_i, s_i²), each component possibly truncated to one common interval.</summary>
internal sealed class GaussianMixture : Marginal, IDrawnMarginal
{
    /// <summary>Components lighter than this share of the heaviest are left out: thousands of them together weigh less than 1e-10.</summary>
    public const double Negligible = 1e-14;

    private readonly double[] weights, means, sds;
    private readonly double[]? below, inside;

    /// <summary>Creates the mixture.</summary>
    /// <param name="weights">Weights that sum to 1.</param>
    /// <param name="means">Component means before truncation.</param>
    /// <param name="sds">Component standard deviations before truncation.</param>
    /// <param name="lower">Common lower bound.</param>
    /// <param name="upper">Common upper bound.</param>
    public GaussianMixture(double[] weights, double[] means, double[] sds, double lower = double.NegativeInfinity, double upper = double.PositiveInfinity)
    {
        var limit = weights.Max() * Negligible;
        var kept = Enumerable.Range(0, weights.Length).Where(i => weights[i] > limit).ToArray();
        (this.weights, this.means, this.sds) = (Pick(weights, kept), Pick(means, kept), Pick(sds, kept));
        (Lower, Upper) = (lower, upper);
        if (!double.IsInfinity(lower) || !double.IsInfinity(upper))
        {
            below = [.. kept.Select(i => Distributions.NormalUpper((means[i] - lower) / sds[i]))];
            inside = [.. kept.Select(i => Math.Exp(TruncatedNormal.LogMass((lower - means[i]) / sds[i], (upper - means[i]) / sds[i])))];
        }

        (Mean, Variance) = Moments();
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override double Lower { get; }

    /// <inheritdoc/>
    public override double Upper { get; }

    /// <inheritdoc/>
    public override double Cumulative(double x)
    {
        if (x <= Lower || x >= Upper)
        {
            return x >= Upper ? 1 : 0;
        }

        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * Mass(i, x);
        }

        return sum;
    }

    /// <inheritdoc/>
    public override double Density(double x)
    {
        if (x < Lower || x > Upper)
        {
            return 0;
        }

        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * Height(i, x);
        }

        return sum;
    }

    /// <inheritdoc/>
    public double[] MeanTerms() => Terms(i => Moments(i).Centre);

    /// <inheritdoc/>
    public double[] VarianceTerms() => Terms(i =>
    {
        var (centre, spread) = Moments(i);
        return spread + ((centre - Mean) * (centre - Mean));
    });

    /// <inheritdoc/>
    public double[] CumulativeTerms(double x) => Terms(i => x <= Lower ? 0 : x >= Upper ? 1 : Mass(i, x));

    /// <inheritdoc/>
    public double[] DensityTerms(double x) => Terms(i => x < Lower || x > Upper ? 0 : Height(i, x));

    /// <inheritdoc/>
    public double QuantileError(double q, double probability, double probabilityError) => probabilityError / Density(q);

    private double[] Terms(Func<int, double> term) => [.. Enumerable.Range(0, weights.Length).Select(i => weights.Length * weights[i] * term(i))];

    private double Mass(int i, double x)
    {
        var mass = Distributions.NormalUpper((means[i] - x) / sds[i]);
        return below is null ? mass : Math.Clamp((mass - below[i]) / inside![i], 0, 1);
    }

    private double Height(int i, double x)
    {
        var z = (x - means[i]) / sds[i];
        return Math.Exp(-0.5 * z * z) / sds[i] / (inside?[i] ?? 1) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>Mean and variance of a component.</summary>
    private (double Centre, double Spread) Moments(int i)
    {
        if (inside is null)
        {
            return (means[i], sds[i] * sds[i]);
        }

        var (m, v) = TruncatedNormal.Moments((Lower - means[i]) / sds[i], (Upper - means[i]) / sds[i]);
        return (means[i] + (sds[i] * m), sds[i] * sds[i] * v);
    }

    private (double Mean, double Variance) Moments()
    {
        var centres = new double[weights.Length];
        var spreads = new double[weights.Length];
        var mean = 0.0;
        for (var i = 0; i < centres.Length; i++)
        {
            (centres[i], spreads[i]) = Moments(i);
            mean += weights[i] * centres[i];
        }

        var variance = 0.0;
        for (var i = 0; i < centres.Length; i++)
        {
            variance += weights[i] * (spreads[i] + ((centres[i] - mean) * (centres[i] - mean)));
        }

        return (mean, variance);
    }

    private static double[] Pick(double[] values, int[] kept) => Array.ConvertAll(kept, i => values[i]);
}
