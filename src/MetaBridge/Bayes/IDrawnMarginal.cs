namespace MetaBridge.Bayes;

/// <summary>A distribution that is an average over draws: every number is the mean of one term per draw, whose scatter gives its Monte Carlo error.</summary>
internal interface IDrawnMarginal
{
    /// <summary>Terms whose mean is the mean.</summary>
    double[] MeanTerms();

    /// <summary>Terms whose mean is the variance.</summary>
    double[] VarianceTerms();

    /// <summary>Terms whose mean is P(quantity ≤ x).</summary>
    double[] CumulativeTerms(double x);

    /// <summary>Terms whose mean is the density at x; there may be fewer of them, evenly thinned.</summary>
    double[] DensityTerms(double x);

    /// <summary>The error of the quantile q of a probability whose own error is known.</summary>
    double QuantileError(double q, double probability, double probabilityError);
}
