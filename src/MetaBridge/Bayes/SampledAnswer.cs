using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Bayes;

/// <summary>Answers from draws; the errors are Monte Carlo standard errors that allow for the chains' autocorrelation.</summary>
/// <param name="Marginal">The distribution.</param>
/// <param name="Chains">How many chains the draws come from, one after the other.</param>
internal sealed record SampledAnswer(Marginal Marginal, int Chains) : Answer
{
    private IDrawnMarginal? Drawn => Marginal as IDrawnMarginal;

    /// <inheritdoc/>
    public override Estimate Mean => new(Marginal.Mean, ErrorOf(Drawn?.MeanTerms()));

    /// <inheritdoc/>
    public override Estimate Sd
    {
        get
        {
            // The delta method on the variance: d sd = d variance / (2 sd).
            var sd = Math.Sqrt(Marginal.Variance);
            return new Estimate(sd, sd > 0 ? ErrorOf(Drawn?.VarianceTerms()) / (2 * sd) : 0);
        }
    }

    /// <inheritdoc/>
    public override (double Lower, double Upper) Support => (Marginal.Lower, Marginal.Upper);

    /// <inheritdoc/>
    public override Estimate Quantile(double probability)
    {
        var q = Marginal.Quantile(probability);
        return new Estimate(q, Drawn is { } drawn ? drawn.QuantileError(q, probability, ErrorOf(drawn.CumulativeTerms(q))) : 0);
    }

    /// <inheritdoc/>
    public override Estimate Cumulative(double x) => new(Marginal.Cumulative(x), ErrorOf(Drawn?.CumulativeTerms(x)));

    /// <inheritdoc/>
    public override Estimate Density(double x)
    {
        if (Drawn?.DensityTerms(x) is not { } terms)
        {
            return new Estimate(Marginal.Density(x), 0);
        }

        return new Estimate(terms.Average(), ErrorOf(terms));
    }

    private double ErrorOf(double[]? terms) => terms is null ? 0 : MonteCarlo.Error(terms, Chains);
}

/// <summary>Monte Carlo errors of means over draws that lie chain after chain.</summary>
internal static class MonteCarlo
{
    /// <summary>The standard error of the mean of the terms; 0 for a constant.</summary>
    public static double Error(double[] terms, int chains)
    {
        var first = terms[0];
        return Array.TrueForAll(terms, term => term == first) ? 0 : ChainDiagnostics.MeanError(ByChain(terms, chains));
    }

    /// <summary>The terms of each chain.</summary>
    public static double[][] ByChain(double[] terms, int chains)
    {
        var length = terms.Length / chains;
        return [.. Enumerable.Range(0, chains).Select(chain => terms[(chain * length)..((chain + 1) * length)])];
    }
}
