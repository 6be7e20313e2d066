namespace MetaBridge.Bayes;

/// <summary>A number with a bound on its numerical error.</summary>
/// <param name="Value">The number.</param>
/// <param name="Error">
/// For a quadrature the absolute difference from the same number at twice the step size, which bounds the error generously; for a sampler its Monte
/// Carlo standard error.
/// </param>
public readonly record struct Estimate(double Value, double Error);

/// <summary>A posterior distribution in five numbers.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Mean">Posterior mean.</param>
/// <param name="Sd">Posterior standard deviation.</param>
/// <param name="Lower">Lower end of the equal-tailed credible interval.</param>
/// <param name="Median">Median.</param>
/// <param name="Upper">Upper end.</param>
public sealed record PosteriorRow(string Name, Estimate Mean, Estimate Sd, Estimate Lower, Estimate Median, Estimate Upper);
