using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Bayes;

/// <summary>The distribution of a quantity that is known at every draw.</summary>
internal sealed class EmpiricalMarginal : Marginal, IDrawnMarginal
{
    private readonly double[] values, sorted;
    private readonly Lazy<LatticeMarginal> lines;

    /// <summary>Creates the distribution.</summary>
    /// <param name="values">The quantity at every draw.</param>
    /// <param name="support">Ends of its range.</param>
    /// <param name="lines">Its exact conditional densities along one axis at evenly thinned draws, made when a density is asked for.</param>
    public EmpiricalMarginal(double[] values, (double Lower, double Upper) support, Func<LatticeMarginal> lines)
    {
        this.values = values;
        sorted = [.. values.Order()];
        this.lines = new Lazy<LatticeMarginal>(lines);
        (Lower, Upper) = support;
        Mean = values.Average();
        Variance = values.Sum(x => (x - Mean) * (x - Mean)) / (values.Length - 1.0);
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
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] <= x ? (middle + 1, high) : (low, middle);
        }

        return (double)low / sorted.Length;
    }

    /// <inheritdoc/>
    public override double Density(double x) => lines.Value.Density(x);

    /// <inheritdoc/>
    public override double Quantile(double probability) => ChainDiagnostics.Quantile(sorted, probability);

    /// <inheritdoc/>
    public double[] MeanTerms() => values;

    /// <inheritdoc/>
    public double[] VarianceTerms() => Array.ConvertAll(values, x => (x - Mean) * (x - Mean));

    /// <inheritdoc/>
    public double[] CumulativeTerms(double x) => Array.ConvertAll(values, value => value <= x ? 1.0 : 0.0);

    /// <inheritdoc/>
    public double[] DensityTerms(double x) => lines.Value.DensityTerms(x);

    /// <inheritdoc/>
    public double QuantileError(double q, double probability, double probabilityError) =>
        (Quantile(Math.Min(probability + probabilityError, 1)) - Quantile(Math.Max(probability - probabilityError, 0))) / 2;
}
