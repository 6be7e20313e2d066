using MetaBridge.Inference;

namespace MetaBridge.Univariate.Analysis;

/// <summary>A model beside one of its special cases.</summary>
/// <param name="Test">The likelihood-ratio test.</param>
/// <param name="Full">The larger model, refitted by ML where that was asked for.</param>
/// <param name="Reduced">The smaller model, as <paramref name="Full"/>.</param>
/// <param name="RSquared">
/// By how much per cent the larger model lowers τ², not below 0; for equal effects 100(1 − s²_full/s²_reduced), s² being QE divided by its degrees of freedom. 0 when
/// the smaller model's τ² is 0.
/// </param>
public sealed record UnivariateComparison(LikelihoodRatioTest Test, UnivariateFit Full, UnivariateFit Reduced, double RSquared);
