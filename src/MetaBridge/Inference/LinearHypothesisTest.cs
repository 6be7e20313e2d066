using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>The test of a <see cref="LinearHypothesis"/>.</summary>
/// <param name="Hypothesis">What was tested.</param>
/// <param name="Combinations">Each row of L β − r by itself, with its interval.</param>
/// <param name="DegreesOfFreedom">Degrees of freedom of each row's t; NaN for the normal distribution.</param>
/// <param name="Joint">All rows at once: χ² = w, or F = λ w/q with q and <c>DenominatorDf</c> degrees of freedom, w = (Lβ̂ − r)'(L S L')⁻¹(Lβ̂ − r).</param>
/// <param name="Scale">λ; 1 where the reference is a plain F or χ².</param>
public sealed record LinearHypothesisTest(
    LinearHypothesis Hypothesis, CoefficientTable Combinations, double[] DegreesOfFreedom, TestResult Joint, double Scale);
